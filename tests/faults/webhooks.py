"""Every webhook three times and out of order, to three replicas on one Postgres: one effect (RELIABILITY.md 7.6)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from json import dumps
from random import Random
from typing import Any

from httpx2 import Response
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ports import Address
from integrations.slack.channel import Slack as SlackChannel
from integrations.slack.manifest import PATH as SLACK_PATH
from integrations.teams.channel import PATH as TEAMS_PATH
from integrations.teams.channel import Teams as TeamsChannel
from storage.database import Sessions, engine_of, open_database
from storage.records import Action, ActionState, AuditEntry
from tests.cast import HOME, START, seed
from tests.faults import Figures
from tests.scheduler.fakes import give, ledger
from tests.surfaces import slack, teams
from tests.surfaces.slack import JSON, message_event, signed

SCHOOL = Address(HOME, "school")
REPLICAS = COPIES = 3
Request = Callable[[TestClient], Response]


def in_slack(database: str, lines: int, seed_: int) -> Figures:
    with _opened(database, "slack") as opened:
        surface = slack.Slack(opened[0])
        surface.at = START
        access = surface.channel.access
        channels = [SlackChannel(one, access, surface.now) for one in opened]
        requests = [_to_slack(surface, line) for line in _lines(opened[0], lines)]
        with ExitStack() as stack:
            clients = [stack.enter_context(TestClient(Starlette(routes=one.routes))) for one in channels]
            _delivered(clients, requests, Random(seed_))
        surface.close()
        return _figures(opened[0], lines)


def _to_slack(surface: slack.Slack, line: str) -> Request:
    body = dumps(message_event(surface, SCHOOL, line)).encode()
    headers = signed(body, START) | {"Content-Type": JSON}
    return lambda client: client.post(SLACK_PATH, content=body, headers=headers)


def in_teams(database: str, lines: int, seed_: int) -> Figures:
    with _opened(database, "teams") as opened:
        surface = teams.Teams(opened[0])
        surface.at = START
        channels = [TeamsChannel(one, surface._access(), lambda: START) for one in opened]
        requests = [_to_teams(surface, line) for line in _lines(opened[0], lines)]
        with ExitStack() as stack:
            clients = [stack.enter_context(TestClient(_served(one))) for one in channels]
            _delivered(clients, requests, Random(seed_))
        surface.close()
        return _figures(opened[0], lines)


def _served(channel: TeamsChannel) -> Starlette:
    return Starlette(routes=channel.routes, lifespan=lambda _app: channel.connected())


def _to_teams(surface: teams.Teams, line: str) -> Request:
    activity, token = teams.message(surface, SCHOOL, line), surface.issuer.token(surface.service.url)
    headers = {"Authorization": f"Bearer {token}"}
    return lambda client: client.post(TEAMS_PATH, json=activity, headers=headers)


# --- on either --------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(database: str, platform: str) -> Iterator[Sequence[Sessions]]:
    """The tracker, as each replica opens it for itself."""
    opened = [open_database(database) for _ in range(REPLICAS)]
    with opened[0].begin() as session:
        seed(session, platform, START)
    yield opened
    for one in opened:
        engine_of(one).dispose()


def _lines(sessions: Sessions, size: int) -> list[str]:
    given = give(sessions, "Camden", "Hollow Oak School", START.date(), count=size)
    return [f"done {reference}" for reference in given]


def _delivered(clients: Sequence[TestClient], requests: Sequence[Request], random: Random) -> None:
    """Each replica takes what comes to it, while the others do; no two copies go to the same one."""
    queues = [random.sample(requests, len(requests)) for _ in range(COPIES)]
    with ThreadPoolExecutor(REPLICAS) as pool:
        answers: list[Any] = list(pool.map(_sent, clients, queues))
    assert {status for some in answers for status in some} == {200}


def _sent(client: TestClient, requests: Sequence[Request]) -> list[int]:
    return [request(client).status_code for request in requests]


def _figures(sessions: Sessions, lines: int) -> Figures:
    """Said to be done once, written down once, and the coordinator was owed the news once."""
    with sessions() as session:
        actions = session.scalars(select(Action)).all()
        written = Counter((row.about, row.what) for row in session.scalars(select(AuditEntry)))
    told = Counter(row.about for row in ledger(sessions, "action_said_done"))
    missing = [one for one in actions if one.state is not ActionState.DONE_CLAIMED or not told[one.reference]]
    more = sum(max(one.version - 1, told[one.reference]) > 1 for one in actions)
    return Figures(lines, lines * (COPIES - 1), len(missing), more + written.total() - len(written), 0)
