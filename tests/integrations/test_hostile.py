"""Whatever is sent to either door: nothing but 200, 400, 401 or 413, no word to a stranger, and no body in the log."""

import copy
import json
import logging
import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Address
from integrations.slack.manifest import PATH as SLACK
from integrations.teams.channel import PATH as TEAMS
from storage.database import Sessions, engine_of, open_database
from tests.cast import HOME, START, seed
from tests.surfaces.slack import FORM, JSON, Slack, message_event, signed
from tests.surfaces.slack_directory import Installed
from tests.surfaces.slack_many import ManySlacks
from tests.surfaces.teams import Teams, coming, message

SCHOOL = Address(HOME, "school")
CANARY = "Zebra Canaryname"
REFUSED = {400, 401, 413}
EXAMPLES = int(os.environ.get("MACE_HOSTILE", "250"))  # of each kind; the long run takes 5,000
LIMITS = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LEAF = st.none() | st.booleans() | NUMBERS | st.text(max_size=40)
ANY = st.recursive(
    LEAF | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Authorization",
            "X-Slack-Signature",
            "X-Slack-Request-Timestamp",
            "Content-Type",
            "X-Slack-Retry-Num",
            "Cookie",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60),
)
BODIES = st.binary(max_size=200) | ANY.map(lambda value: json.dumps(value).encode()) | st.just(CANARY.encode())


@pytest.fixture
def sessions(sqlite_url: str) -> Iterator[Sessions]:
    """The cast in Slack; in Teams they are strangers, which makes no difference here."""
    made = open_database(sqlite_url)
    with made.begin() as session:
        seed(session, "slack", START)
    yield made
    engine_of(made).dispose()


@pytest.fixture
def slack(sessions: Sessions) -> Iterator[Slack]:
    with closing(Slack(sessions)) as made:
        made.at = START
        yield made


@pytest.fixture
def many(sessions: Sessions) -> Iterator[ManySlacks]:
    """In a workspace that added the app."""
    with closing(ManySlacks(sessions)) as made:
        assert made.installs(Installed(HOME)).status_code == 200
        made.directory.calls.clear()
        yield made


@pytest.fixture
def teams(sessions: Sessions) -> Iterator[Teams]:
    with closing(Teams(sessions)) as made:
        made.at = START
        yield made


def quiet(caplog: pytest.LogCaptureFixture) -> None:
    assert CANARY not in caplog.text
    assert not [one for one in caplog.records if one.exc_info]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside of a value, and it itself."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


@st.composite
def spoilt(draw: st.DrawFn, good: Any) -> Any:
    """A good payload in which one to three places hold something else, or nothing."""
    bad = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(places(bad), key=str)))
        if not path:
            return draw(ANY.filter(lambda value: isinstance(value, dict)))
        holder = bad
        for key in path[:-1]:
            holder = holder[key]
        if draw(st.booleans()) or isinstance(holder, list):
            holder[path[-1]] = draw(ANY)
        else:
            del holder[path[-1]]
    return bad


