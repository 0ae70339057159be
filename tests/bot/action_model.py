"""How an action lives, read by hand from the table (DOMAIN.md B.3), and who answers for which post."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

PROPOSED, CONTESTED = ("proposed",), ("contested",)
TO_DO, CLAIMED = ("open", "acknowledged"), ("done_claimed", "not_possible_claimed")
WITH_OWNER = (*TO_DO, "blocked")
LIVE = (*WITH_OWNER, *CONTESTED, *CLAIMED)
REOPENS = ("done", "not_possible", "cancelled")
RUNS = ("coordinator", "chair")
STAYS = ""


@dataclass(frozen=True)
class Row:
    event: str
    states: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    tells: Mapping[str, str] = field(default_factory=dict)


GIVEN, ENDED = {"owner": "action_given"}, {"owner": "action_ended"}
TABLE = (
    Row("agree", PROPOSED, "open", RUNS, GIVEN),
    Row("accept", ("open",), "acknowledged", ("owner",)),
    Row("contest", TO_DO, "contested", ("owner", "lead"), {"coordinator": "action_contested"}),
    Row("give", (*PROPOSED, *WITH_OWNER, *CONTESTED), "open", ("coordinator",), GIVEN),
    Row("pass on", TO_DO, "open", ("lead",), {**GIVEN, "coordinator": "action_passed_on"}),
    Row("block", TO_DO, "blocked", ("owner",), dict.fromkeys(("coordinator", "lead"), "action_blocked")),
    Row(
        "unblock",
        ("blocked",),
        "acknowledged",
        ("owner", "coordinator"),
        dict.fromkeys(("owner", "coordinator"), "action_unblocked"),
    ),
    Row("record done", WITH_OWNER, "done", ("coordinator",), {"owner": "action_recorded"}),
    Row("say done", WITH_OWNER, "done_claimed", ("owner",), {"coordinator": "action_said_done"}),
    Row(
        "say not possible",
        WITH_OWNER,
        "not_possible_claimed",
        ("owner",),
        {"coordinator": "action_said_not_possible"},
    ),
    Row("undo", CLAIMED, "acknowledged", ("owner",)),
    Row("confirm", ("done_claimed",), "done", ("coordinator",), {"owner": "action_confirmed"}),
    Row(
        "agree not possible",
        ("not_possible_claimed",),
        "not_possible",
        ("coordinator",),
        {**ENDED, "chair": "action_not_possible"},
    ),
    Row("send back", CLAIMED, "acknowledged", ("coordinator",), {"owner": "action_sent_back"}),
    Row(
        "ask for more time",
        WITH_OWNER,
        STAYS,
        ("owner",),
        {"coordinator": "more_time_asked", "chair": "more_time_again"},
    ),
    Row("agree more time", WITH_OWNER, STAYS, RUNS, {"owner": "more_time_agreed"}),
    Row("keep the date", WITH_OWNER, STAYS, RUNS, {"owner": "date_kept"}),
    Row("cancel", PROPOSED, "cancelled", RUNS),
    Row("cancel", LIVE, "cancelled", RUNS, ENDED),
    Row("replace", LIVE, "superseded", RUNS, ENDED),
    Row("reopen", REOPENS, "open", RUNS, GIVEN),
    Row("enter in error", PROPOSED, "entered_in_error", ("coordinator",)),
    Row("enter in error", (*LIVE, *REOPENS, "superseded"), "entered_in_error", ("coordinator",), ENDED),
    Row("say what came of it", ("done_claimed",), STAYS, ("owner",)),  # no step: nobody is told, it is nobody's change
)


@dataclass
class Doing:
    """One action, as it has to be."""

    reference: str
    owner: str
    due: date
    state: str = "open"
    version: int = 1
    asked: date | None = None
    extensions: int = 0
    effect: str | None = None
    how: str = "give"
    by: str = ""


class People:
    """Which handle holds each post, and which stands in for it."""

    def __init__(self, holders: Mapping[str, str]) -> None:
        self.holders, self.deputies = dict(holders), dict[str, str]()

    def of(self, post: str) -> set[str]:
        return {one[post] for one in (self.holders, self.deputies) if post in one}

    def first(self, post: str) -> str | None:
        """Who is written to."""
        return self.holders.get(post) or self.deputies.get(post)

    def posts(self, handle: str) -> list[str]:
        return sorted({post for one in (self.holders, self.deputies) for post, who in one.items() if who == handle})

    def leaves(self, handle: str, post: str) -> None:
        part = self.holders if self.holders.get(post) == handle else self.deputies
        del part[post]


def posts_of(side: str, owner: str) -> tuple[str, ...]:
    """`head` leads the agency of `school`; nobody leads the others."""
    if side == "lead":
        return ("head",) if owner in ("school", "head") else ()
    return (owner if side == "owner" else side,)


def row_for(people: People, doing: Doing, event: str, handle: str) -> Row | None:
    """What the table lets this person do; a step that nothing more stands in the way of."""
    rows = (row for row in TABLE if row.event == event and doing.state in row.states)
    return next((row for row in rows if handle in _may(people, doing, row.by)), None)


def _may(people: People, doing: Doing, sides: Iterable[str]) -> set[str]:
    return {who for side in sides for post in posts_of(side, doing.owner) for who in people.of(post)}


def still_so(one: Doing, kind: str, post: str) -> bool:
    """Whether this is still to be read: what asks for something is not, once it is settled or is another's."""
    match kind:
        case "action_reminder":
            return one.state in WITH_OWNER and one.owner == post
        case "action_given":
            return one.state in TO_DO and one.owner == post
        case "more_time_asked":
            return one.asked is not None
        case "more_time_again":
            return one.asked is not None and one.extensions > 0
    return one.state == ASKS.get(kind, one.state)


ASKS = {
    "action_proposed": "proposed",
    "action_said_done": "done_claimed",
    "action_said_not_possible": "not_possible_claimed",
    "action_contested": "contested",
    "action_blocked": "blocked",
}


def moved(one: Doing, row: Row, who: str, given: Mapping[str, Any]) -> set[tuple[str, str, int, str]]:
    """It has taken this step: what is owed for it, as (kind, reference, version, post)."""
    one.state, one.version, one.how, one.by = row.to or one.state, one.version + 1, row.event, who
    match row.event:
        case "ask for more time":
            one.asked = given["until"]
        case "agree more time":
            assert one.asked
            one.due, one.extensions = one.asked, one.extensions + 1
        case "give" | "pass on":
            one.owner = given["owner"]
        case "say done":
            one.effect = None
        case "reopen":
            one.due, one.extensions, one.effect = given["due_on"], 0, None
    if row.event not in KEEP_THE_QUESTION:
        one.asked = None
    return {
        (kind, one.reference, one.version, post)
        for side, kind in row.tells.items()
        for post in posts_of(side, one.owner)
    }


KEEP_THE_QUESTION = ("ask for more time", "accept", "block", "unblock")  # of more time; all else settles it
