"""The package is one that Teams would take: by Microsoft's own schema, and by what its documentation adds."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from struct import unpack
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from bot.permissions import GRANTS
from integrations.about import COLOUR, offered
from integrations.teams.package import PERMISSIONS, SCHEMA, App, Developer, manifest, package
from storage.records import Role
from tests.clients.node import module
from tests.world import World

SCHEMAS = "@microsoft/app-manifest/build/json-schemas/teams"
COUNCIL = Developer(
    "Borough of Camden", "https://camden.example", "https://camden.example/privacy", "https://camden.example/terms"
)
APP = App("8d2e7c1a-0f4b-4c62-9d3e-5a6b7c8d9e0f", "1.0.1", "https://bot.example:8443", COUNCIL)
MANIFEST = manifest(APP)
BOT = MANIFEST["bots"][0]

Pixel = tuple[int, int, int, int]


@cache
def schema() -> dict[str, Any]:
    found = Path(module(f"{SCHEMAS}/v{SCHEMA}/MicrosoftTeams.schema.json")).read_text()
    return dict(json.loads(found))


def wrong_with(written: dict[str, Any]) -> list[str]:
    problems = Draft4Validator(schema()).iter_errors(written)
    return [f"{list(one.absolute_path)}: {one.message[:200]}" for one in problems]


# --- the manifest -----------------------------------------------------------------------------------------------------


def test_microsofts_schema_takes_it() -> None:
    assert wrong_with(MANIFEST) == []
    assert wrong_with(manifest(replace(APP, graph=APP.id))) == []
    assert MANIFEST["manifestVersion"] == schema()["properties"]["manifestVersion"]["const"]  # unknown to draft 4
    assert MANIFEST["$schema"].endswith(f"/teams/v{SCHEMA}/MicrosoftTeams.schema.json")


@pytest.mark.parametrize(
    "spoilt",
    [
        {"packageName": "example.bot"},
        {"id": "the bot"},
        {"accentColor": "blue"},
        {"name": {"short": "A name of more than thirty characters"}},
        {"bots": [BOT | {"scopes": ["everywhere"]}]},
    ],
)
def test_the_schema_would_find_a_mistake(spoilt: dict[str, Any]) -> None:
    assert len(wrong_with(MANIFEST | spoilt)) == 1


def test_the_schema_is_the_newest_that_microsoft_publishes() -> None:
    folders = Path(module(SCHEMAS)).glob("v[0-9]*")
    assert max(tuple(map(int, one.name[1:].split("."))) for one in folders) == tuple(map(int, SCHEMA.split(".")))


def test_it_asks_for_no_more_than_this() -> None:
    """TRUST.md T-36: nothing of Graph, no team, no file, no call."""
    assert MANIFEST["permissions"] == list(PERMISSIONS) == ["identity", "messageTeamMembers"]
    assert all(reason.startswith("to ") for reason in PERMISSIONS.values())
    assert not {"authorization", "webApplicationInfo", "devicePermissions", "staticTabs"} & set(MANIFEST)
    assert {name: BOT[name] for name in BOT if name != "commandLists"} == {
        "botId": APP.id,
        "scopes": ["personal"],
        "isNotificationOnly": False,
        "supportsFiles": False,
    }
    assert MANIFEST["validDomains"] == ["bot.example"]
    assert MANIFEST["defaultInstallScope"] == "personal"


def test_it_says_who_runs_it() -> None:
    assert MANIFEST["id"] == APP.id
    assert MANIFEST["version"] == "1.0.1"
    assert MANIFEST["developer"] == {
        "name": "Borough of Camden",
        "websiteUrl": "https://camden.example",
        "privacyUrl": "https://camden.example/privacy",
        "termsOfUseUrl": "https://camden.example/terms",
    }


def test_its_menu_is_what_everybody_on_a_panel_may_say() -> None:
    (menu,) = BOT["commandLists"]
    assert menu["scopes"] == ["personal"]
    assert [one["title"] for one in menu["commands"]] == [command.name for command in offered()]
    assert all(command.listed for command in offered())
    assert {command.needs for command in offered()} <= GRANTS[Role.AGENCY_MEMBER] | {None}
    assert 0 < len(menu["commands"]) <= 10, "Teams shows no more than ten, whatever its schema allows"
    assert all(len(one["title"]) <= 32 and len(one["description"]) <= 128 for one in menu["commands"])


@pytest.mark.parametrize("said", [command.name for command in offered()])
def test_a_line_of_the_menu_makes_sense_on_its_own(world: World, said: str) -> None:
    heard = world.person("nurse").says(said)
    assert heard.text
    assert "Say which one" not in heard.text
    assert "Did you mean" not in heard.text


# --- the zip ----------------------------------------------------------------------------------------------------------


def test_the_zip_holds_the_manifest_and_two_icons_at_its_top() -> None:
    with ZipFile(BytesIO(package(APP))) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert archive.testzip() is None
        assert json.loads(archive.read("manifest.json")) == MANIFEST


def test_the_same_app_is_the_same_bytes() -> None:
    assert package(APP) == package(replace(APP))
    assert package(APP) != package(replace(APP, version="1.0.2"))
    with ZipFile(BytesIO(package(APP))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {(one.create_system, one.external_attr) for one in archive.infolist()} == {(3, 0o644 << 16)}


# --- the icons --------------------------------------------------------------------------------------------------------


def chunks(drawn: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(drawn):
        length, kind = unpack(">I4s", drawn[at : at + 8])
        content = drawn[at + 8 : at + 8 + length]
        assert unpack(">I", drawn[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + content),)
        yield kind, content
        at += 12 + length


def pixels(drawn: bytes) -> dict[tuple[int, int], Pixel]:
    """Of a picture with 8 bits each of red, green, blue and opacity, and no filters."""
    (_, header), (_, packed), (end, nothing) = chunks(drawn)
    wide, high, *kind = unpack(">IIBBBBB", header)
    assert (kind, end, nothing) == ([8, 6, 0, 0, 0], b"IEND", b"")
    rows = zlib.decompress(packed)
    length = 4 * wide + 1
    assert len(rows) == high * length
    assert not any(rows[::length])
    return {
        (x, y): unpack("4B", rows[(at := y * length + 1 + 4 * x) : at + 4])
        for x, y in product(range(wide), range(high))
    }


def icon(which: str) -> dict[tuple[int, int], Pixel]:
    with ZipFile(BytesIO(package(APP))) as archive:
        return pixels(archive.read(MANIFEST["icons"][which]))


def test_the_outline_is_white_on_nothing() -> None:
    drawn = icon("outline")
    assert max(drawn) == (31, 31)
    assert {pixel[:3] for pixel in drawn.values()} == {(255, 255, 255)}
    seen = sum(pixel[3] for pixel in drawn.values()) / 255 / len(drawn)
    assert 0.2 < seen < 0.4, "lines, neither a filled shape nor an empty picture"
    assert drawn[0, 0][3] == drawn[31, 31][3] == drawn[16, 6][3] == 0


def test_the_colour_icon_is_full_and_keeps_its_mark_where_teams_does_not_cut() -> None:
    drawn = icon("color")
    assert max(drawn) == (191, 191)
    assert {pixel[3] for pixel in drawn.values()} == {255}
    ground = (*bytes.fromhex(COLOUR.removeprefix("#")), 255)
    mark = [at for at, pixel in drawn.items() if pixel != ground]
    assert all(36 <= place < 156 for at in mark for place in at)
    assert 0.15 < len(mark) / len(drawn) < 0.4
    assert drawn[60, 60] == (255, 255, 255, 255)  # the bubble
    assert drawn[89, 103] == ground  # the tick in it
