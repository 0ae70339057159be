"""Who a child is: for the coordinator with the whole case, for whoever has something to do, and for a minute."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.cases.notices import CasePage, Doing, WhoPage
from bot.features.cases.steps import known, own_agency, visible
from bot.keeping import kept_how
from bot.kit.forms import DONT_KNOW
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.lifecycles.action import ACTION
from bot.lifecycles.case import CASE
from bot.need_to_know import may_read
from bot.permissions import May, needs
from bot.sharing import HeldBack, What, disclose
from storage.levels import Level
from storage.queries.cases import (
    actions_about,
    agencies_to_act,
    agencies_to_prepare,
    items_about,
    opened_in_emergency,
    people_close_to,
)
from storage.records import Action, ActionState, Case, CaseAtAgency, CaseState, Purpose, Referral, Strand

SECONDS = 60  # for which a name stands on a screen that somebody may have left
OWN_WORK, RUNNING = "who is this, for one's own work", "reading a case"


@needs(May.READ)
def read_case(ctx: Context, reference: str) -> CasePage:
    case = visible(ctx, reference)
    may_read(ctx, case, Level.L5, runs=True)
    name, born = _child(ctx, case, RUNNING)
    return CasePage(
        reference=case.reference,
        borough=case.partnership.name,
        state=CASE.table.words[case.state],
        protected=case.protected,
        name=name,
        born=born,
        referral=ctx.session.get_one(Referral, case.referral_id).reference if case.referral_id else "",
        agencies=tuple(sorted((one.agency.name, one.codeword) for one in case.agencies)),
        items=tuple(
            f"Item {one.number}, {day_in_words(local_day(one.meeting.starts_at))}"
            for one in items_about(ctx.session, case)
        ),
        actions=_doing(actions_about(ctx.session, case)),
        close=tuple(reveal(ctx, one.person.name, RUNNING, reference) for one in people_close_to(ctx.session, case)),
        may=_may(case),
        reader=reader(ctx, reference),
        at=ctx.now,
        kept=kept_how(ctx.session, reference),
    )


@needs(May.READ)
def who_is_this(ctx: Context, reference: str) -> WhoPage:
    """No reason is asked for one's own work; that it was read, or held back, is written down."""
    case = known(ctx, reference)
    if held_back := _held_back(ctx, case):
        raise HeldBack(held_back)
    name, born = _child(ctx, case, OWN_WORK)
    here = own_agency(ctx, case)
    mine = (one for one in actions_about(ctx.session, case) if one.owner_id in ctx.actor.post_ids)
    return WhoPage(
        reference=case.reference,
        borough=case.partnership.name,
        known_as=case.called_by(here.agency_id) if here else "",
        name=name,
        born=born,
        actions=_doing(one for one in mine if one.state is not ActionState.DONE),
        record_number=_number(ctx, here, case.reference),
        asked=here is not None,
        seconds=SECONDS,
        reader=reader(ctx, case.reference),
        at=ctx.now,
    )


def _held_back(ctx: Context, case: Case) -> str:
    """Of what they need the name for, one thing that an agreement covers is enough; and an emergency waits for none."""
    if opened_in_emergency(ctx.session, ctx.actor, case, ctx.now):
        return ""
    held = ""
    for agency, purpose in _needs(ctx, case):
        held = disclose(ctx, What(case.partnership_id, agency, case.reference, Strand.CHILD, Level.L4, purpose))
        if not held:
            break
    return held


def _needs(ctx: Context, case: Case) -> Iterator[tuple[int, Purpose]]:
    """Which agency needs the name, and for what: of a protected case only to act (bot/need_to_know.py)."""
    yield from ((agency, Purpose.ACTIONS) for agency in agencies_to_act(ctx.session, ctx.actor, case))
    if not case.protected:
        yield from ((agency, Purpose.PANEL) for agency in agencies_to_prepare(ctx.session, ctx.actor, case, ctx.now))


def _number(ctx: Context, here: CaseAtAgency | None, about: str) -> str:
    return str(reveal(ctx, here.record_number, OWN_WORK, about)) if here and here.record_number else ""


def _child(ctx: Context, case: Case, purpose: str) -> tuple[str, str]:
    child: dict[str, Any] = reveal(ctx, case.child, purpose, case.reference)
    name = "not known" if child["name"] == DONT_KNOW else child["name"]
    return name, _born(child["born"])


def _born(given: str | int) -> str:
    """A birth date, or the age that was told."""
    if isinstance(given, int):
        return f"said to be {given} years old"
    return "not known" if given == DONT_KNOW else day_in_words(date.fromisoformat(given))


def _doing(actions: Iterable[Action]) -> tuple[Doing, ...]:
    return tuple(
        Doing(one.verb, one.owner.words, one.due_on, ACTION.table.words[one.state], one.reference) for one in actions
    )


def _may(case: Case) -> tuple[tuple[str, str], ...]:
    at = f"{case.reference} @{case.version}"
    if case.state is CaseState.CLOSED:
        return (("Open it again", f"open again {at}"),)
    protect = (
        ("Say codewords and items again", f"protect no longer {at}")
        if case.protected
        else ("Say no codeword and no item", f"protect {at}")
    )
    flag, change = f"ask for flag {case.reference}", f"change codewords {at}"
    close = ("Close the case", f"close case {at}")
    return (("Ask agencies for a flag", flag), ("Change the codewords", change), protect, close)
