"""What Microsoft did not sign for us a moment ago gets a status and no word (TRUST.md T-03 to T-08)."""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from time import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from bot.ports import Address
from integrations.guard import LARGEST
from integrations.teams.channel import PATH
from integrations.teams.guard import Hosts
from integrations.teams.tokens import Keys
from tests.cast import HOME
from tests.surfaces.teams import APP, Teams, message
from tests.surfaces.teams_issuer import ISSUER, signed

SCHOOL = Address(HOME, "school")
ENTRA = "https://login.microsoftonline.com/22222222-0000-0000-0000-000000000000/v2.0"


@contextmanager
def nothing_happens(teams: Teams) -> Iterator[None]:
    asked = teams.issuer.asked.total()
    yield
    assert teams.service.calls == []
    assert teams.issuer.asked.total() - asked <= 2  # one look for an unknown key: its address, and the keys


def refused(teams: Teams, token: str | None, status: int = 401, body: Any = None, **changed: Any) -> None:
    sent = json.dumps(message(teams, SCHOOL, "help") | changed).encode() if body is None else body
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with nothing_happens(teams):
        response = teams.client.post(PATH, content=sent, headers=headers)
    assert (response.status_code, response.content) == (status, b"")


def claims(teams: Teams, **changed: Any) -> dict[str, Any]:
    now = int(time())
    made = {"iss": ISSUER, "aud": APP, "serviceurl": teams.service.url, "nbf": now, "exp": now + 600}
    return {name: value for name, value in (made | changed).items() if value is not None}


def test_what_is_signed_is_heard(teams: Teams) -> None:
    assert "What I can do" in teams.says(SCHOOL, "help", teams.at)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://api.botframework.us"},
        {"iss": "https://sts.windows.net/x/"},
        {"iss": ENTRA, "tid": "22222222-0000-0000-0000-000000000000"},
        {"iss": None},
        {"aud": "another"},
        {"aud": [APP]},
        {"aud": f"api://{APP}"},
        {"aud": None},
        {"exp": 1},
        {"exp": timedelta(seconds=-301)},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": timedelta(hours=1)},
        {"serviceurl": None},
        {"serviceurl": "https://smba.trafficmanager.net/uk/"},
    ],
    ids=str,
)
def test_each_claim_is_as_it_must_be(teams: Teams, changed: dict[str, Any]) -> None:
    """TRUST.md T-03."""
    from_now = {
        name: int(time() + value.total_seconds()) for name, value in changed.items() if isinstance(value, timedelta)
    }
    refused(teams, signed(claims(teams, **changed | from_now)))


def test_not_signed_by_another_key_nor_with_another_kind_of_one(teams: Teams) -> None:
    """TRUST.md T-04."""
    another = generate_private_key(public_exponent=65537, key_size=2048)
    good = claims(teams)
    refused(teams, signed(good, key=another))
    refused(teams, signed(good, key=another, kid="unknown"))
    refused(teams, jwt.encode(good, "a secret of at least thirty-two bytes", "HS256", {"kid": "the-only-key"}))
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"the-only-key"}').rstrip(b"=").decode()
    refused(teams, f"{head}.{signed(good).split('.')[1]}.x")
    refused(teams, jwt.encode(good, another, "RS256", {"kid": "the-only-key", "jku": f"{teams.issuer.url}/evil"}))
    assert teams.issuer.asked["unknown"] == 0


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer a.b", "Basic a.b.c", "Bearer a.b.c d", "bearer é.b.c", "x" * 9_000]
)
def test_a_header_has_one_shape(teams: Teams, header: str) -> None:
    with nothing_happens(teams):
        response = teams.client.post(PATH, content=b"{}", headers=[(b"Authorization", header.encode("latin-1"))])
        assert (response.status_code, response.content) == (401, b"")
        good = f"Bearer {teams.issuer.token(teams.service.url)}"
        twice = [("Authorization", good), ("Authorization", good)]
        assert teams.client.post(PATH, content=b"{}", headers=twice).status_code == 401
        assert teams.client.post(PATH, content=b"{}").status_code == 401


def test_a_thousand_made_up_keys_cost_one_look(teams: Teams) -> None:
    """TRUST.md T-05."""
    before = teams.issuer.asked["keys"]
    for _ in range(1_000):
        head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": uuid4().hex}).encode()).rstrip(b"=").decode()
        assert (
            teams.client.post(PATH, content=b"{}", headers={"Authorization": f"Bearer {head}.e30.x"}).status_code == 401
        )
    assert teams.issuer.asked["keys"] - before <= 1


@pytest.mark.parametrize(
    "changed",
    [
        {"serviceUrl": "https://evil.example/"},
        {"serviceUrl": None},
        {"serviceUrl": 7},
        {"channelId": "webchat"},
        {"channelId": ""},
        {"channelId": None},
    ],
    ids=str,
)
def test_the_body_says_what_the_token_says(teams: Teams, changed: dict[str, Any]) -> None:
    """TRUST.md T-03."""
    refused(teams, teams.issuer.token(teams.service.url), **changed)


def test_a_signed_address_that_is_not_on_the_list_is_refused(teams: Teams) -> None:
    """TRUST.md T-06."""
    evil = "https://evil.example/uk/"
    refused(teams, teams.issuer.token(evil), serviceUrl=evil)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff", b'{"a":' * 60 + b"1" + b"}" * 60, b"[" * 100_000])
def test_an_odd_body_is_400(teams: Teams, body: bytes) -> None:
    refused(teams, teams.issuer.token(teams.service.url), 400, body)


def test_too_large_is_413_whatever_it_is(teams: Teams) -> None:
    """TRUST.md T-17."""
    refused(teams, None, 413, b"x" * (LARGEST + 1))


def test_a_key_that_is_not_for_teams_proves_nothing(teams: Teams) -> None:
    """TRUST.md T-03."""
    teams.channel.keys.known.clear()
    teams.channel.keys.looked_at = float("-inf")
    keys = teams.issuer.keys({})
    for key in keys[1]["keys"]:
        key["endorsements"] = ["webchat"]
    teams.issuer.keys = lambda _: keys  # type: ignore[method-assign]
    refused(teams, teams.issuer.token(teams.service.url))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/uk/", True),
        ("https://smba.trafficmanager.net", True),
        ("http://smba.trafficmanager.net/uk/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://evil.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://evil.example/?smba.trafficmanager.net", False),
        ("https://smba.trafficmanager.net/?x=1", False),
        ("https://smba.trafficmanager.net/#x", False),
        ("https://smba.trafficmanager.net\\@evil.example/", False),
        ("https://smba.trafficmanager.nét/", False),
        ("https://[::1/", False),
        ("http://127.0.0.1:9/", False),
        ("ftp://smba.trafficmanager.net/", False),
        ("", False),
    ],
)
def test_where_we_may_answer_is_an_exact_list(url: str, allowed: bool) -> None:
    """TRUST.md T-07."""
    hosts = frozenset({"smba.trafficmanager.net", "127.0.0.1:9"})
    assert Hosts(hosts).allow(url) is allowed
    assert Hosts(hosts, local=True).allow("http://127.0.0.1:9/") is True
    assert Hosts(hosts, local=True).allow("http://127.0.0.1:10/") is False


def test_who_comes_while_the_keys_are_fetched_waits_for_them(teams: Teams) -> None:
    keys = Keys(APP, teams.issuer.openid_url)

    async def several() -> list[Mapping[str, Any]]:
        return await asyncio.gather(*(keys.proved(teams.issuer.token(teams.service.url)) for _ in range(3)))

    assert len(asyncio.run(several())) == 3
