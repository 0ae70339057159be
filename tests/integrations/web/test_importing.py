"""The page on which a coordinator brings in the tracker that was a spreadsheet."""

import io
from collections.abc import Callable

import pytest
from httpx2 import Response
from openpyxl import Workbook
from sqlalchemy import select

from storage.levels import unsealed
from storage.records import Action, AuditEntry, Import, TrackerLayout
from tests.integrations.web.signed_in import Browser, signed_in, soup, words
from tests.making import an_import
from tests.world import World

MESSY = (
    ("Camden MACE action tracker",),
    (),
    ("No.", "Young person", "Action agreed", "Lead", "Deadline", "Status", "Update"),
    (1, "Quillon Vexbury", "Check the flag on SIMS", "Safeguarding lead", "12/06/2026", "", "=1+1"),
    (2, "Quillon Vexbury", "Share intel", "Sam (school)", "w/c 15 June", "Open", None),
    (3, "Quillon Vexbury", "Refer to CAMHS", "Bob", "ASAP", "", None),
    (4, None, "Strategy meeting", "Police", "31/02/2026", "", None),
    (5, None, "Old one", "Bob", None, "Complete", None),
)
CSV = b"Action,Lead,Due\r\nCheck flag,Police,12/06/2026\r\n"


def workbook(rows: tuple[tuple[object, ...], ...] = MESSY) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.worksheets[0].merge_cells("A1:G1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploads(
    browser: Browser, data: bytes, name: str = "tracker.xlsx", token: str | None = None, **how: str
) -> Response:
    own = browser.token() if token is None else token
    return browser.client.post("/pages/import", data={"token": own}, files={"file": (name, data)}, headers=how)


def choices(browser: Browser, path: str) -> dict[str, list[str]]:
    """What the form on the page would send as it stands."""
    form = soup(browser.opens(path)).select_one("form.card")
    assert form
    fields: dict[str, list[str]] = {}
    for one in form.select("input[name], select"):
        chosen = one.select_one("option[selected]") or one.select_one("option") if one.name == "select" else None
        fields.setdefault(str(one["name"]), []).append(str((chosen or one).get("value", "")))
    return fields


def decides(browser: Browser, path: str, do: str = "look", **changed: list[str]) -> Response:
    return browser.client.post(path, data=choices(browser, path) | changed | {"do": [do]})


def kept(world: World, read: Callable[[Import], object]) -> list[object]:
    with world.sessions() as session:
        return [read(one) for one in session.scalars(select(Import).order_by(Import.id))]


def states(world: World) -> list[str]:
    with world.sessions() as session:
        return [one.value for one in session.scalars(select(Action.state))]


def test_from_a_messy_workbook_to_lists_that_owners_confirm(world: World) -> None:
    browser = signed_in(world, "coordinator", "import")
    assert "Choose a file first" not in browser.reads("/pages/import")
    path = uploads(browser, workbook()).headers["Location"]

    page = browser.reads(path)
    assert "Ready 2 rows To decide 1 row Refused 1 row Done already 1 row" in page
    assert "4 Refused" not in page
    assert "7 Refused The date 31/02/2026 does not exist." in page
    assert "6 To decide “ASAP” is not a day. No post is called “Bob”. Nearest: " in page
    assert "“w/c 15 June” is read as Friday 19 June 2026." in page
    assert "3 cells of it are left out" in page
    assert "Quillon" not in page
    assert states(world) == []

    posts = {one.get_text(): str(one["value"]) for one in soup(browser.opens(path)).select("select[name=post] option")}
    assert decides(browser, path, post=[posts["Youth worker, Streetwise"]], due_on=["30 June 2026"]).status_code == 303
    page = browser.reads(path)
    assert "Ready 3 rows Refused 1 row Done already 1 row" in page
    assert "“ASAP” is not a day. Tuesday 30 June 2026 is taken, as you chose." in page

    assert decides(browser, path, do="import").status_code == 303
    assert "imported, and waiting for Start" in browser.reads(path)
    assert states(world) == ["proposed"] * 3
    browser.presses("Start, and tell each owner", path)
    assert ": started" in browser.reads("/pages/talk")
    assert "Undo the import" in browser.reads(path)
    world.tick()
    assert "Check a record flag by Friday 12 June 2026" in world.person("school").hears_one()
    assert "Offer support by Tuesday 30 June 2026" in world.person("charity").hears_one()
    browser.presses("Undo the import", path)
    assert states(world) == ["entered_in_error"] * 3


