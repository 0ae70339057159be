"""TRUST.md 2.3, row by row: which tests prove it, what is missing, and what no line of the program may do."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import PickleType

from bot import wording
from bot.kit import days
from bot.kit.messages import to_text
from bot.wording.own_words import NAME_LINE
from bot.wording.spelling import TOKEN
from bot.wording.whole import COURTESY
from storage.records import Record
from tests.rules.abuse import CASES
from tests.rules.samples import IN_CHAT
from tests.rules.test_house import ROOT, sources

# These may only become fewer.
WITHOUT = {"T-78"}
IN_PART = {
    *("T-29", "T-35", "T-46", "T-49", "T-52", "T-59", "T-72", "T-77", "T-79", "T-80"),
    *("T-55", "T-82"),
}


@cache
def kept_in(path: str) -> dict[str, str]:
    """Name -> the words after it."""
    tree = ast.parse((ROOT / path).read_text())
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in found if node.name.startswith("test_")}


def named() -> Iterator[tuple[str, str, str]]:
    """Id, file, test."""
    for number, case in CASES.items():
        for one in case.tests:
            path, _, test = one.partition("::")
            yield number, path, test


def test_every_case_is_in_the_table() -> None:
    assert {f"T-{number}" for number in range(20, 85)} <= CASES.keys() <= {f"T-{number:02}" for number in range(1, 85)}
    assert all(case.threat and (case.tests or case.still) for case in CASES.values())


def test_every_test_that_is_named_is_there_and_says_what_it_proves() -> None:
    assert [f"{path}::{test}" for _, path, test in named() if test not in kept_in(path)] == []
    silent = [
        f"{number}: {path}::{test}"
        for number, path, test in named()
        if not re.search(rf"\b{number}\b", kept_in(path)[test])
    ]
    assert silent == []


def test_what_is_not_proved_yet_is_known(record_property: Callable[[str, object], None]) -> None:
    """A run ends with it."""
    for number, case in CASES.items():
        if case.still:
            record_property(f"abuse: {number}", f"{case.threat}. {case.still}")
    assert {number for number, case in CASES.items() if not case.tests} == WITHOUT
    assert {number for number, case in CASES.items() if case.tests and case.still} == IN_PART


# --- what no line of the program may do -------------------------------------------------------------------------------


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sources():
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """By the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Module, name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)


# Of what the bot does, the edges know three doors, and a few words and addresses.
DOORS = {"hear", "answer", "AtThePage", "Draft"}
WORDS = {"PATH", "SECONDS", "TEAMS_APP", "CALENDAR", "FORMS", "BY_NAME", "hashed"}
INSIDE = re.compile(r"bot\.(conversation|intake|features|dialogues|commands|lifecycles|permissions)\b")


def test_whatever_comes_in_takes_the_one_turn() -> None:
    """TRUST.md T-30: no listener, page or verb can reach a use case but by a line or a page of a form."""
    edges = [(name, tree) for name, tree in trees() if name.startswith("integrations/")]
    known = {(name, module, what) for name, tree in edges for module, what in imports(tree) if INSIDE.match(module)}
    assert {one for one in known if one[2] not in DOORS | WORDS} == FOUNDING
    turns = {(name, called) for name, tree in trees() for called, _ in calls(tree) if called in ("_turn", "obey")}
    assert turns == {("bot/conversation.py", "_turn"), ("bot/conversation.py", "obey")}


# By whoever runs the installation, at its own machine: there is nobody yet who could ask.
FOUNDING = {
    ("integrations/verbs/panels.py", "bot.features.directory.founding", name)
    for name in ("Founding", "found_panel", "let_in")
} | {
    ("integrations/verbs/keeping.py", "bot.features.retention", name) for name in ("apply_some", "ask_about", "due_now")
}
FOUNDING |= {
    ("integrations/verbs/importing.py", f"bot.features.actions.importing.{module}", name)
    for module, names in {
        "bringing": ("bring_in", "decide", "hand_in", "take_back"),
        "desk": ("Desk", "Look", "look"),
        "exporting": ("export_actions",),
        "taking": ("Taking",),
        "rows": ("summary",),
    }.items()
    for name in names
}


def test_nothing_that_is_kept_is_ever_run() -> None:
    """TRUST.md T-48: no pickle, no template from the database, no code from anywhere; and jobs are in memory alone."""
    banned = {"pickle", "shelve", "marshal", "dill", "jsonpickle", "cloudpickle", "yaml", "code", "runpy"}
    assert [(name, one) for name, tree in trees() for one, _ in imports(tree) if one.split(".")[0] in banned] == []
    runs = {"eval", "exec", "compile", "__import__", "from_string", "add_jobstore"}
    found = [(name, ast.unparse(call.func)) for name, tree in trees() for called, call in calls(tree) if called in runs]
    assert [one for one in found if one[1] != "re.compile"] == []
    assert [str(one) for table in Record.metadata.sorted_tables for one in table.columns if is_pickle(one.type)] == []
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    made = [call for _, tree in trees() for called, call in calls(tree) if called == AsyncIOScheduler.__name__]
    assert [keyword.arg for call in made for keyword in call.keywords if keyword.arg in ("jobstores", None)] == []
    assert len(made) == 1


def is_pickle(kind: Any) -> bool:
    return isinstance(kind, PickleType)


