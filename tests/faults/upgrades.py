"""A migration while replicas of the older program send, and a restore from an older backup (RELIABILITY.md 7.8)."""

import io
from datetime import timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer

from scheduler.reconciling import live_again
from storage.backup import restoring, write_backup
from storage.database import engine_of, open_database
from tests.faults import Figures, sink
from tests.faults.stage import Stage, staged, until

HOUR = timedelta(hours=1)


def under_way(database: str, folder: Path, share: int, times: int) -> Figures:
    """Each migration adds what the replicas that go on sending do not know."""
    with staged(database, folder, share * times) as stage:
        replicas = [stage.replica() for _ in range(3)]
        for number in range(times):
            _half_sent(stage, share)
            _migrated(stage, f"made_up_{number}")
        assert all(one.is_alive() for one in replicas), "they live through it"
        stage.drains()
        return stage.figures(times)


def _half_sent(stage: Stage, share: int) -> None:
    before = sink.taken(stage.journal)
    stage.owe(share)
    assert until(lambda: sink.taken(stage.journal) >= before + share // 2)


def _migrated(stage: Stage, name: str) -> None:
    with engine_of(stage.sessions).begin() as connection:
        change = Operations(MigrationContext.configure(connection))
        change.add_column("delivery", Column(name, Integer()))
        change.create_index(f"ix_{name}", "delivery", [name])


def restored(database: str, folder: Path, messages: int) -> Figures:
    """The disk is lost an hour after a backup; what was sent in that hour is asked about, and not sent again."""
    with staged(database, folder, 2 * messages) as stage:
        for _ in range(2):
            stage.replica()
        _half_sent(stage, messages)
        backup = io.BytesIO()
        write_backup(stage.sessions, backup, stage.clock())
        stage.settled()
        stage.all_end()
        stage.put_on(HOUR.total_seconds())
        _on_a_new_disk(stage, backup, f"sqlite:///{folder / 'restored.sqlite'}")
        stage.owe(messages)
        stage.drains()
        return stage.figures(1)


def _on_a_new_disk(stage: Stage, backup: io.BytesIO, url: str) -> None:
    engine_of(stage.sessions).dispose()
    stage.database, stage.sessions = url, open_database(url)
    backup.seek(0)
    with restoring(stage.sessions, backup) as tracker:
        assert live_again(tracker.sessions, tracker.made_at, stage.clock(), mail=False), "some may have arrived"
