"""Opening a case, changing what it is called, and closing it: a coordinator's work."""

from collections.abc import Mapping
from typing import Any

from bot.audit import reveal
from bot.context import Context
from bot.features.cases.forms import OpenCase, RecordNumber
from bot.kit.errors import NotFound, or_not_found
from bot.kit.references import new_reference
from bot.lifecycles.case import CASE
from bot.lifecycles.flag import ask_for_removal, send_change
from bot.lifecycles.moving import begun, move
from bot.naming import name_to, rename
from bot.need_to_know import Where, may_read
from bot.outbox import mark_stale, owe
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.cases import (
    actions_about,
    case_for,
    case_named,
    case_of_referral,
    is_close_to,
    items_about,
    open_cases_of,
    people_close_to,
)
from storage.queries.flags import flags_about
from storage.queries.people import coordinators_of
from storage.queries.referrals import referral_for
from storage.records import Case, CaseAtAgency, CaseState, Closeness, Role


@needs(May.RUN_CASES)
def open_case(ctx: Context, form: OpenCase) -> Case:
    if int(form.borough) not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    return _opened(ctx, int(form.borough), None, form.model_dump(mode="json"))


@needs(May.RUN_CASES)
def open_case_of(ctx: Context, reference: str) -> Case:
    """Of a referral: its child, once, however often it is asked for."""
    referral = referral_for(ctx.session, ctx.actor, reference)
    if referral is None or referral.partnership_id not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    answers = reveal(ctx, referral.answers, "opening a case", reference)
    return case_of_referral(ctx.session, referral) or _opened(ctx, referral.partnership_id, referral.id, answers)


def _opened(ctx: Context, borough: int, referral: int | None, answers: Mapping[str, Any]) -> Case:
    case = Case(
        reference=new_reference("C"),
        partnership_id=borough,
        referral_id=referral,
        state=CaseState.OPEN,
        protected=False,
        opened_at=ctx.now,
        child=Classified({"name": answers["child_name"], "born": answers["born"]}, Level.L4),
        **begun(ctx, "open"),
    )
    name_to(ctx.session, ctx.add(case), (post.agency_id for post in coordinators_of(ctx.session, borough)))
    return case


@needs(May.RUN_CASES)
def open_cases(ctx: Context) -> list[Case]:
    return list(open_cases_of(ctx.session, ctx.actor))


@needs(May.RUN_CASES)
def change_case(ctx: Context, reference: str, event: str, seen: int | None) -> Case:
    """Each step that the lifecycle knows.  Messages that were sent are brought up to date where they stand."""
    case = visible(ctx, reference)
    changes = {"protect": {"protected": True}, "protect no longer": {"protected": False}}
    if move(ctx, CASE, case, event, seen, **changes.get(event, {})):
        if event == "change codewords":
            rename(ctx.session, case)
            send_change(ctx, case, ["codeword"])
        if event == "close":
            ask_for_removal(ctx, flags_about(ctx.session, case))
        told = [one.reference for one in actions_about(ctx.session, case)]
        told += [one.reference for one in flags_about(ctx.session, case)]
        told += [one.meeting.reference for one in items_about(ctx.session, case)]
        for about in told:
            mark_stale(ctx.session, about, ctx.now)
    return case


@needs(May.READ)
def keep_record_number(ctx: Context, form: RecordNumber, reference: str) -> Case:
    """Of the reader's own agency; one that was asked for nothing has no place for it."""
    case = known(ctx, reference)
    here = or_not_found(own_agency(ctx, case))
    here.record_number = Classified(form.number, Level.L4)
    return case


@needs(May.READ)
def say_close(ctx: Context, reference: str) -> Case:
    """Whatever else they are given to do, who it is and what was written is closed to them from now on."""
    case = _tied(ctx, reference)
    if is_close_to(ctx.session, ctx.actor, case):
        return case
    ctx.add(Closeness(case_id=case.id, person_id=ctx.actor.person_id, said_at=ctx.now))
    for post in coordinators_of(ctx.session, case.partnership_id):
        owe(ctx.session, "somebody_close", post, about=case.reference, version=case.version, at=ctx.now)
    return case


@needs(May.RUN_CASES)
def lift(ctx: Context, reference: str) -> Case:
    case = visible(ctx, reference)
    for one in people_close_to(ctx.session, case):
        ctx.session.delete(one)
    return case


def visible(ctx: Context, reference: str) -> Case:
    return or_not_found(case_for(ctx.session, ctx.actor, reference))


def known(ctx: Context, reference: str) -> Case:
    """The case, or that of an action, whose child this person needs to know (TRUST.md 4.2)."""
    case = or_not_found(case_named(ctx.session, reference))
    may_read(ctx, case, Level.L5 if case.protected else Level.L4, Where.PAGE)
    return case


def _tied(ctx: Context, reference: str) -> Case:
    """Whoever has anything to do with it, the coordinator too."""
    case = or_not_found(case_named(ctx.session, reference))
    may_read(ctx, case, Level.L2, Where.PAGE, runs=True)
    return case


def own_agency(ctx: Context, case: Case) -> CaseAtAgency | None:
    """As the reader's agency knows it, if it was asked for anything."""
    mine = {post.agency_id for post in ctx.actor.posts if post.partnership_id == case.partnership_id}
    return next((one for one in case.agencies if one.agency_id in mine), None)
