"""Forms by which somebody escalates what is stuck, and somebody else writes how it was settled."""

from typing import Annotated, ClassVar

from bot.choices import InTheWay
from bot.kit.answers import Story
from bot.kit.forms import Ask, Choice, Form

SAFETY, WAY, SETTLED = "Safety first", "What is in the way", "How it was settled"
IN_THE_WAY = "What is in the way?"


class Risk(Choice):
    NO = "no", "No"
    YES = "yes", "Yes"


class Start(Choice):
    CHAIRS = "3", "With the chairs, at once (level 3)"
    FIRST = "1", "With the people who have to do it (level 1)"


class Escalate(Form):
    """Escalate"""

    send: ClassVar[str] = "Escalate it"

    risk: Annotated[
        Risk,
        Ask(
            SAFETY,
            "Is anyone at risk right now?",
            "If so, phone 999 first. This is not watched day and night.",
            at_once=True,
        ),
    ]
    reason: Annotated[InTheWay, Ask(WAY, IN_THE_WAY, "It is what the panel’s register of blockages counts.")]


class EscalateNow(Form):
    """Escalate at once"""

    send: ClassVar[str] = "Escalate it"

    start: Annotated[Start, Ask(WAY, "Where is it to start?", "A level may be left out when somebody may be at risk.")]
    reason: Annotated[InTheWay, Ask(WAY, IN_THE_WAY)]


class Settle(Form):
    """Settle an escalation"""

    send: ClassVar[str] = "It is settled"

    words: Annotated[
        Story,
        Ask(
            SETTLED,
            "How was it settled?",
            "Who does what by when. It stays in the tracker, and whoever raised it can read it.",
            long=True,
            private=True,
        ),
    ]
