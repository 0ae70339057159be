"""The pace: never earlier than a limit allows, and no later than it has to be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bot.kit.pace import Calls, Limit, Pace
from integrations.slack.pacing import OPEN, POST, slack_pace
from integrations.teams.pacing import LIMITS, SEND, teams_pace
from tests.cast import START

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def goes(pace: Pace, tenant: str, to: str, now: datetime, lane: int = 0) -> datetime:
    """It asks, and is on its way at once if it may."""
    at = pace.letter(tenant, to, now, lane)
    if at <= now:
        pace.went(tenant, to, now)
    return at


def sent(pace: Pace, count: int, to: Callable[[int], str], lane: int = 0) -> list[datetime]:
    """When each went, if each asks again at the moment that was promised to it, and nobody else does."""
    times = []
    asking = [(START, number) for number in range(count)]
    while asking:
        now, number = asking.pop(0)
        at = goes(pace, "home", to(number), now, lane)
        if at <= now:
            times.append(now)
        else:
            asking = sorted([*asking, (at, number)])
    return times


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=60), st.integers(1, 4), st.integers(1, 2_000))
def test_no_window_ever_holds_more_than_its_limit(gaps: list[int], most: int, per: int) -> None:
    limit = Limit("call", most, timedelta(milliseconds=per))
    pace, now, went = Pace([limit], Calls(send=("call",))), START, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        if goes(pace, "home", "ann", now) <= now:
            went.append(now)
    assert all(later - earlier >= limit.per for earlier, later in zip(went, went[most:], strict=False))
    assert went[0] == START + timedelta(milliseconds=gaps[0])


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5_000)), max_size=60), st.integers(1, 4))
def test_nor_does_it_when_letters_go_later_than_they_might(asking: list[tuple[int, int]], most: int) -> None:
    """Milliseconds since the last one asked, and until it is on its way: a slow database is between the two."""
    limit = Limit("call", most, SECOND)
    pace, now = Pace([limit], Calls(send=("call",))), START
    going, went = list[datetime](), list[datetime]()
    for gap, slow in asking:
        now += timedelta(milliseconds=gap)
        for at in sorted(one for one in going if one <= now):
            pace.went("home", "ann", at)
        went, going = went + [one for one in going if one <= now], [one for one in going if one > now]
        if pace.letter("home", "ann", now) <= now:
            going.append(now + timedelta(milliseconds=slow))
    went = sorted(went + going)
    assert all(later - earlier >= limit.per for earlier, later in zip(went, went[most:], strict=False))
    assert bool(went) == bool(asking)


def test_slack_hears_one_message_a_second_in_a_conversation_and_fifty_new_conversations_a_minute() -> None:
    assert sent(slack_pace(), 3, lambda _: "ann") == [START, START + SECOND, START + 2 * SECOND]
    new = sent(slack_pace(), 120, lambda number: f"person {number}")
    assert [new.count(START + minute * MINUTE) for minute in range(3)] == [50, 50, 20]


def test_teams_hears_each_of_its_limits() -> None:
    times = sent(teams_pace(), 1801, lambda _: "ann")
    for limit in LIMITS:
        windows = zip(times, times[limit.most :], strict=False)
        assert all(later - earlier >= limit.per for earlier, later in windows), limit
    assert times[60] == START + 30 * SECOND
    assert times[1800] == START + timedelta(hours=1)
    everybody = sent(teams_pace(), 120, lambda number: f"person {number}")
    assert [everybody.count(START + second * SECOND) for second in range(3)] == [50, 50, 20]


def test_tenants_do_not_wait_for_each_other() -> None:
    pace = slack_pace()
    assert [goes(pace, f"council {number}", "ann", START) for number in range(400)] == [START] * 400


def test_when_slack_says_for_how_long_nobody_calls_that_method_in_that_workspace() -> None:
    pace, until = slack_pace(), START + 40 * SECOND
    pace.hold(OPEN, "home", until)
    pace.hold(OPEN, "home", START)  # an earlier answer that comes later changes nothing
    assert goes(pace, "home", "new", START) == until
    assert goes(pace, "elsewhere", "new", START) == START
    assert goes(pace, "elsewhere", "new", START + SECOND) == START + SECOND
    pace.hold(POST, "elsewhere", until)
    assert goes(pace, "elsewhere", "new", START + 2 * SECOND) == until
    assert pace.question("elsewhere", "new", START)


def test_somebody_known_needs_no_new_conversation() -> None:
    pace = slack_pace()
    assert goes(pace, "home", "ann", START) == START
    pace.hold(OPEN, "home", START + MINUTE)
    assert goes(pace, "home", "ann", START + SECOND) == START + SECOND


def test_what_is_promised_to_a_broadcast_is_not_taken_from_anybody_else() -> None:
    """A thousand wait for their turn; whoever asks first when there is room, goes."""
    pace = teams_pace()
    promised = [goes(pace, "home", f"person {number}", START, lane=2) for number in range(1050)]
    assert promised.count(START) == 50
    assert max(promised) == START + 20 * SECOND
    assert goes(pace, "home", "ann", START, lane=1) == START + SECOND
    assert goes(pace, "home", "ann", START + SECOND, lane=1) == START + SECOND


def test_questions_have_a_pace_too() -> None:
    pace = slack_pace()
    assert [pace.question("home", "ann", START) for _ in range(51)] == [True] * 50 + [False]
    assert pace.question("home", "ann", START + MINUTE)


def test_what_bears_on_nothing_any_more_is_forgotten() -> None:
    pace = Pace([Limit(SEND, 1, SECOND, each=True)], Calls(send=(SEND,)))
    for number in range(10_000):
        goes(pace, "home", f"person {number}", START + number * SECOND)
    assert len(pace.taken) <= 2000


def test_a_clock_that_is_set_back_makes_nobody_early() -> None:
    pace = slack_pace()
    assert goes(pace, "home", "ann", START) == START
    assert goes(pace, "home", "ann", START - MINUTE) == START + SECOND


def test_whoever_takes_over_goes_on_at_the_pace_at_which_the_other_left_off() -> None:
    limits = (Limit("send", 1, SECOND, each=True), Limit("open", 2, MINUTE), Limit("ask", 1, MINUTE))
    made = partial(Pace, limits, Calls(send=("send",), once=("open",), ask=("ask",), change=("ask",)))
    first, second = made(), made()
    went = [("ann", START), ("ben", START + 0.1 * SECOND)]
    assert [goes(first, "home", to, at) for to, at in went] == [START, START + 0.1 * SECOND]
    later = START + 0.5 * SECOND
    goes(second, "other", "ann", later)
    second.take_over("home", went, later)
    assert goes(second, "home", "ann", later) == START + MINUTE, "two may have been opened in this minute"
    assert not second.question("home", "ann", later), "nobody knows how many were asked"
    assert second.change("home", "ann", later) == later + MINUTE
    assert goes(second, "other", "ann", later + SECOND) == later + SECOND, "another tenant is another pace"
    second.known.add(("home", "ann"))
    assert goes(second, "home", "ann", later, lane=1) == START + SECOND
    second.take_over("home", [], later)
    assert goes(second, "home", "ann", later) == later, "what is not remembered is not there twice"
