"""Erasing one record: what goes, what stays, what a hold prevents; and an older database that comes back (T-54)."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.erasing import erase, erase_again, would_erase
from bot.kit.errors import NotFound, Refusal
from bot.subjects import export_subject, in_text
from storage.backup import restoring, write_backup
from storage.database import Sessions, engine_of, open_database
from storage.erasures import Erasures, NoErasures
from storage.levels import unsealed
from storage.records import (
    Action,
    AuditEntry,
    Case,
    CaseAtAgency,
    Delivery,
    DeliveryState,
    Emergency,
    Escalation,
    Flag,
    Likeness,
    Proposal,
    Referral,
    Transfer,
)
from tests.conversations.test_holds import holds
from tests.conversations.test_need_to_know import opens
from tests.conversations.test_own_pages import a_referral
from tests.making import a_case, a_flag, an_action, an_escalation
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"
CANARIES = ("Zebra Canaryname", "Canarystory", "Canaryplace")


def erased(world: World, reference: str) -> None:
    with world.sessions.begin() as session:
        erase(session, reference, world.now)


def test_of_a_referral_the_reference_and_the_audit_stay(core: World) -> None:
    reference = a_referral(core)
    with core.sessions() as session:
        audit = session.query(AuditEntry).filter_by(about=reference).count()
        found = dict(would_erase(session, [reference]))
    assert found["what was written about the child"] == 1
    assert found["messages that were to be sent"] == 1
    erased(core, reference)
    with core.sessions() as session:
        referral = session.scalars(select(Referral)).one()
        assert (referral.reference, unsealed(referral.answers)) == (reference, {})
        assert session.query(AuditEntry).filter_by(about=reference).count() == audit + 1
    core.tick()
    assert core.person("coordinator").hears() == []
    assert reference in core.person("charity").says(f"referral {reference}")


def test_what_was_sent_and_shown_is_replaced(core: World) -> None:
    reference = a_referral(core)
    core.tick()
    cal, ann = core.person("coordinator"), core.person("charity")
    arrived, shown = cal.hears_one(), ann.says(f"referral {reference}")
    erased(core, reference)
    core.moves_on(minutes=1)
    assert cal.sees_now(arrived).text.startswith("This has changed since")
    assert ann.sees_now(shown).text.startswith("Details removed on")
    with core.sessions() as session:
        assert not [one for one in session.query(Delivery).filter_by(about=reference) if one.message is not None]


def test_words_about_an_action_go(core: World) -> None:
    reference = an_action(core, SCHOOL, "12 June 2026")
    sam = core.person("school")
    sam.says(f"done, told Zebra Canaryname's mum about {reference}")
    with core.sessions() as session:
        assert session.scalars(select(Proposal)).one().note is not None
    erased(core, reference)
    with core.sessions() as session:
        assert session.scalars(select(Proposal)).one().note is None
        assert session.scalars(select(Action)).one().outcome is None


def test_how_an_action_was_settled_is_exported_and_goes_with_it(core: World) -> None:
    reference = an_action(core, SCHOOL, "12 June 2026")
    escalation, cal = an_escalation(core, reference, by="school"), core.person("coordinator")
    cal.says(f"settle {escalation}")
    cal.presses("Open the form")
    cal.submits(words="Canarystory")
    with core.sessions.begin() as session:
        assert export_subject(session, reference, core.now)["held"]["how it was settled"] == ["Canarystory"]
        assert dict(would_erase(session, [reference]))["how its escalations were settled"] == 1
    erased(core, reference)
    with core.sessions.begin() as session:
        assert session.scalars(select(Escalation)).one().settlement is None
        assert "how it was settled" not in export_subject(session, reference, core.now)["held"]


def test_nobody_is_reminded_of_what_was_erased(core: World) -> None:
    reference = an_action(core, SCHOOL, "12 June 2026")
    core.tick()
    core.person("school").hears()
    erased(core, reference)
    core.moves_on(working_days=2)
    assert core.person("school").hears() == []


def a_transfer(core: World) -> str:
    cal = core.person("coordinator")
    cal.says("new transfer")
    cal.presses("Use the form instead")
    borough = {"origin": "Camden", "receiving": "Bromley", "child": "Canaryreference"}
    cal.submits(**borough, status_in_law="child in need plan", stay="permanent")
    with core.sessions() as session:
        return session.scalars(select(Transfer.reference)).one()


def test_of_a_transfer_the_boroughs_own_reference_goes(core: World) -> None:
    reference = a_transfer(core)
    erased(core, reference)
    with core.sessions() as session:
        transfer = session.scalars(select(Transfer)).one()
        assert (unsealed(transfer.child), transfer.status_in_law, transfer.length_of_stay) == ("", "", "")


def test_of_a_case_the_name_the_record_numbers_and_the_words_of_an_emergency_go(core: World) -> None:
    case = a_case(core)
    an_action(core, SCHOOL, "12 June 2026", about=case)
    sam = core.person("school")
    sam.says(f"record number {case}")
    sam.presses("Open the form")
    sam.submits(number="CANARY-4711")
    opens(core.person("nurse"), case)
    with core.sessions.begin() as session:
        held = export_subject(session, case, core.now)["held"]
    assert (held["name"], held["born"]) == ("Zebra Canaryname", "2011-05-14")
    assert held["record numbers"] == [{"agency": "Hollow Oak School", "number": "CANARY-4711"}]
    holds(core, case)
    with pytest.raises(Refusal, match="on hold"):
        erased(core, case)
    core.person("coordinator").says(f"end hold {case}")
    erased(core, case)
    with core.sessions() as session:
        assert unsealed(session.scalars(select(Case.child)).one()) == {"name": "don't know", "born": "don't know"}
        assert [one for one in session.scalars(select(CaseAtAgency.record_number)) if one is not None] == []
        assert unsealed(session.scalars(select(Emergency.words)).one()) == ""


def test_of_a_case_where_its_flags_are_found_goes_and_what_waits_stays(core: World) -> None:
    """What stands on an agency's own record is still to be taken off."""
    case = a_case(core)
    flag, sam = a_flag(core, case, SCHOOL), core.person("school")
    sam.says(f"flag is on {flag}")
    sam.presses("Use the form instead")
    sam.submits(systems=["school"], placed_on="today", place="Canaryplace, page 3")
    with core.sessions.begin() as session:
        (held,) = export_subject(session, case, core.now)["held"]["flags"]
        assert held == {
            "agency": "Hollow Oak School",
            "asked to say": ["phone"],
            "state": "confirmed",
            "records": ["school"],
            "where it is found": "Canaryplace, page 3",
        }
        assert dict(would_erase(session, [case]))["where flags are found"] == 1
        with pytest.raises(NotFound):
            export_subject(session, flag, core.now)
    erased(core, case)
    with core.sessions() as session:
        assert session.scalars(select(Flag)).one().place is None
    core.tick()
    core.person("coordinator").says(f"remove flags {flag}")
    core.tick()
    assert any(f"Flag {flag}" in one for one in sam.hears())
    assert "taken off" in sam.says(f"flag is off {flag}")


