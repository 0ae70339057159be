"""A borough's whole tracker in one file: by name, once an hour, without what people wrote unless two agree (T-79)."""

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.features.actions.importing.desk import Desk
from bot.features.actions.importing.exporting import Exported, export_actions
from bot.features.actions.importing.taking import Taking
from bot.kit.errors import NotFound, Refusal
from bot.kit.sheets import Why
from integrations.spreadsheets.intake import read_sheets
from integrations.spreadsheets.writing import as_csv, as_xlsx
from storage.queries.people import partnership_named
from storage.records import AuditEntry, Delivery, Holding, Person, Post, TrackerExport
from storage.verifying import verify
from tests.making import TRACKER, a_draft, an_import
from tests.world import World

HEADINGS = list(TRACKER[0])
CAL = "Cal Testperson"


def takes(world: World, code: str | None = None, who: str = CAL, borough: str = "Camden") -> Exported:
    with world.sessions.begin() as session:
        partnership = partnership_named(session, borough)
        assert partnership
        return export_actions(Desk(session, partnership, world.now), Taking(Why.HANDOVER, who, code))


def code_of(world: World, handle: str, borough: str = "Camden") -> str:
    return world.person(handle).says("agree export").text.split(f"{borough}: ")[1][:9]


def entries(world: World, what: str) -> list[AuditEntry]:
    with world.sessions() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.what.startswith(what))))


def refused(world: World, code: str | None = None, who: str = CAL) -> str:
    """Why; and nothing has changed."""
    kinds = (TrackerExport, AuditEntry, Delivery)
    with world.sessions() as session:
        before = [session.query(one).count() for one in kinds]
    with pytest.raises((Refusal, NotFound)) as wrong:
        takes(world, code, who)
    with world.sessions() as session:
        assert [session.query(one).count() for one in kinds] == before
    return str(wrong.value)


def test_t79_what_people_wrote_is_left_out_and_not_even_opened(core: World) -> None:
    """TRUST.md T-79."""
    an_import(core)
    assert takes(core).table == [
        HEADINGS,
        ["Check a record flag", "Safeguarding lead, Hollow Oak School", "12/06/2026", "To do", "", ""],
        ["Send information", "Safeguarding lead, Hollow Oak School", "19/06/2026", "To do", "", ""],
        ["Offer support", "Named nurse, Thames Gate NHS Trust", "19/06/2026", "To do", "", ""],
    ]
    assert entries(core, "read L4: exporting a tracker") == []


def test_t79_it_is_known_who_has_it_and_why_and_its_coordinators_hear_at_once(core: World) -> None:
    """TRUST.md T-79: also at night."""
    an_import(core)
    core.tick()
    cal, others = core.person("coordinator"), [core.person(one) for one in ("islington", "police", "nurse")]
    for one in (cal, *others):
        one.hears()
    core.now = core.now.replace(hour=23)
    takes(core, who="ngozi  testperson")
    core.tick()
    told = cal.hears_one()
    assert "Camden: the tracker was exported" in told
    assert "for: handover" in told
    assert "What people wrote is not in the file" in told
    assert "Ngozi" not in told.text
    assert [one.hears() for one in others] == [[], [], []]
    (entry,) = entries(core, "exported a tracker")
    with core.sessions() as session:
        taken = session.scalars(select(TrackerExport)).one()
        assert (entry.about, entry.person_id, entry.result) == (taken.reference, taken.person_id, "3 rows")
        assert (entry.what, entry.chain) == ("exported a tracker: handover", taken.partnership_id)
        assert [one for one in verify(session.connection()) if one.flaw] == []


def test_t79_once_an_hour_and_each_borough_for_itself(core: World) -> None:
    """TRUST.md T-79."""
    takes(core)
    core.now += timedelta(minutes=59, seconds=59)
    when = "Tuesday 9 June 2026, 10:30am"
    assert (
        refused(core)
        == f"The tracker of Camden was exported less than an hour ago. It can be exported again on {when}."
    )
    takes(core, who="Isla Testperson", borough="Islington")
    core.now += timedelta(seconds=1)
    takes(core)


@pytest.mark.parametrize("who", ["", "Cal", "Testperson", "Isla Testperson", "Lee Testperson", "Zebra Canaryname"])
def test_t79_nobody_has_it_who_is_not_known_there_today(core: World, who: str) -> None:
    """TRUST.md T-79: not of another borough, nor who has left."""
    assert refused(core, who=who).startswith("Say with --for who has it")


def test_t79_of_two_of_one_name_nobody_knows_who_has_it(core: World) -> None:
    """TRUST.md T-79; somebody with two posts is one."""
    with core.sessions.begin() as session:
        cal = session.scalars(
            select(Person)
            .join(Holding, Holding.person_id == Person.id)
            .join(Post)
            .where(Post.title == "MACE coordinator")
            .order_by(Person.id)
        ).first()
        assert cal
        other = Person(name=cal.name)
        posts = list(session.scalars(select(Post).where(Post.partnership_id == 1, Post.title != "MACE coordinator")))
        session.add(other)
        session.flush()
        held = session.scalars(select(Holding).where(Holding.post_id == posts[0].id)).one()
        held.person_id = cal.id
        session.flush()
        second = session.scalars(select(Holding).where(Holding.post_id == posts[1].id)).one()
        before, second.person_id = second.person_id, other.id
    assert refused(core).startswith("Say with --for who has it")
    with core.sessions.begin() as session:
        session.scalars(select(Holding).where(Holding.person_id == other.id)).one().person_id = before
    takes(core)


