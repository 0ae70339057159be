"""What Slack and Teams are set up with, as the terminal prints it: the manifest, the app package, and refusals."""

import json
import stat
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from integrations.cli import UNSAFE
from integrations.settings import UnsafeSetting
from integrations.teams.package import Developer
from integrations.verbs.installing import slack_manifest, teams_app
from tests.integrations.running import mace_bot, problem

URL = ("--url", "https://bot.example")
APP_ID = "8d2e7c1a-0f4b-4c62-9d3e-5a6b7c8d9e0f"
PACKAGE = ("teams", "package", "--out", "mace.zip")
NOBODY = Developer("", "", "", "")
WHOLE = (*PACKAGE, "--app-id", APP_ID, *URL)
US = ("--developer", "Camden", "--website", "https://camden.example", "--privacy", "https://camden.example/privacy",
      "--terms", "https://camden.example/terms")  # fmt: skip
LOOK = """
import sys
from integrations.cli import main
main(sys.argv[1:])
heavy = {"slack_bolt", "slack_sdk", "aiohttp", "microsoft_teams", "starlette", "uvicorn"}
print(sorted({name.partition(".")[0] for name in sys.modules} & heavy))
"""


def manifest_in(file: Path) -> dict[str, Any]:
    with ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def test_the_manifest_for_many_workspaces(tmp_path: Path) -> None:
    ended = mace_bot(tmp_path, "slack", "manifest", "--many-workspaces", *URL)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/installed"]


@pytest.mark.parametrize("given", [URL, ("--url", "HTTPS://Bot.Example/")])
def test_the_manifest_for_slack(tmp_path: Path, given: tuple[str, str]) -> None:
    ended = mace_bot(tmp_path, "slack", "manifest", *given)
    assert (ended.returncode, ended.stderr) == (0, "")
    command = json.loads(ended.stdout)["features"]["slash_commands"][0]
    assert (command["command"], command["url"]) == ("/mace", "https://bot.example/slack/events")
    assert list(tmp_path.iterdir()) == []


def test_the_package_for_teams(tmp_path: Path) -> None:
    ended = mace_bot(tmp_path, *WHOLE, *US, "--app-version", "1.0.1")
    told = "mace.zip is version 1.0.1 of the app for https://bot.example. OPERATIONS.md says where to upload it.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, told, "")
    manifest = manifest_in(tmp_path / "mace.zip")
    assert (manifest["id"], manifest["version"], manifest["developer"]["name"]) == (APP_ID, "1.0.1", "Camden")
    assert stat.S_IMODE((tmp_path / "mace.zip").stat().st_mode) == 0o600


def test_what_is_not_said_comes_from_the_settings_or_is_a_placeholder(tmp_path: Path) -> None:
    settings = {"TEAMS_APP_ID": APP_ID.upper(), "PUBLIC_URL": "https://bot.example", "PROFILE": "production"}
    ended = mace_bot(tmp_path, *PACKAGE, **settings)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "What it says about you is not complete" in ended.stdout
    manifest = manifest_in(tmp_path / "mace.zip")
    assert (manifest["id"], manifest["version"]) == (APP_ID, version("mace-bot"))
    assert manifest["developer"] == {
        "name": "Your MACE panel",
        **dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), "https://bot.example"),
    }
    printed = mace_bot(tmp_path, "slack", "manifest", **settings)
    assert "https://bot.example/slack/events" in printed.stdout


@pytest.mark.parametrize(
    "odd",
    [
        *("http://bot.example", "bot.example", "https://", "https://localhost", "https://bot.example/slack/events"),
        *("https://bot.example?a=b", "https://me@bot.example", "https://bot.example\n", "https://bot_1.example", "no"),
    ],
)
def test_an_address_that_slack_and_teams_cannot_reach(odd: str) -> None:
    for make in (lambda: slack_manifest(odd), lambda: teams_app(APP_ID, odd, "", NOBODY)):
        with pytest.raises(UnsafeSetting, match="reach the bot at an https address"):
            make()


@pytest.mark.parametrize("verb", [("slack", "manifest"), (*PACKAGE, "--app-id", APP_ID)], ids=["slack", "teams"])
@pytest.mark.parametrize("url", [(), ("--url", "http://bot.example")], ids=["none", "plain"])
def test_a_wrong_address_is_refused_in_a_sentence(tmp_path: Path, verb: tuple[str, ...], url: tuple[str, ...]) -> None:
    code, sentence = problem(tmp_path, *verb, *url)
    assert code == UNSAFE
    assert sentence.endswith("like https://bot.example. Give yours with --url, or set MACE_PUBLIC_URL.")
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_may_be_added_for_people_names_who_may(tmp_path: Path) -> None:
    graph = "7C1D3E5F-0A2B-4C6D-8E9F-1A2B3C4D5E6F"
    assert mace_bot(tmp_path, *WHOLE, "--graph-app-id", graph).returncode == 0
    assert manifest_in(tmp_path / "mace.zip")["webApplicationInfo"] == {
        "id": graph.lower(),
        "resource": "https://notapplicable",
    }
    code, sentence = problem(tmp_path, *WHOLE, "--graph-app-id", "mace")
    assert (code, sentence) == (
        UNSAFE,
        "The id after --graph-app-id is that of the registration in MACE_GRAPH_APP_ID.",
    )


@pytest.mark.parametrize("odd", ["", "the bot", APP_ID[:-1], f"{APP_ID}0", f"{{{APP_ID}}}", f"{APP_ID}\n"])
def test_an_app_id_that_is_none(odd: str) -> None:
    with pytest.raises(UnsafeSetting, match=r"The app id is the Application \(client\) ID"):
        teams_app(odd, "https://bot.example", "", NOBODY)


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (("--app-id", "mace"), "The app id is the Application (client) ID"),
        (("--app-version", "2"), "The version after --app-version is three numbers"),
        (("--developer", "The London Boroughs of Camden and Islington"), "The name after --developer has 1 to 32"),
        (("--privacy", "http://camden.example"), "The addresses after --website, --privacy and --terms begin"),
        (("--terms", "https://camden.example/our terms"), "The addresses after --website, --privacy and --terms begin"),
        (("--out", "no/such/folder/mace.zip"), "no/such/folder/mace.zip cannot be written. Check that its folder"),
        (("--out", ".", "--force"), ". cannot be written. Check that its folder exists and that it is a file"),
    ],
)
def test_a_package_is_refused_in_a_sentence(tmp_path: Path, odd: tuple[str, ...], says: str) -> None:
    code, sentence = problem(tmp_path, *WHOLE, *odd)
    assert (code, sentence[: len(says)]) == (UNSAFE, says)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_if_one_says_so(tmp_path: Path) -> None:
    file = tmp_path / "mace.zip"
    file.write_text("somebody's work")
    assert problem(tmp_path, *WHOLE) == (
        UNSAFE,
        "mace.zip is there already. Choose another name, or replace it with --force.",
    )
    assert file.read_text() == "somebody's work"
    first, second = (mace_bot(tmp_path, *WHOLE, "--force").returncode or file.read_bytes() for _ in range(2))
    assert first == second
    assert manifest_in(file)["id"] == APP_ID


@pytest.mark.parametrize("arguments", [("slack", "manifest", *URL), WHOLE], ids=["slack", "teams"])
def test_they_need_none_of_the_platforms_packages(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", LOOK, *arguments]
    looked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert looked.stdout.splitlines()[-1] == "[]"
