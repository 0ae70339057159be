"""mace-bot retention, subject-export and subject-erase, and what they refuse."""

import json
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.kit.references import new_reference
from integrations.cli import UNSAFE
from storage.levels import Classified, Level, unsealed
from storage.records import Account, Case, CaseState, Partnership, Referral, ReferralState
from tests.integrations.running import problem, running
from tests.integrations.test_production import LET_IN, PANEL
from tests.integrations.verbs import test_backups
from tests.integrations.verbs.test_backups import Settings, done, tracker

settings, ready = test_backups.settings, test_backups.ready
ANSWERS = {"danger": "no", "borough": "1", "child_name": "Zebra Canaryname", "reach": "020 7946 0999"}


@pytest.fixture
def reference(tmp_path: Path, ready: Settings) -> str:
    """A referral to Camden."""
    ready["ERASURES_FILE"] = "elsewhere/erasures"
    done(tmp_path, *PANEL, **ready)
    done(tmp_path, *LET_IN, **ready)
    now, reference = datetime.now(UTC), new_reference("R")
    with tracker(tmp_path, ready) as sessions, sessions.begin() as session:
        account = Account(platform="slack", tenant="T0123ABCD", user="U9", last_used_at=now)
        session.add(account)
        session.flush()
        session.add(
            Referral(
                reference=reference,
                partnership_id=session.scalars(select(Partnership.id)).one(),
                sent_from_id=account.id,
                kind="child",
                state=ReferralState.SUBMITTED,
                sent_at=now,
                answers=Classified(ANSWERS, Level.L4),
                changed_at=now,
                changed_how="send",
            )
        )
    return reference


def answers(where: Path, settings: Settings) -> dict[str, str]:
    with tracker(where, settings) as sessions, sessions() as session:
        held: dict[str, str] = unsealed(session.scalars(select(Referral)).one().answers)
        return held


def test_the_dry_run_is_a_table_and_apply_does_it(tmp_path: Path, reference: str, ready: Settings) -> None:
    for arguments in (("retention",), ("retention", "--dry-run"), ("retention", "apply", "--dry-run")):
        told = done(tmp_path, *arguments, **ready | {"KEEP_DAYS": "letters=45"})
        assert "The words of messages that were sent" in told
        assert "45 days" in told
        assert "a coordinator is asked" in told
        assert told.endswith("Nothing was changed. To do it: mace-bot retention apply\n")
    assert done(tmp_path, "retention", "apply", **ready).endswith("Done.\n")
    code, sentence = problem(tmp_path, "retention", **ready | {"KEEP_DAYS": "chat=90"})
    assert (code, "chat is 30 at most" in sentence) == (UNSAFE, True)
    assert answers(tmp_path, ready) == ANSWERS, reference


def test_the_export_is_two_files_for_their_owner(tmp_path: Path, reference: str, ready: Settings) -> None:
    told = done(tmp_path, "subject-export", reference.lower(), "--out", "elsewhere/answer", **ready)
    assert "Zebra" not in told
    for name in ("answer.json", "answer.txt"):
        file = tmp_path / "elsewhere" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "Zebra Canaryname" in file.read_text()
        assert "020 7946 0999" not in file.read_text()
    assert json.loads((tmp_path / "elsewhere/answer.json").read_text())["reference"] == reference
    code, sentence = problem(tmp_path, "subject-export", reference, "--out", "elsewhere/answer", **ready)
    assert (code, "is there already" in sentence) == (UNSAFE, True)
    code, sentence = problem(tmp_path, "subject-export", "R-7K2FS", "--out", "elsewhere/none", **ready)
    assert (code, sentence.startswith("There is no record R-7K2FS")) == (UNSAFE, True)


def test_t54_what_was_erased_does_not_come_back(tmp_path: Path, reference: str, ready: Settings) -> None:
    """TRUST.md T-54: invariant 15."""
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    dry = done(tmp_path, "subject-erase", reference, **ready)
    assert dry.endswith(f"Nothing was changed. To do it: mace-bot subject-erase {reference} --yes\n")
    assert answers(tmp_path, ready) == ANSWERS
    told = done(tmp_path, "subject-erase", reference, "--yes", **ready)
    assert told.startswith(f"Erased: the details of {reference}.")
    assert answers(tmp_path, ready) == {}
    new = ready | {"DATABASE_URL": "sqlite:///data/new.sqlite"}
    assert "The details of 1 record had been erased since" in done(tmp_path, "restore", "elsewhere/tracker", **new)
    assert answers(tmp_path, new) == {}


@pytest.fixture
def case(tmp_path: Path, reference: str, ready: Settings) -> str:
    """Opened from it."""
    now, opened = datetime.now(UTC), new_reference("C")
    with tracker(tmp_path, ready) as sessions, sessions.begin() as session:
        referral = session.scalars(select(Referral).where(Referral.reference == reference)).one()
        session.add(
            Case(
                reference=opened,
                partnership_id=referral.partnership_id,
                referral_id=referral.id,
                state=CaseState.OPEN,
                protected=False,
                opened_at=now,
                child=Classified({"name": "Zebra Canaryname", "born": "don't know"}, Level.L4),
                changed_at=now,
                changed_how="open",
            )
        )
    return opened


