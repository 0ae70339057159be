"""The same columns out again: what came in, cell for cell, but for what has changed and what was left out."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.erasing import erase
from bot.features.actions.importing.desk import Desk
from bot.features.actions.importing.exporting import export_actions
from bot.features.actions.importing.taking import Taking
from bot.kit.sheets import Why
from bot.subjects import export_subject, in_text
from integrations.spreadsheets.intake import read_sheets
from integrations.spreadsheets.writing import as_csv, as_xlsx
from storage.queries.people import partnership_named
from storage.records import Action
from tests.making import TRACKER, a_case, an_action, an_import, at_the_page
from tests.world import World

HEADINGS, *ROWS = TRACKER


WHO = {"Camden": "Cal Testperson", "Islington": "Isla Testperson", "Bromley": "Bo Testperson"}


def exported(world: World, borough: str = "Camden") -> list[list[str]]:
    """An hour later; of Camden also what people wrote, as its chair agrees."""
    world.now += timedelta(hours=1)
    code = world.person("police").says("agree export").text.split("Camden: ")[1][:9] if borough == "Camden" else None
    with world.sessions.begin() as session:
        partnership = partnership_named(session, borough)
        assert partnership
        return export_actions(Desk(session, partnership, world.now), Taking(Why.MEETING, WHO[borough], code)).table


def without_the_child(rows: Sequence[tuple[str, ...]]) -> list[list[str]]:
    child = HEADINGS.index("Child")
    return [["" if at == child else cell for at, cell in enumerate(row)] for row in rows]


def references(world: World) -> list[str]:
    with world.sessions() as session:
        return list(session.scalars(select(Action.reference).order_by(Action.id)))


def test_what_came_in_goes_out_again_cell_for_cell(core: World) -> None:
    """But for the column that the report said is left out."""
    an_import(core)
    assert exported(core) == [list(HEADINGS), *without_the_child(ROWS)]


@pytest.mark.parametrize(("write", "name"), [(as_xlsx, "t.xlsx"), (as_csv, "t.csv")])
def test_it_survives_the_file_in_both_directions(core: World, write: object, name: str) -> None:
    """TRUST.md T-64: also what looks like a formula."""
    odd = (
        *TRACKER,
        ("=1+1", "Safeguarding lead", "12/06/2026", "@x", "", "+44 20, “q”\nline"),
        ("-", "", "", "", "", ""),
    )
    handed = read_sheets(write(odd), name)  # type: ignore[operator]
    reference = at_the_page(core).hand_in(0, handed, "digest")
    at_the_page(core).decide(reference, [], {}, "", go=True)
    out = read_sheets(write(exported(core)), name)[0].rows  # type: ignore[operator]
    width = len(HEADINGS)
    assert [[row.cell(at) for at in range(width)] for row in out] == [
        list(HEADINGS),
        *without_the_child(list(odd[1:])),
    ]


def test_what_has_changed_is_told_as_it_is_now(core: World) -> None:
    reference = an_import(core)
    cal, sam = core.person("coordinator"), core.person("school")
    cal.says(f"start import {reference}")
    core.tick()
    sam.presses("These are mine", on=sam.hears_one())
    first, second, third = references(core)
    sam.says(f"done {first}")
    sam.says(f"not mine {second}")
    cal.says(f"give {second}")
    cal.presses("Use the form instead")
    cal.submits(owner="Police co-chair, Police")
    ngozi = core.person("nurse")
    ngozi.presses("These are mine", on=ngozi.hears_one())
    ngozi.says(f"more time {third}")
    ngozi.presses("Use the form instead")
    ngozi.submits(until="26 June 2026")
    cal.says(f"agree {third}")
    rows = exported(core)[1:]
    assert rows[0] == ["Check flag on SIMS", "Safeguarding lead", "12/06/2026", "Said done", "", ""]
    assert rows[1] == ["Share intel about Larkspur", "Police co-chair, Police", "w/c 15 June", "Open", "", "chased"]
    assert rows[2] == ["Referral to CAMHS", "Ngozi (NHS)", "26/06/2026", "", "", ""]
    assert rows[3:] == without_the_child(ROWS[3:])


def test_what_the_bot_gave_goes_out_in_the_same_columns_and_only_of_this_borough(core: World) -> None:
    an_import(core, TRACKER[:2])
    an_action(core, "Named nurse, Thames Gate NHS Trust", "26 June 2026")
    an_action(core, "MACE coordinator, Islington Council", "26 June 2026", by="islington")
    assert exported(core)[2:] == [
        ["Check a record flag", "Named nurse, Thames Gate NHS Trust", "26/06/2026", "To do", "", ""]
    ]
    assert exported(core, "Islington") == [
        ["Action", "Owner", "Agency", "Due", "Status", "Case"],
        ["Check a record flag", "MACE coordinator", "Islington Council", "26/06/2026", "To do", ""],
    ]
    assert exported(core, "Bromley") == [["Action", "Owner", "Agency", "Due", "Status", "Case"]]


def test_a_child_comes_in_by_reference_alone(core: World) -> None:
    case = a_case(core)
    rows = (
        ("Action", "Lead", "Due", "Child"),
        ("Check flag", "Safeguarding lead", "12/06/2026", case.lower()),
        ("Check flag", "Safeguarding lead", "12/06/2026", case),
        ("Check flag", "Safeguarding lead", "12/06/2026", "Quillon Vexbury"),
        ("Check flag", "Safeguarding lead", "12/06/2026", f"{case} Vexbury"),
    )
    an_import(core, rows)
    with core.sessions() as session:
        about = [one.case and one.case.reference for one in session.scalars(select(Action).order_by(Action.id))]
    assert about == [case, case, None, case]
    assert [row[3] for row in exported(core)[1:]] == [case.lower(), case, "", case]


def test_what_was_taken_back_or_erased_is_not_in_it(core: World) -> None:
    reference = an_import(core)
    first = references(core)[0]
    with core.sessions.begin() as session:
        assert "SIMS" in in_text(export_subject(session, first, core.now)), "the person it is about is given it"
        erase(session, first, core.now)
        assert "SIMS" not in in_text(export_subject(session, first, core.now))
    assert exported(core)[1][0] == "Check a record flag"
    assert "SIMS" not in str(exported(core))
    core.person("coordinator").says(f"undo import {reference}")
    assert exported(core) == [list(HEADINGS)]