def test_the_owner_reads_on_their_page_what_the_panel_wrote_and_nobody_is_sent_it(world: World) -> None:
    browser = signed_in(world, "coordinator")
    path = uploads(browser, workbook()).headers["Location"]
    decides(browser, path, do="import")
    browser.presses("Start, and tell each owner", path)
    world.tick()
    letter = world.person("school").hears_one()
    assert "SIMS" not in letter
    reference = next(line for line in letter.text.splitlines() if "flag" in line).split()[-1]
    assert "What the panel wrote Check the flag on SIMS" in signed_in(world, "school").reads(f"/pages/read/{reference}")
    assert "SIMS" not in signed_in(world, "nurse").reads(f"/pages/read/{reference}")


def test_what_was_decided_is_proposed_for_the_next_tracker(world: World) -> None:
    browser = signed_in(world, "coordinator")
    path = uploads(browser, workbook()).headers["Location"]
    bob = [one.get("value") for one in soup(browser.opens(path)).select("select[name=post] option")][1]
    columns = [*choices(browser, path)["column"][:-1], "leave"]
    decides(browser, path, do="import", column=columns, post=[str(bob)], due_on=["30 June 2026"])
    more = (*MESSY[:5], (9, "", "Phone mum", "Bob", "26/06/2026", "", ""))
    again = choices(browser, uploads(browser, workbook(more)).headers["Location"])
    assert again["column"] == columns
    assert "post" not in again, "who Bob is has been said"


def test_no_name_of_a_child_is_kept_once_it_is_imported(world: World) -> None:
    browser = signed_in(world, "coordinator")
    path = uploads(browser, workbook()).headers["Location"]
    assert "Quillon" in str(kept(world, lambda one: unsealed(one.sheet) if one.sheet else None))
    decides(browser, path, do="import")
    assert kept(world, lambda one: one.sheet) == [None]
    with world.sessions() as session:
        from storage.records import ImportedRow

        rows = session.scalars(select(ImportedRow).order_by(ImportedRow.number)).all()
        cells = [unsealed(row.cells) for row in rows]
    assert len(cells) == 5
    assert "Quillon" not in str(cells)
    assert cells[0]["Action agreed#0"] == "Check the flag on SIMS"


@pytest.mark.parametrize("handle", ["school", "nurse", "police"])
def test_who_is_no_coordinator_is_refused_before_the_file_is_read(world: World, handle: str) -> None:
    """TRUST.md T-65: nothing reads a file of somebody who may not hand one in."""
    browser = signed_in(world, handle)
    for response in (browser.opens("/pages/import"), uploads(browser, b"not even a file" * 1_000_000)):
        assert response.status_code == 403
        assert "Your post does not let you import a tracker" in words(response)
    assert kept(world, lambda one: one.id) == []
    with world.sessions() as session:
        assert (
            session.scalars(select(AuditEntry.result).where(AuditEntry.what == "NotAllowed")).all() == ["refused"] * 2
        )


