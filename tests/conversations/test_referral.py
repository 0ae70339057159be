"""Journey 1: a partner refers a child by guided dialogue."""

from datetime import timedelta
from typing import Any

from storage.levels import unsealed
from storage.records import Dialogue, Referral
from tests.surfaces import holds
from tests.world import Someone, World

SAFETY: dict[str, Any] = {"danger": "no", "borough": "Camden"}
YOU: dict[str, Any] = {"contact": "works with them", "source": "saw it", "risk_to_source": "no"}
CHILD: dict[str, Any] = {"child_name": "Zebra Canaryname", "born": "14 May 2011", "sex": "female", "home": "foster"}
AROUND: dict[str, Any] = {"working": ["school", "police"], "told": "told and agree"}
WORRY: dict[str, Any] = {"worries": ["criminal"], "criminal": ["county lines"]}
EVENT: dict[str, Any] = {
    "event": "Canarystory at the Canaryplace",
    "event_on": "yesterday",
    "changes": ["missing", "new things"],
}
HELP: dict[str, Any] = {"safe": ["trusted adult"], "tried": ["nothing yet"], "wanted": "plan", "reach": "020 7946 0999"}


def fill_up_to_review(person: Someone) -> None:
    pages: tuple[dict[str, Any], ...] = (SAFETY, YOU, CHILD, AROUND, {"worries": ["criminal"]}, WORRY, EVENT, HELP)
    for page in pages:
        person.submits(**page)


