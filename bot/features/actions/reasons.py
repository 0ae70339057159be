"""The closed lists of reasons and effects that are asked for beside a step, so that they can be counted."""

from bot.choices import InTheWay
from bot.kit.forms import Choice
from storage.records import Effect, Priority


class HowUrgent(Choice):
    NORMAL = Priority.NORMAL.value, "As usual"
    HIGH = Priority.HIGH.value, "Urgent: reminded until it is taken on"


class HowLong(Choice):
    """In working days."""

    TOMORROW = "1", "Until tomorrow"
    TWO_DAYS = "2", "For 2 working days"
    A_WEEK = "5", "For 5 working days"


class NotMine(Choice):
    WRONG_AGENCY = "wrong_agency", "It is for another agency"
    WRONG_PERSON = "wrong_person", "It is for somebody else in my agency"
    NOT_LAWFUL = "not_lawful", "We may not do it by law"
    NOT_PROPORTIONATE = "not_proportionate", "It asks for more than is needed"
    ALREADY_DONE = "already_done", "It was done before it was given"


class NotPossible(Choice):
    DECLINED = "declined", "The young person or family said no"
    MOVED = "moved", "They do not live here any more"
    GROWN_UP = "grown_up", "They are 18 now"
    GONE = "gone", "What it was about is no longer there"
    OVERTAKEN = "overtaken", "Something else was agreed"


class Missing(Choice):
    PART = "part", "A part of it is still to do"
    OUTCOME = "outcome", "What came of it"
    WHEN = "when", "When it was done, and by whom"
    RECORD = "record", "It is not on the record yet"
    CALL = "call", "Something else: please call the coordinator"


class NotNeeded(Choice):
    NOT_NEEDED = "not_needed", "It is not needed any more"
    TWICE = "twice", "It was given twice"
    OTHER_WAY = "other_way", "It is done in another way"


class Mistake(Choice):
    WRONG_CHILD = "wrong_child", "It is about the wrong child"
    NOT_AGREED = "not_agreed", "Nobody agreed it"
    NOT_AN_ACTION = "not_an_action", "It is no action"


class Again(Choice):
    NOT_LASTED = "not_lasted", "It did not last"
    NEW_WORRY = "new_worry", "There is a new worry"
    ENDED_TOO_SOON = "ended_too_soon", "It was ended too soon"


class Helped(Choice):
    LESS_RISK = Effect.LESS_RISK.value, "The risk is lower"
    NO_CHANGE = Effect.NO_CHANGE.value, "No change"
    TOO_EARLY = Effect.TOO_EARLY.value, "Too early to say"


LISTS: tuple[type[Choice], ...] = (InTheWay, NotMine, NotPossible, Missing, NotNeeded, Mistake, Again)


def in_words(because: str | None) -> str:
    """The reason as people chose it, or ''.  No two lists share a word."""
    return next((one.label for reasons in LISTS for one in reasons if one.value == because), "")
