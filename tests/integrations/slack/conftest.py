"""The cast in Slack, on a SQLite file."""

from collections.abc import Iterator

import pytest

from storage.database import engine_of, open_database
from tests.cast import START, seed
from tests.surfaces.slack import Slack
from tests.world import World


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    sessions = open_database(sqlite_url)
    with sessions.begin() as session:
        seed(session, "slack", START)
    slack = Slack(sessions)
    slack.at = START
    yield World(sessions, slack)
    slack.close()
    engine_of(sessions).dispose()


@pytest.fixture
def slack(world: World) -> Slack:
    assert isinstance(world.surface, Slack)
    return world.surface
