"""What there is and what there is not are the same answer, to whoever may not know."""

import pytest
from sqlalchemy import func, select

from bot.commands import COMMANDS
from bot.features.misses import WITHIN
from bot.kit.messages import to_text
from bot.permissions import UNKNOWN
from bot.replies import Reply
from storage.records import AuditEntry, Delivery, Referral
from tests.bot.test_access import says
from tests.conversations.test_own_pages import a_referral
from tests.conversations.test_referral import fill_up_to_review
from tests.conversations.test_shares import shares
from tests.making import TRACKER, a_case, a_flag, a_meeting, an_action, an_agreement, an_escalation, an_import
from tests.scheduler.fakes import sizes
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
TAKES = [one for one in COMMANDS if one.takes and one.takes[1] == "-"]
NOWHERE = "22222"  # well formed, and nobody has it


@pytest.fixture
def there(core: World) -> dict[str, str]:
    """One of each kind in Camden, by the letter of its reference."""
    case = a_case(core)
    found = {"C": case, "A": an_action(core, NURSE, "12 June 2026", about=case), "M": a_meeting(core)}
    cal, nurse = core.person("coordinator"), core.person("nurse")
    cal.says("new transfer")
    cal.presses("Use the form instead")
    told = cal.submits(origin="Camden", receiving="Islington", child="x1", status_in_law="none", stay="permanent")
    found["F"] = a_flag(core, case, NURSE)
    found["T"] = told.line("Where is it?").split()[-1]
    nurse.says(f"emergency {case}")
    nurse.presses("Use the form instead")
    nurse.submits(reason="child safety now", words="The child is missing and the carer phoned us just now.")
    found["P"] = nurse.says("done, all of it was sent to them").line("Yes, mark it as done").split()[1]
    stranger = core.person("stranger")
    stranger.says("hello")
    stranger.presses("Ask to join")
    stranger.submits(borough="Camden", name="Nia Testperson", agency="X", title="Head", email="n@x.example")
    found["R"] = a_referral(core)
    shares(core, found["A"], by="nurse")
    found["B"] = an_escalation(core, found["A"])
    an_agreement(core, "Police")
    found["G"] = next(line.split()[1] for line in cal.says("agreements").buttons.values() if "G-" in line)
    found["N"] = an_import(core, TRACKER[:2])
    core.tick()
    for letter in cal.hears():
        found |= {
            line.split()[1][0]: line.split()[1] for line in letter.buttons.values() if line[-7:-5] in ("E-", "J-", "S-")
        }
    return found


def read(reply: Reply, reference: str) -> tuple[str, list[str]]:
    """What somebody has in front of them, whichever reference it was about and whichever page it leads to."""
    page = [] if reply.page is None else [reply.page.heading, *(str(one) for one in reply.page.values.items())]
    words = to_text(reply.message) if reply.message else ""
    lines = [] if reply.message is None else [line.partition("/pages/")[0] for line in words.splitlines()]
    return "\n".join(lines).replace(reference or "no reference", "it"), page


def asked(core: World, user: str, line: str, reference: str) -> tuple[object, ...]:
    """What they read, and how much of it was written down and owed to others; of a form that is open only the page."""
    before = written(core)
    answer = read(says(core, user, f"{line} {reference}".strip()), reference)
    grown = [now - then for now, then in zip(written(core), before, strict=True)]
    return answer, [] if answer[1] else grown


def written(core: World) -> list[int]:
    """Entries of the audit, and deliveries: to count all there is takes Postgres longer than to answer."""
    with core.sessions() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in (AuditEntry, Delivery)]


def test_another_boroughs_reference_is_answered_like_one_that_is_not_there(core: World, there: dict[str, str]) -> None:
    """TRUST.md T-37: said by a coordinator, who may say everything, but of another borough."""
    assert {one.takes[0] for one in TAKES} <= there.keys()
    for command in TAKES:
        for kind, reference in there.items():
            core.now += WITHIN  # or they would be told of, and stopped, before the second of two answers (T-38)
            theirs = asked(core, "bromley", command.name, reference)
            assert theirs == asked(core, "bromley", command.name, f"{kind}-{NOWHERE}"), (command.name, kind)


def test_a_stranger_reads_the_same_whatever_there_is(core: World, there: dict[str, str]) -> None:
    """TRUST.md T-20."""
    says(core, "new", "hello")
    helped = read(says(core, "new", "help"), "")
    before = sizes(core.sessions)
    for command in COMMANDS:
        if command.needs not in UNKNOWN | {None}:
            for reference in (*there.values(), f"A-{NOWHERE}", ""):
                assert read(says(core, "new", f"{command.name} {reference}".strip()), "") == helped, command.name
    assert sizes(core.sessions) == before


def test_who_refers_a_child_that_is_known_reads_what_everybody_reads(core: World) -> None:
    """TRUST.md T-39."""
    receipts = []
    for handle in ("charity", "school", "school"):
        person = core.person(handle)
        person.says("refer")
        person.presses("Use the form instead")
        fill_up_to_review(person)
        receipts.append(person.submits())
    with core.sessions() as session:
        references = session.scalars(select(Referral.reference).order_by(Referral.id)).all()
    assert len({one.text.replace(ref, "it") for one, ref in zip(receipts, references, strict=True)}) == 1
    assert len({tuple(one.buttons) for one in receipts}) == 1


@pytest.mark.parametrize("wild", ["%%", "__", "A-_____", "' OR 1=1 --"])
def test_a_wildcard_finds_nothing(core: World, there: dict[str, str], wild: str) -> None:
    """TRUST.md T-63."""
    before = sizes(core.sessions)
    for command in TAKES:
        found = to_text(says(core, "coordinator", f"{command.name} {wild}").message or pytest.fail(command.name))
        assert not [one for one in there.values() if one in found and command.name not in ("transfer", "done")]
        assert "something went wrong" not in found
    cal = core.person("coordinator")
    cal.says("add person")
    cal.presses("Use the form instead")
    cal.submits(name="Nia Testperson", email="n@x.example")
    post = {"borough": "Camden", "agency": "another", "title": "Head", "does": "agency_member", "seat": "no"}
    cal.submits(**post)
    assert f"Added: Head, {wild}" in cal.submits(**post, agency_name=wild)
    assert sizes(core.sessions)["agency"] == before["agency"] + 1
