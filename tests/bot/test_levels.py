"""Levels (TRUST.md 4.1): whatever anybody asks, a message holds nothing above the level that its notice says."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import COMMANDS
from bot.conversation import hear
from bot.dialogues.forms import FORMS
from bot.kit.forms import Kind
from bot.kit.messages import STORED, Message, Notice, in_words
from bot.kit.questions import questions
from bot.letters import pushed
from bot.notices import NotLetIn
from bot.replies import Line, Sender
from bot.writing import OWED
from storage.levels import Disclosed, Level
from storage.records import Delivery, DeliveryState, Record, Secret
from tests.cast import HOME, OUTSIDE, START
from tests.planting import CANARIES, COLLEAGUE, OPEN, PLANTED, Planted, plant, planted_in
from tests.rules.samples import ON_PAGES, SAMPLES
from tests.scheduler.fakes import Postbox, deliver, give, ledger
from tests.world import World

ABOVE = {Level.L4: CANARIES, Level.L2: (COLLEAGUE,)}  # what was planted at which level
PEOPLE = {  # the most that anybody reads on a page; the coordinator comes last, because their lines change things
    **dict.fromkeys(("stranger", "leaver"), Level.L0),
    # of the other boroughs only a list of flags, in which there is none
    **dict.fromkeys(("islington", "bromley"), Level.L4),
    **dict.fromkeys(("charity", "nurse", "school", "police", "coordinator"), Level.L4),
}
PAGES = ("pages", "read", "who", "action list", "flag list")
# whose pages hold what was written: the nurse opened the case in an emergency; the rest, one of each, was shared in one
READ_BY: dict[str, set[str]] = {
    "coordinator": {"read R", "read C", "read A", "read B", "read E", "read S", "read F"},
    "charity": {"read R"},
    "school": {"read A", "read B", "who A", "who C", "read F", "who F", "flag list"},
    "nurse": {"read A", "who A", "who C", "who F"},
    "police": {"read E", "read R"},
    **{handle: set() for handle in ("islington", "bromley", "leaver", "stranger")},
}
HELD_ELSEWHERE = {"slack_installation.token", "slack_installation.refresh_token"}  # seen by no person
COPIES = {"delivery.message", "heard.reply", "web_message.line", "web_message.message"}  # of what is checked here


def too_much(message: Message) -> set[str]:
    words = json.dumps(STORED.dump_python(message, mode="json")).casefold()
    return {one for level, found in ABOVE.items() if level > message.level for one in found if one in words}


def lines(planted: Planted) -> Iterator[str]:
    """Each command, about a thing of the kind that it takes; and whatever can be read, about each thing there is."""
    for command in COMMANDS:
        about = vars(planted).values() if command.name in ("read", "who") else [planted.like(command.takes or "-")]
        yield from (f"{command.name} {one}" if command.takes else command.name for one in about)


def heard(world: World, handle: str, line: Line, tenant: str = HOME) -> Message | None:
    return hear(world.sessions, Sender("core", tenant, handle), line, world.now).message


def test_no_answer_holds_more_than_its_level_in_chat_or_on_a_page(core: World) -> None:
    """Invariant 1: of what was planted at a level, a message of a lower one holds nothing; and chat ends at L3."""
    planted = plant(core)
    for handle, most in PEOPLE.items():
        pages = [_checked(core, handle, line, signed_in=True) for line in lines(planted) if line.startswith(PAGES)]
        assert max(pages) is most, handle
        chat = [_checked(core, handle, line, signed_in=False) for line in lines(planted)]
        assert max(chat) <= Level.L3, handle


def _checked(world: World, handle: str, line: str, *, signed_in: bool) -> Level:
    """Of the answer; or L0 for a form."""
    message = heard(world, handle, Line(line, private=True, typed=False, signed_in=signed_in))
    assert message is None or too_much(message) == set(), line
    return message.level if message else Level.L0


def test_pages_hold_what_was_written_for_whom_it_was_written_and_for_nobody_else(core: World) -> None:
    planted = plant(core)
    for handle, may in READ_BY.items():
        found = {
            line.partition("-")[0] for line in lines(planted) if line.startswith(PAGES) and _written(core, handle, line)
        }
        assert found == may, handle
        assert not _written(core, handle, f"read {planted.other_action}"), "nobody has confirmed those words yet"


def _written(world: World, handle: str, line: str) -> bool:
    message = heard(world, handle, Line(line, private=True, typed=False, signed_in=True))
    return bool(message and planted_in(in_words(message)))


def test_where_others_read_whatever_is_asked_is_answered_at_l0(core: World) -> None:
    planted = plant(core)
    for handle in ("coordinator", "school", "stranger"):
        for line in lines(planted):
            message = heard(core, handle, Line(line, private=False, typed=False))
            assert message
            assert message.level is Level.L0
    assert heard(core, "nurse", Line("mine", private=True), OUTSIDE) == NotLetIn().message()
    assert NotLetIn.level is Level.L0


def test_every_secret_column_was_planted_or_is_a_copy(core: World) -> None:
    """Else the tests above would say nothing about it."""
    plant(core)
    with core.sessions.begin() as session:
        sealed = {
            f"{table.name}.{column.name}": column
            for table in Record.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, Secret)
        }
        empty = {
            name
            for name, column in sealed.items()
            if not any(session.scalars(select(column).where(column.is_not(None))))
        }
    assert sealed.keys() >= HELD_ELSEWHERE | COPIES
    assert empty <= HELD_ELSEWHERE | COPIES | {"person.email"}


def test_whatever_people_write_freely_is_planted_or_open_for_a_reason() -> None:
    free = {
        (row.form.__name__, one.name)
        for row in FORMS.values()
        for one in questions(row.form)
        if one.kind in (Kind.TEXT, Kind.LONG_TEXT) and not one.options and not one.ask.choices
    }
    assert free == PLANTED | OPEN.keys()
    assert not PLANTED & OPEN.keys()


# --- what is pushed ---------------------------------------------------------------------------------------------------


def test_what_only_pages_may_show_is_said_on_pages_alone() -> None:
    assert {type(one) for one in SAMPLES if one.level >= Level.L4} <= set(ON_PAGES)


@pytest.mark.parametrize("level", [Level.L2, Level.L3, Level.L4, Level.L5])
def test_more_than_l1_is_never_pushed(level: Level) -> None:
    class Louder(type(SAMPLES[0])):  # type: ignore[misc]
        pass

    Louder.level = level
    with pytest.raises(Disclosed):
        pushed(object.__new__(Louder))


def test_a_kind_of_message_that_would_say_more_is_not_sent_and_the_coordinator_hears(
    core: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    louder = next(one for one in SAMPLES if one.level is Level.L2)

    def write(_session: Session, _delivery: Delivery, _now: object) -> Notice:
        return louder

    monkeypatch.setitem(OWED, "action_given", replace(OWED["action_given"], write=write))
    give(core.sessions, "Camden", "Hollow Oak School", START.date().replace(day=23))
    box = Postbox()
    deliver(core.sessions, START, box)
    (lost,) = ledger(core.sessions, "action_given")
    assert (lost.state, lost.reason) == (DeliveryState.FAILED, "we could not write the message")
    assert box.readers() == ["coordinator"]