def test_another_borough_finds_nothing(world: World) -> None:
    browser, other = signed_in(world, "coordinator"), signed_in(world, "bromley")
    path = uploads(browser, workbook()).headers["Location"]
    theirs, nowhere = other.opens(path), other.opens("/pages/import/N-22222")
    assert theirs.status_code == nowhere.status_code == 404
    assert words(theirs) == words(nowhere)
    token = other.token()
    refused = other.client.post(path, data={"token": token, "do": "import"})
    assert refused.status_code == 404
    assert states(world) == []
    assert path.split("/")[-1] not in other.reads("/pages/import")
    imported = an_import(world)
    assert other.opens(f"/pages/import/{imported}").status_code == 404


def test_who_is_signed_out_or_elsewhere_changes_nothing(world: World) -> None:
    browser, out = signed_in(world, "coordinator"), Browser(world)
    assert out.opens("/pages/import").status_code == 401
    assert uploads(out, CSV, "t.csv").status_code == 401
    assert uploads(browser, CSV, "t.csv", token="").status_code == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert uploads(browser, CSV, "t.csv", **headers).status_code == 403
    path = uploads(browser, CSV, "t.csv").headers["Location"]
    assert browser.client.post(path, data={"do": "import"}).status_code == 403
    assert states(world) == []


def test_a_file_that_cannot_be_taken_is_told_in_a_sentence_and_changes_nothing(world: World) -> None:
    """TRUST.md T-65."""
    browser = signed_in(world, "coordinator")
    for data, name, told in (
        (b"", "t.csv", "Choose a file first"),
        (b"PK\x03\x04 nothing", "t.xlsx", "That is no .xlsx workbook"),
        (CSV, "t.xlsm", "I read .xlsx and .csv files"),
        (b"a,b\r\nc,d\r\n", "t.csv", "I found no row with headings"),
    ):
        response = uploads(browser, data, name)
        assert response.status_code == 422
        assert told in words(response)
    assert uploads(browser, b"x" * (6 * 1024 * 1024), "t.csv").status_code == 413
    empty = browser.client.post("/pages/import", data={"token": browser.token()})
    assert empty.status_code == 403, "no form of ours sends it like that"
    assert kept(world, lambda one: one.id) == []


def test_what_cannot_be_decided_so_is_told_and_changes_nothing(world: World) -> None:
    browser = signed_in(world, "coordinator")
    path = uploads(browser, CSV, "t.csv").headers["Location"]
    for changed, told in (
        ({"column": ["action", "action", "due"]}, "Two columns are to be “What is to be done”"),
        ({"column": ["keep", "owner", "due"]}, "Say which column says what is to be done"),
        ({"due_on": ["1 June 2020"]}, "Enter a date that is still to come"),
        ({"due_on": ["soon"]}, "Enter a date that is still to come"),
    ):
        response = decides(browser, path, do="import", **changed)
        assert response.status_code == 422
        assert told in words(response)
    assert states(world) == []
    assert decides(browser, path, do="import").status_code == 303
    assert states(world) == ["proposed"]
    again = browser.client.post(path, data={"token": browser.token(), "do": "import"})
    assert again.status_code in (200, 303, 422)
    assert states(world) == ["proposed"], "imported once"


def test_a_tracker_of_which_nothing_is_ready_is_not_imported(world: World) -> None:
    browser = signed_in(world, "coordinator")
    path = uploads(browser, b"Action,Lead,Due\r\nCheck flag,Bob,soon\r\n", "t.csv").headers["Location"]
    assert "No row of it is ready" in words(decides(browser, path, do="import"))
    with world.sessions() as session:
        assert session.scalars(select(TrackerLayout)).all() == []


def test_a_file_of_any_bytes_arrives_as_it_was_sent(world: World) -> None:
    from integrations.web.importing import _parts

    data = bytes(range(256)) * 20 + b"\r\n--x\r\n\r\n\n\r" + b"\x00"
    request = Browser(world).client.build_request("POST", "/", data={"token": "é"}, files={"file": ("ü.xlsx", data)})
    fields, name, arrived = _parts(request.headers["Content-Type"], request.read())
    assert (fields.get("token"), arrived) == ("é", data)
    assert name.endswith(".xlsx")
