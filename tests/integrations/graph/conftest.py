"""A Graph of one's own, and the bot's client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.graph.client import SCOPE, Graph
from integrations.microsoft import OurToken
from tests.scheduler.conftest import core
from tests.surfaces.graph_service import APP, SECRET, GraphService

__all__ = ["core"]


@pytest.fixture
def service() -> Iterator[GraphService]:
    service = GraphService()
    yield service
    service.close()


def client_of(service: GraphService, secret: str = SECRET, certificate: Path | None = None) -> Graph:
    return Graph(OurToken(APP, secret, service.token_url, SCOPE, certificate), service.url)
