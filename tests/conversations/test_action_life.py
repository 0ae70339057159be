"""The whole life of an action: every row of its table, by whoever may, with the refusal and the second press."""

import pytest

from storage.levels import unsealed
from storage.records import Action, ActionState, AuditEntry, BlockedBecause, Effect
from tests.cast import add_lead
from tests.conversations.test_agreements import reads
from tests.conversations.test_shares import shares
from tests.making import an_action
from tests.planting import opens
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
HEAD = "Head teacher, Hollow Oak School"


def stored(world: World, reference: str) -> Action:
    with world.sessions() as session:
        return session.query(Action).filter_by(reference=reference).one()


def stands(world: World, reference: str, by: str = "school") -> Heard:
    return world.person(by).says(f"action {reference}")


def test_proposed_by_a_member_and_given_by_the_chair(world: World) -> None:
    nurse, cal, pat, sam = (world.person(one) for one in ("nurse", "coordinator", "police", "school"))
    opens(nurse, "propose action")
    told = nurse.submits(owner=f"Camden: {SCHOOL}", verb="make a call", due_on="12 June 2026", why="Nobody rang yet")
    assert "The coordinator is told what you propose" in told
    world.tick()
    card = cal.hears_one()
    assert "give this action? Make a call by Friday 12 June 2026" in card
    assert sam.hears() == []
    reference = card.line("Give it").split()[1]
    assert stands(world, reference).text == stands(world, "A-22222").text
    assert "Action given: make a call" in pat.says(f"agree {reference}")
    assert "Action given: make a call" in pat.says(f"agree {reference}")  # pressed twice
    assert "to do" in cal.presses("Give it", on=card)  # the chair was quicker
    world.tick()
    assert "make a call by Friday 12 June 2026" in sam.hears_one()


WHY = "Canaryname has nowhere to sleep"


def proposes(world: World, owner: str) -> str:
    """As the nurse does, with her reason; returns its reference."""
    nurse = world.person("nurse")
    opens(nurse, "propose action")
    nurse.submits(owner=f"Camden: {owner}", verb="make a call", due_on="12 June 2026", why=WHY)
    world.tick()
    return world.person("coordinator").hears_one().line("Give it").split()[1]


@pytest.mark.parametrize(("by", "line"), [("police", "agree"), ("coordinator", "agree"), ("coordinator", "give")])
def test_why_it_was_proposed_is_for_the_coordinator_and_not_its_owner(world: World, by: str, line: str) -> None:
    reference = proposes(world, SCHOOL)
    assert WHY in reads(world, "coordinator", reference)
    opens(world.person(by), f"{line} {reference}")
    if line == "give":
        world.person(by).submits(owner=SCHOOL)
    world.person("school").says(f"accept {reference}")
    page = reads(world, "school", reference)
    assert "Held by Sam Testperson" in page
    assert "Canary" not in page
    assert stored(world, reference).why is None, "nor does anybody find it there later"


def test_nor_by_the_agency_it_is_proposed_to_nor_in_an_emergency(world: World) -> None:
    """A chair knows of what is proposed to their own agency, and somebody may share it."""
    reference = proposes(world, "Police co-chair, Police")
    assert "It is only proposed" not in reads(world, "nurse", reference)
    shares(world, reference, "Streetwise")
    for handle in ("police", "charity"):
        page = reads(world, handle, reference)
        assert "Given to Police co-chair" in page
        assert "Canary" not in page
    opens(world.person("coordinator"), f"entered in error {reference}")
    world.person("coordinator").submits(because="Nobody agreed it")
    assert "Canary" not in reads(world, "charity", reference)
    assert stored(world, reference).why is None


def test_a_proposal_whose_day_is_past_cannot_be_given_and_can_be_cancelled(world: World) -> None:
    nurse, cal, sam = (world.person(one) for one in ("nurse", "coordinator", "school"))
    opens(nurse, "propose action")
    nurse.submits(owner=f"Camden: {SCHOOL}", verb="make a call", due_on="10 June 2026")
    world.moves_on(working_days=1)
    card = cal.hears_one()
    assert "which is past. Cancel it, and add it with a later day" in cal.presses("Give it")
    opens(cal, f"give {card.line('Give it').split()[1]}")
    assert "which is past" in cal.submits(owner=SCHOOL)
    cal.presses("See what else you can do", on=card)
    cal.presses("Cancel it")
    assert "Cancelled: make a call" in cal.submits(because="It is not needed any more")
    world.tick()
    assert sam.hears() == []


