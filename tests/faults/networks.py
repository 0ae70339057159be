"""The real clients of Slack and Teams behind a bad network: never two letters for one intent without a lookup
(RELIABILITY.md 7.3).
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from random import Random
from urllib.parse import parse_qsl, unquote

from sqlalchemy import select, update

from bot.kit.pace import Pace
from bot.ports import Address
from integrations.slack.channel import Access as SlackAccess
from integrations.slack.channel import Slack
from integrations.slack.platform import SlackPlatform
from integrations.teams.channel import Access as TeamsAccess
from integrations.teams.channel import Teams
from integrations.teams.platform import TeamsPlatform
from scheduler.claiming import LEASE
from scheduler.postman import deliver_due
from storage.database import Sessions, engine_of, open_database
from storage.records import Account, Delivery, DeliveryState, TeamsChat
from tests.cast import START, seed
from tests.faults import Figures
from tests.faults.proxy import WELL, Fault, Proxy
from tests.making import a_meeting
from tests.scheduler.crowd import a_crowd, broadcast
from tests.surfaces.core import Core
from tests.surfaces.slack import SECRET, TOKEN
from tests.surfaces.slack_workspace import Workspace
from tests.surfaces.teams import APP
from tests.surfaces.teams_issuer import SECRET as TEAMS_SECRET
from tests.surfaces.teams_issuer import Issuer
from tests.surfaces.teams_service import Service
from tests.world import World

LETTER, QUESTION = "letter", "question"
S = DeliveryState
PATIENT = 8  # rounds, five minutes apart; then the network is well again
CHANCE = 0.4
MARK = "You may have had this already."


def slack(database: str, messages: int, seed_: int, timeout: float) -> Figures:
    sessions, users = _owing(database, "slack", messages)
    workspace, random = Workspace(TOKEN), Random(seed_)
    proxy = Proxy(workspace.server.host, lambda path, body: _in_slack(path, body), random, CHANCE)
    channel = Slack(sessions, SlackAccess(SECRET, TOKEN, api_url=f"http://{proxy.host}/api/"), lambda: START)
    channel.platform.client.timeout = timeout  # type: ignore[assignment] # it takes fractions of a second too
    channel.platform.channels = {Address("home", user): workspace.direct(user) for user in users}
    _delivered(sessions, channel.platform, proxy, nullcontext())
    proxy.close()
    workspace.close()
    arrived = Counter(str(one["channel"]) for one in workspace.messages.values())
    return _figures(sessions, proxy, arrived, workspace.direct)


def _in_slack(path: str, body: bytes) -> tuple[str, str] | None:
    method, _, query = path.partition("?")
    given = json.loads(body) if body[:1] == b"{" else dict(parse_qsl(body.decode() or query))
    kinds = {"chat.postMessage": LETTER, "conversations.history": QUESTION}
    kind = kinds.get(method.rpartition("/")[2])
    return (str(given["channel"]), kind) if kind else None


def teams(database: str, messages: int, seed_: int, timeout: float) -> Figures:
    sessions, users = _owing(database, "teams", messages)
    issuer = Issuer(APP)
    service = Service(lambda: issuer.given)
    proxy = Proxy(service.host, lambda path, body: (unquote(path).split("/")[4], LETTER), Random(seed_), CHANCE)
    access = TeamsAccess(
        APP, TEAMS_SECRET, issuer.tenant, frozenset({proxy.host}), issuer.openid_url, issuer.token_url, True
    )
    channel = Teams(sessions, access, lambda: START)
    channel.app.api.http.http.timeout = timeout
    with sessions.begin() as session:
        url = f"http://{proxy.host}/uk/"
        session.add_all(TeamsChat(tenant="home", user=one, conversation=f"a:{one}", service_url=url) for one in users)
    _delivered(sessions, channel.platform, proxy, channel.connected())
    for server in (proxy, service, issuer):
        server.close()
    came = [(conversation, MARK in json.dumps(one)) for (conversation, _), one in service.messages.items()]
    arrived, again = (Counter(where for where, marked in came if marked is which) for which in (False, True))
    return _figures(sessions, proxy, arrived, "a:{}".format, again)


# --- on either --------------------------------------------------------------------------------------------------------


def _owing(database: str, platform: str, messages: int) -> tuple[Sessions, Sequence[str]]:
    """An agenda to each of so many people."""
    sessions = open_database(database)
    with sessions.begin() as session:
        seed(session, "core", START)
    meeting, posts = a_meeting(World(sessions, Core(sessions))), a_crowd(sessions, messages)
    broadcast(sessions, posts, meeting)
    with sessions.begin() as session:
        session.execute(update(Account).values(platform=platform))
        return sessions, session.scalars(select(Account.user)).all()


def _delivered(
    sessions: Sessions,
    platform: SlackPlatform | TeamsPlatform,
    proxy: Proxy,
    connected: AbstractAsyncContextManager[object],
) -> None:
    platform.pace = Pace()  # it is not the pace that is tried here

    async def rounds() -> None:
        async with connected:
            for number in range(2 * PATIENT):
                now = START + number * 2 * LEASE
                proxy.chance = CHANCE if number < PATIENT else 0
                await deliver_due(sessions, {platform.name: platform}, lambda: now)  # noqa: B023 -- in this round
                await asyncio.to_thread(proxy.taken)  # within the minutes until the next one

    asyncio.run(rounds())


def _figures(
    sessions: Sessions,
    proxy: Proxy,
    arrived: Counter[str],
    where: Callable[[str], str],
    again: Counter[str] | None = None,
) -> Figures:
    """`again`: where a copy came that says that it may be one."""
    with sessions() as session:
        owed = (
            select(Delivery.state, Delivery.reason, Delivery.repeated, Account.user)
            .join(Account)
            .where(Delivery.kind == "agenda")
        )
        rows = session.execute(owed).all()
    engine_of(sessions).dispose()
    again = again or Counter()
    flagged = [row for row in rows if row.repeated or (row.state is not S.SENT and row.reason)]
    lost = [row for row in rows if row.state is not S.SENT and not row.reason]
    lost += [row for row in rows if row.state is S.SENT and where(row.user) not in arrived + again]
    copies = sum(size > 1 for came in (arrived, again) for size in came.values())
    copies += max(0, sum(_blind(seen) for seen in proxy.seen.values()) - sum(row.repeated for row in rows))
    faults = sum(not one.endswith(WELL) for seen in proxy.seen.values() for one in seen)
    return Figures(len(rows), faults, len(lost), copies, len(flagged))


def _blind(seen: Sequence[str]) -> int:
    """How many letters followed one that may have arrived, and nobody had asked: even if it did no harm."""
    doubt, blind = False, 0
    for what, came in (one.split(": ") for one in seen):
        blind += what == LETTER and doubt
        doubt = doubt and came != WELL if what == QUESTION else came not in (WELL, Fault.BUSY)
    return blind
