"""Forms by which one borough tells another that a child is moving, and the other acknowledges it."""

from typing import Annotated, ClassVar

from bot.choices import all_boroughs, own_boroughs, own_posts
from bot.kit.answers import Line
from bot.kit.forms import DONT_KNOW, Ask, Choice, DontKnow, Form

PAGE = "The transfer"


class StatusInLaw(Choice):
    CP = "child protection plan", "Child protection plan"
    CIN = "child in need plan", "Child in need plan"
    S47 = "enquiry open", "Child protection enquiry open"
    ASSESSMENT = "assessment open", "Assessment open"
    LOOKED_AFTER = "looked after", "Looked after"
    CARE_LEAVER = "care leaver", "Care leaver"
    EARLY_HELP = "early help", "Early help"
    YOUTH_JUSTICE = "youth justice only", "Youth justice only"
    NONE = "none", "None of these"
    NOT_KNOWN = DONT_KNOW, "I don't know"


class Stay(Choice):
    PERMANENT = "permanent", "For good"
    TEMPORARY = "temporary", "For a time"
    NOT_KNOWN = DONT_KNOW, "I don't know"


class NewTransfer(Form):
    """Record a transfer"""

    send: ClassVar[str] = "Tell the other borough"

    origin: Annotated[str, Ask(PAGE, "Which borough is the child leaving?", choices=own_boroughs)]
    receiving: Annotated[str, Ask(PAGE, "Which borough is the child moving to?", choices=all_boroughs)]
    child: Annotated[
        Line | DontKnow,
        Ask(
            PAGE,
            "What is your own reference for the child?",
            "Not their name. It is never put in a message.",
            private=True,
        ),
    ]
    status_in_law: Annotated[StatusInLaw, Ask(PAGE, "What is the child's status in law?", private=True)]
    stay: Annotated[Stay, Ask(PAGE, "For how long are they moving?", private=True)]


class Acknowledge(Form):
    """Acknowledge a transfer"""

    send: ClassVar[str] = "Acknowledge"

    contact: Annotated[
        str,
        Ask(
            PAGE,
            "Who is the contact in your borough?",
            "The other borough sends the papers to this post.",
            choices=own_posts,
        ),
    ]
