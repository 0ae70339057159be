"""What a meeting agreed comes back on the next agenda until it is finished."""

from tests.conversations.test_agenda import preview
from tests.conversations.test_cases import NURSE, SCHOOL, codeword
from tests.integrations.web.signed_in import signed_in
from tests.making import a_case, a_meeting, an_action, an_item
from tests.surfaces import Heard
from tests.world import World

FROM_BEFORE = "What your post still has to do from before. You may be asked how it stands:"


def sent(world: World) -> None:
    preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    world.tick()


def the_agenda(world: World, handle: str) -> Heard:
    return next(one for one in world.person(handle).hears() if "panel on Friday 19 June 2026" in one.text)


def test_an_action_given_before_its_case_was_on_an_agenda_goes_by_the_item_once_it_is_sent(world: World) -> None:
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    world.tick()
    sam = world.person("school")
    given = sam.hears_one()
    assert "Item" not in given.text
    a_meeting(world, items=1)
    an_item(world, ("Police",), case=case)
    assert "Item" not in sam.says(f"status {reference}").text, "the agenda was not sent"
    sent(world)
    agenda = the_agenda(world, "school")
    line = f"Item 2: check a record flag by Friday 12 June 2026. {codeword(given)}. {reference}"
    assert FROM_BEFORE in agenda
    assert line in agenda
    assert f"Item 2, Friday 19 June 2026. {codeword(given)}. Action {reference}." in sam.sees_now(given)
    assert "Done" in sam.sees_now(given).buttons
    assert FROM_BEFORE not in the_agenda(world, "nurse"), "another's action"


def test_on_its_page_an_agenda_has_what_is_unfinished_under_its_items_and_the_rest_as_matters_arising(
    world: World,
) -> None:
    case = a_case(world)
    about_it = an_action(world, SCHOOL, "12 June 2026", about=case)
    about_nothing = an_action(world, NURSE, "11 June 2026", "send information")
    done = an_action(world, SCHOOL, "11 June 2026", "make a call", about=case)
    world.person("school").says(f"done {done}")
    world.person("coordinator").says(f"confirm {done}")
    meeting = a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    sent(world)

    whole = signed_in(world, "coordinator").reads(f"/pages/read/{meeting}")
    item, _, arising = whole.partition("Matters arising")
    assert f"{SCHOOL}: check a record flag by Friday 12 June 2026. To do." in item
    assert about_it in item
    assert f"{NURSE}: send information by Thursday 11 June 2026. To do. {about_nothing}" in arising
    assert done not in whole
    own = signed_in(world, "school").reads(f"/pages/read/{meeting}")
    assert about_it in own
    assert about_nothing not in own
    assert "Matters arising" not in own


def test_where_somebody_may_look_for_the_child_the_message_says_no_item(world: World) -> None:
    """TRUST.md 4.2: protected moves carry neither item nor codeword."""
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    world.person("coordinator").says(f"protect {case}")
    a_meeting(world, items=0)
    an_item(world, ("Police",), case=case)
    sent(world)
    agenda = the_agenda(world, "school")
    assert f"check a record flag by Friday 12 June 2026. {reference}" in agenda
    assert "Item 1" not in agenda.text


def test_more_than_six_are_counted(world: World) -> None:
    a_meeting(world)
    references = [an_action(world, SCHOOL, f"{day} June 2026") for day in range(10, 18)]
    for _ in range(3):
        world.moves_on(minutes=1)  # as fast as their platform lets us write to one person
    assert "They also see what they still have to do from before:" in preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    world.tick()
    agenda = the_agenda(world, "school")
    assert [one in agenda.text for one in references] == [True] * 6 + [False] * 2
    assert "And 2 more. Say mine to see them all." in agenda


def test_the_next_agenda_has_it_under_the_newer_item_and_the_message_about_it_keeps_its_own(world: World) -> None:
    case = a_case(world)
    a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    sent(world)
    an_action(world, SCHOOL, "12 June 2026", about="Item 1, Friday 19 June 2026")
    world.tick()
    sam = world.person("school")
    given = next(one for one in sam.hears() if "Action A-" in one.text)
    cal = world.person("coordinator")
    cal.says("add meeting")
    cal.presses("Use the form instead")
    cal.submits(borough="Camden", day="26 June 2026", at="2pm", place="Room 4")
    for about in ("none", case):
        cal.says("add item")
        page = cal.presses("Use the form instead")
        second = list(page.options["meeting"])[-1]
        cal.submits(meeting=second, section="review", case=about, agencies=["Police"], verb="send information")
    cal.says("agenda")
    page = cal.presses("Use the form instead")
    cal.submits(meeting=list(page.options["meeting"])[-1], agency="Police")
    cal.presses("Send it to 5 people")
    world.tick()
    agenda = next(one for one in sam.hears() if "panel on Friday 26 June 2026" in one.text)
    assert "Item 2: check a record flag by Friday 12 June 2026" in agenda
    assert "Item 1, Friday 19 June 2026" in sam.sees_now(given)
    assert "Undo" in sam.presses("Done", on=given).buttons