def test_told_by_phone_and_written_down_by_the_coordinator(world: World) -> None:
    """By somebody with neither Teams nor Slack, or who is quicker on the phone."""
    cal, sam = world.person("coordinator"), world.person("school")
    reference = an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    sam.hears()
    assert "Your post does not let you give and check actions" in sam.says(f"record done {reference}")
    assert "They told me it is done" not in stands(world, reference).buttons
    stands(world, reference, "coordinator")
    card = cal.front
    assert "Written down as done: check a record flag" in cal.presses("They told me it is done", on=card)
    assert "is told" in cal.front
    assert "Written down as done" in cal.presses("They told me it is done", on=card)  # pressed twice
    world.tick()
    heard = sam.hears_one()
    assert "The coordinator wrote down that you told them. If it is not done, tell them." in heard
    assert stored(world, reference).state is ActionState.DONE
    world.moves_on(working_days=20)
    assert sam.hears() == []


def test_of_their_own_action_nobody_tells_a_coordinator(world: World) -> None:
    reference = an_action(world, "MACE coordinator, Camden Council", "12 June 2026")
    buttons = stands(world, reference, "coordinator").buttons
    assert "Done" in buttons
    assert "They told me it is done" not in buttons


def test_taken_on_by_its_owner(world: World) -> None:
    reference = an_action(world, SCHOOL, "23 June 2026")
    sam = world.person("school")
    world.tick()
    card = sam.hears_one()
    assert "Its owner said that they will do it" in sam.presses("I will do it")
    assert "Its owner said that they will do it" in sam.presses("I will do it", on=card)
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED
    assert "Only the post it was given to can do that" in world.person("coordinator").says(f"accept {reference}")
    assert world.person("coordinator").hears() == []