def name(where: Path, settings: Settings) -> str:
    with tracker(where, settings) as sessions, sessions() as session:
        return str(unsealed(session.scalars(select(Case)).one().child)["name"])


def test_t54_a_case_goes_with_its_referral_and_neither_comes_back(
    tmp_path: Path, reference: str, case: str, ready: Settings
) -> None:
    """TRUST.md T-54."""
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    dry = done(tmp_path, "subject-erase", reference, **ready | {"KEEP_DAYS": "cases=400 referrals=300"})
    assert f"  {case}: cases are kept for 400 days" in dry
    assert f"  {reference}: referrals are kept for 300 days" in dry
    assert "Zebra" not in dry
    assert (answers(tmp_path, ready), name(tmp_path, ready)) == (ANSWERS, "Zebra Canaryname")
    told = done(tmp_path, "subject-erase", reference, "--yes", **ready)
    assert told.startswith(f"Erased: the details of {case}, {reference}.")
    assert (answers(tmp_path, ready), name(tmp_path, ready)) == ({}, "don't know")
    new = ready | {"DATABASE_URL": "sqlite:///data/new.sqlite"}
    assert "The details of 2 records had been erased since" in done(tmp_path, "restore", "elsewhere/tracker", **new)
    assert (answers(tmp_path, new), name(tmp_path, new)) == ({}, "don't know")


def test_one_record_alone_is_asked_for_by_a_word(tmp_path: Path, reference: str, case: str, ready: Settings) -> None:
    dry = done(tmp_path, "subject-erase", reference, "--only-this", **ready)
    assert dry.endswith(f"To do it: mace-bot subject-erase {reference} --only-this --yes\n")
    told = done(tmp_path, "subject-erase", reference, "--only-this", "--yes", **ready)
    assert told.startswith(f"Erased: the details of {reference}.")
    assert (answers(tmp_path, ready), name(tmp_path, ready)) == ({}, "Zebra Canaryname")
    assert f"{reference} was erased before." in done(tmp_path, "subject-erase", case, **ready)


def test_what_cannot_be_written_down_is_not_erased_at_all(
    tmp_path: Path, reference: str, case: str, ready: Settings
) -> None:
    (tmp_path / "elsewhere/erasures").write_text("not a file\nof erasures: \u00e9\n")
    code, sentence = problem(tmp_path, "subject-erase", case, "--yes", **ready)
    assert (code, "cannot be read and written" in sentence) == (UNSAFE, True)
    assert (answers(tmp_path, ready), name(tmp_path, ready)) == (ANSWERS, "Zebra Canaryname")


def test_t54_nor_when_the_file_of_the_database_itself_is_put_back(
    tmp_path: Path, reference: str, ready: Settings
) -> None:
    shutil.copy(tmp_path / "data/mace.sqlite", tmp_path / "older.sqlite")
    done(tmp_path, "subject-erase", reference, "--yes", **ready)
    for left in (tmp_path / "data").iterdir():
        left.unlink()
    shutil.copy(tmp_path / "older.sqlite", tmp_path / "data/mace.sqlite")
    assert answers(tmp_path, ready) == ANSWERS
    with running(tmp_path, "serve", "--port", "0", **ready) as bot:
        bot.stop()
    assert answers(tmp_path, ready) == {}


def test_what_is_refused_changes_nothing(tmp_path: Path, reference: str, ready: Settings) -> None:
    without = {name: value for name, value in ready.items() if name != "ERASURES_FILE"}
    code, sentence = problem(tmp_path, "subject-erase", reference, "--yes", **without)
    assert (code, sentence.startswith("Erasing needs MACE_ERASURES_FILE")) == (UNSAFE, True)
    code, sentence = problem(tmp_path, "subject-erase", "Zebra", "--yes", **ready)
    assert (code, sentence.startswith("That is no reference")) == (UNSAFE, True)
    nowhere = ready | {"ERASURES_FILE": "no/folder"}
    code, sentence = problem(tmp_path, "subject-erase", reference, "--yes", **nowhere)
    assert (code, "cannot be read and written" in sentence) == (UNSAFE, True)
    beside = ready | {"ERASURES_FILE": "data/erasures"}
    code, sentence = problem(tmp_path, "subject-erase", reference, "--yes", **beside)
    assert (code, sentence.startswith("MACE_ERASURES_FILE is in the folder of the database")) == (UNSAFE, True)
    assert answers(tmp_path, ready) == ANSWERS


def test_a_lost_file_of_erasures_is_noticed_before_anybody_is_served(
    tmp_path: Path, reference: str, ready: Settings
) -> None:
    done(tmp_path, "subject-erase", reference, "--yes", **ready)
    (tmp_path / "elsewhere/erasures").unlink()
    code, sentence = problem(tmp_path, "serve", "--port", "0", **ready)
    assert (code, sentence.startswith("Something was erased from this database")) == (UNSAFE, True)
