"""The documents say what is so."""

import ast
import re
import shlex

import pytest

from integrations.cli import _parser
from integrations.settings import Settings
from tests.rules.documents import PARTS, PLACES, ROOT, written


@pytest.mark.parametrize("name", PARTS)
def test_the_tables_in_the_documents_are_those_of_the_code(name: str) -> None:
    document = (ROOT / PLACES[name]).read_text()
    assert f"<!-- {name}: written by make docs -->" in document
    assert written(name, PARTS[name]()) == document, "run: make docs"


def test_the_readme_names_every_setting_and_verb() -> None:
    readme = (ROOT / "README.md").read_text()
    assert all(f"`MACE_{name.upper()}`" in readme for name in Settings.model_fields)
    verbs = re.findall(r"^\| `mace-bot ([^`]+)` \|", readme, re.MULTILINE)
    assert len(verbs) == 26
    for verb in verbs:
        assert _parser().parse_args(shlex.split(verb)).run


@pytest.mark.parametrize("name", ["HOSTING.md", "OPERATIONS.md"])
def test_the_guides_give_commands_and_settings_that_there_are(name: str) -> None:
    text = re.sub(r"\$\(.*?\)", "today", (ROOT / name).read_text().replace("\\\n", " "))
    given = re.findall(
        r"^    .*?(?:/mace-bot|bot mace-bot|run --rm bot|mace-bot:[0-9.]+) ([a-z].*)$", text, re.MULTILINE
    )
    assert len(given) > 4
    for command in given:
        assert _parser().parse_args(shlex.split(command)).run, command
    assert set(re.findall(r"MACE_[A-Z_]+[A-Z]", text)) <= {f"MACE_{one.upper()}" for one in Settings.model_fields}


def test_every_file_a_document_links_to_is_there() -> None:
    for document in ROOT.glob("*.md"):
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text()):
            assert (ROOT / link).exists(), f"{document.name}: {link}"


@pytest.mark.parametrize("name", ["SECURITY.md", "ASSURANCE.md"])
def test_every_test_that_a_document_relies_on_is_there(name: str) -> None:
    given = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / name).read_text())
    assert len(given) > 20
    for path, test in given:
        tests = {one.name for one in ast.parse((ROOT / path).read_text()).body if isinstance(one, ast.FunctionDef)}
        assert not test or test in tests, f"{path}::{test}"


@pytest.mark.parametrize("name", ["SECURITY.md", "ASSURANCE.md"])
def test_a_line_names_what_proves_it_or_says_that_nothing_does(name: str) -> None:
    tables = re.findall(r"^\|.*proved by.*\n\|[-|]+\n((?:\|.*\n)+)", (ROOT / name).read_text(), re.MULTILINE)
    assert tables
    for line in "".join(tables).splitlines():
        assert re.search(r"`tests/[\w/]+\.py|\| no test \||\| see below \|", line), line


def test_the_lock_files_hold_hashes_and_no_address() -> None:
    """TRUST.md T-81."""
    for lock in ("requirements.lock", "requirements-image.lock", "requirements-test.lock"):
        text = (ROOT / lock).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