def test_t79_what_people_wrote_needs_a_second_person(core: World) -> None:
    """TRUST.md T-79, ASVS 2.3.5."""
    an_import(core)
    own, elsewhere = code_of(core, "coordinator"), code_of(core, "islington", "Islington")
    second = code_of(core, "police")
    for code in ("", "2222-2222", own, elsewhere, second[:-1], f"{second}2"):
        assert refused(core, code).startswith("What people wrote may name children, so a second person has to agree")
    assert "Your post does not let you agree that a tracker is exported" in core.person("school").says("agree export")
    taken = takes(core, f" {second.lower().replace('-', ' ')} ")
    assert [row[0] for row in taken.table[1:]] == [row[0] for row in TRACKER[1:]]
    assert "with what people wrote" in taken.mark
    core.tick()
    assert any("in the file, which may name children" in one for one in core.person("coordinator").hears())
    (had,), (agreed,) = entries(core, "exported a tracker"), entries(core, "agreed to an export")
    assert had.about == agreed.about
    with core.sessions() as session:
        made = session.scalars(select(TrackerExport)).one()
        assert (had.person_id, agreed.person_id) == (made.person_id, made.agreed_by_id)
        assert made.person_id != made.agreed_by_id
    assert len(entries(core, "read L4: exporting a tracker")) == 1


def test_t79_a_code_is_of_one_borough(core: World) -> None:
    """TRUST.md T-79: also of somebody who chairs two."""
    with core.sessions.begin() as session:
        islington, chair = partnership_named(session, "Islington"), session.scalars(select(Post).where(Post.on_panel))
        camden = next(one for one in chair if one.title == "Police co-chair")
        post = Post(partnership=islington, agency=camden.agency, title="Chair", role=camden.role, on_panel=True)
        session.add(post)
        session.flush()
        pat = session.scalars(select(Holding.person_id).where(Holding.post_id == camden.id)).one()
        session.add(Holding(post_id=post.id, person_id=pat, from_day=date(2026, 1, 5)))
    assert "a second person has to agree" in refused(core, code_of(core, "police", "Islington"))
    takes(core, code_of(core, "police"))


@pytest.mark.parametrize("minutes", [0, 14, 29])
def test_t79_a_code_is_good_for_one_export(core: World, minutes: int) -> None:
    """TRUST.md T-79: it ends before the next is let."""
    core.now = core.now.replace(minute=minutes)
    code = code_of(core, "police")
    takes(core, code)
    core.now += timedelta(hours=1)
    assert "a second person has to agree" in refused(core, code)
    takes(core, code_of(core, "police"))


def test_t79_a_code_holds_as_long_as_it_says(core: World) -> None:
    """TRUST.md T-79."""
    said = core.person("police").says("agree export")
    assert "It works until Tuesday 9 June 2026, 10:30am" in said
    assert CAL not in said.text
    code = code_of(core, "police")
    core.now = core.now + timedelta(hours=1, seconds=-1)
    takes(core, code)


@pytest.mark.parametrize(("write", "name"), [(as_xlsx, "t.xlsx"), (as_csv, "t.csv")])
def test_t79_the_file_says_whose_it_is_and_can_be_read_again(core: World, write: object, name: str) -> None:
    """TRUST.md T-79."""
    an_import(core)
    taken = takes(core)
    with core.sessions() as session:
        reference = session.scalars(select(TrackerExport.reference)).one()
    data: bytes = write(taken.table, taken.mark)  # type: ignore[operator]
    first, headings, *rest = read_sheets(data, name)[0].rows
    for words in (
        "CONFIDENTIAL",
        CAL,
        "Tuesday 9 June 2026, 9:30am",
        "handover",
        reference,
        "without what people wrote",
    ):
        assert words in first.cell(0)
    assert ([headings.cell(at) for at in range(len(HEADINGS))], len(rest)) == (HEADINGS, 3)
    again = a_draft(core, tuple(row.cells for row in (first, headings, *rest)))
    assert again.startswith("N-")


def test_t79_each_page_that_is_printed_says_it_too(core: World) -> None:
    """TRUST.md T-79."""
    taken = takes(core)
    sheet = load_workbook(io.BytesIO(as_xlsx(taken.table, taken.mark))).worksheets[0]
    foot = sheet.oddFooter.center.text if sheet.oddFooter else ""
    assert foot
    for words in ("CONFIDENTIAL", CAL, "9 June 2026", "handover", "X-"):
        assert words in foot
    assert len(foot) <= 255
    assert sheet.freeze_panes == "A3"
