"""The questions every referral opens with, whatever it is about (DOMAIN.md C.1)."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints

from bot.context import Context
from bot.kit.answers import Story
from bot.kit.forms import DONT_KNOW, Ask, Choice, DontKnow, Form, Option, Raw
from storage.queries.people import partnerships

SAFETY, YOU = "Safety first", "About you"
ABOUT_WHO_TOLD = frozenset({"contact", "source", "risk_to_source", "not_to_share", "reported_as", "reach"})


class Danger(Choice):
    NO = "no", "No"
    NOT_REPORTED = "yes, not reported", "Yes, and nobody has been told yet"
    REPORTED = "yes, reported", "Yes, and the police or MASH have been told"
    NOT_SURE = DONT_KNOW, "I don't know"


class Contact(Choice):
    WORKS_WITH = "works with them", "I work with them"
    MET_ONCE = "met them once", "I met them once"
    WAS_TOLD = "was told", "Somebody told me"
    INTELLIGENCE = "holds intelligence", "I hold intelligence"
    NOT_SURE = DONT_KNOW, "I don't know how to answer this"


class Source(Choice):
    SAW = "saw it", "I saw it"
    CHILD = "told by the child", "The child told me"
    OTHER = "told by someone else", "Somebody else told me"
    RECORDS = "records", "It is in our records"
    WORKED_OUT = "worked it out", "I worked it out from several things"
    NOT_SURE = DONT_KNOW, "I don't know"


class Risk(Choice):
    NO = "no", "No"
    YES = "yes", "Yes"
    NOT_SURE = DONT_KNOW, "I don't know"


def boroughs(ctx: Context) -> Iterable[Option]:
    yield from (Option(str(one.id), one.name) for one in partnerships(ctx.session))
    yield Option(DONT_KNOW, "I don't know")


def was_reported(answers: Raw) -> bool:
    return answers.get("danger") == Danger.REPORTED


def could_harm(answers: Raw) -> bool:
    return answers.get("risk_to_source") in (Risk.YES, Risk.NOT_SURE)


PoliceOrMash = Annotated[str, StringConstraints(min_length=4, max_length=30, pattern=r"^[A-Za-z0-9/ -]+$")]


class ReferralOpening(Form):
    """Refer"""

    danger: Annotated[
        Danger,
        Ask(
            SAFETY,
            "Is someone in danger right now?",
            "If so, phone 999 first. This form is not watched day and night.",
            at_once=True,
        ),
    ]
    reported_as: Annotated[
        PoliceOrMash | DontKnow | None,
        Ask(
            SAFETY,
            "What reference did the police or MASH give you?",
            "It helps us join things up. We do not check it.",
            when=was_reported,
        ),
    ] = None
    borough: Annotated[
        str,
        Ask(
            SAFETY,
            "Which borough does the child live in?",
            "We ask so that it goes to the right panel.",
            choices=boroughs,
        ),
    ]
    contact: Annotated[Contact, Ask(YOU, "How do you know the child?")]
    source: Annotated[
        Source, Ask(YOU, "How do you know what you will tell us?", "If for several reasons, choose the main one.")
    ]
    risk_to_source: Annotated[
        Risk,
        Ask(
            YOU,
            "Could anyone be at risk if people learn that you told us?",
            "If so, only the coordinator reads your answers about yourself.",
        ),
    ]
    not_to_share: Annotated[
        Story | DontKnow | None,
        Ask(
            YOU,
            "What must not be passed on, and to whom?",
            "In an emergency other agencies may read the rest: leave out whatever shows who told you.",
            long=True,
            private=True,
            when=could_harm,
        ),
    ] = None
