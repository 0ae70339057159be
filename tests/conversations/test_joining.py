"""People come and go: invited by a code told outside chat, linked, leaving, and handing over a post."""

import re

from sqlalchemy import select

from storage.levels import unsealed
from storage.records import Account, Action, ActionState, Invitation, Person
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import Someone, World

HOUSING = "Housing lead, Camden Housing"
CODE = re.compile(r"\b[2-9B-Z]{4}-[2-9B-Z]{4}\b")


def code_in(heard: Heard) -> str:
    (found,) = CODE.findall(heard.text)
    return str(found)


def new_code(world: World) -> str:
    """For the housing lead, the only one of the cast who has not joined."""
    cal = world.person("coordinator")
    assert f"- {HOUSING}" in cal.says("not joined")
    return code_in(cal.presses("Make a new code"))


def links(person: Someone, code: str) -> Heard:
    person.says("hello")
    person.presses("I have a code")
    return person.submits(code=code)


def test_somebody_invited_links_their_account_and_reads_what_is_open(world: World) -> None:
    reference = an_action(world, HOUSING, "12 June 2026")
    hari = world.person("hari")
    linked = links(hari, new_code(world).lower().replace("-", " "))
    assert f"- {HOUSING}, Camden" in linked
    assert f"- Camden: check a record flag, {reference}, by Friday 12 June 2026" in linked
    assert reference in hari.presses("What I have open")
    world.tick()
    told = world.person("coordinator").hears()
    assert any("Camden: somebody who was invited has joined" in one for one in told)
    assert not any("Hari" in one.text for one in told)
    assert "Everybody has joined" in world.person("coordinator").says("not joined")
    assert "Marked as done" in hari.says("done")


def test_a_code_works_once_and_not_for_somebody_else_afterwards(world: World) -> None:
    code = new_code(world)
    links(world.person("hari"), code)
    again = links(world.person("stranger"), code)
    assert "That code does not work" in again
    assert "I do not know you yet" in world.person("stranger").says("mine")


def test_a_new_code_ends_the_old_one_and_a_week_ends_both(world: World) -> None:
    first, second = new_code(world), new_code(world)
    assert "That code does not work" in links(world.person("hari"), first)
    world.moves_on(working_days=6)
    assert "That code does not work" in links(world.person("hari"), second)
    with world.sessions() as session:
        assert session.query(Invitation).filter(Invitation.used_at.is_not(None)).count() == 0


def test_guessing_ends_after_five_tries(world: World) -> None:
    code = new_code(world)
    stranger = world.person("stranger")
    for _ in range(5):
        assert "That code does not work" in links(stranger, "2222-2222")
    assert "Try again in an hour" in links(stranger, code)
    world.moves_on(minutes=61)
    assert "Your account is linked" in links(stranger, code)


def test_an_account_that_is_somebodys_cannot_become_anothers(world: World) -> None:
    code = code_in(world.person("nurse").says("another account"))
    sam = world.person("school")
    sam.says("link")
    sam.presses("Open the form")
    assert "That code does not work" in sam.submits(code=code)
    assert "Safeguarding lead" in sam.says("leave")


def test_somebody_on_a_panel_already_takes_on_another_post_with_its_code(world: World) -> None:
    reference = an_action(world, HOUSING, "12 June 2026")
    sam = world.person("school")
    sam.says("link")
    sam.presses("Open the form")
    linked = sam.submits(code=new_code(world))
    assert "- Safeguarding lead, Hollow Oak School, Camden" in linked
    assert f"- {HOUSING}, Camden" in linked
    assert reference in sam.says("mine")
    assert "Everybody has joined" in world.person("coordinator").says("not joined")
    with world.sessions() as session:
        names = [unsealed(person.name) for person in session.scalars(select(Person))]
    assert "Hari Testperson" not in names, "the name of somebody who is nobody else is not kept"


def test_one_person_has_two_accounts_and_is_written_to_where_they_were_last(world: World) -> None:
    sam, other = world.person("school"), world.person("sams-other")
    code = code_in(sam.says("another account"))
    world.moves_on(minutes=1)
    links(other, code)
    an_action(world, "Safeguarding lead, Hollow Oak School", "12 June 2026")
    world.tick()
    assert "Camden" in other.hears_one()
    assert sam.hears() == []


def test_only_a_coordinator_makes_codes(world: World) -> None:
    for line in ("not joined", "new codes", "hand over", "add person"):
        assert "Your post does not let you add people" in world.person("school").says(line), line


def test_leaving_ends_everything_at_once_and_the_coordinator_hands_over(world: World) -> None:
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "12 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    sam.says("leave")
    sam.presses("Use the form instead")
    assert "You have left: Safeguarding lead, Hollow Oak School" in sam.submits(
        post="Safeguarding lead, Hollow Oak School, Camden"
    )
    assert "I do not know you yet" in sam.says(f"done {reference}")
    world.tick()
    left = next(one for one in cal.hears() if "has left a post" in one)
    assert "Testperson" not in left.text

    cal.presses("Hand it over", on=left)
    given = cal.submits(post="Safeguarding lead, Hollow Oak School", name="Nia Testperson", email="nia@school.example")
    assert "Handed over: Safeguarding lead, Hollow Oak School" in given
    brief = links(world.person("nia"), code_in(given))
    assert f"{reference}, by Friday 12 June 2026" in brief
    with world.sessions() as session:
        assert session.query(Action).one().state is ActionState.OPEN


