"""RELIABILITY.md 7 in short: each fault a few times.  `make faults` does the same at full size."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.faults import Figures, kills, machine, networks, outages, stalls, times, upgrades, webhooks
from tests.faults.ground import ground


def test_replicas_that_are_killed_at_random_lose_nothing_and_send_nothing_twice(
    postgresql_url: str, tmp_path: Path
) -> None:
    figures = kills.at_random(postgresql_url, tmp_path, messages=80, kills=4, seed=1)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_a_replica_that_is_killed_at_any_point_loses_nothing_and_sends_nothing_twice(
    postgresql_url: str, tmp_path: Path
) -> None:
    figures = kills.at_each_point(postgresql_url, tmp_path, rounds=1, share=3, can_tell=True)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_where_nobody_can_be_asked_every_unknown_is_flagged(postgresql_url: str, tmp_path: Path) -> None:
    figures = kills.at_each_point(postgresql_url, tmp_path, rounds=1, share=3, can_tell=False)
    assert (figures.lost, figures.duplicated) == (0, 0)
    assert figures.flagged > 0


def test_a_replica_that_is_stopped_past_its_lease_changes_nothing_when_it_goes_on(
    postgresql_url: str, tmp_path: Path
) -> None:
    figures = stalls.at_each_point(postgresql_url, tmp_path, rounds=1)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


@pytest.mark.parametrize("platform", [webhooks.in_slack, webhooks.in_teams])
def test_a_webhook_that_comes_three_times_to_different_replicas_has_one_effect(
    postgresql_url: str, platform: Callable[[str, int, int], Figures]
) -> None:
    """TRUST.md T-10."""
    figures = platform(postgresql_url, 12, 1)
    assert (figures.lost, figures.duplicated) == (0, 0)


def test_behind_a_bad_network_slack_is_asked_before_anything_is_sent_again(sqlite_url: str) -> None:
    figures = networks.slack(sqlite_url, 40, 1, timeout=0.5)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)
    assert figures.faults > 20


def test_behind_a_bad_network_what_teams_may_have_taken_goes_once_more_and_says_so_or_is_held(sqlite_url: str) -> None:
    figures = networks.teams(sqlite_url, 40, 1, timeout=0.5)
    assert (figures.lost, figures.duplicated) == (0, 0)
    assert 0 < figures.flagged < 40


@pytest.mark.usefixtures("postgres")  # so that both look in one place for who runs a server
def test_replicas_live_through_the_end_of_postgres_and_lose_nothing() -> None:
    with ground() as on:
        figures = outages.of_postgres(on, share=20, stops=2, seed=1, pause=(0, 0.2))
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_a_full_disk_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    figures = outages.of_the_disk(sqlite_url, tmp_path, share=10, times=2, seed=1)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_a_process_that_dies_in_a_checkpoint_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    figures = outages.in_a_checkpoint(sqlite_url, tmp_path, messages=60, times=4, seed=1)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_replicas_of_the_older_program_go_on_while_a_migration_runs(database_url: str, tmp_path: Path) -> None:
    figures = upgrades.under_way(database_url, tmp_path, share=20, times=2)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


def test_a_tracker_from_an_older_backup_asks_before_it_sends(postgresql_url: str, tmp_path: Path) -> None:
    figures = upgrades.restored(postgresql_url, tmp_path, messages=40)
    assert (figures.lost, figures.duplicated, figures.flagged) == (0, 0, 0)


@pytest.mark.parametrize("sunday", [times.AUTUMN, times.SPRING])
def test_in_a_night_in_which_the_clocks_change_each_reminder_comes_once(sqlite_url: str, sunday: date) -> None:
    figures = times.lived(sqlite_url, times.night(sunday, timedelta(minutes=15)))
    assert (figures.lost, figures.duplicated) == (0, 0)
    assert figures.messages > 2


def test_a_clock_that_is_put_right_now_and_then_loses_no_reminder_and_repeats_none(sqlite_url: str) -> None:
    start = datetime(2026, 10, 20, 8, tzinfo=UTC)
    figures = times.lived(sqlite_url, times.years(start, 9, timedelta(hours=2), Random(1)))
    assert (figures.lost, figures.duplicated) == (0, 0)
    assert figures.messages > 5


def test_whatever_people_postmen_and_clocks_do_the_ledger_holds(empty_sqlite: Path, tmp_path: Path) -> None:
    assert machine.played(empty_sqlite, tmp_path, examples=10, steps=15, seed_=1).messages
