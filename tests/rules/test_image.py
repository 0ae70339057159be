"""The container image and its compose file say what the program knows, and hold nothing that is secret."""

import re
import shlex
import tomllib
from typing import Any

import pytest
import yaml

from integrations.cli import _parser
from integrations.settings import Settings
from tests.rules.documents import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("bot", "migrate", "worker")
SETTINGS = {f"MACE_{name.upper()}" for name in Settings.model_fields}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


def words(name: str) -> list[str]:
    """Of an instruction in the form of a list."""
    given: list[str] = yaml.safe_load(instructions(name)[-1])
    return given


def test_it_is_served_by_somebody_who_is_not_root_and_has_no_shell() -> None:
    assert instructions("USER")[-1] == "10001:10001"
    assert "--uid 10001" in DOCKERFILE
    assert "/usr/sbin/nologin" in DOCKERFILE


def test_it_runs_what_the_program_knows() -> None:
    assert words("ENTRYPOINT") == list(PROJECT["project"]["scripts"]) == ["mace-bot"]
    served = _parser().parse_args(words("CMD"))
    assert (str(served.host), str(served.port)) == ("0.0.0.0", instructions("EXPOSE")[0])  # noqa: S104 -- in a container
    for service in OURS:
        given = COMPOSE["services"][service].get("command")
        assert given is None or _parser().parse_args(shlex.split(given)).run


def test_its_health_is_asked_of_the_programs_own_page_without_another_program() -> None:
    (check,) = re.findall(r"CMD (\[\"python\".*\])", instructions("HEALTHCHECK")[0])
    assert f"http://127.0.0.1:{instructions('EXPOSE')[0]}/healthz" in check
    assert "curl" not in DOCKERFILE
    compile(yaml.safe_load(check)[2], "healthcheck", "exec")


def test_everything_in_it_is_locked_with_hashes() -> None:
    """TRUST.md T-81."""
    installs = re.findall(r"pip [^&\n]*install[^&\n]*", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)


def test_it_has_every_extra_in_the_versions_that_were_tested() -> None:
    extras: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *(one for name in extras for one in extras[name])]
    image = locked("requirements-image.lock")
    assert {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted} <= image.keys()
    assert image.items() <= locked("requirements-test.lock").items()
    assert "pytest" not in image


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_only_the_program_gets_into_it() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert let_in == {*packages, "pyproject.toml", "requirements.lock", "requirements-image.lock"}
    copied = {name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]}
    assert copied == let_in


def test_no_secret_is_in_either_file() -> None:
    named = set(re.findall(r"MACE_[A-Z_]+", DOCKERFILE + (ROOT / "compose.yaml").read_text()))
    assert named <= SETTINGS
    assert not {name for name in named if re.search("SECRET|TOKEN", name)}
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            assert "PASS" not in name or value.startswith("/run/secrets/"), name
            assert not re.search("://[^/]*:[^/]*@", value), name


def test_every_image_has_a_version() -> None:
    assert instructions("ARG") == ["BASE=debian:trixie-slim"]
    assert {line.split()[0] for line in instructions("FROM")} == {"$BASE"}
    images = [service["image"] for service in COMPOSE["services"].values()]
    assert all(re.search(r":[a-z0-9.]*\d|:[a-z]+-", image) and "latest" not in image for image in images), images
    assert COMPOSE["services"]["bot"]["image"] == f"mace-bot:{PROJECT['project']['version']}"


@pytest.mark.parametrize("name", OURS)
def test_the_bot_can_change_nothing_but_its_backups(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [volume.split(":")[1] for volume in service["volumes"]] == ["/srv/backups"]
    assert service["environment"].keys() <= SETTINGS | {"PGPASSFILE"}


def test_it_is_reached_on_this_machine_alone_and_after_the_migrations() -> None:
    published = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert published == {"database": [], "migrate": [], "bot": ["127.0.0.1:8000:8000"], "worker": []}
    for name in ("bot", "worker"):
        assert COMPOSE["services"][name]["depends_on"] == {
            "database": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }
    assert COMPOSE["services"]["migrate"]["restart"] == "no"
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]


def test_secrets_are_files() -> None:
    files = {name: secret["file"] for name, secret in COMPOSE["secrets"].items()}
    assert all(path == f"secrets/{name}" for name, path in files.items())
    used = {name for service in COMPOSE["services"].values() for name in service["secrets"]}
    assert used == files.keys()
    for service in COMPOSE["services"].values():
        paths = {value for value in service["environment"].values() if value.startswith("/run/secrets/")}
        assert paths == {f"/run/secrets/{name}" for name in service["secrets"]}
