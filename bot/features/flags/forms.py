"""Forms by which a coordinator asks for flags and tells of changes, and an agency confirms or declines one."""

from typing import Annotated, ClassVar

from bot.choices import own_cases, own_posts
from bot.kit.answers import ComingDay, Line, PastDay
from bot.kit.forms import Ask, Choice, Form

PAGE = "The flag"


class Says(Choice):
    PHONE = "phone", "Known to the MACE panel: phone the coordinator before you decide"
    MISSING = "missing", "If missing: tell the police and the coordinator at once"
    NOTICE = "notice", "Somebody may be exploiting this child: think of it each time"
    CONTACT = "contact", "Ask the coordinator how to make contact safely"


class System(Choice):
    CARE = "social care", "A social care record"
    HEALTH = "health", "A health record"
    GP = "GP", "A GP record"
    POLICE = "police", "A police system"
    SCHOOL = "school", "A school or college record"
    HOUSING = "housing", "A housing record"
    YOUTH = "youth justice", "A youth justice record"
    OTHER = "other", "Another system"


class Declined(Choice):
    NO_RECORD = "no record", "We have no record of this child"
    NO_WAY = "no way", "Our system cannot hold a flag"
    NOT_RIGHT = "not right", "We do not think that it is needed, or that we may"
    OTHER = "other", "Another reason, about which we will phone"


class Change(Choice):
    MOVED = "moved", "The child has moved"
    CONTACT = "contact", "There is another person to contact"
    WORRY = "worry", "The worry has changed: phone the coordinator"
    CODEWORD = "codeword", "The codeword has changed"


class Fate(Choice):
    REMOVE = "remove", "Ask agencies here to take them off"
    KEEP = "keep", "Keep them here, and tell agencies that the child has moved"


class AskForFlag(Form):
    """Ask for a flag"""

    send: ClassVar[str] = "Ask for it"

    posts: Annotated[
        list[str],
        Ask(
            PAGE,
            "Who is to put a flag on their record?",
            "Choose one for each agency.",
            choices=own_posts,
        ),
    ]
    says: Annotated[list[Says], Ask(PAGE, "What should the flag say?", "Choose all that apply. Never the whole story.")]
    by: Annotated[ComingDay, Ask(PAGE, "By when?", "For example, 27 March 2026, or Friday")]


class FlagIsOn(Form):
    """Confirm a flag"""

    send: ClassVar[str] = "It is on"

    systems: Annotated[list[System], Ask(PAGE, "On which records does it stand?", "Choose all that apply.")]
    placed_on: Annotated[PastDay, Ask(PAGE, "On which day was it put on?", "For example, 27 March 2026, or today")]
    place: Annotated[
        Line | None,
        Ask(
            PAGE,
            "Where is it found there?",
            "Only you and the coordinator read it, on a page. Leave this empty if the system says enough.",
            private=True,
            optional=True,
        ),
    ] = None


class NoFlag(Form):
    """Decline a flag"""

    send: ClassVar[str] = "Tell the coordinator"

    declined: Annotated[Declined, Ask(PAGE, "Why can you not put it on?", "The coordinator reads it.")]


class FlagNews(Form):
    """Tell flag holders"""

    send: ClassVar[str] = "Tell them"

    changes: Annotated[
        list[Change], Ask(PAGE, "What has changed?", "Whoever holds a flag is told, and asked to confirm.")
    ]


class MoveFlags(Form):
    """Flags and a move"""

    send: ClassVar[str] = "Go on"

    case: Annotated[str, Ask(PAGE, "Which case is about the child who moves?", choices=own_cases)]
    fate: Annotated[
        Fate, Ask(PAGE, "What should happen to the flags?", "The new borough is told, and decides about its own.")
    ]
