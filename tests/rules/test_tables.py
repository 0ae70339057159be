"""Every row of every table keeps its promises: notices, commands, forms, use cases, lifecycles, columns."""

import inspect
import pkgutil
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bot.features
from bot import lifecycles
from bot.commands import COMMANDS
from bot.dialogues import FORMS
from bot.kinds import COMES, KINDS, Comes
from bot.kit.forms import Form
from bot.kit.messages import STORED, Buttons, Link, Notice, environment, template_name, to_text
from bot.kit.questions import questions
from bot.lifecycles.moving import Life
from bot.tables import Guided
from bot.writing import OWED
from storage import queries
from storage.levels import Classified, Disclosed, Level
from storage.records import Record
from storage.records.base import Secret
from tests.rules.samples import SAMPLES

TEMPLATES = Path(__file__).parents[2] / "message_templates"


def modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(found.name) for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]


def subclasses(kind: type) -> set[type]:
    """The product's: another test may have made one of its own, which lives as long as Python likes."""
    below: list[type] = kind.__subclasses__()
    children = [one for one in below if not one.__module__.startswith("tests.")]
    return {one for child in children for one in {child, *subclasses(child)}}


@pytest.mark.parametrize("notice", SAMPLES, ids=lambda notice: type(notice).__name__)
def test_a_notice_draws_and_ends_with_an_action_a_date_or_a_contact(notice: Notice) -> None:
    message = notice.message()
    assert STORED.validate_json(STORED.dump_json(message)) == message
    assert message.preview
    assert len(message.preview) <= 120
    words = to_text(message)
    assert any(isinstance(one, Buttons | Link) for one in message.elements) or re.search(r"day \d|@|999", words), words
    for one in message.elements:
        if isinstance(one, Buttons):
            assert one.items
            assert all(label and line for label, line in one.items)


def test_every_notice_has_a_template_and_a_sample() -> None:
    notices = subclasses(Notice)
    assert {type(sample) for sample in SAMPLES} == notices
    names = {path.name for path in TEMPLATES.glob("*.j2")}
    assert {template_name(notice) for notice in notices} == {name for name in names if not name.startswith("_")}


def test_every_notice_says_its_own_level() -> None:
    """One that forgets to is held back like a secret; and nobody is to rely on that."""
    silent = {notice.__name__ for notice in subclasses(Notice) if "level" not in vars(notice)}
    assert silent == set()
    assert all(sample.message().level is sample.level for sample in SAMPLES)


@pytest.mark.parametrize("row", FORMS.values(), ids=FORMS)
def test_a_form_fits_every_platform(row: Guided) -> None:
    form: type[Form] = row.form
    assert len(form.__doc__ or "") <= 24  # Slack's title of a modal
    asked = questions(form)
    assert [one.ask.page for one in asked] == sorted(
        (one.ask.page for one in asked), key=list(dict.fromkeys(one.ask.page for one in asked)).index
    )
    for question in asked:
        assert question.ask.question.endswith("?"), question.ask.question
        assert len(question.ask.question) <= 150
        assert len(question.ask.hint) <= 200
        assert all(len(option.label) <= 75 for option in question.options)


def test_a_referral_can_always_answer_dont_know() -> None:
    for question in questions(FORMS["ReferChild"].form):
        offered = {option.value for option in question.options}
        assert question.may_not_know or "don't know" in offered or question.ask.choices, question.name


def test_every_use_case_wears_a_permission() -> None:
    """A public function of a feature that acts for somebody: it takes ctx, and is not glue that words a reply.

    TRUST.md T-30.
    """
    bare = {
        name
        for module in modules(bot.features)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and "ctx" in inspect.signature(function).parameters
        if not name.startswith("_") and not hasattr(function, "needs")
    }
    assert bare == GLUE


