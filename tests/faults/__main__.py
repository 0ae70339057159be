"""Every fault at full size: a line of JSON a test.  `python -m tests.faults [--seed 7] [part of a name]`."""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom

from tests.faults import Figures, kills, machine, networks, outages, stalls, times, upgrades, webhooks
from tests.faults.ground import Ground, ground


def killed_at_random(on: Ground, seed: int) -> Figures:
    return kills.at_random(on.postgres(), on.folder(), messages=10_000, kills=500, seed=seed)


def killed_at_each_point(on: Ground, seed: int) -> Figures:
    return kills.at_each_point(on.postgres(), on.folder(), rounds=20, share=3, can_tell=True)


def killed_and_nobody_to_ask(on: Ground, seed: int) -> Figures:
    return kills.at_each_point(on.postgres(), on.folder(), rounds=20, share=3, can_tell=False)


def postgres_stopped_and_started(on: Ground, seed: int) -> Figures:
    return outages.of_postgres(on, share=50, stops=100, seed=seed, pause=(1, 8))


def disk_full(on: Ground, seed: int) -> Figures:
    return outages.of_the_disk(on.sqlite(), on.folder(), share=10, times=100, seed=seed)


def killed_in_a_checkpoint(on: Ground, seed: int) -> Figures:
    return outages.in_a_checkpoint(on.sqlite(), on.folder(), messages=2_000, times=100, seed=seed)


def bad_network_to_slack(on: Ground, seed: int) -> Figures:
    return networks.slack(on.postgres(), 1_000, seed, timeout=10)


def bad_network_to_teams(on: Ground, seed: int) -> Figures:
    return networks.teams(on.postgres(), 1_000, seed, timeout=10)


def stopped_past_the_lease(on: Ground, seed: int) -> Figures:
    return stalls.at_each_point(on.postgres(), on.folder(), rounds=20)


def autumn_night(on: Ground, seed: int) -> Figures:
    return times.lived(on.sqlite(), times.night(times.AUTUMN, timedelta(minutes=1)))


def spring_night(on: Ground, seed: int) -> Figures:
    return times.lived(on.sqlite(), times.night(times.SPRING, timedelta(minutes=1)))


def two_years(on: Ground, seed: int) -> Figures:
    start = datetime(2026, 9, 1, 8, tzinfo=UTC)
    return times.lived(on.sqlite(), times.years(start, 731, 3 * times.HOUR, Random(seed)), every=150)


def any_order(on: Ground, seed: int) -> Figures:
    return machine.played(on.empty(), on.folder(), examples=100, steps=30, seed_=seed)


def webhooks_from_slack(on: Ground, seed: int) -> Figures:
    return webhooks.in_slack(on.postgres(), 1_000, seed)


def webhooks_from_teams(on: Ground, seed: int) -> Figures:
    return webhooks.in_teams(on.postgres(), 1_000, seed)


def migrated_under_way(on: Ground, seed: int) -> Figures:
    return upgrades.under_way(on.postgres(), on.folder(), share=50, times=40)


def restored_from_a_backup(on: Ground, seed: int) -> Figures:
    return upgrades.restored(on.postgres(), on.folder(), messages=1_000)


TESTS: dict[str, Callable[[Ground, int], Figures]] = {
    "1 kill -9 at random, three replicas": killed_at_random,
    "1 kill -9 at each point, with lookup": killed_at_each_point,
    "1 kill -9 at each point, without lookup": killed_and_nobody_to_ask,
    "2 Postgres stopped and started": postgres_stopped_and_started,
    "2 SQLite on a full disk": disk_full,
    "2 SQLite killed in a checkpoint": killed_in_a_checkpoint,
    "3 a bad network, Slack's own client": bad_network_to_slack,
    "3 a bad network, Teams' own client": bad_network_to_teams,
    "4 stopped past the lease, and on again": stopped_past_the_lease,
    "5 anything, in any order": any_order,
    "6 every webhook three times, Slack": webhooks_from_slack,
    "6 every webhook three times, Teams": webhooks_from_teams,
    "7 each minute of the autumn night": autumn_night,
    "7 each minute of the spring night": spring_night,
    "7 two years, and steps of an hour": two_years,
    "8 a migration while older replicas send": migrated_under_way,
    "8 a restore from an hour-old backup": restored_from_a_backup,
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("part", nargs="?", default="")
    asked.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    given = asked.parse_args()
    with ground() as on:
        for name in (one for one in TESTS if given.part in one):
            begun = time.monotonic()
            figures = asdict(TESTS[name](on, given.seed))
            ran = {"seed": given.seed, "seconds": round(time.monotonic() - begun), "on": str(datetime.now(UTC).date())}
            print(json.dumps({"name": name, **figures, **ran}), flush=True)  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
