"""Promises of the architecture that no linter knows (HOUSE.md 7)."""

import ast
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "integrations", "scheduler", "storage", "message_templates")
LONGEST_FUNCTION, LONGEST_FILE, MEDIAN, NINE_IN_TEN = 30, 250, 5, 15
TREE = {".ci", ".github", *PACKAGES, "tests"}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From its def to its end, without the docstring."""
    told = node.body[0] if ast.get_docstring(node) else None
    return (node.end_lineno or 0) - node.lineno + 1 - ((told.end_lineno or 0) - told.lineno + 1 if told else 0)


def statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return sum(isinstance(one, ast.stmt) for top in body for one in ast.walk(top))


def measured(counted: list[int]) -> tuple[int, float, int, int]:
    counted = sorted(counted)
    return len(counted), statistics.median(counted), counted[int(len(counted) * 0.9)], counted[-1]


def test_functions_are_short(record_property: Callable[[str, object], None]) -> None:
    """Median, ninth in ten, longest; of all functions, and of those with two or more statements: a run ends with it."""
    every = [(path, node, lines(node)) for path in sources() for node in functions(path)]
    of_all, of_two = measured([n for _, _, n in every]), measured([n for _, node, n in every if statements(node) >= 2])
    record_property("house: all functions", " ".join(map(str, of_all)))
    record_property("house: of two or more statements", " ".join(map(str, of_two)))
    assert not [f"{path}:{node.lineno} {node.name} {n}" for path, node, n in every if n > LONGEST_FUNCTION]
    assert of_all[1] <= MEDIAN
    assert of_two[2] <= NINE_IN_TEN


def test_files_are_short() -> None:
    assert not [str(path) for path in sources() if len(path.read_text().splitlines()) > LONGEST_FILE]


def test_a_module_says_first_what_it_is_for() -> None:
    """In one sentence, before anything else."""
    texts = {str(path): path.read_text() for path in sources()}
    first = {name: (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0] for name, text in texts.items() if text}
    assert not [name for name, sentence in first.items() if not sentence.endswith(".")]


def test_only_the_edges_ask_what_time_it_is() -> None:
    asked = [
        str(path.relative_to(ROOT))
        for path in sources()
        if any(f"{clock}(" in path.read_text() for clock in ("datetime.now", "date.today", "time.time", "utcnow"))
    ]
    assert all(name.startswith("integrations/") or name == "scheduler/clock.py" for name in asked), asked


def test_templates_are_set_up_in_one_place_a_language() -> None:
    """TRUST.md T-61."""
    makers = [str(path.relative_to(ROOT)) for path in sources() if "Environment(" in path.read_text()]
    assert len(makers) == 2, makers
    assert all("autoescape=True" in (ROOT / maker).read_text() for maker in makers)


def test_who_may_open_a_secret() -> None:
    """One audited way out; the column type, a person's own draft and conversation, names that they
    typed, Slack's token, an e-mail address."""
    openers = {str(path.relative_to(ROOT)) for path in sources() if "unsealed" in path.read_text()}
    allowed = {
        "storage/levels.py",
        "storage/records/base.py",
        "bot/audit.py",
        "bot/conversation.py",
        "bot/typed_names.py",
        "bot/dialogues/drafts.py",
        "integrations/slack/keeping.py",
        "integrations/mail/channel.py",
        "integrations/graph/installing.py",
    }
    assert openers - allowed <= {str(path.relative_to(ROOT)) for path in (ROOT / "integrations/web").glob("*.py")}


def test_the_top_level_is_the_clients() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders <= TREE | {"var", "build", "dist", "htmlcov"}
