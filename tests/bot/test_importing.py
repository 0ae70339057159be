"""What a tracker means: days, steps, posts and headings as people really type them."""

from datetime import date

import pytest

from bot.features.actions.importing.cells import is_finished, nearest_verb, read_due
from bot.features.actions.importing.columns import Means, decided, propose
from bot.features.actions.importing.owners import Known, Posts
from bot.features.actions.importing.rows import Surroundings, Verdict, dry_run
from bot.kit.errors import Refusal
from bot.kit.sheets import Row, Sheet
from bot.kit.words import day_in_words

TODAY = date(2026, 6, 9)  # a Tuesday
FRIDAY = date(2026, 6, 12)
POSTS = (
    Known(1, "Named nurse", "Thames Gate NHS Trust", "Ngozi Testperson"),
    Known(2, "Safeguarding lead", "Hollow Oak School", "Sam Testperson"),
    Known(3, "Youth worker", "Streetwise", "Chidi Testperson"),
    Known(4, "MACE coordinator", "Camden Council", "Cal Testperson"),
    Known(5, "Police co-chair", "Police", "Pat Testperson"),
    Known(6, "Housing lead", "Camden Housing"),
)


@pytest.mark.parametrize(
    "typed",
    [
        *("12/06/2026", "12/6/26", "12.6.26", "12-06-2026", "2026-06-12", "12/6", "12 / 6", "46185"),
        *(
            "12 June",
            "12th June",
            "12 Jun",
            "12-Jun-26",
            "June 12",
            "June 12th, 2026",
            "Fri 12/06",
            "Friday 12 June 2026",
        ),
        *("Friday", "next Friday", "by Friday", "by 12/6", "Due by 12 June", "12 June 2026 at 2pm", "12/06/2026 14:00"),
        *("w/c 8 June", "W/C 08/06/26", "wc 8/6", "week commencing 8 June 2026"),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str) -> None:
    read = read_due(typed, TODAY, TODAY)
    assert (read.day, read.why, read.missing) == (FRIDAY, "", False)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("31/02/2026", "The date 31/02/2026 does not exist."),
        ("31/2", "The date 31/2 does not exist."),
        ("30 Feb", "The date 30 feb does not exist."),
        ("06/13/2026", "The date 06/13/2026 does not exist."),
        ("12/06/2062", "The date 12/06/2062 is too long ago or too far away. Check the year."),
        ("12/06/1926", "The date 12/06/1926 is too long ago or too far away. Check the year."),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_a_sentence(typed: str, why: str) -> None:
    read = read_due(typed, TODAY, TODAY)
    assert (read.day, read.why, read.missing) == (None, why, False)


@pytest.mark.parametrize(
    "typed", ["", "ASAP", "asap please", "A.S.A.P", "ongoing", "TBC", "n/a", "-", "next MACE", "x"]
)
def test_what_is_no_day_is_to_be_decided(typed: str) -> None:
    read = read_due(typed, TODAY, TODAY)
    assert read.day is None
    assert read.missing
    assert read.why


def test_a_day_without_a_year_is_near_the_meeting_at_which_it_was_said() -> None:
    assert read_due("5/1", date(2025, 12, 10), TODAY).day == date(2026, 1, 5)
    assert read_due("5/1", date(2026, 12, 10), date(2026, 12, 11)).day == date(2027, 1, 5)
    assert read_due("5/1", TODAY, TODAY).said == f"“5/1” is read as {day_in_words(date(2026, 1, 5))}."
    assert read_due("05/01/2026", TODAY, TODAY).said == ""


@pytest.mark.parametrize(
    ("written", "verb"),
    [
        ("School to check flag on SIMS", "check a record flag"),
        ("Police to share intel with the panel", "send information"),
        ("CSC to convene strategy meeting by Friday", "arrange a meeting"),
        ("Complete safety plan", "agree a plan"),
        ("SW to update assessment", "update a plan"),
        ("Referral to CAMHS", "offer support"),
        ("Home visit to YP", "make a visit"),
        ("Phone mum", "make a call"),
        ("Check PNC records for address", "check your records"),
        ("Report back to the panel", "report back to the panel"),
        ("See minutes", "report back to the panel"),
        ("check a record flag", "check a record flag"),
        ("=HYPERLINK(1)", "report back to the panel"),
    ],
)
def test_a_step_of_the_closed_list_stands_for_what_was_written(written: str, verb: str) -> None:
    assert nearest_verb(written) == verb


@pytest.mark.parametrize("status", ["Complete", "completed 3/6", "Done", "Closed.", "YES", "NFA", "No further action"])
def test_what_is_finished_is_known(status: str) -> None:
    assert is_finished(status)


@pytest.mark.parametrize(
    "status", ["", "Not complete", "Completed? No, not yet", "ongoing", "Done - awaiting school", "Partly done", "Open"]
)
def test_what_takes_itself_back_is_not_finished(status: str) -> None:
    assert not is_finished(status)


@pytest.mark.parametrize(
    ("owner", "agency", "post"),
    [
        ("Ngozi (NHS)", "", 1),
        ("Named nurse", "", 1),
        ("named nurse.", "", 1),
        ("TGNT", "", 1),
        ("Nurse", "Thames Gate", 1),
        ("Sam", "School", 2),
        ("Sam (school)", "", 2),
        ("safegaurding lead", "", 2),
        ("School DSL", "", 2),
        ("streetwize", "", 3),
        ("Met Police", "", 5),
        ("DS Pat", "", 5),
        ("", "Housing", 6),
    ],
)
def test_the_post_that_is_meant_is_found(owner: str, agency: str, post: int) -> None:
    found = Posts(POSTS).match(owner, agency)
    assert found.post is not None, found.why
    assert found.post.id == post


@pytest.mark.parametrize("owner", ["Sam (NHS)", "Police / school", "Bob", "CSC", "all", "Testperson", "Camden"])
def test_nobody_is_guessed(owner: str) -> None:
    found = Posts(POSTS).match(owner, "")
    assert found.post is None
    assert f"“{owner}”" in found.why


def test_whom_nobody_is_called_is_told_with_the_nearest() -> None:
    assert (
        Posts(POSTS)
        .match("nurse manager", "")
        .why.startswith("No post is called “nurse manager”. Nearest: Named nurse, Thames Gate NHS Trust;")
    )
    assert Posts(POSTS).match("Camden", "").why == (
        "“Camden” could be MACE coordinator, Camden Council; Housing lead, Camden Housing. Choose one."
    )
    chosen = Posts(POSTS, {"Bob": 3}).match("Bob", "")
    assert chosen.post
    assert chosen.post.id == 3


# --- headings ---


def sheet(*rows: tuple[str, ...], name: str = "Actions") -> Sheet:
    return Sheet(name, tuple(Row(number, row) for number, row in enumerate(rows, 1) if any(row)))


def meanings(*headings: str) -> list[Means]:
    return [one.means for one in propose([sheet(("Action", "Owner", *headings))], {}).columns[2:]]


def test_headings_are_known_by_their_words() -> None:
    known = {
        "Child's name": Means.LEAVE,
        "YP": Means.LEAVE,
        "DOB": Means.LEAVE,
        "Name": Means.LEAVE,
        "LCS number": Means.LEAVE,
        "Whatever": Means.LEAVE,
        "": Means.LEAVE,
        "Due date": Means.DUE,
        "Agency": Means.AGENCY,
        "Status": Means.STATUS,
        "Date of MACE": Means.MEETING,
        "RAG": Means.KEEP,
        "Update": Means.KEEP,
        "Item no.": Means.KEEP,
    }
    assert meanings(*known) == list(known.values())
    assert meanings("Deadline", "Timescale") == [Means.DUE, Means.KEEP], "a second one is kept"


def test_the_headings_may_stand_below_a_title_and_on_another_sheet() -> None:
    cover = sheet(("Camden MACE", ""), ("Official sensitive", ""), name="Cover")
    tracker = sheet(("MACE action tracker",), ("",), ("No", "Action", "Lead", "By when"), ("1", "x", "y", "z"))
    found = propose([cover, tracker], {})
    assert [one.heading for one in found.columns] == ["No", "Action", "Lead", "By when"]
    assert [row.number for row in found.rows] == [4]
    assert found.others == 1


def test_references_of_cases_are_known_by_their_look_and_saved_columns_by_their_heading() -> None:
    found = propose([sheet(("Action", "Lead", "Child"), ("x", "y", "c-7k2fs"), ("x", "y", "Zed"), ("x", "y", ""))], {})
    assert found.columns[2].means is Means.LEAVE, "half of them are none"
    found = propose([sheet(("Action", "Lead", "Child"), ("x", "y", "c-7k2fs"), ("x", "y", "C-7K2FS"))], {})
    assert found.columns[2].means is Means.CASE
    again = propose([sheet(("Wat", "Lead", "Wat"))], {"Wat#0": "action", "Wat#1": "keep", "Lead#0": "owner"})
    assert [one.means for one in again.columns] == [Means.ACTION, Means.OWNER, Means.KEEP]


def test_a_table_without_headings_is_refused() -> None:
    for rows in ((("a", "b"), ("c", "d")), ((),)):
        with pytest.raises(Refusal, match="no row with headings"):
            propose([sheet(*rows)], {})


def test_what_is_decided_has_to_make_sense() -> None:
    columns = propose([sheet(("Action", "Owner", "Update"))], {}).columns
    with pytest.raises(Refusal, match="Two columns are to be “Who does it”"):
        decided(columns, ["action", "owner", "owner"])
    with pytest.raises(Refusal, match="Say which column says what is to be done"):
        decided(columns, ["keep", "owner", "keep"])
    assert [one.means.value for one in decided(columns, ["action", "nonsense", "leave"])] == [
        "action",
        "owner",
        "leave",
    ]


def test_each_row_says_what_becomes_of_it() -> None:
    table = propose(
        [
            sheet(
                ("Action", "Owner", "Due", "Status", "Child", "Update"),
                ("Check flag", "Named nurse", "12/06/2026", "", "Zed", ""),
                ("Share intel", "Police", "ASAP", "", "Zed", ""),
                ("Share intel", "Bob", "12/6", "", "", ""),
                ("Share intel", "Police", "31/02/2026", "", "", ""),
                ("", "Police", "12/06/2026", "", "", ""),
                ("Old thing", "Bob", "", "Complete", "", ""),
                ("", "", "", "", "", "Meeting of 3 June"),
            )
        ],
        {},
    )
    around = Surroundings(Posts(POSTS), frozenset(), TODAY)
    report = dry_run(table, around)
    assert [(row.number, row.verdict) for row in report.rows] == [
        (2, Verdict.OK),
        (3, Verdict.DECIDE),
        (4, Verdict.DECIDE),
        (5, Verdict.REFUSED),
        (6, Verdict.REFUSED),
        (7, Verdict.DONE),
        (8, Verdict.OTHER),
    ]
    assert report.rows[1].says == ("“ASAP” is not a day.",)
    assert report.rows[2].says[1].startswith("No post is called “Bob”. Nearest: ")
    assert report.rows[3].says == ("The date 31/02/2026 does not exist.",)
    assert report.rows[4].says == ("It does not say what is to be done.",)
    assert report.left_out == {"Child": 2}
    assert report.to_name == ("Bob",)
    later = dry_run(table, Surroundings(Posts(POSTS, {"Bob": 3}), frozenset(), TODAY, default=date(2026, 6, 30)))
    assert [row.verdict for row in later.rows[:4]] == [Verdict.OK, Verdict.OK, Verdict.OK, Verdict.REFUSED]
    assert later.rows[1].says == ("“ASAP” is not a day. Tuesday 30 June 2026 is taken, as you chose.",)