@LIMITS
@given(headers=HEADERS, body=BODIES)
def test_what_nobody_signed_gets_a_status_and_no_word(
    slack: Slack, teams: Teams, caplog: pytest.LogCaptureFixture, headers: dict[str, str], body: bytes
) -> None:
    """Invariant 14."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for door, path in ((slack, SLACK), (teams, TEAMS)):
        response = door.client.post(path, content=body, headers=raw)
        assert response.status_code in REFUSED
        assert response.content == b""
    assert slack.workspace.calls == []
    assert teams.service.calls == []
    assert teams.issuer.asked.total() <= 4  # at the start, and one look for an unknown key
    quiet(caplog)


# --- what Microsoft signed --------------------------------------------------------------------------------------------

PRESS = {"mace": {"form": 1, "page": "The child", "go": "on"}, "child_name": CANARY}
INVOKE = {
    "type": "invoke",
    "name": "adaptiveCard/action",
    "value": {"action": {"type": "Action.Execute", "data": PRESS}},
}


def activities(teams: Teams) -> list[dict[str, Any]]:
    return [
        message(teams, SCHOOL, CANARY),
        message(teams, SCHOOL, "", value={"say": "mine"}, replyToId="1"),
        message(teams, SCHOOL, "", value=PRESS, replyToId="1"),
        message(teams, SCHOOL, "x", **INVOKE),
        coming(teams, SCHOOL, "add"),
    ]


@LIMITS
@given(data=st.data())
def test_every_shape_that_microsoft_signed_is_answered_200(
    teams: Teams, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    caplog.set_level(logging.INFO)
    activity = data.draw(spoilt(data.draw(st.sampled_from(activities(teams)))))
    teams.post(activity | {"serviceUrl": teams.service.url, "channelId": "msteams"})
    quiet(caplog)


# --- what Slack signed ------------------------------------------------------------------------------------------------

PERSON = {"user": {"id": SCHOOL.user, "team_id": HOME}, "team": {"id": HOME}, "api_app_id": "A1"}
FIELDS = {"child_name": {"answer": {"type": "plain_text_input", "value": CANARY}}}
VIEW = {
    "id": "V1",
    "hash": "1",
    "callback_id": "form",
    "private_metadata": "1",
    "blocks": [],
    "state": {"values": FIELDS},
}
PRESSED = {"type": "button", "action_id": "say:0", "value": "mine"}
CARD = {"channel_id": "D1", "message_ts": "1.1"}
OPENED = {
    "type": "event_callback",
    "event": {"type": "app_home_opened", "user": "school", "tab": "home"},
    "team_id": HOME,
}
REMOVED = {"type": "event_callback", "event": {"type": "app_uninstalled"}, "team_id": HOME}
PAYLOADS: list[dict[str, Any]] = [
    {**PERSON, "type": "block_actions", "actions": [PRESSED], "container": CARD},
    {**PERSON, "type": "view_submission", "view": VIEW},
    {**PERSON, "type": "view_closed", "view": VIEW},
    {**PERSON, "type": "shortcut", "callback_id": CANARY},
]


@pytest.mark.parametrize("door", ["slack", "many"])
@LIMITS
@given(data=st.data())
def test_every_shape_that_slack_signed_is_answered(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, door: str, data: st.DataObject
) -> None:
    """503 is for an answer that could not be given, so that Slack asks again."""
    caplog.set_level(logging.INFO)
    slack: Slack = request.getfixturevalue(door)
    event = data.draw(spoilt(data.draw(st.sampled_from([message_event(slack, SCHOOL, CANARY), OPENED, REMOVED]))))
    payload = json.dumps(data.draw(spoilt(data.draw(st.sampled_from(PAYLOADS)))))
    form = urlencode({"payload": payload, "command": data.draw(st.sampled_from(["", "/mace"]))})
    for body, kind in ((json.dumps(event), JSON), (form, FORM)):
        headers = signed(body.encode(), slack.at) | {"Content-Type": kind}
        assert slack.client.post(SLACK, content=body.encode(), headers=headers).status_code in (200, 503)
    quiet(caplog)


# --- what anybody can ask for -----------------------------------------------------------------------------------------


@LIMITS
@given(query=st.binary(max_size=100) | st.text(max_size=60).map(lambda text: urlencode({"state": text}).encode()))
def test_whatever_comes_back_from_slacks_page_unasked_gets_a_sentence(
    many: ManySlacks, caplog: pytest.LogCaptureFixture, query: bytes
) -> None:
    raw = query.decode("latin-1")
    cookie = {"Cookie": f"mace-slack-install={quote(raw)}"}
    page = many.client.get(f"/slack/installed?{quote(raw, safe='=&%')}&code={quote(CANARY)}", headers=cookie)
    assert page.status_code == 400
    assert "start again" in page.text
    assert many.directory.calls == []
    assert CANARY not in page.text
    assert not [one for one in caplog.records if one.exc_info]