def test_of_a_referral_the_marks_of_its_child_go_too(core: World) -> None:
    reference = a_referral(core)
    with core.sessions() as session:
        assert session.query(Likeness).count() == 1
    erased(core, reference)
    with core.sessions() as session:
        assert session.query(Likeness).count() == 0


def test_what_may_not_be_erased(core: World) -> None:
    """TRUST.md T-54."""
    reference = a_referral(core)
    holds(core, reference)
    with core.sessions.begin() as session, pytest.raises(Refusal, match="is on hold: court case"):
        erase(session, reference, core.now)
    core.person("coordinator").says(f"end hold {reference}")
    erased(core, reference)
    with core.sessions.begin() as session, pytest.raises(Refusal, match="were erased before"):
        erase(session, reference, core.now)
    with core.sessions.begin() as session, pytest.raises(NotFound, match="There is no record R-7K2FS"):
        erase(session, "R-7K2FS", core.now)
    assert "were erased, so there is nothing to hold" in core.person("coordinator").says(f"hold {reference}")


# --- an older database comes back -------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Erasures:
    return Erasures(tmp_path / "erasures")


@pytest.fixture
def older(core: World, empty_sqlite: Path, tmp_path: Path) -> Iterator[tuple[str, io.BytesIO, Sessions]]:
    """A referral, a backup that holds it, and an empty database."""
    reference, backup = a_referral(core), io.BytesIO()
    write_backup(core.sessions, backup, core.now)
    backup.seek(0)
    new = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    yield reference, backup, new
    engine_of(new).dispose()


