"""The form by which somebody opens a record to another agency at once."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from bot.context import Context
from bot.kit.answers import Story
from bot.kit.forms import Ask, Choice, Form, Option
from storage.queries.agreements import agencies_near

NOW = "Share now"


class Reason(Choice):
    SAFETY = "safety now", "A child may come to serious harm"
    ASKED = "police or court", "The police or a court need it now"
    NOBODY = "nobody there", "It cannot wait, and the coordinator cannot be reached"
    OTHER = "other", "Something else"


def agencies_at_hand(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.id), one.name) for one in agencies_near(ctx.session, ctx.actor))


class ShareNow(Form):
    """Share now"""

    send: ClassVar[str] = "Share it now"

    agency: Annotated[
        str,
        Ask(
            NOW,
            "Which agency has to read it now?",
            "If a child is in danger, phone 999 first. No sharing agreement is needed for this.",
            choices=agencies_at_hand,
        ),
    ]
    reason: Annotated[Reason, Ask(NOW, "Why now?")]
    why: Annotated[
        Story,
        Ask(
            NOW,
            "What makes it urgent?",
            "Kept for the review that follows, and sent to nobody.",
            long=True,
            private=True,
        ),
    ]