def test_not_mine_asks_once_why(world: World) -> None:
    reference = an_action(world, SCHOOL, "23 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    world.tick()
    sam.hears_one()
    asked = sam.presses("Not mine")
    assert "Why is it not yours?" in asked
    told = sam.presses("It is for another agency")
    assert "Why is it not yours?" not in told
    world.tick()
    assert "Its owner says it is not theirs: it is for another agency." in cal.hears_one()
    assert "Because: it is for another agency." in stands(world, reference)
    cal.presses("Give it to a post")
    cal.submits(owner=SCHOOL)  # after all
    assert stored(world, reference).because is None
    assert "to do" in sam.presses("It is for somebody else in my agency", on=asked)  # too late
    assert stored(world, reference).because is None


@pytest.fixture
def led(world: World) -> World:
    """The school has a lead beside its safeguarding lead."""
    with world.sessions.begin() as session:
        add_lead(session, world.surface.platform.name, world.now)
    return world


def test_the_lead_of_an_agency_passes_on_inside_it_and_nowhere_else(led: World) -> None:
    world = led
    reference = an_action(world, SCHOOL, "23 June 2026")
    lena, sam, cal = (world.person(one) for one in ("head", "school", "coordinator"))
    assert "Your post does not let you" in sam.says(f"pass on {reference}")
    assert "Your post does not let you" in cal.says(f"pass on {reference}")
    page = opens(lena, f"pass on {reference}")
    assert set(page.options["owner"].values()) == {SCHOOL, HEAD}
    assert "Action given: check a record flag" in lena.submits(owner=HEAD)
    world.tick()
    assert "check a record flag by Tuesday 23 June 2026" in lena.hears_one()
    assert "passed on inside the agency" in cal.hears_one()
    assert sam.hears() == []
    other = an_action(world, NURSE, "23 June 2026")
    assert lena.says(f"pass on {other}").text == lena.says("pass on A-22222").text


def test_blocked_with_a_reason_and_free_again(led: World) -> None:
    world = led
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, lena = (world.person(one) for one in ("school", "coordinator", "head"))
    world.moves_on(working_days=1)
    sam.hears()
    opens(sam, f"blocked {reference}")
    told = sam.submits(because="The law or a protocol does not allow it", why="Our policy says no")
    assert "The coordinator is told that this is blocked" in told
    world.tick()
    card = cal.hears_one()
    assert "What stands in the way: the law or a protocol does not allow it." in card
    assert "policy" not in card.text
    assert "What stands in the way" in lena.hears_one()
    action = stored(world, reference)
    assert (action.state, action.blocked_because) == (ActionState.BLOCKED, BlockedBecause.LAW_OR_PROTOCOL)
    assert action.why
    assert unsealed(action.why) == "Our policy says no"
    assert "blocked" in sam.says(f"blocked {reference}")  # no second form
    assert "Only the coordinator or the post it was given to can do that" in lena.says(f"unblock {reference}")
    cal.says(f"unblock {reference}")
    world.tick()
    assert "This is not blocked any more" in sam.hears_one()
    assert cal.hears() == []
    action = stored(world, reference)
    assert (action.state, action.blocked_because, action.blocked_at) == (ActionState.ACKNOWLEDGED, None, None)


def test_what_came_of_it_is_asked_once_and_can_be_left_out(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    marked = sam.says(f"done {reference}")
    sam.presses("Say what came of it")
    thanks = sam.submits(effect="The risk is lower", outcome="The plan was signed")
    assert "Thank you for saying what came of it" in thanks
    assert "Say what came of it" not in thanks.buttons
    world.tick()
    check = cal.hears_one()
    assert "They left a note in the tracker" in check
    assert "signed" not in check.text
    assert stored(world, reference).effect is Effect.LESS_RISK
    assert "Confirmed as done" in cal.presses("Confirm it is done")
    assert "Check a record flag: done" in sam.presses("Say what came of it", on=marked)  # it is checked now
    assert "Check a record flag: done" in cal.says(f"outcome {reference}")


def test_not_possible_is_for_the_coordinator_to_agree_and_the_chair_hears_it(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, pat = (world.person(one) for one in ("school", "coordinator", "police"))
    opens(sam, f"not possible {reference}")
    told = sam.submits(because="They do not live here any more")
    assert "The coordinator is told that this is not possible any more" in told
    assert "Not done yet" in sam.presses("Undo")
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED
    opens(sam, f"not possible {reference}")
    sam.submits(because="They do not live here any more")
    world.tick()
    card = cal.hears_one()
    assert "not possible any more, to check a record flag?" in card
    assert "live here" not in card.text  # where a child lives is no matter for a push
    assert "Your post does not let you" in sam.says(f"agree not possible {reference}")
    assert "Closed as not possible" in cal.presses("Agree, and close it")
    assert "Closed as not possible" in cal.presses("Agree, and close it", on=card)
    world.tick()
    assert "Closed, nothing more to do" in sam.hears_one()
    assert "closed as not possible, to check a record flag" in pat.hears_one()
    assert stored(world, reference).state is ActionState.NOT_POSSIBLE
    assert "Because: they do not live here any more." in stands(world, reference)


def test_not_possible_can_be_sent_back(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    opens(sam, f"not possible {reference}")
    sam.submits(because="Something else was agreed")
    world.tick()
    cal.hears_one()
    cal.presses("Send it back")
    assert "Sent back" in cal.submits(missing="A part of it is still to do")
    world.tick()
    assert "What is missing: a part of it is still to do." in sam.hears_one()
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED


@pytest.mark.parametrize("by", ["coordinator", "police"])
def test_cancelled_with_a_reason_by_the_coordinator_or_the_chair(world: World, by: str) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, who = world.person("school"), world.person(by)
    world.tick()
    given = sam.hears_one()
    assert "Your post does not let you" in sam.says(f"cancel action {reference}")
    opens(who, f"cancel action {reference}")
    assert "Cancelled: check a record flag" in who.submits(because="It was given twice")
    assert "closed" in who.says(f"cancel action {reference}")  # no second form
    world.tick()
    assert "Closed, nothing more to do" in sam.hears_one()
    stale = sam.presses("Done", on=given)
    assert "closed" in stale
    assert "It was cancelled. Because: it was given twice." in stale
    world.moves_on(working_days=3)
    assert sam.hears() == []


def test_replaced_by_another_which_its_owner_is_given(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, nurse = (world.person(one) for one in ("school", "coordinator", "nurse"))
    world.tick()
    sam.hears()
    opens(cal, f"replace {reference}")
    given = cal.submits(owner=NURSE, verb="make a visit", due_on="19 June 2026")
    assert "Action given: make a visit by Friday 19 June 2026" in given
    after = stored(world, reference)
    new = given.line("See how it stands").split()[-1]
    assert after.state is ActionState.SUPERSEDED
    world.tick()
    assert f"Action {new} takes its place" in sam.hears_one()
    assert "make a visit by Friday 19 June 2026" in nurse.hears_one()
    assert f"Another action takes its place. See {new}." in stands(world, reference)
    assert "Your post does not let you" in sam.says(f"replace {new}")


def test_opened_again_with_a_new_day(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, pat = (world.person(one) for one in ("school", "coordinator", "police"))
    sam.says(f"done {reference}")
    cal.says(f"confirm {reference}")
    world.tick()
    sam.hears()
    assert "Your post does not let you" in sam.says(f"reopen {reference}")
    opens(pat, f"reopen {reference}")
    assert pat.submits(because="It did not last", due_on="1 June 2026").errors
    assert "Open again, due by Friday 19 June 2026" in pat.submits(because="It did not last", due_on="19 June 2026")
    world.tick()
    assert "check a record flag by Friday 19 June 2026" in sam.hears_one()
    assert "to do" in pat.says(f"reopen {reference}")
    assert stored(world, reference).effect is None


def test_entered_in_error_is_on_no_list_and_only_the_coordinator_finds_it(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, pat = (world.person(one) for one in ("school", "coordinator", "police"))
    assert "Your post does not let you" in pat.says(f"entered in error {reference}")
    opens(cal, f"entered in error {reference}")
    assert "Taken off every list" in cal.submits(because="It is about the wrong child")
    assert "You have nothing open" in sam.says("mine")
    for who in (sam, pat):
        assert who.says(f"action {reference}").text == who.says("action A-22222").text
    assert "It was entered in error, and is on no list." in cal.says(f"action {reference}")
    world.tick()
    assert all(reference not in letter.text or "Closed" in letter.text for letter in sam.hears())


def test_the_second_time_more_time_is_for_the_chair(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, pat = (world.person(one) for one in ("school", "coordinator", "police"))
    for until in ("17 June 2026", "24 June 2026"):
        opens(sam, f"more time {reference}")
        assert "asked for more time" in sam.submits(until=until, why="The plan is late")
        world.tick()
        card = cal.hears_one()
        assert "They said why in the tracker" in card
        answer = cal.presses("Agree", on=card)
        if until == "17 June 2026":
            assert pat.hears() == []
            assert "More time agreed, until Wednesday 17 June 2026" in answer
    assert "More time was agreed before, so the chair decides" in answer
    assert "More time was agreed before, so the chair decides." in pat.hears_one()
    assert "More time agreed, until Wednesday 24 June 2026" in pat.presses("Agree")
    assert "More time agreed" in pat.says(f"agree {reference}")
    assert str(stored(world, reference).due_on) == "2026-06-24"


@pytest.mark.parametrize("then", ["done", "not mine"])
def test_whoever_says_more_than_more_time_waits_for_it_no_longer(world: World, then: str) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    opens(sam, f"more time {reference}")
    sam.submits(until="17 June 2026")
    sam.says(f"{then} {reference}")
    assert stored(world, reference).asked_due_on is None
    assert "Agree more time" not in cal.says(f"action {reference}").buttons
    world.tick()
    assert "more time" not in cal.hears_one()


def test_a_form_that_does_not_fit_any_more_is_written_down_like_a_look(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    cal = world.person("coordinator")
    before = looked(world, reference)
    assert "to do" in cal.says(f"send back {reference}")
    assert looked(world, reference) == before + 1


def looked(world: World, reference: str) -> int:
    with world.sessions() as session:
        return session.query(AuditEntry).filter_by(about=reference, what="answer for actions").count()


def test_while_nobody_is_the_chair_the_coordinator_decides(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, cal, pat = (world.person(one) for one in ("school", "coordinator", "police"))
    opens(pat, "leave")
    pat.submits(post="Police co-chair, Police, Camden")
    world.moves_on(working_days=1)
    for until in ("17 June 2026", "24 June 2026"):
        opens(sam, f"more time {reference}")
        sam.submits(until=until)
        assert "More time agreed" in cal.says(f"agree {reference}")
    assert str(stored(world, reference).due_on) == "2026-06-24"
