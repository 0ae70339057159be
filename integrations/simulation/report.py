"""The closing report of a simulation, in plain words."""

from collections.abc import Iterator
from itertools import islice

from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from integrations.simulation.balance import IN_WORDS, LOST, Balance
from integrations.simulation.running import FIRST, Run

SHOWN = 5  # of what is wrong with one thing


def report(run: Run) -> tuple[str, bool]:
    """And whether everything is as it should be."""
    arrived = sorted((one for platform in run.platforms.values() for one in platform.arrived), key=lambda one: one.at)
    with run.sessions() as session:
        balance = Balance(session, arrived, run.end, run.logged)
        found = [(promise, list(islice(wrong, SHOWN))) for promise, wrong in balance.checks]
        lines = [*_what_happened(run), "", *_what_was_owed(balance), "", *_promises(found), "", *_besides(balance)]
    return "\n".join(lines), not any(wrong for _, wrong in found)


def _what_happened(run: Run) -> Iterator[str]:
    yield f"{run.weeks} weeks, from {day_in_words(FIRST)} to {day_in_words(local_day(run.end))}, with seed {run.seed}"
    yield f"{run.boroughs} boroughs and {run.people:,} people, who said or sent {run.lives.talk.turns:,} things"
    for one in run.platforms.values():
        calls = ", ".join(f"{count:,} {what}" for what, count in sorted(one.calls.items()))
        yield f"  {one.name}: {len(one.arrived):,} letters arrived; calls: {calls}"


def _what_was_owed(balance: Balance) -> Iterator[str]:
    yield f"Owed: {len(balance.ledger):,} messages"
    for state, words in IN_WORDS.items():
        yield f"  {balance.states[state]:>9,} {words}"
        if state in LOST:
            for (of, reason), count in balance.reasons.most_common():
                if of is state:
                    yield f"            {count:>9,} because: {reason}"


def _promises(found: list[tuple[str, list[str]]]) -> Iterator[str]:
    for promise, wrong in found:
        yield f"{'NOT SO' if wrong else 'yes':>6}  {promise}"
        yield from (f"          {one}" for one in wrong)


def _besides(balance: Balance) -> Iterator[str]:
    for reason, count in balance.detours.most_common():
        yield f"Sent another way, where there was one, {count:,} times because: {reason}"
    yield f"Second letters on one day, about what was due by the next working day: {balance.late_letters:,}"
    yield f"Letters that came twice and said so, because nobody could be asked about the first: {balance.flagged:,}"
    yield f"Letters that a coordinator sent again though they may have arrived, and that had: {balance.repeated:,}"