def test_t54_what_was_erased_is_erased_again_after_a_restore(
    core: World, file: Erasures, older: tuple[str, io.BytesIO, Sessions]
) -> None:
    """TRUST.md T-54."""
    reference, backup, new = older
    file.add(core.now, reference)
    with restoring(new, backup) as restored, restored.sessions.begin() as session:
        assert erase_again(session, file.when(), core.now) == 1
        assert erase_again(session, file.when(), core.now) == 0
    with new() as session:
        assert unsealed(session.scalars(select(Referral)).one().answers) == {}
        owed = session.query(Delivery).filter_by(about=reference).one()
        assert owed.state is DeliveryState.SUPERSEDED


def test_t54_only_what_was_erased(core: World, file: Erasures) -> None:
    one, other = a_referral(core), an_action(core, SCHOOL, "12 June 2026")
    file.add(core.now, other)
    with core.sessions.begin() as session:
        erase_again(session, file.when(), core.now)
        referral = session.scalars(select(Referral)).one()
        assert (referral.reference, bool(unsealed(referral.answers))) == (one, True)


def test_t54_an_old_hold_had_been_ended_and_a_new_one_wins(core: World, file: Erasures) -> None:
    reference = a_referral(core)
    holds(core, reference)
    file.add(core.now - timedelta(hours=1), reference)
    with core.sessions.begin() as session:
        assert erase_again(session, file.when(), core.now) == 0
    file.add(core.now + timedelta(hours=1), reference)
    with core.sessions.begin() as session:
        assert erase_again(session, file.when(), core.now) == 1


def test_the_file_tells_no_reference_and_is_for_its_owner(core: World, file: Erasures) -> None:
    reference = a_referral(core)
    file.add(core.now, reference)
    file.add(core.now, "A-7K2F9")
    assert reference not in file.path.read_text()
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.when()(reference) == core.now
    assert file.when()("T-7K2F9") is None
    file.path.write_text("what is this\nfile\n")
    with pytest.raises(NoErasures, match="cannot be read"):
        file.when()


# --- for the person it is about ---------------------------------------------------------------------------------------


def test_the_export_holds_what_is_about_the_child_and_nobody_else(core: World) -> None:
    reference = a_referral(core)
    core.tick()
    core.person("charity").says(f"referral {reference}")
    with core.sessions.begin() as session:
        held = export_subject(session, reference, core.now)
        text = in_text(held)
    for words in (json.dumps(held), text):
        assert all(canary in words for canary in CANARIES)
        assert not [name for name in ("Chidi", "Cal Testperson", "Streetwise", "Youth worker") if name in words]
        assert "How can we reach you safely" not in words
        assert "coordinator in Camden" in words
        assert "Read this first, and black out" in words
    assert [one["what"] for one in held["told"]] == ["referral_arrived"]
    assert [one["by"] for one in held["shown in chat"]] == ["core"]
    with core.sessions() as session:
        assert session.query(AuditEntry).filter_by(what="exported for the person it is about").count() == 1


def test_an_action_and_a_transfer_are_exported_too_and_what_is_erased_is_not_there(core: World) -> None:
    action, transfer, referral = an_action(core, SCHOOL, "12 June 2026"), a_transfer(core), a_referral(core)
    erased(core, referral)
    with core.sessions.begin() as session:
        assert export_subject(session, action, core.now)["held"]["by"] == "agency member in Camden"
        assert export_subject(session, transfer, core.now)["held"]["to"] == "Bromley"
        gone = export_subject(session, referral, core.now)
        assert (gone["held"]["answers"], gone["state"]) == ([], "The details were erased on Tuesday 9 June 2026.")
        with pytest.raises(NotFound):
            export_subject(session, "R-7K2FS", core.now)
