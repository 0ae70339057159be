"""Where a dialogue stands is a function of its answers: which questions apply, and which page is next."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.kit.forms import Form, Invalid, Raw
from bot.kit.questions import Question, questions

F = TypeVar("F", bound=Form)


def applicable(form: type[Form], answers: Raw) -> tuple[Question, ...]:
    """The questions that apply, in order.  An answer that no longer applies is kept, but counts for nothing."""
    asked: list[Question] = []
    counting: dict[str, Any] = {}
    for question in questions(form):
        if question.ask.when(counting):
            asked.append(question)
            counting[question.name] = answers.get(question.name)
    return tuple(asked)


def pages(form: type[Form], answers: Raw) -> tuple[str, ...]:
    return tuple(dict.fromkeys(question.ask.page for question in applicable(form, answers)))


def on_page(form: type[Form], answers: Raw, page: str) -> tuple[Question, ...]:
    """Every question of the page that may apply, so that a page can hold a question and what hangs on it."""
    return tuple(question for question in applicable(form, answers) if question.ask.page == page)


def first_to_ask(form: type[Form], answers: Raw) -> Question | None:
    return next((question for question in applicable(form, answers) if question.name not in answers), None)


def take(asked: Iterable[Question], raw: Raw, today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """What could be read of a page, and how to mend the rest."""
    taken: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in asked:
        try:
            taken[question.name] = question.read(raw.get(question.name), today)
        except Invalid as invalid:
            wrong |= invalid.errors
    return taken, wrong


def finished(form: type[F], answers: Raw, today: date) -> F:
    """The typed result, from the answers that apply; or Invalid, if together they cannot be."""
    applying = {
        question.name: answers[question.name] for question in applicable(form, answers) if question.name in answers
    }
    try:
        return form.model_validate(applying, context={"today": today})
    except ValidationError as error:
        raise Invalid(
            {
                str(e["loc"][0]) if e["loc"] else next(iter(applying)): str(e["msg"]).removeprefix("Value error, ")
                for e in error.errors()
            }
        ) from None
