"""The questions of a form, and reading what people give as answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from bot.kit.forms import DONT_KNOW, Ask, DontKnow, Form, Invalid, Kind, Option
from bot.kit.words import day_in_words, plain, tidy

UNKNOWN = {DONT_KNOW, "dont know", "i don't know", "i dont know", "not known", "unknown"}


@dataclass(frozen=True)
class Question:
    name: str
    ask: Ask
    kind: Kind
    options: tuple[Option, ...]
    may_not_know: bool
    longest: int  # characters; 0: no limit of its own
    adapter: TypeAdapter[Any] = field(repr=False)

    @property
    def required(self) -> bool:
        return not self.ask.optional

    def read(self, raw: Any, today: date) -> Any:
        """The JSON-ready answer, or Invalid with a sentence that says how to mend it."""
        given = _meant(self, raw)
        if not given:
            if self.required:
                raise Invalid({self.name: _missing(self)})
            return None
        if self.options and not self._offers(given):
            raise Invalid({self.name: _missing(self)})
        if (
            isinstance(given, list)
            and len(given) > 1
            and (lone := next((o for o in self.options if o.alone and o.value in given), None))
        ):
            raise Invalid({self.name: f"Choose “{lone.label}” on its own, or untick it"})
        try:
            return self.adapter.dump_python(self.adapter.validate_python(given, context={"today": today}), mode="json")
        except ValidationError as error:
            raise Invalid({self.name: _sentence(error.errors()[0], self)}) from None

    def _offers(self, given: Any) -> bool:
        offered = {option.value for option in self.options} | ({DONT_KNOW} if self.may_not_know else set())
        return offered.issuperset(given if isinstance(given, list) else [given])

    def shown(self, answer: Any) -> str:
        """An answer as people read it."""
        if answer is None or answer == []:
            return "Not given"
        if isinstance(answer, list):
            return "; ".join(self.shown(one) for one in answer)
        if answer == DONT_KNOW and not self.options:
            return "I don't know"
        if self.kind in (Kind.DATE, Kind.TEXT) and (day := _iso_day(answer)):
            return day_in_words(day)
        return next((option.label for option in self.options if option.value == answer), str(answer))


def _iso_day(answer: Any) -> date | None:
    try:
        return date.fromisoformat(answer)
    except (TypeError, ValueError):
        return None


def words(raw: Any) -> str:
    """What was typed, as text, for putting back into the box it came from."""
    return ", ".join(map(str, raw)) if isinstance(raw, list) else str(raw or "")


def _meant(question: Question, raw: Any) -> Any:
    """Empties, control characters, "don't know" in any spelling, and choices by kept word or label."""
    given = [one for one in map(tidy, raw if isinstance(raw, list | tuple) else [str(raw or "")]) if one]
    if question.may_not_know and any(plain(one) in UNKNOWN for one in given):
        return DONT_KNOW
    match question.kind:
        case Kind.CHOICES:
            return [_chosen(question, one) for one in given]
        case Kind.CHOICE:
            return _chosen(question, given[0]) if given else None
    return given[0] if given else None


def _chosen(question: Question, given: str) -> str:
    if any(option.value == given for option in question.options):
        return given
    return next((one.value for one in question.options if plain(given) in (plain(one.label), plain(one.value))), given)


def spoken(question: Question, text: str) -> Any:
    """What a typed line answers: options by number or in words, several of them apart by commas; a label may hold a
    comma.
    """
    if not question.options:
        return text
    whole = _chosen(question, text)
    if question.kind is Kind.CHOICE or whole != text:
        return [_numbered(question, text)]
    return [_numbered(question, part.strip()) for part in text.replace(";", ",").split(",")]


def _numbered(question: Question, text: str) -> str:
    numbers = {str(number): option.value for number, option in enumerate(question.options, start=1)}
    return numbers.get(plain(text), text)


def _missing(question: Question) -> str:
    match question.kind:
        case Kind.CHOICE:
            return "Choose one of the options"
        case Kind.CHOICES:
            return "Choose at least one option"
        case Kind.DATE:
            return "Enter a date, like 27 March 2026"
    return "Answer this question" + (", or say that you don't know" if question.may_not_know else "")


_SENTENCES = {
    "string_too_short": "Use {min_length} characters or more",
    "string_too_long": "Use {max_length} characters or fewer",
    "enum": "Choose one of the options",
    "too_short": "Choose at least one option",
}


def _sentence(error: Any, question: Question) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if question.kind is Kind.DATE:
        return "Enter a date, like 27 March 2026" + (", or say that you don't know" if question.may_not_know else "")
    return _SENTENCES.get(error["type"], "Check this answer").format(**error.get("ctx", {}))


@cache
def questions(form: type[Form]) -> tuple[Question, ...]:
    return tuple(_question(name, field) for name, field in form.model_fields.items())


def _question(name: str, field: Any) -> Question:
    ask = next(item for item in field.metadata if isinstance(item, Ask))
    annotated = field.rebuild_annotation()
    asked = [kind for kind in _alternatives(field.annotation) if kind not in (NoneType, DontKnow)]
    return Question(
        name=name,
        ask=ask,
        kind=_kind(asked, ask),
        options=_options(asked[0]),
        may_not_know=DontKnow in _alternatives(field.annotation),
        longest=_longest(annotated),
        adapter=TypeAdapter(annotated),
    )


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, UnionType):
        return tuple(bare for part in get_args(annotation) for bare in _alternatives(part))
    return _alternatives(get_args(annotation)[0]) if hasattr(annotation, "__metadata__") else (annotation,)


def _longest(annotated: Any) -> int:
    """Of the text that the type takes, wherever in it that is said."""
    said = (getattr(one, "max_length", None) for one in getattr(annotated, "__metadata__", ()))
    return max((*(limit or 0 for limit in said), *map(_longest, get_args(annotated))), default=0)


def _options(bare: Any) -> tuple[Option, ...]:
    bare = get_args(bare)[0] if get_origin(bare) is list else bare
    if not (isinstance(bare, type) and issubclass(bare, StrEnum)):
        return ()
    return tuple(
        Option(member.value, getattr(member, "label", member.value), getattr(member, "alone", False)) for member in bare
    )


def _kind(asked: list[Any], ask: Ask) -> Kind:
    bare = asked[0]
    if get_origin(bare) is list:
        return Kind.CHOICES
    if ask.choices or (isinstance(bare, type) and issubclass(bare, StrEnum)):
        return Kind.CHOICE
    if asked == [date]:
        return Kind.DATE
    return Kind.LONG_TEXT if ask.long else Kind.TEXT


def with_options(question: Question, options: Iterable[Option]) -> Question:
    return replace(question, options=tuple(options))
