"""A button says a line that its presser could have typed: somebody else's press, and a press after it has moved on."""

from dataclasses import replace

from storage.records import Action, ActionState, AuditEntry
from tests.making import an_action
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


def stored(world: World) -> tuple[ActionState, int]:
    with world.sessions() as session:
        action = session.query(Action).one()
        return action.state, action.version


def refusals(world: World) -> int:
    with world.sessions() as session:
        return session.query(AuditEntry).filter_by(result="refused").count()


def test_a_button_that_somebody_else_presses_is_their_own_line(world: World) -> None:
    """TRUST.md T-25: who acts is who pressed, whoever the card was for."""
    an_action(world, SCHOOL, "10 June 2026")
    world.tick()
    given = world.person("school").hears_one()
    for handle in ("nurse", "charity", "bromley"):
        other, before = world.person(handle), refusals(world)
        forwarded = replace(given, sent_as=other.says("help").sent_as)
        for label in ("Done", "Not mine"):
            theirs = other.presses(label, on=forwarded)
            assert "I cannot show anything with that reference" in theirs, (handle, label)
            assert "flag" not in theirs.text
        assert refusals(world) == before + 2
    stranger = world.person("stranger")
    helped = stranger.says("help")
    assert stranger.presses("Done", on=replace(given, sent_as=helped.sent_as)).text == helped.text
    assert stored(world) == (ActionState.OPEN, 1)


def test_a_button_from_before_it_was_given_to_another_does_nothing(world: World) -> None:
    """TRUST.md T-26."""
    an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    cal.says("help")
    sam.presses("Not mine", on=card)
    world.tick()
    cal.presses("Give it to a post", on=cal.hears_one())
    cal.submits(owner=NURSE)
    before = stored(world)
    assert before[0] is ActionState.OPEN
    for label in ("Done", "I need more time", "Not mine"):
        late = sam.presses(label, on=card)
        assert "I cannot show anything with that reference" in late, label
        assert not late.questions, label
    assert stored(world) == before


def gives_to_the_nurse(world: World, reference: str) -> None:
    cal = world.person("coordinator")
    cal.says(f"give {reference}")
    cal.presses("Use the form instead")
    assert "Action given" in cal.submits(owner=NURSE)


def test_what_was_proposed_before_it_was_given_to_another_shows_nothing_of_it(world: World) -> None:
    """TRUST.md T-26: the proposal is still theirs, and the action is not."""
    reference, sam = an_action(world, SCHOOL, "12 June 2026"), world.person("school")
    cards = {
        "Yes, mark it as done": sam.says(f"done {reference}, all of it was sent"),
        "Choose a day": sam.says(f"need more time {reference}, nobody answers"),
        "Yes, it is not mine": sam.says(f"not mine {reference}, ask housing"),
    }
    gives_to_the_nurse(world, reference)
    before, refused = stored(world), refusals(world)
    for label, card in cards.items():
        late = sam.presses(label, on=card)
        assert "I cannot show anything with that reference" in late, label
        assert reference not in late.text, label
    assert stored(world) == before
    assert refusals(world) == refused + len(cards)


def test_what_was_proposed_of_an_action_that_has_moved_on_says_how_it_stands_and_that_is_written_down(
    world: World,
) -> None:
    reference, sam = an_action(world, SCHOOL, "12 June 2026"), world.person("school")
    card = sam.says(f"need more time {reference}, nobody answers")
    sam.says(f"done {reference}")
    before = entries_about(world, reference)
    assert "said done" in sam.presses("Choose a day", on=card)
    assert entries_about(world, reference) == before + 1


def entries_about(world: World, reference: str) -> int:
    with world.sessions() as session:
        return session.query(AuditEntry).filter_by(about=reference).count()
