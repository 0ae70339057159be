"""The cast in Teams, on a SQLite file."""

from collections.abc import Iterator

import pytest

from storage.database import engine_of, open_database
from tests.cast import START, seed
from tests.surfaces.teams import Teams
from tests.world import World


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    sessions = open_database(sqlite_url)
    with sessions.begin() as session:
        seed(session, "teams", START)
    teams = Teams(sessions)
    teams.at = START
    yield World(sessions, teams)
    teams.close()
    engine_of(sessions).dispose()


@pytest.fixture
def teams(world: World) -> Teams:
    assert isinstance(world.surface, Teams)
    return world.surface