def test_handing_over_for_somebody_who_has_gone(world: World) -> None:
    cal = world.person("coordinator")
    cal.says("hand over")
    cal.presses("Use the form instead")
    given = cal.submits(post="Police co-chair, Police", name="Nia Testperson", email="nia@police.example")
    links(world.person("nia"), code_in(given))
    assert "I do not know you yet" in world.person("police").says("mine")
    assert "What I can do" in world.person("nia").says("help")


def test_nobody_takes_on_another_post_of_a_panel_they_run(world: World) -> None:
    """TRUST.md T-80: a coordinator makes the codes of the panel, and could give themselves any post."""
    cal = world.person("coordinator")
    code = new_code(world)
    cal.says("link")
    cal.presses("Open the form")
    assert "You coordinate this panel, so you cannot take on another of its posts" in cal.submits(code=code)
    assert HOUSING in world.person("coordinator").says("not joined")
    bromley = world.person("bromley")
    bromley.says("link")
    bromley.presses("Open the form")
    assert f"- {HOUSING}, Camden" in bromley.submits(code=code), "of another panel they may"


def test_nobody_hands_over_a_post_of_another_borough(world: World) -> None:
    """TRUST.md T-80."""
    bo = world.person("bromley")
    bo.says("hand over")
    page = bo.presses("Use the form instead")
    assert set(page.options["post"].values()) == {"MACE coordinator, Bromley Council"}
    refused = bo.submits(post="2", name="Nia Testperson", email="nia@school.example")
    assert refused.errors == {"post": "Choose one of the options"}


def test_the_code_itself_is_not_kept(world: World) -> None:
    code = new_code(world)
    with world.sessions() as session:
        (kept,) = session.query(Invitation).all()
        assert code.replace("-", "") not in kept.code_hash
        assert session.query(Account).filter_by(user="hari").count() == 0


def test_a_pasted_list_is_checked_before_anybody_is_invited(world: World) -> None:
    cal = world.person("coordinator")
    cal.says("invite")
    cal.presses("Use the form instead")
    given = {"borough": "Camden", "seat": "yes"}
    people = "Nia Testperson, nia@youth.example, Youth Works, Manager\nOla Testperson, ola.example, Youth Works, Lead"
    wrong = cal.submits(**given, people=people)
    assert wrong.errors == {"people": "Line 2: the second part must be an e-mail address"}
    wrong = cal.submits(**given, people="Nia Testperson, nia@youth.example, Youth Works")
    assert wrong.errors == {"people": "Line 1: write name, e-mail address, agency and post, apart by commas"}
    wrong = cal.submits(**given, people="\n".join(f"N, n{n}@x.example, A, P{n}" for n in range(41)))
    assert wrong.errors == {"people": "Invite 40 people at a time, or fewer"}
    with world.sessions() as session:
        assert session.query(Invitation).count() == 0

    pasted = (
        "Nia Testperson\tnia@youth.example\tYouth Works\tManager\n\n"
        "Ola Testperson, ola@youth.example, Youth Works, Lead\n"
        "Pia Testperson, pia@police.example, Police, Police co-chair"
    )
    review = cal.submits(**given, people=pasted)
    assert "Nia Testperson, nia@youth.example, Youth Works, Manager" in review.answered["people"]
    invited = cal.submits()
    assert "Manager, Youth Works: " in invited
    assert "- Police co-chair, Police" in invited
    codes = CODE.findall(invited.text)
    assert len(codes) == 2
    assert "- Lead, Youth Works, Camden" in links(world.person("ola"), codes[1])


def test_forty_people_are_invited_at_once(world: World) -> None:
    cal = world.person("coordinator")
    cal.says("invite")
    cal.presses("Use the form instead")
    people = "\n".join(f"Person {n}, p{n}@a.example, Agency {n % 5}, Post {n}" for n in range(40))
    cal.submits(borough="Camden", seat="no", people=people)
    assert len(set(CODE.findall(cal.submits().text))) == 40
    assert "41 have not joined" in cal.says("not joined")


def test_a_last_day_is_announced_to_the_coordinator_and_ends_everything(world: World) -> None:
    cal = world.person("coordinator")
    cal.says("add person")
    cal.presses("Use the form instead")
    cal.submits(name="Nia Testperson", email="nia@youth.example")
    post = {"borough": "Camden", "agency": "another", "title": "Manager", "does": "agency_member", "seat": "no"}
    cal.submits(**post)
    added = cal.submits(**post, agency_name="Youth Works", until="30 June 2026")
    nia = world.person("nia")
    links(nia, code_in(added))
    world.tick()
    assert not any("needs a new holder" in one for one in cal.hears())
    world.moves_on(working_days=6)
    ending = [one for one in cal.hears() if "needs a new holder by Tuesday 30 June 2026" in one]
    assert len(ending) == 1
    world.moves_on(working_days=1)
    assert not any("needs a new holder" in one for one in cal.hears())
    assert "What I can do" in nia.says("help")
    world.moves_on(working_days=9)
    assert "I do not know you yet" in nia.says("help")
