"""One child is erased whole: the case, the referral that it came from, and its actions, or nothing of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot.erasing import erase, erase_again, to_erase
from bot.kit.errors import NotFound, Refusal
from bot.kit.keeps import SAFE
from bot.kit.references import find_reference
from bot.remains import foreseen
from storage.erasures import Erasures
from storage.levels import unsealed
from storage.records import AuditEntry, Dialogue, Erasure, Likeness, Record, Secret
from tests.conversations.test_holds import holds
from tests.conversations.test_need_to_know import opens
from tests.conversations.test_own_pages import a_referral
from tests.conversations.test_same_child import refers
from tests.making import a_case, a_flag, an_action, an_escalation
from tests.world import World

SCHOOL, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"


class Child(NamedTuple):
    referral: str
    case: str
    action: str
    other: str
    escalation: str
    flag: str

    @property
    def whole(self) -> list[str]:
        return [self.case, self.referral, self.action, self.other]


@pytest.fixture
def child(core: World) -> Child:
    """Words everywhere: said, half written, shown, and on its way."""
    referral, cal, sam = a_referral(core), core.person("coordinator"), core.person("school")
    case = cal.says(f"open case {referral}").line("Read it on your page").split()[-1]
    action, other = (an_action(core, post, "12 June 2026", about=case) for post in (SCHOOL, NURSE))
    escalation, flag = an_escalation(core, action, by="school"), a_flag(core, case, SCHOOL)
    core.tick()
    opens(core.person("nurse"), case, "Zebra Canaryname is missing and her carer phoned.")
    sam.says(f"done, told Zebra Canaryname's mum about {action}")
    sam.says(f"flag is on {flag}")
    sam.presses("Use the form instead")
    sam.submits(systems=["school"], placed_on="today", place="Canaryplace, page 3")
    sam.says(f"flag {flag}")
    cal.says(f"settle {escalation}")
    cal.presses("Open the form")
    cal.submits(go="save", words="Canarystory, not sent yet")
    return Child(referral, case, action, other, escalation, flag)


def erased(world: World, reference: str, *, alone: bool = False) -> list[str]:
    with world.sessions.begin() as session:
        return erase(session, reference, world.now, alone=alone)


def told(world: World, reference: str, *, alone: bool = False) -> str:
    with world.sessions() as session:
        return "\n".join(foreseen(session, reference, to_erase(session, reference, alone=alone), SAFE))


def columns(world: World) -> Mapping[str, str]:
    """All that is sealed, opened; but for the answers that a platform might ask for again, which know no reference."""
    held: dict[str, str] = {}
    with world.sessions() as session:
        for table in Record.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Secret) and table.name != "heard":
                    values: list[Any] = [one for one in session.scalars(select(column)) if one is not None]
                    held[f"{table.name}.{column.name}"] = " ".join(str(unsealed(one)) for one in values)
    return held


def places(world: World) -> set[str]:
    return {name for name, words in columns(world).items() if "Canary" in words}


def count(world: World, what: str, about: str) -> int:
    with world.sessions() as session:
        return session.query(AuditEntry).filter_by(what=what, about=about).count()


@pytest.mark.parametrize("by", ["case", "referral"])
def test_by_the_reference_of_either_all_that_belongs_to_both_goes(core: World, child: Child, by: str) -> None:
    """TRUST.md T-54."""
    assert places(core) >= {"referral.answers", "panel_case.child", "dialogue.answers", "proposal.note"}
    assert places(core) >= {"emergency.words", "flag.place"}
    assert erased(core, getattr(child, by)) == child.whole
    assert places(core) == set()
    assert [count(core, "details erased", one) for one in child.whole] == [1, 1, 1, 1]
    with core.sessions() as session:
        gone = {one.about for one in session.scalars(select(Erasure))}
        forms = session.scalars(select(Dialogue).where(Dialogue.about == child.escalation)).all()
        assert {one.ended_as for one in forms if one.answers is None} >= {"erased"}
    assert gone == {*child.whole, child.escalation}, "flags, emergencies and shares still want somebody"


def test_what_stands_in_chat_about_any_of_it_goes_and_nobody_hears_of_it_again(core: World, child: Child) -> None:
    sam = core.person("school")
    shown = [sam.says(line) for line in (f"action {child.action}", f"escalation {child.escalation}")]
    shown.append(sam.says(f"flag {child.flag}"))
    for one in ("school", "nurse", "coordinator"):
        core.person(one).hears()
    erased(core, child.case)
    core.moves_on(minutes=1)
    assert all("Details removed" in sam.sees_now(one) for one in shown)
    core.moves_on(working_days=4)
    heard = [one.text for handle in ("school", "nurse", "coordinator") for one in core.person(handle).hears()]
    assert not [one for one in heard if child.action in one or child.escalation in one or child.referral in one]
    core.person("coordinator").says(f"remove flags {child.case}")
    core.tick()
    assert any(f"Flag {child.flag}" in one for one in sam.hears()), "what is on an agency's record is to be taken off"


def test_another_child_and_what_is_about_nobody_stay(core: World, child: Child) -> None:
    another, nobodys = a_case(core), an_action(core, SCHOOL, "12 June 2026", about="none")
    theirs = an_action(core, SCHOOL, "12 June 2026", about=another)
    core.person("school").says(f"done, told Canaryaunt about {theirs}")
    core.person("school").says(f"done, told Canaryteacher about {nobodys}")
    erased(core, child.referral)
    assert places(core) == {"panel_case.child", "proposal.note"}
    kept = columns(core)["proposal.note"]
    assert ("Canaryaunt" in kept, "Canaryteacher" in kept, "mum" in kept) == (True, True, False)


def test_if_any_of_it_is_held_nothing_goes(core: World, child: Child) -> None:
    """TRUST.md T-54: each hold is named, and each has to be ended."""
    before, cal = columns(core), core.person("coordinator")
    for one in (child.referral, child.other):
        holds(core, one)
    for reference in (child.case, child.referral):
        with pytest.raises(Refusal) as refused:
            erased(core, reference)
        for one in (child.referral, child.other):
            assert f"{one} is on hold: court case" in str(refused.value)
            assert f"end hold {one}." in str(refused.value)
        assert str(refused.value).endswith("together or not at all, so nothing was erased.")
        with pytest.raises(Refusal):
            told(core, reference)
    cal.says(f"end hold {child.referral}")
    with pytest.raises(Refusal, match=f"^{child.other} is on hold"):
        erased(core, child.case)
    assert columns(core) == before
    assert [count(core, "details erased", one) for one in child.whole] == [0, 0, 0, 0]
    cal.says(f"end hold {child.other}")
    assert erased(core, child.case) == child.whole


def test_a_hold_on_the_case_is_named_once(core: World, child: Child) -> None:
    holds(core, child.case)
    for reference in (child.case, child.referral, child.action):
        with pytest.raises(Refusal) as refused:
            erased(core, reference)
        assert str(refused.value).count("is on hold") == 1
        assert f"end hold {child.case}" in str(refused.value)


def test_one_record_alone_and_then_the_rest(core: World, child: Child) -> None:
    """A referral is kept for a shorter time than its case."""
    assert erased(core, child.referral, alone=True) == [child.referral]
    assert "panel_case.child" in places(core)
    assert erased(core, child.action) == [child.action], "of an action, only itself"
    assert f"{child.referral} was erased before." in told(core, child.case)
    assert erased(core, child.case) == [child.case, child.other]
    assert places(core) == set()
    for one in child.whole:
        with pytest.raises(Refusal, match=f"The details of {one} were erased before"):
            erased(core, one)
    for one in (child.flag, child.escalation, "C-7K2FS"):
        with pytest.raises(NotFound, match="There is no record"):
            erased(core, one)


def test_the_dry_run_says_what_goes_and_what_stays_and_why_and_changes_nothing(core: World, child: Child) -> None:
    again = find_reference(refers(core.person("school")).text)
    elsewhere = find_reference(refers(core.person("school"), borough="Islington").text)
    before, said = columns(core), told(core, child.referral)
    assert "Zebra" not in said
    goes, stays = said.split("Stays:")
    periods = ((child.case, "cases", 2557, "9 June 2033"), (child.referral, "referrals", 730, "8 June 2028"))
    for reference, what, days, until in periods:
        assert f"  {reference}: {what} are kept for {days} days after the last change, this one until" in goes
        assert until in goes
    assert [f"  {one}: actions are kept for" in goes for one in (child.action, child.other)] == [True, True]
    for line in (
        "     4 what was written about the child",
        "     1 words that wait for one press",
        "     1 marks by which the same child is found",
        "     1 where flags are found",
        "     1 why it was opened in an emergency",
    ):
        assert line in goes.splitlines()
    assert "2 actions not done, by post and day: nobody is reminded" in stays
    assert "1 flags that may be on agencies' records" in stays
    assert "entries of the audit: kept for six years" in stays
    assert f"{again} may be about the same child" in stays
    assert child.referral not in stays
    assert elsewhere not in said, "which is for another panel to decide"
    assert f"{child.case} belongs together with it, and is not erased." in told(core, child.referral, alone=True)
    assert f"{child.case} belongs together with it, and is not erased." in told(core, child.action)
    assert columns(core) == before


def test_what_was_shown_under_an_agreement_is_still_known(core: World, child: Child) -> None:
    core.person("nurse").says(f"action {child.other}")
    assert "times that an agency was shown something" in told(core, child.case)


def test_t54_an_older_database_loses_the_whole_case_again(core: World, child: Child, tmp_path: Path) -> None:
    """TRUST.md T-54."""
    file = Erasures(tmp_path / "erasures")
    file.add(core.now, *child.whole)
    with core.sessions.begin() as session:
        assert erase_again(session, file.when(), core.now) == 4
        assert erase_again(session, file.when(), core.now) == 0
    assert places(core) == set()
    with core.sessions() as session:
        assert session.query(Likeness).count() == 0
        assert {one.about for one in session.scalars(select(Erasure))} == {*child.whole, child.escalation}
