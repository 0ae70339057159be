"""Whatever somebody reads, changes or is refused has its entry before a byte leaves (TRUST.md T-43, invariant 9)."""

import re

import pytest
from sqlalchemy import select, text

from bot.commands import COMMANDS
from bot.conversation import hear
from bot.features import access
from bot.features.misses import WITHIN
from bot.kit.errors import NotAllowed, NotFound, TooMany
from bot.kit.messages import to_text
from bot.reading import READERS
from bot.replies import Line, Reply, Sender
from storage.database import Sessions
from storage.levels import Level
from storage.records import Account, AuditEntry
from storage.verifying import verify
from tests.cast import HOME
from tests.conversations.test_need_to_know import opens
from tests.conversations.test_own_pages import a_referral
from tests.conversations.test_shares import shares
from tests.making import a_case, a_flag, a_meeting, an_action, an_agreement, an_escalation
from tests.planting import plant
from tests.rules.test_tables import subclasses
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
WITHOUT = {"resume", "help"}  # a form of one's own, and what one may say
NOTHING = (  # is changed, and no more is shown than in a push
    *("There is no", "There are no", "You have no open action", "I cannot send e-mail"),
    "Which action do you mean?",
)
LEVELS = ("read L2", "read L3", "read L4", "read L5")


def entries(sessions: Sessions, user: str) -> list[AuditEntry]:
    with sessions() as session:
        asked = select(AuditEntry).join(Account, Account.id == AuditEntry.account_id).where(Account.user == user)
        return list(session.scalars(asked.order_by(AuditEntry.chain, AuditEntry.seq)))


def says(world: World, user: str, line: str, *, signed_in: bool = False) -> Reply:
    told = Line(line, private=True, typed=False, signed_in=signed_in)
    return hear(world.sessions, Sender("core", HOME, user), told, world.now)


@pytest.mark.parametrize("user", ["coordinator", "nurse"])
def test_every_command_has_an_entry_whether_it_is_done_or_refused(core: World, user: str) -> None:
    for _ in range(2):
        an_action(core, NURSE, "12 June 2026")
    a_meeting(core)
    silent = set()
    for command in COMMANDS:
        before = len(entries(core.sessions, user))
        reply = says(core, user, f"{command.name} {command.takes}".strip())
        words = to_text(reply.message) if reply.message else ""
        if len(entries(core.sessions, user)) == before and not words.startswith(NOTHING):
            silent.add(command.name)
    assert silent == WITHOUT
    with core.sessions() as session:
        assert [one for one in verify(session.connection()) if one.flaw] == []


def unwritten(world: World, user: str, things: list[str]) -> set[str]:
    """What they say about these, each at an old version, that shows more than a push does and has no entry."""
    silent = set()
    for about in things:
        world.now += WITHIN  # what is not theirs does not stop them (T-38)
        for command in COMMANDS:
            before = len(entries(world.sessions, user))
            reply = says(world, user, f"{command.name} {about} @0") if command.takes[:1] == about[0] else Reply()
            shows = reply.message is not None and reply.message.level >= Level.L2
            if shows and len(entries(world.sessions, user)) == before:
                silent.add(command.name)
    return silent


def test_a_step_that_is_late_or_of_something_that_is_over_has_an_entry(core: World) -> None:
    planted = plant(core)
    an_agreement(core, "Hollow Oak School")
    listed = says(core, "coordinator", "agreements").message
    assert listed
    agreement = re.findall(r"G-\w{5}", to_text(listed))[0]
    things = [*vars(planted).values(), agreement]
    for user in ("school", "coordinator", "police"):
        assert unwritten(core, user, things) == set(), f"{user}, while it is open"
    for user, line in (
        ("coordinator", f"confirm {planted.action}"),
        ("coordinator", f"entered in error {planted.other_action}"),
        ("coordinator", f"close case {planted.case}"),
        ("school", f"flag is off {planted.flag}"),
        ("police", f"emergency reviewed {planted.emergency}"),
        ("coordinator", f"end share {planted.share}"),
        ("coordinator", f"end agreement {agreement}"),
        ("coordinator", f"undo import {planted.imported}"),
    ):
        says(core, user, line)
    for user in ("school", "coordinator", "police"):
        assert unwritten(core, user, things) == set(), f"{user}, when it is over"


