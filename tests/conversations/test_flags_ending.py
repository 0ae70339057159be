"""Flags change, come off, and move with the child (DOMAIN.md B.8)."""

from sqlalchemy import select

from storage.records import Transfer
from tests.conversations.test_cases import codeword
from tests.conversations.test_flags import HIDDEN, NURSE, a_held_flag, opens, texts
from tests.making import a_case, a_flag, a_meeting, an_item
from tests.world import World

# --- a change ---------------------------------------------------------------------------------------------------------


def test_who_holds_a_flag_is_told_of_a_change_and_confirms_it(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    reference = a_held_flag(world, case)
    a_flag(world, case, NURSE)
    world.tick()
    texts(world, "nurse")
    opens(cal, f"flag news {case}")
    told = cal.submits(changes=["moved", "contact"])
    assert "Asked to change flags by" in told
    assert "Hollow Oak School" in told
    assert "Thames Gate" not in told.text, "whoever has not put it on yet has nothing to change"
    world.tick()
    assert world.person("nurse").hears() == []
    heard = sam.hears_one()
    assert "Camden: change the flag on your record by Tuesday 16 June 2026" in heard
    assert "moved" not in heard.text
    seen = sam.presses("What has changed?", on=heard)
    assert "The child has moved" in seen
    assert "There is another person to contact" in seen
    opens(cal, f"flag news {case}")
    cal.submits(changes=["worry"])
    assert "with a change that is not confirmed yet" in sam.presses("It is changed", on=heard), "there is more by now"
    world.tick()
    again = sam.hears_one()
    assert "The child has moved" in sam.says(f"flag {reference}")
    for _ in range(2):
        assert f"Flag {reference}: on the record, as changed" in sam.presses("It is changed", on=again)
    world.moves_on(working_days=10)
    assert sam.hears() == []


def test_other_codewords_are_a_change_for_whoever_holds_a_flag(world: World) -> None:
    case, sam = a_case(world), world.person("school")
    reference = a_held_flag(world, case)
    before = codeword(sam.says("flags"))
    world.person("coordinator").says(f"change codewords {case}")
    world.tick()
    heard = sam.hears_one()
    assert "change the flag on your record" in heard
    assert codeword(heard) != before
    assert "The codeword has changed" in sam.says(f"flag {reference}")


# --- taken off --------------------------------------------------------------------------------------------------------


def test_a_case_that_is_closed_has_its_flags_taken_off_and_who_has_not_is_listed(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    reference = a_held_flag(world, case)
    other = a_flag(world, case, NURSE)
    assert "are asked to take it off" in cal.says(f"close case {case}")
    world.tick()
    heard = sam.hears_one()
    assert "Camden: take the flag off your record by Tuesday 16 June 2026" in heard
    assert "take the flag off" in texts(world, "nurse"), "it may be there all the same"
    listed = cal.says("flags")
    assert "Not confirmed yet: 2" in listed
    assert f"{reference}. To be taken off, not confirmed yet" in listed
    world.moves_on(working_days=5)
    assert "take the flag off your record by Tuesday 16 June 2026" in sam.hears_one()
    world.moves_on(working_days=1)
    assert "Late: it was due by Tuesday 16 June 2026" in sam.says("flags")

    assert f"Flag {reference}: taken off the record" in sam.presses("It is off", on=heard)
    assert f"Flag {other}: was never put on" in world.person("nurse").says(f"flag was never on {other}")
    assert "There is no flag on a record" in cal.says("flags")
    assert "There is no flag on a record" in sam.says("flags")
    world.moves_on(working_days=10)
    assert sam.hears() == []
    assert "That case is closed" in cal.says(f"ask for flag {case}")


def test_half_a_year_later_the_coordinator_says_whether_it_is_still_needed(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    reference = a_held_flag(world, case)
    world.moves_on(days=181)
    assert "still needed" not in texts(world, "coordinator")
    world.moves_on(days=1, hours=1)  # Tuesday 8 December 2026, when summer time is over
    (asked,) = [one for one in cal.hears() if "still needed" in one]
    assert "Camden: are flags on records still needed?" in asked
    assert f"{codeword(asked)}. Case {case}, flags at 1 agency." in asked
    assert sam.hears() == []
    world.moves_on(working_days=5)
    assert "still needed" in texts(world, "coordinator"), "again, until it is answered"
    kept = cal.presses("Still needed", on=asked)
    assert f"Still needed: case {case}" in kept
    assert "You are asked again on Tuesday 15 June 2027" in kept
    assert "You are asked again on Tuesday 15 June 2027" in cal.says(f"keep flags {case}"), "twice is once"
    world.moves_on(working_days=10)
    assert "still needed" not in texts(world, "coordinator")
    removed = cal.says(f"remove flags {case}")
    assert f"Asked to take flags off by Friday 8 January 2027: case {case}" in removed
    assert cal.says(f"remove flags {case}").text == removed.text, "twice is once"
    world.tick()
    assert "take the flag off" in sam.hears_one()
    assert f"Flag {reference}: to be taken off" in sam.says(f"flag is on {reference}")


def test_the_question_changes_wherever_it_stands_when_it_is_answered(world: World) -> None:
    cases, cal = [a_case(world) for _ in range(2)], world.person("coordinator")
    for case in cases:
        a_held_flag(world, case)
    world.moves_on(days=182, hours=1)
    (asked,) = [one for one in cal.hears() if "still needed" in one]
    first, second = cases
    assert "2 things wait for you" in asked
    assert f"Still needed: case {first}" in cal.says(f"keep flags {first}")
    world.moves_on(minutes=1)
    now = cal.sees_now(asked)
    assert first not in now.text
    assert f"Case {second}" in now
    cal.says(f"remove flags {second}")
    world.moves_on(minutes=1)
    assert "This has changed since" in cal.sees_now(asked)


def test_without_an_agenda_item_for_twelve_months_it_ends_by_itself(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    a_held_flag(world, case)
    world.moves_on(days=182)
    cal.says(f"keep flags {case}")
    world.moves_on(days=181)
    assert "take the flag off" not in texts(world, "school")
    texts(world, "coordinator")
    world.moves_on(days=1)
    assert "Camden: take the flag off your record" in sam.hears_one()
    (told,) = [one for one in cal.hears() if "flags are being taken off" in one]
    assert f"{codeword(told)}. Case {case}." in told
    assert "Ask again for" in str(list(told.buttons))


def test_an_agenda_item_keeps_it_for_twelve_months_more(world: World) -> None:
    case = a_case(world)
    a_held_flag(world, case)
    a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)  # on Friday 19 June 2026
    world.moves_on(days=366)
    assert "take the flag off" not in texts(world, "school")
    world.moves_on(days=12)
    assert "take the flag off" in texts(world, "school")


# --- a child who moves ------------------------------------------------------------------------------------------------


def a_transfer(world: World) -> str:
    opens(world.person("coordinator"), "new transfer")
    borough = {"origin": "Camden", "receiving": "Bromley", "child": "Canaryreference"}
    world.person("coordinator").submits(**borough, status_in_law="none", stay="permanent")
    with world.sessions() as session:
        return session.scalars(select(Transfer.reference)).one()


def acknowledged(world: World, reference: str) -> None:
    opens(world.person("bromley"), f"acknowledge {reference}")
    world.person("bromley").submits(contact="MACE coordinator, Bromley Council")
    world.tick()
    world.person("bromley").hears()


def test_when_a_child_moves_flags_come_off_here_and_the_new_borough_decides(world: World) -> None:
    case, cal, bo, sam = a_case(world), *(world.person(one) for one in ("coordinator", "bromley", "school"))
    flag, transfer = a_held_flag(world, case), a_transfer(world)
    assert "Bromley has not acknowledged that transfer yet" in cal.says(f"move flags {transfer}")
    acknowledged(world, transfer)
    heard = cal.hears_one()
    cal.presses("What about its flags?", on=heard)
    moved = cal.submits(case=case, fate="remove")
    assert f"Asked to take flags off by Tuesday 16 June 2026: transfer {transfer}" in moved
    assert "Bromley is told that there were flags" in moved
    world.tick()
    assert "take the flag off your record" in sam.hears_one()
    told = bo.hears_one()
    assert "Bromley: decide whether to ask for flags on records" in told
    assert transfer in told
    for secret in (flag, case, "Hollow Oak", "Canary"):
        assert secret not in told.text
    assert HIDDEN in bo.says(f"flag {flag}")
    assert HIDDEN in bo.says(f"move flags {transfer}"), "it is Camden that decides"


def test_when_a_child_moves_flags_may_stay_and_are_changed(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    reference, transfer = a_held_flag(world, case), a_transfer(world)
    acknowledged(world, transfer)
    opens(cal, f"move flags {transfer}")
    assert "Asked to change flags by" in cal.submits(case=case, fate="keep")
    assert "The child has moved" in world.person("school").says(f"flag {reference}")
    opens(cal, f"move flags {transfer}")
    cal.submits(case=case, fate="remove")
    world.tick()
    assert len(world.person("bromley").hears()) == 1, "the new borough is told once"