# Words a reply, or finds what a use case that wears one has asked for.
GLUE = {
    *(
        "visible",
        "reply_in_words",
        "joined",
        "yes",
        "passed_on",
        "proposed",
        "marked",
        "stands",
        "still",
        "added",
        "given",
        "asked",
        "blocked",
        "paused",
        "not_possible",
        "outcome_added",
        "sent_back",
        "cancelled",
        "in_error",
        "reopened",
        "replaced",
        "passed_to",
        "to_another",
        "post_chosen",
        "begin",
        "panel_of",
        "holders_by_name",
        "not_stopped",
        "tell_others",
        "uncovered",
    ),
    *(
        "boroughs",
        "items_here",
        "meetings_here",
        "own_meetings",
        "own_agencies",
        "all_agencies",
        "held_posts",
        "covered_posts",
        "agencies_there",
        "need_a_meeting",
        "days_to_take_back",
        "line_for",
        "line_of",
        "known",
        "own_agency",
        "cases_here",
        "with_contact",
        "hand_over",
        "agencies_to_agree_with",
        "agencies_given_something",
        "agencies_at_hand",
        "held_back",
        "how_it_stands",
        "grouped",
        "standing",
        "shown",
        "blockages",
        *(
            "own_list",
            "desk_of",
            "import_by_name",
            "visible_import",
            "answered",
            "import_stands",
            "to_check",
            "waiting_lists",
        ),
    ),
}


def test_every_command_is_a_line_and_its_buttons_are_commands() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    said = {
        line
        for sample in SAMPLES
        for one in sample.message().elements
        if isinstance(one, Buttons)
        for _, line in one.items
    }
    assert {line for line in said if not any(line == name or line.startswith(name + " ") for name in names)} == set()


def test_every_kind_of_message_is_classed_once_as_daily_or_not() -> None:
    """A kind that is new is refused here until bot/kinds.py says whether it comes in the letter of the day."""
    assert OWED.keys() == COMES.keys()
    assert sum(len(kinds) for kinds in KINDS.values()) == len(COMES)


def test_what_comes_in_the_letter_of_the_day_comes_in_working_time() -> None:
    together = {kind for kind, comes in COMES.items() if comes in (Comes.DAILY, Comes.PRESSING)}
    assert all(OWED[kind].waits for kind in together)


def test_whatever_a_lifecycle_tells_can_be_written() -> None:
    lives = [one for module in modules(lifecycles) for one in vars(module).values() if isinstance(one, Life)]
    told = {kind for life in lives for step in life.table.steps for kind in step.tells.values()}
    assert told <= OWED.keys()
    for life in lives:
        assert all(state in life.table.words for step in life.table.steps for state in step.states)


def test_every_column_has_a_level() -> None:
    for table in Record.metadata.sorted_tables:
        for column in table.columns:
            key = column.primary_key or column.foreign_keys
            assert key or isinstance(column.type, Secret) or "level" in column.info, f"{table.name}.{column.name}"
            if isinstance(column.type, Secret):
                assert isinstance(column.type.level, Level)


def test_every_query_for_a_person_takes_its_reader() -> None:
    for module in modules(queries):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.endswith("_for") and function.__module__ == module.__name__:
                assert "reader" in inspect.signature(function).parameters, name


USES: tuple[Callable[[Any], object], ...] = (
    *(str, repr, bytes, list, len, hash, sorted, "{}".format, "{:>9}".format),
    *(
        lambda x: x + "",
        lambda x: "" + x,
        lambda x: x[0],
        lambda x: x == "Canary",
        lambda x: "a" in x,
        lambda x: f"{x}",
    ),
)
EXPRESSIONS = (
    *("{{ x }}", "{{ x|upper }}", "{{ x ~ '' }}", "{{ '%s'|format(x) }}", "{{ [x]|join }}", "{{ x|e }}", "{{ x[0] }}"),
    *("{% for c in x %}{{ c }}{% endfor %}", "{{ x|safe }}", "{{ x|string }}", "{{ x.__str__() }}", "{{ x|length }}"),
)


@pytest.mark.parametrize("use", USES)
def test_a_classified_value_does_not_come_out(use: Callable[[Any], object]) -> None:
    try:
        seen = use(Classified("Canary", Level.L4))
    except (Disclosed, TypeError) as refused:
        seen = refused
    assert "Canary" not in str(seen)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_classified_value_cannot_reach_a_message(expression: str) -> None:
    """TRUST.md T-44."""
    with pytest.raises(Disclosed):
        environment().from_string(expression).render(x=Classified("Canary", Level.L4))
