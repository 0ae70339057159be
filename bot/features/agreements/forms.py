"""Forms by which a coordinator records an agreement, renews it, or withdraws what an agency was given."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from bot.choices import own_boroughs
from bot.context import Context
from bot.kit.answers import AnyDay, ComingDay, Line, Story
from bot.kit.forms import Ask, Choice, Form, Option
from storage.levels import Level
from storage.queries.agreements import agencies_beside, agencies_given
from storage.records import Direction, Purpose, Strand

COVERS, DAYS, WITHDRAWN = "What it covers", "Its days and its paper", "What is withdrawn"


class For(Choice):
    PANEL = Purpose.PANEL.value, "To prepare for the panel and take part in it"
    ACTIONS = Purpose.ACTIONS.value, "To do what the panel agreed"
    TRANSFER = Purpose.TRANSFER.value, "To take over when a child moves"


class About(Choice):
    CHILD = Strand.CHILD.value, "Children"
    PERSON = Strand.PERSON.value, "Persons of concern"
    PLACE = Strand.PLACE.value, "Places"
    THEME = Strand.THEME.value, "Patterns and worries"


class UpTo(Choice):
    L2 = str(Level.L2.value), "What kind of case it is and how it stands (L2)"
    L3 = str(Level.L3.value), "Also age band, area and what was decided (L3)"
    L4 = str(Level.L4.value), "Also names and the whole story (L4)"


class Ways(Choice):
    BOTH = Direction.BOTH.value, "Both ways"
    OUT = Direction.OUT.value, "From us to them"
    IN = Direction.IN.value, "From them to us"


def agencies_to_agree_with(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.id), one.name) for one in agencies_beside(ctx.session, ctx.actor))


def agencies_given_something(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.id), one.name) for one in agencies_given(ctx.session, ctx.actor))


class NewAgreement(Form):
    """Add an agreement"""

    send: ClassVar[str] = "Record this agreement"

    borough: Annotated[str, Ask(COVERS, "For which borough's panel?", choices=own_boroughs)]
    agencies: Annotated[
        list[str],
        Ask(
            COVERS,
            "Which agencies have signed it?",
            "Choose all that apply. Each gets a reference of its own.",
            choices=agencies_to_agree_with,
        ),
    ]
    purposes: Annotated[list[For], Ask(COVERS, "What may you share with them for?", "Choose all that apply.")]
    strands: Annotated[list[About], Ask(COVERS, "What may that be about?", "Choose all that apply.")]
    highest: Annotated[UpTo, Ask(COVERS, "How much may they see?")]
    direction: Annotated[
        Ways, Ask(COVERS, "Which way does it go?", "What comes in is never held back, whatever you choose.")
    ]
    starts_on: Annotated[AnyDay, Ask(DAYS, "From which day does it hold?", "For example, 27 March 2026")]
    review_on: Annotated[
        AnyDay, Ask(DAYS, "By when is it to be reviewed?", "After that day nothing new is shown until you renew it.")
    ]
    ends_on: Annotated[
        AnyDay | None, Ask(DAYS, "What is its last day?", "Leave this empty if it has none.", optional=True)
    ] = None
    basis: Annotated[
        Line, Ask(DAYS, "What is its lawful basis?", "As the agreement says it. We keep it and do not judge it.")
    ]
    signed_by: Annotated[Line, Ask(DAYS, "Who signed it?", "The posts, and not their names.")]
    document: Annotated[Line, Ask(DAYS, "Where is the document?", "For example, the number it has in your records.")]


class RenewAgreement(Form):
    """Renew an agreement"""

    send: ClassVar[str] = "Renew it"

    review_on: Annotated[ComingDay, Ask(DAYS, "By when is it to be reviewed next?", "For example, 27 March 2027")]


class Withdraw(Form):
    """Withdraw something"""

    send: ClassVar[str] = "Withdraw it"

    agency: Annotated[
        str,
        Ask(
            WITHDRAWN,
            "Which agency may not read it any more?",
            "They keep the reference, what they are asked to do, and the day.",
            choices=agencies_given_something,
        ),
    ]
    why: Annotated[
        Story, Ask(WITHDRAWN, "Why?", "It is kept with your decision. Nobody is sent it.", long=True, private=True)
    ]
