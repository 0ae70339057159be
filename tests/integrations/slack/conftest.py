"""The cast in Slack: in one workspace on a SQLite file, and where workspaces add the app, on either database."""

from collections.abc import Iterator

import pytest

from storage.database import Sessions, engine_of, open_database
from tests.cast import START, seed
from tests.surfaces.slack import Slack
from tests.surfaces.slack_many import ManySlacks
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


@pytest.fixture
def many(sessions: Sessions, caplog: pytest.LogCaptureFixture) -> Iterator[ManySlacks]:
    """Whatever happens, no code and no token is in the log."""
    caplog.set_level(0)
    with sessions.begin() as session:
        seed(session, "slack", START)
    slack = ManySlacks(sessions)
    yield slack
    slack.close()
    logged = " ".join(caplog.handler.format(one) for one in caplog.records if one.name != "httpx2")  # the browser
    assert not [secret for secret in slack.directory.secrets if secret in logged]


@pytest.fixture
def many_world(many: ManySlacks, sessions: Sessions) -> World:
    return World(sessions, many)
