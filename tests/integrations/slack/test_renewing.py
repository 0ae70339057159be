"""A token that runs out is renewed in time, once, by whoever needs it first: somebody's press, or a reminder."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.kit.messages import Message, Paragraph
from bot.ports import Address, Down, TryLater, Undeliverable
from integrations.slack.many import ManySlacks as Channel
from storage.database import Sessions
from storage.records import Delivery, DeliveryState
from tests.cast import HOME, START
from tests.loopback import LOST, Answer
from tests.making import an_action
from tests.surfaces.slack import message_event
from tests.surfaces.slack_directory import Installed
from tests.surfaces.slack_many import SECOND, ManySlacks, installed, lets_in, works_in
from tests.world import World

SCHOOL = Address(HOME, "school")
MESSAGE = Message("A word.", (Paragraph("A word for you."),))
BUSY: Answer = (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"})
GONE: Answer = (200, {}, {"ok": False, "error": "invalid_refresh_token"})
WRONG: Answer = (200, {}, {"ok": False, "error": "bad_client_secret"})


@pytest.fixture
def first(many: ManySlacks) -> str:
    """The token of a workspace that added the app at the start."""
    assert many.installs(Installed(HOME, rotates=True)).status_code == 200
    many.directory.calls.clear()
    return many.token()


def passes(many: ManySlacks, **span: int) -> None:
    many.at += timedelta(**span)


def renewals(many: ManySlacks) -> int:
    return [given.get("grant_type") for method, given in many.directory.calls].count("refresh_token")


def spoke_with(many: ManySlacks) -> set[str]:
    return {token for token, _ in many.directory.spoke}


def send(channel: Channel, key: str = "key") -> Awaitable[str]:
    return channel.platform.send(SCHOOL, MESSAGE, key)


def sends(many: ManySlacks, key: str = "key") -> str:
    async def sent() -> str:
        return await send(many.channel, key)  # type: ignore[arg-type]

    return asyncio.run(sent())


@pytest.mark.parametrize(("hours", "times"), [(9, 0), (10, 1), (11, 1), (36, 1)])
def test_by_what_nobody_asked_for(many: ManySlacks, sessions: Sessions, first: str, hours: int, times: int) -> None:
    passes(many, hours=hours)
    assert sends(many)
    assert renewals(many) == times
    assert installed(sessions) == {HOME: many.token()}
    assert spoke_with(many) == {many.token()}
    assert (many.token() == first) is (times == 0)
    assert sends(many, "another")
    assert renewals(many) == times


def test_by_what_somebody_says(many: ManySlacks, many_world: World, first: str) -> None:
    many_world.now += timedelta(hours=11)
    assert "You have nothing open" in many_world.person("school").says("mine")
    assert renewals(many) == 1
    assert spoke_with(many) == {many.token()} != {first}


def test_again_and_again(many: ManySlacks, sessions: Sessions, first: str) -> None:
    for day in range(1, 4):
        passes(many, days=1)
        sends(many, f"day {day}")
        assert renewals(many) == day
    assert len({token for token, _ in many.directory.spoke}) == 3


def test_a_token_that_does_not_run_out_is_not_renewed(many: ManySlacks) -> None:
    many.installs(Installed(HOME))
    passes(many, days=400)
    assert sends(many)
    assert renewals(many) == 0


@pytest.mark.parametrize("hours", [11, 13])
def test_two_processes_renew_it_once(many: ManySlacks, sessions: Sessions, first: str, hours: int) -> None:
    """While the old one lasts the second goes on with it; later it waits for what the first gets."""
    passes(many, hours=hours)
    one, other = many.another(sessions), many.another(sessions)

    async def both() -> list[str]:
        return await asyncio.gather(*(send(channel, f"{n}") for n, channel in enumerate((one, other, one, other))))

    assert len(set(asyncio.run(both()))) == 4
    assert renewals(many) == 1
    assert installed(sessions) == {HOME: many.token()}
    assert spoke_with(many) <= {many.token()} | ({first} if hours == 11 else set())


@pytest.mark.parametrize("answer", [BUSY, LOST, GONE, WRONG])
def test_while_the_old_one_lasts_a_failed_renewal_does_no_harm(
    many: ManySlacks, sessions: Sessions, first: str, answer: Answer
) -> None:
    passes(many, hours=11)
    many.directory.next["oauth.v2.access"] = [answer]
    assert sends(many, "one")
    assert sends(many, "two")
    assert renewals(many) == 1  # and not with every message
    assert spoke_with(many) == {first}
    passes(many, minutes=1)
    assert sends(many, "three")
    assert renewals(many) == 2
    assert installed(sessions) == {HOME: many.token()} != {HOME: first}


@pytest.mark.parametrize(("answer", "seconds"), [(BUSY, 30), (LOST, 60)])
def test_once_it_has_run_out_a_letter_waits(many: ManySlacks, first: str, answer: Answer, seconds: int) -> None:
    passes(many, hours=13)
    many.directory.next["oauth.v2.access"] = [answer]
    with pytest.raises(TryLater) as later:
        sends(many)
    assert later.value.after == timedelta(seconds=seconds)
    passes(many, minutes=1)
    assert sends(many)


def test_what_somebody_says_meanwhile_is_asked_for_again(many: ManySlacks, many_world: World, first: str) -> None:
    passes(many, hours=13)
    many.directory.next["oauth.v2.access"] = [BUSY]
    event = message_event(many, SCHOOL, "mine")
    many.event(event, 503)
    passes(many, minutes=1)
    many.event(event, headers={"X-Slack-Retry-Num": "1"})
    assert "You have nothing open" in many_world.person("school").hears_one()


def test_refused_for_good_it_is_forgotten(many: ManySlacks, sessions: Sessions, first: str) -> None:
    passes(many, hours=13)
    many.directory.next["oauth.v2.access"] = [GONE]
    for _ in range(2):
        with pytest.raises(Undeliverable, match="the app has been removed from their Slack"):
            sends(many)
    assert renewals(many) == 1
    assert installed(sessions) == {HOME: ""}


def test_a_secret_of_ours_that_is_wrong_costs_no_installation(many: ManySlacks, sessions: Sessions, first: str) -> None:
    passes(many, hours=13)
    many.directory.next["oauth.v2.access"] = [WRONG]
    with pytest.raises(Down):
        sends(many)
    assert installed(sessions) == {HOME: first}
    passes(many, minutes=1)
    assert sends(many)


def test_installed_anew_while_it_is_renewed_the_new_one_counts(
    many: ManySlacks, sessions: Sessions, first: str
) -> None:
    passes(many, hours=11)
    kept = many.channel.installations.kept  # type: ignore[attr-defined]
    old = kept.voice(HOME, "", many.at)
    assert kept.claim(old, many.at)
    assert not kept.claim(old, many.at)
    many.installs(Installed(HOME, rotates=True))
    assert kept.renew(old, {"access_token": "late"}, many.at) is None
    kept.end(old, many.at)
    assert installed(sessions) == {HOME: many.token()}


def test_the_coordinator_is_told_what_did_not_arrive_and_why(
    many: ManySlacks, many_world: World, sessions: Sessions
) -> None:
    """The school's own Slack lost its token overnight; the coordinator's did not."""
    lets_in(sessions, SECOND)
    for team in (HOME, SECOND):
        many.installs(Installed(team, rotates=team == SECOND))
    works_in(sessions, "school", SECOND)
    an_action(many_world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    many.directory.ends(SECOND)
    many_world.now = many.at = START + timedelta(days=1)
    many_world.tick()
    with sessions() as session:
        lost = session.query(Delivery).filter_by(state=DeliveryState.FAILED).all()
    assert {one.reason for one in lost} == {"the app has been removed from their Slack"}
    cal = many_world.person("coordinator")
    assert "did not reach somebody" in cal.hears()[-1]
    assert "the app has been removed from their Slack" in cal.says("not sent")
