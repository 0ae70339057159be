"""A post may have a deputy, who reads and does what its holder may, and hears what nobody else can hear."""

from tests.conversations.test_joining import HOUSING, code_in, links, new_code
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import Someone, World

SCHOOL = "Safeguarding lead, Hollow Oak School"


def names_a_deputy(by: Someone, post: str = SCHOOL, **more: str) -> Heard:
    by.says("deputy")
    by.presses("Use the form instead")
    return by.submits(post=f"{post}, Camden", name="Dee Testperson", email="dee@school.example", **more)


def a_deputy(world: World, by: str = "school", post: str = SCHOOL, handle: str = "dee") -> Someone:
    dee = world.person(handle)
    assert f"- Deputy for {post}, Camden" in links(dee, code_in(names_a_deputy(world.person(by), post)))
    return dee


def letters(person: Someone) -> str:
    return "\n".join(one.text for one in person.hears())


def test_whoever_holds_a_post_names_a_deputy_who_answers_for_it(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    named = names_a_deputy(sam)
    assert f"Deputy for {SCHOOL}" in named
    dee = world.person("dee")
    assert f"Camden: check a record flag, {reference}, by Friday 12 June 2026" in links(dee, code_in(named))
    world.tick()
    told = letters(cal)
    assert "Camden: a post has a new deputy" in told
    assert "Testperson" not in told
    assert f"{reference}, as deputy, by Friday 12 June 2026" in dee.says("mine")
    assert "Marked as done" in dee.presses("Done")
    assert "said done" in sam.says(f"action {reference}")
    assert "as deputy" not in sam.says("mine")
    assert "Not done yet" in sam.says(f"undo {reference}")


def test_what_is_owed_goes_to_the_holder_alone_while_there_is_one(world: World) -> None:
    dee = a_deputy(world)
    world.tick()
    dee.hears()
    an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    assert "check a record flag" in letters(world.person("school"))
    assert dee.hears() == []


def test_it_goes_to_the_deputy_until_the_holder_has_joined(world: World) -> None:
    dee = a_deputy(world, "coordinator", HOUSING)
    an_action(world, HOUSING, "12 June 2026")
    world.tick()
    heard = letters(dee)
    assert "check a record flag" in heard
    assert f"because you answer for the post {HOUSING}" in heard
    hari = world.person("hari")
    links(hari, new_code(world))
    an_action(world, HOUSING, "15 June 2026", verb="send information")
    world.tick()
    assert "send information" in letters(hari)
    assert dee.hears() == []


def test_it_goes_to_the_deputy_while_nobody_holds_the_post(world: World) -> None:
    dee, sam, cal = a_deputy(world), world.person("school"), world.person("coordinator")
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam.says("leave")
    sam.presses("Use the form instead")
    assert "the coordinator is told" in sam.submits(post=f"{SCHOOL}, Camden")
    world.tick()
    assert reference in letters(dee)
    assert "Its deputy gets the reminders until somebody holds it" in letters(cal)
    assert "Marked as done" in dee.says(f"done {reference}")


def test_another_deputy_ends_the_earlier_one(world: World) -> None:
    first = a_deputy(world)
    second = a_deputy(world, "coordinator", handle="dan")
    assert "I do not know you yet" in first.says("mine")
    assert "You have nothing open" in second.says("mine")


def test_a_deputy_may_leave_and_the_holder_is_told(world: World) -> None:
    dee, sam = a_deputy(world), world.person("school")
    dee.says("leave")
    dee.presses("Use the form instead")
    left = dee.submits(post=f"Deputy for {SCHOOL}, Camden")
    assert f"You have left: Deputy for {SCHOOL}" in left
    assert "its holder is told" in left
    world.tick()
    assert "Camden: you have no deputy any more" in letters(sam)
    assert "I do not know you yet" in dee.says("mine")
    assert "You have nothing open" in sam.says("mine")


def test_who_may_not_name_a_deputy_is_told_who_may(world: World) -> None:
    assert "Only whoever holds a post can name its deputy" in a_deputy(world).says("deputy")
    stranger = world.person("stranger")
    assert stranger.says("deputy").text == stranger.says("help").text
    sam = world.person("school")
    sam.says("deputy")
    page = sam.presses("Use the form instead")
    assert list(page.options["post"].values()) == [f"{SCHOOL}, Camden"]
    refused = sam.submits(post="1", name="Dee Testperson", email="dee@school.example")
    assert refused.errors == {"post": "Choose one of the options"}


def test_somebody_on_the_panel_already_can_be_a_deputy_but_not_ones_own(world: World) -> None:
    sam, nurse = world.person("school"), world.person("nurse")
    code = code_in(names_a_deputy(sam))
    for person, answer in ((sam, "You hold that post already"), (nurse, f"- Deputy for {SCHOOL}, Camden")):
        person.says("link")
        person.presses("Open the form")
        assert answer in person.submits(code=code)
    assert "You have nothing open" in nurse.says("mine")


def test_a_deputy_can_take_the_post_over(world: World) -> None:
    dee, cal = a_deputy(world), world.person("coordinator")
    cal.says("hand over")
    cal.presses("Use the form instead")
    code = code_in(cal.submits(post=SCHOOL, name="Dee Testperson", email="dee@school.example"))
    dee.says("link")
    dee.presses("Open the form")
    linked = dee.submits(code=code)
    assert f"- {SCHOOL}, Camden" in linked
    assert "Deputy for" not in linked
    assert "Use the form instead" in dee.says("deputy").buttons


def test_a_deputy_whose_last_day_has_passed_is_a_stranger(world: World) -> None:
    named = names_a_deputy(world.person("school"), until="10 June 2026")
    dee = world.person("dee")
    links(dee, code_in(named))
    world.moves_on(working_days=1)
    assert "You have nothing open" in dee.says("mine")
    world.moves_on(working_days=1)
    assert "I do not know you yet" in dee.says("mine")


def test_who_deputises_for_a_coordinator_runs_the_panel(world: World) -> None:
    dee = a_deputy(world, "coordinator", "MACE coordinator, Camden Council")
    assert f"- {HOUSING}" in dee.says("not joined")
    assert "Your post does not let you" not in dee.says("add meeting")
