"""What Slack did not sign a moment ago gets a status and no word, and reaches nobody (TRUST.md T-01, T-02, T-17)."""

from datetime import timedelta

import pytest

from bot.ports import Address
from integrations.slack.manifest import PATH
from tests.cast import HOME, START
from tests.surfaces.slack import JSON, Slack, message_event, signed

BODY = b'{"type": "url_verification", "challenge": "abc"}'


def refused(slack: Slack, headers: dict[str, str] | list[tuple[str, str]], status: int, body: bytes = BODY) -> None:
    pairs = headers.items() if isinstance(headers, dict) else headers
    raw = [(name.encode(), value.encode("latin-1")) for name, value in pairs]
    response = slack.client.post(PATH, content=body, headers=raw)
    assert (response.status_code, response.content) == (status, b"")
    assert slack.workspace.calls == []


def test_what_is_signed_is_answered(slack: Slack) -> None:
    assert slack.post(BODY.decode(), JSON).text == "abc"


@pytest.mark.parametrize(
    "stamp", ["abc", "", "1e9", "-1", " 1", "1_0", "\xe9", "\u0661".encode().decode("latin-1"), "9" * 12]
)
def test_a_timestamp_is_digits(slack: Slack, stamp: str) -> None:
    """TRUST.md T-02."""
    refused(slack, signed(BODY, START) | {"X-Slack-Request-Timestamp": stamp}, 401)


@pytest.mark.parametrize("signature", ["", "v0=", "v0=" + "0" * 64, "v1=" + "0" * 64, "\xff", "v0=" + "A" * 64])
def test_a_signature_is_ours(slack: Slack, signature: str) -> None:
    """TRUST.md T-02."""
    refused(slack, signed(BODY, START) | {"X-Slack-Signature": signature}, 401)


def test_not_another_secret_nor_upper_case_nor_cut_nor_twice_nor_none(slack: Slack) -> None:
    """TRUST.md T-01."""
    good = signed(BODY, START)
    mac = good["X-Slack-Signature"]
    refused(slack, signed(BODY, START, "another"), 401)
    refused(slack, good | {"X-Slack-Signature": mac.upper()}, 401)
    refused(slack, good | {"X-Slack-Signature": mac[:-1]}, 401)
    refused(slack, [*good.items(), ("X-Slack-Signature", mac)], 401)
    refused(slack, {name: value for name, value in good.items() if name != "X-Slack-Signature"}, 401)
    refused(slack, {name: value for name, value in good.items() if name == "X-Slack-Signature"}, 401)
    refused(slack, {}, 401)


def test_one_byte_more_is_another_body(slack: Slack) -> None:
    """TRUST.md T-01."""
    refused(slack, signed(BODY, START), 401, BODY + b" ")


@pytest.mark.parametrize("seconds", [-301, 301, 86_400 * 365])
def test_not_of_another_time(slack: Slack, seconds: int) -> None:
    """TRUST.md T-11."""
    refused(slack, signed(BODY, START + timedelta(seconds=seconds)), 401)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_clocks_may_differ_a_little(slack: Slack, seconds: int) -> None:
    headers = signed(BODY, START + timedelta(seconds=seconds)) | {"Content-Type": JSON}
    assert slack.client.post(PATH, content=BODY, headers=headers).text == "abc"


def test_a_huge_body_is_not_read_to_its_end(slack: Slack) -> None:
    """TRUST.md T-17."""
    huge = b"x" * (256 * 1024 + 1)
    refused(slack, signed(huge, START), 413, huge)


def test_only_post(slack: Slack) -> None:
    assert slack.client.get(PATH).status_code in (401, 405)


def test_nothing_of_a_refused_body_is_logged(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    body = str(message_event(slack, Address(HOME, "school"), "Canaryname")).encode()
    refused(slack, signed(body, START, "another"), 401, body)
    assert "Canaryname" not in caplog.text


@pytest.mark.parametrize("challenge", ["<script>alert(1)</script>", "a" * 129, ""])
def test_only_a_plain_challenge_is_echoed(slack: Slack, challenge: str) -> None:
    """TRUST.md T-18."""
    answer = slack.post('{"type": "url_verification", "challenge": "' + challenge + '"}', JSON)
    assert answer.text == ""
    assert answer.headers["content-type"].startswith("text/plain")
