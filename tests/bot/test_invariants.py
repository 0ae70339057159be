"""The invariants of TRUST.md 7 that no other test holds; where each of the sixteen is held is in tests/rules."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.commands import COMMANDS
from bot.conversation import answer, hear
from bot.features.misses import WITHIN
from bot.kit.forms import DONT_KNOW
from bot.kit.messages import Message, Paragraph, in_words
from bot.kit.references import new_reference
from bot.kit.words import tidy
from bot.notices import Said
from bot.replies import Line, Page, Reply, Sender
from integrations.mail.letters import Sending
from integrations.mail.letters import drawn as letter_of
from integrations.slack.blocks import cards as slack_cards
from integrations.teams.cards import cards as teams_cards
from storage.levels import Level
from storage.records import Action, ActionState, AuditEntry, Record
from storage.records.base import Living
from tests.cast import HOME, START
from tests.making import an_action
from tests.planting import SCHOOL, Planted, plant
from tests.rules.samples import ODD, SAMPLES
from tests.surfaces.slack_limits import check_message
from tests.surfaces.slack_seen import seen as slack_seen
from tests.surfaces.teams_limits import check_card
from tests.surfaces.teams_seen import seen as teams_seen
from tests.world import World

FEW = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
OUTSIDERS = ("islington", "leaver", "stranger")
AT_AN_OLD_VERSION = ("coordinator", "school", "police")
AT_ANY_TIME = (
    "i know them",
    "lift",
    "end hold",
    "show again",
    "keep flags",
    "remove flags",
)  # one's own decision, which no version dates
PUSHABLE = [one for one in SAMPLES if one.level <= Level.L1 and not isinstance(one, Said)]


@pytest.fixture
def planted(core: World) -> Planted:
    return plant(core)


def press(world: World, handle: str, line: str) -> Reply:
    return hear(world.sessions, Sender("core", HOME, handle), Line(line, private=True, typed=False), world.now)


@pytest.mark.parametrize("notice", PUSHABLE, ids=lambda one: type(one).__name__)
def test_a_preview_is_how_the_whole_begins_and_holds_nothing_that_was_typed(notice: Any) -> None:
    """Invariant 2: what stands for a message wherever it is not drawn begins with its preview."""
    message: Message = notice.message()
    assert in_words(message).startswith(message.preview.rstrip("."))
    assert "\n" not in message.preview
    assert ODD not in message.preview


@pytest.mark.parametrize("handle", ["islington", "leaver", "stranger"])
def test_what_is_not_for_them_reads_like_what_is_not_there(core: World, planted: Planted, handle: str) -> None:
    """Invariant 5: to whoever has nothing to do with it, each command answers the same about both."""
    for command in COMMANDS:
        real = planted.like(command.takes or "-")
        if real in vars(planted).values():
            none = new_reference(real[0])
            there, nowhere = (_seen(press(core, handle, f"{command.name} {one}"), one) for one in (real, none))
            assert there == nowhere, command.name


def _seen(reply: Reply, reference: str) -> str:
    """What is read, with neither the reference nor the secret of a link."""
    if reply.page:
        return f"{reply.page.title} {reply.page.heading} {[one.ask.question for one in reply.page.questions]}"
    assert reply.message
    return re.sub(r"/pages/in/[\w-]+", "/pages/in/x", in_words(reply.message)).replace(reference, "it")


# --- buttons ----------------------------------------------------------------------------------------------------------


def everything(world: World) -> dict[str, Any]:
    """How often each record was changed, and how many there are: but who asked, and for which page or form."""
    aside = {"audit", "account", "sign_in_link", "dialogue", "heard"}
    with world.sessions() as session:
        kinds: list[Any] = [one.class_ for one in Record.registry.mappers if issubclass(one.class_, Living)]
        changed = {str(kind.__tablename__): session.scalar(select(func.sum(kind.version))) for kind in kinds}
        tables = [one for one in Record.metadata.sorted_tables if not one.name.startswith(tuple(aside))]
        return changed | {
            f"rows of {one.name}": session.scalar(select(func.count()).select_from(one)) for one in tables
        }


def steps(planted: Planted) -> list[str]:
    return [f"{one.name} {planted.like(one.takes)}" for one in COMMANDS if one.takes]


@pytest.mark.parametrize("handle", [*OUTSIDERS, *AT_AN_OLD_VERSION])
def test_a_button_pressed_by_whoever_may_not_or_when_it_is_old_changes_nothing(
    core: World, planted: Planted, handle: str
) -> None:
    """Invariant 6: by outsiders at whatever version; by who may, at a version that was never there."""
    versions = (1, 2, 3) if handle in OUTSIDERS else (999,)
    before = everything(core)
    for line in steps(planted):
        core.now += WITHIN  # or of outsiders it would be told that they ask for one after the other (T-38)
        if handle in OUTSIDERS or not line.startswith(AT_ANY_TIME):
            for version in versions:
                reply = press(core, handle, f"{line} @{version}")
                assert reply.page or (reply.message and "something went wrong" not in in_words(reply.message)), line
    assert everything(core) == before


@pytest.mark.parametrize("many", [2, 8])
def test_of_many_who_confirm_at_once_one_does_and_each_has_an_entry(core: World, many: int) -> None:
    """Invariant 7."""
    reference = an_action(core, SCHOOL, "12 June 2026")
    press(core, "school", f"done {reference}")
    before = _entries(core, reference)
    together = Barrier(many)

    def confirm(_: int) -> Reply:
        together.wait(30)
        return press(core, "coordinator", f"confirm {reference} @2")

    with ThreadPoolExecutor(many) as pool:
        replies = list(pool.map(confirm, range(many)))
    with core.sessions() as session:
        action = session.scalars(select(Action).where(Action.reference == reference)).one()
    assert (action.state, action.version) == (ActionState.DONE, 3)
    assert _entries(core, reference) >= before + many
    assert all(one.message and "something went wrong" not in in_words(one.message) for one in replies)


def _entries(world: World, about: str) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.about == about)) or 0


# --- dialogues --------------------------------------------------------------------------------------------------------


def answers_to(draw: Callable[[st.SearchStrategy[Any]], Any], page: Page) -> dict[str, Any]:
    """Something for each question of the page: an option, "don't know", or what nobody can read."""
    given: dict[str, Any] = {}
    for one in page.questions:
        offered = [option.value for option in one.options] or [DONT_KNOW, "14 May 2011", "x", ""]
        given[one.name] = [draw(st.sampled_from(offered))]
    return given


@FEW
@given(data=st.data())
def test_whoever_is_in_a_form_can_always_go_back_save_and_resume_or_end_it(core: World, data: st.DataObject) -> None:
    """Invariant 11: after whatever they answered, the form is where they left it, until it has ended."""
    while left := press(core, "charity", "resume").page:  # by an example that Hypothesis broke off
        turn(core, left, "cancel")
    reply = press(core, "charity", "refer")
    for _ in range(data.draw(st.integers(1, 12))):
        if reply.page is None:
            break
        gos = ["on", "on", "on", "look", *(["back"] if reply.page.can_go_back else [])]
        go = data.draw(st.sampled_from(gos))
        reply = turn(core, reply.page, go, answers_to(data.draw, reply.page))
        assert reply.page or reply.message
    if reply.page:
        assert turn(core, reply.page, "save").message
        resumed = press(core, "charity", "resume").page
        assert resumed
        assert resumed.dialogue_id == reply.page.dialogue_id
        assert turn(core, resumed, "cancel").message
    assert press(core, "charity", "resume").page is None, "it has ended"


def turn(world: World, page: Page, go: str, given: dict[str, Any] | None = None) -> Reply:
    return answer(world.sessions, Sender("core", HOME, "charity"), page.dialogue_id, given or {}, world.now, go)


# --- what people type -------------------------------------------------------------------------------------------------

MARKS = st.sampled_from(
    ["<b>", "</b>", "&amp;", "&", "*", "_", "~", "`", "[a](http://b)", "<!channel>", "<@U1>", "{{", "}}"]
)
WORDS = st.lists(MARKS | st.text(max_size=8), min_size=1, max_size=12).map(lambda parts: tidy(" ".join(parts)))


@settings(max_examples=60)
@given(typed=WORDS.filter(bool))
def test_whatever_markup_is_typed_the_same_characters_are_read_everywhere(typed: str) -> None:
    """Invariant 16, for Slack, Teams and HTML; there is no export as CSV."""
    shown = " ".join(typed.split())
    message = Message("Somebody wrote.", (Paragraph(shown),))
    (in_slack,), (in_teams,) = slack_cards(message), teams_cards(message)
    letter = letter_of(message, "key", "a@b.example", Sending("bot@b.example", "", "https://bot.example"), START)
    html = letter.get_body(("html",))
    assert html
    read = BeautifulSoup(html.get_content(), "html.parser").select("p")[0].get_text()
    check_message({"text": in_slack.text, "blocks": in_slack.blocks})
    check_card(in_teams.content)
    assert slack_seen(in_slack.blocks, "").text == shown
    assert teams_seen(in_teams.content, "").text == shown
    assert " ".join(read.split()) == " ".join(shown.split())
