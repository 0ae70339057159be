"""What others wrote is pinned, and a machine that lacks it says so."""

import json
from pathlib import Path

import pytest

from tests.clients.node import MODULES, eventually, free_port, started

PINNED = {
    "@microsoft/app-manifest": "1.1.2",
    "@microsoft/m365agentsplayground": "0.2.28",
    "emulate": "0.12.2",
}


def test_every_package_is_pinned_by_its_hash_and_none_by_an_address() -> None:
    """TRUST.md T-81."""
    lock = MODULES.with_name("package-lock.json").read_text()
    ours, *others = json.loads(lock)["packages"].values()
    assert ours["dependencies"] == PINNED
    assert all(one["integrity"].startswith("sha512-") for one in others)
    assert "resolved" not in lock


@pytest.mark.parametrize(("ci", "ends"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_machine_without_them_skips_and_says_why_and_ci_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, ends: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends, match="Run: make test"), started("nobody/wrote.js", where=tmp_path, port=free_port()):
        raise AssertionError("it started")


def test_what_ends_at_once_says_so_in_its_own_words(tmp_path: Path) -> None:
    command = ("emulate/dist/index.js", "--nonsense")
    with pytest.raises(AssertionError, match="unknown option"), started(*command, where=tmp_path, port=free_port()):
        raise AssertionError("it started")


def test_what_never_comes_is_not_waited_for() -> None:
    with pytest.raises(AssertionError, match="nothing after"):
        eventually(lambda: None, within=0.1)