def readable(core: World) -> dict[str, str]:
    """Something of each kind that has a page."""
    case = a_case(core)
    shares(core, an_action(core, NURSE, "12 June 2026"), by="nurse")
    opens(core.person("nurse"), case)
    core.tick()
    arrived = "\n".join(heard.text for heard in core.person("coordinator").hears())
    return {
        "A": an_action(core, NURSE, "12 June 2026"),
        "B": an_escalation(core, an_action(core, NURSE, "12 June 2026")),
        "C": case,
        "E": re.findall(r"E-\w{5}", arrived)[0],
        "F": a_flag(core, case, NURSE),
        "M": a_meeting(core),
        "R": a_referral(core),
        "S": re.findall(r"S-\w{5}", arrived)[0],
    }


def test_every_page_has_an_entry_with_the_level_of_what_it_shows(core: World) -> None:
    things = readable(core)
    assert things.keys() == READERS.keys()
    for line in (
        *(f"read {one}" for one in things.values()),
        "action list",
        "flag list",
        "pages",
        "access log",
        "handover pack",
    ):
        before = len(entries(core.sessions, "coordinator"))
        says(core, "coordinator", line, signed_in=True)
        found = [one.what for one in entries(core.sessions, "coordinator")[before:]]
        assert found, line
        assert line == "pages" or any(what[:7] in LEVELS for what in found), (line, found)


@pytest.mark.parametrize("kind", READERS)
def test_a_page_that_cannot_be_written_down_is_not_shown(
    core: World, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    reference = readable(core)[kind]
    shown = says(core, "coordinator", f"read {reference}", signed_in=True)
    assert shown.message
    assert "Read by Cal Testperson" in to_text(shown.message)
    with core.sessions.begin() as session:
        session.execute(text("ALTER TABLE audit RENAME TO away"))
    hidden = says(core, "coordinator", f"read {reference}", signed_in=True)
    assert hidden.message
    words = to_text(hidden.message)
    assert "something went wrong" in words
    assert "Testperson" not in words
    assert "Canary" not in words + caplog.text


def test_a_name_that_waits_for_an_agreement_has_an_entry_for_who_asked(core: World) -> None:
    reference = an_action(core, NURSE, "12 June 2026", about=a_case(core))
    says(core, "nurse", f"who {reference}", signed_in=True)
    assert ("read L4: who is this, for one's own work", "done") in noted(core, "nurse")
    an_agreement(core, "Thames Gate NHS Trust", highest="3")
    later = an_action(core, NURSE, "12 June 2026", about=a_case(core))
    before = noted(core, "nurse")
    held_back = says(core, "nurse", f"who {later}", signed_in=True)
    assert held_back.message
    assert "Ask the coordinator. Your agency's sharing agreement needs review." in to_text(held_back.message)
    assert noted(core, "nurse")[len(before) :] == [("HeldBack", "refused")]
    assert entries(core.sessions, "nurse")[-1].about == later
    log = says(core, "coordinator", "access log", signed_in=True)
    assert log.message
    assert f"asked for what is held back from their agency, {later} (refused)" in to_text(log.message)


def noted(core: World, user: str) -> list[tuple[str, str]]:
    return [(one.what, one.result) for one in entries(core.sessions, user)]


def test_an_entry_names_no_child_and_nothing_that_was_typed(core: World) -> None:
    reference = a_referral(core)
    says(core, "coordinator", f"read {reference}", signed_in=True)
    says(core, "coordinator", "Canaryline about Canaryname")
    with core.sessions() as session:
        told = " ".join(f"{one.what} {one.about} {one.result}" for one in session.scalars(select(AuditEntry)))
    assert reference in told
    assert "anary" not in told


def test_the_access_log_knows_each_refusal() -> None:
    """Whatever the turn writes for one has words there."""
    kinds = {one for kind in (NotAllowed, NotFound, TooMany) for one in (kind, *subclasses(kind))}
    assert access.WHY_NOT.keys() == {one.__name__ for one in kinds}
