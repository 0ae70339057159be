"""Somebody we do not know: whom to call, what this is, how to join; they may refer, and read nothing."""

from storage.records import AuditEntry, Referral
from tests.cast import LEAVER, OUTSIDE
from tests.conversations.test_referral import fill_up_to_review
from tests.world import World


def test_the_same_help_whatever_they_ask(world: World) -> None:
    """TRUST.md T-20."""
    stranger = world.person("stranger")
    help_ = stranger.says("help")
    assert "If a child is in danger now, phone 999" in help_
    assert "020 7946 0101, Monday to Friday, 9am to 5pm" in help_
    assert set(help_.buttons) == {"Refer a child", "Ask to join", "I have a code"}
    for line in (
        "mine",
        "transfer T-22222",
        "my transfers",
        "agenda",
        "done",
        "done A-22222",
        "what is this?",
        "results M-22222",
    ):
        assert stranger.says(line).text == help_.text, line


def test_a_leaver_is_a_stranger(world: World) -> None:
    assert "I do not know you yet" in world.person(LEAVER).says("mine")


def test_a_workspace_that_nobody_let_in_gets_one_answer_whatever_is_asked(world: World) -> None:
    outsider = world.person("stranger", OUTSIDE)
    answer = outsider.says("hello")
    assert "If a child is in danger now, phone 999" in answer
    assert "Ask your MACE coordinator to have it let in" in answer
    assert not answer.buttons
    for line in ("refer", "join", "link", "mine", "transfer T-22222"):
        assert outsider.says(line).text == answer.text, line
    assert world.person("school", OUTSIDE).says("mine").text == answer.text


def test_they_may_refer_and_it_is_marked(world: World) -> None:
    stranger = world.person("stranger")
    stranger.says("hello")
    stranger.presses("Refer a child")
    fill_up_to_review(stranger)
    receipt = stranger.submits()
    assert "They will first check who you are" in receipt
    assert "Where is my referral?" not in receipt.buttons
    world.tick()
    assert "Sender unconfirmed" in world.person("coordinator").hears_one()
    with world.sessions() as session:
        assert session.query(Referral).one().sender_confirmed is False


def test_they_may_come_back_to_what_they_saved(world: World) -> None:
    stranger = world.person("stranger")
    stranger.says("hello")
    stranger.presses("Refer a child")
    stranger.submits(danger="no", borough="Camden", go="save")
    assert "Safety first" in stranger.presses("Go on with it")
    assert stranger.front.values["danger"] == "no"


def test_but_not_without_end(world: World) -> None:
    """TRUST.md T-72."""
    stranger = world.person("stranger")
    for _ in range(3):
        stranger.says("hello")
        stranger.presses("Refer a child")
        fill_up_to_review(stranger)
        assert "Referral sent" in stranger.submits()
    stranger.says("hello")
    stranger.presses("Refer a child")
    fill_up_to_review(stranger)
    refused = stranger.submits()
    assert "You have sent several referrals today" in refused
    assert "999" in refused
    world.moves_on(days=1)
    assert "Open the form" in stranger.says("resume").buttons
    stranger.presses("Open the form")
    assert "Referral sent" in stranger.submits()


def test_ask_to_join_and_be_added(world: World) -> None:
    stranger, coordinator = world.person("stranger"), world.person("coordinator")
    stranger.says("hello")
    page = stranger.presses("Ask to join")
    assert stranger.submits(borough="Camden", name="").errors.keys() >= {"name", "agency"}
    asked = stranger.submits(
        borough="Camden",
        name="Nia Canaryname",
        agency="Hollow Oak School",
        title="Deputy head",
        email="nia@school.example",
    )
    assert "The Camden MACE coordinator is asked to add you" in asked
    world.tick()
    wanted = coordinator.hears_one()
    assert "Canaryname" not in wanted.text
    page = coordinator.presses("Look at it and add them")
    assert page.values["name"] == "Nia Canaryname"
    page = coordinator.submits(name="Nia Canaryname", email="nia@school.example")
    assert page.options["agency"][page.values["agency"]] == "Hollow Oak School"
    added = coordinator.submits(
        borough=page.values["borough"],
        agency=page.values["agency"],
        title="Deputy head",
        does="agency_member",
        seat="yes",
    )
    assert "Added: Deputy head, Hollow Oak School" in added
    world.tick()
    assert "Welcome: Camden MACE has added you" in stranger.hears_one()
    assert "What I can do" in stranger.says("help")
    assert "added already" in coordinator.presses("Look at it and add them", on=wanted)
    with world.sessions() as session:
        assert session.query(AuditEntry).filter(AuditEntry.what.like("read L2%")).count() == 1


def test_only_a_coordinator_adds_people(world: World) -> None:
    """TRUST.md T-80."""
    assert "Your post does not let you add people" in world.person("school").says("add person")


def test_a_coordinator_adds_somebody_who_has_not_asked_and_a_new_agency(world: World) -> None:
    coordinator = world.person("coordinator")
    coordinator.says("add person")
    coordinator.presses("Use the form instead")
    coordinator.submits(name="Yusuf Testperson", email="y@youth.example")
    camden = "Camden"
    given = {"borough": camden, "agency": "another", "title": "Manager", "does": "agency_member", "seat": "no"}
    assert "agency_name" in coordinator.submits(**given).questions
    assert "Added: Manager, Youth Works" in coordinator.submits(**given, agency_name="Youth Works")
    coordinator.says("add person")
    coordinator.presses("Use the form instead")
    coordinator.submits(name="Zed Testperson", email="z@youth.example")
    coordinator.submits(**given | {"agency": "Youth Works"})
    assert "Somebody holds the post Manager, Youth Works already" in coordinator.front