def test_a_charity_worker_refers_a_child(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    first = ann.presses("Refer a child")
    assert list(first.questions.values()) == [
        "Is someone in danger right now?",
        "Which borough does the child live in?",
    ]

    wrong = ann.submits(danger="no")
    assert wrong.errors == {"borough": "Choose one of the options"}
    assert ann.submits(**SAFETY).text == "Refer a child\nAbout you"
    ann.submits(**YOU)

    wrong = ann.submits(**CHILD | {"child_name": "", "born": "soon"})
    assert wrong.errors == {
        "child_name": "Answer this question, or say that you don't know",
        "born": "Enter a date of birth, like 14 May 2011, or an age, like 15",
    }
    assert holds(wrong.values["home"], "foster")
    assert holds(wrong.values["born"], "soon")
    ann.submits(**CHILD)
    wrong = ann.submits(working=["nobody", "police"], told="told and agree")
    assert wrong.errors == {"working": "Choose “Nobody, as far as I know” on its own, or untick it"}
    ann.submits(**AROUND)

    asked_more = ann.submits(worries=["criminal"])
    assert list(asked_more.questions) == ["worries", "criminal"]
    ann.submits(**WORRY)
    wrong = ann.submits(**EVENT | {"event_on": "12 June 2026"})
    assert wrong.errors == {"event_on": "The date must be today or earlier"}
    ann.submits(**EVENT)
    review = ann.submits(**HELP)
    assert holds(review.answered["born"], "Saturday 14 May 2011")
    assert holds(review.answered["event_on"], "Monday 8 June 2026")
    assert holds(review.answered["voice"], "Not given")

    page = ann.submits(go="change:home")
    assert holds(page.values["child_name"], "Zebra Canaryname")
    review = ann.submits(**CHILD | {"home": "residential"})
    assert holds(review.answered["home"], "In a children's home")

    receipt = ann.submits()
    assert "Referral sent" in receipt
    assert "Sent to: Camden MACE coordinator" in receipt
    assert "You hear by: Friday 12 June 2026" in receipt
    assert "Canary" not in receipt.text

    stands = ann.presses("Where is my referral?")
    assert ": received" in stands

    world.tick()
    coordinator = world.person("coordinator")
    arrived = coordinator.hears_one()
    assert "Camden: decide on a new referral by Friday 12 June 2026" in arrived
    assert "Canary" not in arrived.text
    coordinator.presses("Take it")
    assert "yours to decide" in coordinator.presses("Take it", on=arrived)
    world.tick()
    assert "is being looked at" in ann.hears_one()

    with world.sessions() as session:
        referral = session.query(Referral).one()
        assert unsealed(referral.answers)["child_name"] == "Zebra Canaryname"
        assert unsealed(referral.answers)["born"] == "2011-05-14"
        assert session.query(Dialogue).one().answers is None


def test_danger_that_nobody_was_told_of_stops_the_form(world: World) -> None:
    """TRUST.md T-77."""
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    stopped = ann.submits(danger="yes, not reported", borough="Bromley")
    assert "Phone 999 now" in stopped
    assert "Bromley MASH (safeguarding hub): 020 7946 0103, Monday to Friday, 9am to 5pm" in stopped
    with world.sessions() as session:
        assert session.query(Referral).count() == 0
        dialogue = session.query(Dialogue).one()
        assert (dialogue.answers, dialogue.unfinished, dialogue.ended_as) == (None, None, "stopped")


def test_danger_does_not_wait_for_the_other_answers(world: World) -> None:
    """TRUST.md T-77."""
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    stopped = ann.submits(danger="yes, not reported")
    assert "Phone 999 now" in stopped
    assert "If the child lives in another borough, ask 999 or 101" in stopped


def test_danger_that_was_reported_asks_for_the_reference_and_goes_on(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    more = ann.submits(**SAFETY | {"danger": "yes, reported"})
    assert list(more.questions) == ["danger", "reported_as", "borough"]
    wrong = ann.submits(**SAFETY | {"danger": "yes, reported", "reported_as": "x"})
    assert wrong.errors == {"reported_as": "Use 4 characters or more"}
    assert "About you" in ann.submits(**SAFETY | {"danger": "yes, reported", "reported_as": "don't know"})


def test_dont_know_is_always_an_answer_and_kept_as_itself(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    unknown = "don't know"
    ann.submits(danger=unknown, borough=unknown)
    ann.submits(contact=unknown, source=unknown, risk_to_source=unknown)
    ann.submits(contact=unknown, source=unknown, risk_to_source=unknown, not_to_share=unknown)
    ann.submits(child_name=unknown, born=unknown, sex=unknown, home=unknown)
    ann.submits(working=[unknown], told=unknown)
    ann.submits(worries=[unknown])
    ann.submits(event=unknown, event_on=unknown, changes=[unknown])
    ann.submits(safe=[unknown], voice=unknown, tried=[unknown], wanted=unknown, reach=unknown)
    receipt = ann.submits()
    assert "If you think that somebody is in danger now, phone 999" in receipt
    assert "Camden MACE coordinator" in receipt  # nobody knows the borough: it goes to the sender's own panel
    with world.sessions() as session:
        answers = unsealed(session.query(Referral).one().answers)
    assert answers["born"] == unknown
    assert answers["event_on"] == unknown
    assert answers["sexual"] is None  # not asked is not the same as not known


def test_back_loses_nothing(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    ann.submits(**SAFETY)
    ann.submits(**YOU)
    ann.submits(**CHILD | {"born": "soon"}, go="back")
    assert ann.front.text == "Refer a child\nAbout you"
    assert holds(ann.front.values["contact"], "works with them")
    page = ann.submits(**YOU)
    assert holds(page.values["child_name"], "Zebra Canaryname")
    assert holds(page.values["born"], "soon")
    assert page.errors == {"born": "Enter a date of birth, like 14 May 2011, or an age, like 15"}


def test_a_condition_that_no_longer_holds_drops_its_answer(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    fill_up_to_review(ann)
    ann.submits(go="change:worries")
    ann.submits(worries=["don't know"])
    assert "criminal" not in ann.front.answered
    ann.submits()
    with world.sessions() as session:
        assert unsealed(session.query(Referral).one().answers)["criminal"] is None


def test_save_and_resume(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    ann.submits(**SAFETY)
    saved = ann.submits(contact="met them once", go="save")
    assert "until the end of Friday 12 June 2026" in saved
    world.moves_on(working_days=1)
    page = ann.presses("Go on with it", on=saved)
    assert page.text == "Refer a child\nAbout you"
    assert holds(page.values["contact"], "met them once")

    waiting = ann.says("refer")
    assert "You have not finished: refer a child" in waiting
    fresh = ann.presses("Delete it and start again")
    assert fresh.text == "Refer a child\nSafety first"
    assert not fresh.values.get("danger")


def test_a_draft_nobody_comes_back_for_is_announced_then_deleted(world: World) -> None:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    ann.submits(**SAFETY)
    world.moves_on(working_days=1)
    assert ann.hears() == []
    world.moves_on(working_days=1)
    assert "Finish by the end of Friday 12 June 2026: refer a child" in ann.hears_one()
    world.moves_on(working_days=2)
    assert "Deleted: refer a child" in ann.hears_one()
    assert "You have no unfinished form" in ann.says("resume")
    with world.sessions() as session:
        assert session.query(Dialogue).one().answers is None


def test_typed_instead_of_drawn_and_never_a_private_question(world: World) -> None:
    ann = world.person("charity")
    assert "Is someone in danger right now?" in ann.says("refer")
    assert "Choose one of the options" in ann.says("perhaps")
    assert "Which borough does the child live in?" in ann.says("No")
    assert "Is someone in danger right now?" in ann.says("back")
    assert "Your answer was: No" in ann.front
    assert "Which borough" in ann.says("1")
    ann.says("camden")
    assert "Saved: refer a child" in ann.says("save")
    assert "I did not understand that" in ann.says("2")
    assert "How do you know the child?" in ann.says("resume")
    ann.says("I work with them")
    ann.says("2")
    private = ann.says("no")
    assert "the next questions are private" in private
    leaked = ann.says("Zebra Canaryname")
    assert "I do not take that answer in chat" in leaked
    assert "delete your message" in leaked
    assert "Canaryname" not in leaked.text
    page = ann.presses("Open the form")
    assert page.text == "Refer a child\nThe child"
    ann.submits(**CHILD)
    assert "help" not in ann.says("mine").text.lower().split("\n")[0]


def test_a_second_press_on_the_last_page_sends_nothing_twice(world: World) -> None:
    """TRUST.md T-71."""
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    fill_up_to_review(ann)
    review = ann.front
    ann.submits()
    ann.front = review
    again = ann.submits()
    assert "you sent this form on Tuesday 9 June 2026" in again
    with world.sessions() as session:
        assert session.query(Referral).count() == 1


def test_nobody_answers_another_persons_form_or_reads_their_referral(world: World) -> None:
    ann, bob = world.person("charity"), world.person("school")
    ann.says("help")
    page = ann.presses("Refer a child")
    bob.says("help")
    bob.front = page
    assert "not open any more" in bob.submits(**SAFETY)
    ann.front = page
    fill_up_to_review(ann)
    line = ann.submits().line("Where is my referral?")
    theirs, unknown = bob.says(line), bob.says("referral R-22222")
    assert theirs.text == unknown.text


def test_time_of_day_does_not_matter_to_a_draft(world: World) -> None:
    world.now += timedelta(hours=7)  # 4:30pm
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    assert "until the end of Friday 12 June 2026" in ann.submits(**SAFETY, go="save")
