"""Opening a case, changing what it is called, and closing it: a coordinator's work."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.audit import reveal
from bot.context import Context
from bot.features.cases.forms import OpenCase, RecordNumber
from bot.kit.errors import NotAllowed, NotFound, or_not_found
from bot.kit.references import new_reference
from bot.lifecycles.case import CASE
from bot.lifecycles.flag import ask_for_removal, send_change
from bot.lifecycles.moving import begun, move
from bot.naming import name_to, rename
from bot.need_to_know import may_read
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
from storage.queries.people import coordinators_of, reviewers_of
from storage.queries.referrals import referral_for
from storage.records import Case, CaseAtAgency, CaseState, Closeness, Post, Role

OWN = "Somebody else has to lift it, because you know the child or the family. Ask another coordinator, or your deputy."


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
    _tell(ctx, "somebody_close", case, coordinators_of(ctx.session, case.partnership_id))
    return case


@needs(May.RUN_CASES)
def lift(ctx: Context, reference: str) -> Case:
    """By somebody else than those to whom it is closed; the other coordinators and the chair hear of it."""
    case = visible(ctx, reference)
    if is_close_to(ctx.session, ctx.actor, case):
        raise NotAllowed(OWN)
    if closed_to := people_close_to(ctx.session, case):
        for one in closed_to:
            ctx.session.delete(one)
        others = (post for post in reviewers_of(ctx.session, case.partnership_id) if post.id not in ctx.actor.post_ids)
        _tell(ctx, "close_lifted", case, others)
    return case


def _tell(ctx: Context, kind: str, case: Case, posts: Iterable[Post]) -> None:
    """Each time: the case itself does not change by it."""
    about, version, once = case.reference, case.version, ctx.now.isoformat()
    for post in posts:
        owe(ctx.session, kind, post, about=about, version=version, at=ctx.now, once=once)


def visible(ctx: Context, reference: str) -> Case:
    return or_not_found(case_for(ctx.session, ctx.actor, reference))


def known(ctx: Context, reference: str) -> Case:
    """The case, or that of an action, whose child this person needs to know (TRUST.md 4.2)."""
    case = or_not_found(case_named(ctx.session, reference))
    may_read(ctx, case, Level.L5 if case.protected else Level.L4)
    return case


def _tied(ctx: Context, reference: str) -> Case:
    """Whoever has anything to do with it, the coordinator too."""
    case = or_not_found(case_named(ctx.session, reference))
    may_read(ctx, case, Level.L2, runs=True)
    return case


def own_agency(ctx: Context, case: Case) -> CaseAtAgency | None:
    """As the reader's agency knows it, if it was asked for anything."""
    mine = {post.agency_id for post in ctx.actor.posts if post.partnership_id == case.partnership_id}
    return next((one for one in case.agencies if one.agency_id in mine), None)
