"""The cast on the bot itself, with nothing around it."""

import pytest

from storage.database import Sessions
from tests.cast import START, seed
from tests.surfaces.core import Core
from tests.world import World


@pytest.fixture
def core(sessions: Sessions) -> World:
    """On both databases, one after the other."""
    with sessions.begin() as session:
        seed(session, Core.name, START)
    return World(sessions, Core(sessions))
