"""Who may do what: a table by hand, gone through person by command at the door, and at every use case (T-32, T-33)."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

import bot.features
from bot.commands import COMMANDS
from bot.context import Context
from bot.conversation import hear
from bot.kit.errors import NotAllowed
from bot.kit.messages import to_text
from bot.kit.worktime import local_day
from bot.permissions import May
from bot.replies import Line, Reply, Sender
from storage.levels import Classified, Level
from storage.queries.people import account_of, actor_behind, home_of
from storage.records import Account, Agency, Holding, Person, Post
from tests.cast import HOME, LEAVER, add_lead
from tests.rules.test_tables import modules
from tests.scheduler.fakes import sizes
from tests.world import World

UNKNOWN = ("stranger", LEAVER, "gone")
MEMBERS = ("school", "head", "police", "deputy of school")
COORDINATORS = ("coordinator", "deputy of coordinator")
PANEL = (*MEMBERS, *COORDINATORS)
EVERYBODY = (*PANEL, *UNKNOWN)

MATRIX: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("help", "resume", "start over", "refer", "link"), EVERYBODY),
    "join": UNKNOWN,
    **dict.fromkeys(("mine", "referral", "done", "more time", "not mine", "undo", "yes", "action"), PANEL),
    **dict.fromkeys(("accept", "blocked", "unblock", "not possible", "outcome", "because", "propose action"), PANEL),
    **dict.fromkeys(("remind later", "reminder time"), PANEL),
    "pass on": ("head",),
    **dict.fromkeys(("agree", "keep the date", "cancel action", "replace", "reopen"), ("police", *COORDINATORS)),
    **dict.fromkeys(("today", "chase", "confirm all", "confirm these", "minute", "give these"), COORDINATORS),
    **dict.fromkeys(("overdue by agency", "late actions"), ("police", *COORDINATORS)),
    **dict.fromkeys(("agree not possible", "entered in error"), COORDINATORS),
    **dict.fromkeys(("transfer", "my transfers", "another account", "by email", "in chat", "leave", "deputy"), PANEL),
    **dict.fromkeys(("pages", "read", "action list", "access log", "who", "record number", "i know them"), PANEL),
    **dict.fromkeys(("my post", "handover pack"), PANEL),
    **dict.fromkeys(("days off", "take back days"), PANEL),
    "closure days": COORDINATORS,
    **dict.fromkeys(("flags", "flag", "flag list", "flag is on", "no flag", "flag is changed"), PANEL),
    **dict.fromkeys(("flag is off", "flag was never on"), PANEL),
    **dict.fromkeys(("ask for flag", "flag news", "keep flags", "remove flags", "move flags"), COORDINATORS),
    "share now": PANEL,
    **dict.fromkeys(("escalate", "escalate now", "escalation", "climb", "settle", "object"), PANEL),
    **dict.fromkeys(("withdraw escalation", "record unresolved"), PANEL),
    **dict.fromkeys(("blockages", "blockage list"), ("police", *COORDINATORS)),
    **dict.fromkeys(("take on", "not right"), PANEL),
    "agree export": ("police", *COORDINATORS),
    **dict.fromkeys(("import", "start import", "undo import"), COORDINATORS),
    **dict.fromkeys(("reviewed", "end share", "withdraw", "show again"), COORDINATORS),
    **dict.fromkeys(("agreements", "agreement", "add agreement", "renew agreement", "end agreement"), COORDINATORS),
    **dict.fromkeys(("feedback", "tell"), COORDINATORS),
    **dict.fromkeys(("take", "add action", "confirm", "record done", "send back", "give"), COORDINATORS),
    **dict.fromkeys(("agenda", "send", "send later", "results", "add meeting", "add item", "not sent"), COORDINATORS),
    **dict.fromkeys(("send again", "send to deputy", "stop sending"), COORDINATORS),
    **dict.fromkeys(("open case", "cases", "change codewords", "protect", "protect no longer"), COORDINATORS),
    **dict.fromkeys(("close case", "open again", "lift"), COORDINATORS),
    "emergency": PANEL,
    "emergency reviewed": ("police", *COORDINATORS),
    **dict.fromkeys(("not removed", "remove again", "removed by hand", "hold", "end hold"), COORDINATORS),
    **dict.fromkeys(("new transfer", "acknowledge"), COORDINATORS),
    **dict.fromkeys(("add person", "invite", "hand over", "not joined", "new codes"), COORDINATORS),
}


@pytest.fixture
def cast(core: World) -> World:
    """With a deputy of a member and of the coordinator, and somebody whose last day was yesterday."""
    with core.sessions.begin() as session:
        add_lead(session, "core", core.now)
        titles = {"school": "Safeguarding lead", "coordinator": "MACE coordinator"}
        for handle, title in titles.items():
            agency = {"school": "Hollow Oak School", "coordinator": "Camden Council"}[handle]
            post = session.scalars(select(Post).join(Agency).where(Post.title == title, Agency.name == agency)).one()
            _joins(session, core, f"deputy of {handle}", post_id=post.id, deputy=True)
        gone = local_day(core.now).replace(day=8)
        _joins(session, core, "gone", post_id=post.id, deputy=True, until_day=gone)
    return core


def _joins(session: Any, core: World, user: str, **held: Any) -> None:
    person = Person(name=Classified("Dee Testperson", Level.L2))
    session.add(person)
    session.flush()
    began = local_day(core.now).replace(day=1)
    session.add(Holding(person_id=person.id, from_day=began, **held))
    session.add(Account(platform="core", tenant=HOME, user=user, person_id=person.id, last_used_at=core.now))


def says(world: World, user: str, line: str) -> Reply:
    return hear(world.sessions, Sender("core", HOME, user), Line(line, private=True, typed=False), world.now)


def refusal(reply: Reply) -> str:
    """Why not, if this is a refusal to somebody who may not."""
    words = to_text(reply.message) if reply.message else ""
    assert "something went wrong" not in words
    return next((why for why in ("Your post does not let you", "I do not know you yet") if words.startswith(why)), "")


def test_the_table_has_every_command_and_every_permission() -> None:
    assert MATRIX.keys() == {one.name for one in COMMANDS}
    assert {one.needs for one in COMMANDS} == {*May, None}


@pytest.mark.parametrize("user", EVERYBODY)
def test_who_may_is_heard_and_who_may_not_is_refused_and_changes_nothing(cast: World, user: str) -> None:
    """Invariant 4, and TRUST.md T-32, person by command."""
    says(cast, user, "hello")
    may: dict[str, bool] = {}
    for command in COMMANDS:
        before = sizes(cast.sessions)
        refused = refusal(says(cast, user, f"{command.name} {command.takes}".strip()))
        may[command.name] = not refused or command.name == "help"
        if not may[command.name]:
            assert refused == ("I do not know you yet" if user in UNKNOWN else "Your post does not let you")
            after = sizes(cast.sessions)
            assert after == before | {"audit": before["audit"] + (user not in UNKNOWN)}, command.name
    assert may == {name: user in who for name, who in MATRIX.items()}


def use_cases() -> list[Callable[..., object]]:
    """Each function of a feature that wears a permission, once."""
    found = [member for module in modules(bot.features) for _, member in inspect.getmembers(module, inspect.isfunction)]
    return list({f"{one.__module__}.{one.__name__}": one for one in found if hasattr(one, "needs")}.values())


@pytest.mark.parametrize("user", EVERYBODY)
def test_no_use_case_lets_in_whom_the_table_does_not(cast: World, user: str) -> None:
    """Called past the commands, as a form that is still open would: the check comes before anything else.

    TRUST.md T-31, T-33.
    """
    needs = {one.needs: MATRIX[one.name] for one in COMMANDS if one.needs}
    with cast.sessions.begin() as session:
        account = account_of(session, "core", HOME, user) or Account(platform="core", tenant=HOME, user=user)
        home = home_of(session, "core", HOME)
        assert home
        ctx = Context(session, actor_behind(session, account, home, local_day(cast.now)), cast.now)
        for use_case in use_cases():
            if user not in needs[vars(use_case)["needs"]]:
                with pytest.raises(NotAllowed):
                    use_case(ctx)
    assert len(use_cases()) > 25
