"""Messages and pages of every size, for whoever draws them."""

from typing import Any

from bot.kit.forms import Form, Kind, Option
from bot.kit.messages import Bullets, Element, Facts, Footer, Heading, Paragraph, Subheading
from bot.kit.questions import Question, questions, with_options
from bot.replies import Page

LONG = "A sentence of some length, with an é and a 🤔 and a \u202b. " * 300
ELEMENTS: tuple[Element, ...] = (
    Heading("A long heading " * 30),
    Subheading("A long one " * 30),
    Paragraph(LONG),
    Facts((("Name", "x" * 1_990), ("Long", LONG), *((f"Fact {n}", "value") for n in range(23)))),
    Bullets(tuple(f"Item {n} of a long list" for n in range(300))),
    Bullets(tuple(f"Item {n} of a long list" for n in range(300)), numbered=True),
    Footer(LONG),
)


def options(count: int, words: str = "Option") -> tuple[Option, ...]:
    return tuple(Option(f"kept {n}", f"{words} {n}") for n in range(count))


def pages(form_: type[Form], *, wrong: bool, listed: int) -> list[Page]:
    asked = [with_options(q, options(listed)) if q.ask.choices else q for q in questions(form_)]
    names = dict.fromkeys(q.ask.page for q in asked)
    own = {name: tuple(q for q in asked if q.ask.page == name) for name in names}
    return [
        Page(
            dialogue_id=7,
            title=form_.__doc__ or "",
            heading=name,
            at=at,
            of=len(names) + 1,
            questions=these,
            values={q.name: value(q) for q in these} if wrong else {},
            errors={q.name: "Choose one of the options" for q in these} if wrong else {},
            go_on=form_.send,
            can_go_back=at > 1,
        )
        for at, (name, these) in enumerate(own.items(), start=1)
    ]


def value(question: Question) -> Any:
    if question.options:
        return [one.value for one in question.options] if question.kind is Kind.CHOICES else question.options[-1].value
    return None if question.kind in (Kind.CHOICE, Kind.CHOICES) else "x" * 3_500