def test_no_words_are_put_into_sql() -> None:
    """TRUST.md T-63: what is asked of the database is a constant or built by SQLAlchemy, and nothing looks for what is
    like something.
    """
    asked = {"text", "exec_driver_sql", "literal_column"}
    built = {
        f"{name}: {ast.unparse(call.args[0])}"
        for name, tree in trees()
        for called, call in calls(tree)
        if called in asked and "sql" in ast.unparse(tree) and call.args and not isinstance(call.args[0], ast.Constant)
    }
    assert built == OF_OUR_OWN
    like = {"like", "ilike", "not_like", "regexp_match", "icontains", "match_op"}
    assert [f"{name}:{call.lineno}" for name, tree in trees() for called, call in calls(tree) if called in like] == []


# Our own constants, procrastinate's own schema, and the audit's triggers as SQLite itself says them.
OF_OUR_OWN = {
    "scheduler/engine.py: several",
    "scheduler/engine.py: f'SELECT max(last_heartbeat) FROM {SCHEMA}.procrastinate_workers'",
    "scheduler/leading.py: f'SET idle_session_timeout = {LETS_GO}'",
    "storage/database.py: 'BEGIN' if 'only_reads' in connection.get_execution_options() else 'BEGIN IMMEDIATE'",
    """storage/records/base.py: f"'{word}'\"""",
    "storage/shortening.py: TRIGGERS",
    "storage/shortening.py: f'DROP TRIGGER {name}'",
    "storage/shortening.py: made",
}


def test_no_page_takes_words_for_markup() -> None:
    """TRUST.md T-62: what is marked as safe in a template is a part of the template, and no script writes HTML."""
    web = ROOT / "integrations" / "web"
    safe = [
        line.strip()
        for folder in (web / "templates", ROOT / "message_templates")
        for path in folder.iterdir()
        if path.is_file()
        for line in re.findall(r"\w+ ?\| ?safe\b", path.read_text())
    ]
    assert set(safe) <= {"described | safe", "common | safe"}
    markup = {name for name, tree in trees() for called, _ in calls(tree) if called == "Markup"}
    assert markup == {"integrations/mail/letters.py"}
    writes = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [path.name for path in (web / "static").rglob("*.js") if writes.search(path.read_text())] == []


PATTERNS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "split"}


def test_no_pattern_repeats_what_repeats() -> None:
    """TRUST.md T-66: without a repeat in a repeat none takes longer than its length squared, which has a cap."""
    written = {
        str(call.args[0].value)
        for _, tree in trees()
        for called, call in calls(tree)
        if called in PATTERNS and ast.unparse(call.func).startswith("re.") and call.args
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(written) > 20
    tables = (days, *(import_module(f"bot.wording.{one.name}") for one in iter_modules(wording.__path__)))
    written |= {one.pattern for table in tables for value in vars(table).values() for one in patterns_of(value)}
    parse: Callable[[str], Any] = import_module("re._parser").parse
    assert {one for one in written if repeats(parse(one))} == SEPARATED


def patterns_of(value: Any) -> Iterator[re.Pattern[str]]:
    """In a table of words, too."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from patterns_of(one)


# Each round of these begins or ends with what no round has inside.
SEPARATED = {
    r"[^\W\d_]+(?:['’]\w+)*",
    *(r"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", r"(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+"),
    r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?",
    *(one.pattern for one in (TOKEN, NAME_LINE, COURTESY)),
}


def repeats(pattern: Any, *, inside: bool = False) -> bool:
    """Whether something without an end is in something without an end."""
    for kind, value in pattern:
        endless = str(kind) in ("MAX_REPEAT", "MIN_REPEAT") and str(value[1]) == "MAXREPEAT"
        if endless and inside:
            return True
        if any(repeats(one, inside=inside or endless) for one in patterns_in(value)):
            return True
    return False


def patterns_in(value: Any) -> Iterator[Any]:
    if type(value).__name__ == "SubPattern":
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from patterns_in(one)


MODELS = re.compile(
    r"openai|anthropic|langchain|llama|transformers|torch|mistral|cohere|litellm|genai|generativeai|huggingface"
    r"|semantic-kernel|tiktoken|vertexai|bedrock|groq|dspy|instructor|pydantic-ai|(^|-)ai$|^ai-|gpt|llm"
)


def test_nothing_that_runs_asks_a_language_model() -> None:
    """TRUST.md T-68."""
    for lock in ("requirements.lock", "requirements-image.lock"):
        names = re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text(), re.MULTILINE)
        assert len(names) > 20
        assert [name for name in names if MODELS.search(name)] == []
    assert MODELS.search("openai")


ASKS = re.compile(r"\b(send|tell|type|give|enter|write|reply with)\b[^.]*\b(codes?|passwords?|pin)\b", re.IGNORECASE)
# Each answers somebody who asked for a code, and says to whom to give it; or gives one, of what broke.
GIVES_ONE = {"DeputyNamed", "PersonAdded", "NewCodes", "OwnCode", "ExportAgreed", "Fault"}


def test_no_message_asks_for_a_code_or_a_password() -> None:
    """TRUST.md T-35: whoever does is not the bot, and people are told so."""
    assert {type(sample).__name__ for sample in IN_CHAT if ASKS.search(to_text(sample.message()))} == GIVES_ONE
    assert all("password" not in to_text(sample.message()).casefold() for sample in IN_CHAT)
    assert "never asks for a password" in (ROOT / "PERMISSIONS.md").read_text()
