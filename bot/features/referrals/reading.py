"""A referral with everything that was said in it: for whoever sent it and the coordinator, on a signed-in page only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.referrals.child import ReferChild
from bot.features.referrals.feedback import outcome_of
from bot.features.referrals.opening import ABOUT_WHO_TOLD, could_harm
from bot.keeping import kept_how
from bot.kit.errors import or_not_found
from bot.kit.forms import Form
from bot.kit.messages import Notice
from bot.kit.progress import applicable
from bot.kit.questions import with_options
from bot.lifecycles.referral import REFERRAL, answer_by
from bot.need_to_know import may_read, not_close
from bot.permissions import May, needs
from bot.sharing import shared_with
from storage.levels import Level
from storage.queries.cases import case_of_referral
from storage.queries.likeness import alike_for
from storage.queries.referrals import referral_for, referral_named
from storage.records import Case, Referral, ReferralState, Role

FORM_OF: Mapping[str, type[Form]] = {"child": ReferChild}


@dataclass(frozen=True)
class ReferralPage(Notice):
    """Level L4.  `said`: each page of the form, with its questions and answers.  `alike`: other referrals that may be
    about the same child, and in what they agree.  `careful`: it is read in an emergency, and what is about whoever sent
    it, who could be at risk, is left out.
    """

    level = Level.L4
    reference: str
    borough: str
    state: str
    sent_at: datetime
    confirmed: bool
    answer_by: date
    said: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    take: str
    open_case: bool  # there is none yet, and this reader may
    case: str
    reader: str
    at: datetime
    alike: tuple[tuple[str, str], ...] = ()
    careful: bool = False
    contact: str = ""
    kept: str = ""
    outcome: str = ""


@needs(May.READ)
def read_referral(ctx: Context, reference: str) -> ReferralPage:
    referral = referral_for(ctx.session, ctx.actor, reference)
    if referral is None:
        return _in_emergency(ctx, reference)
    case = case_of_referral(ctx.session, referral) if _runs(ctx, referral) else None
    if case:
        may_read(ctx, case, Level.L5, runs=True)
    return _page(ctx, referral, reveal(ctx, referral.answers, "reading a referral", reference), case)


def _in_emergency(ctx: Context, reference: str) -> ReferralPage:
    """By an agency it was opened to at once.  What happened is there, because nobody can look for a child without it;
    and how to reach whoever sent it, unless they said that they could be at risk.
    """
    referral = or_not_found(referral_named(ctx.session, reference) if shared_with(ctx, reference) else None)
    not_close(ctx, case_of_referral(ctx.session, referral))
    answers = reveal(ctx, referral.answers, "reading a referral in an emergency", reference)
    return _page(ctx, referral, answers, without=ABOUT_WHO_TOLD if could_harm(answers) else frozenset())


def _page(
    ctx: Context,
    referral: Referral,
    answers: Mapping[str, Any],
    case: Case | None = None,
    without: frozenset[str] = frozenset(),
) -> ReferralPage:
    return ReferralPage(
        reference=referral.reference,
        borough=referral.partnership.name,
        state=REFERRAL.table.words[referral.state],
        sent_at=referral.sent_at,
        confirmed=referral.sender_confirmed,
        answer_by=answer_by(referral),
        said=tuple(_said(ctx, FORM_OF[referral.kind], answers, without)) if answers else (),
        take=f"take {referral.reference} @{referral.version}" if _waits_for(ctx, referral) else "",
        open_case=_runs(ctx, referral) and case is None and referral.state is ReferralState.SCREENING,
        case=case.reference if case else "",
        reader=reader(ctx, referral.reference),
        at=ctx.now,
        alike=tuple(alike_for(ctx.session, ctx.actor, referral)),
        careful=bool(without),
        contact=referral.partnership.contact,
        kept=kept_how(ctx.session, referral.reference),
        outcome=outcome_of(referral),
    )


def _said(
    ctx: Context, form: type[Form], answers: Mapping[str, Any], without: frozenset[str]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    told = [question for question in applicable(form, answers) if question.name not in without]
    for page, questions in groupby(told, key=lambda question: question.ask.page):
        asked = [with_options(one, one.ask.choices(ctx)) if one.ask.choices else one for one in questions]
        yield page, tuple((one.ask.question, one.shown(answers.get(one.name))) for one in asked)


def _runs(ctx: Context, referral: Referral) -> bool:
    return referral.partnership_id in ctx.actor.where(Role.COORDINATOR)


def _waits_for(ctx: Context, referral: Referral) -> bool:
    return referral.state is ReferralState.SUBMITTED and _runs(ctx, referral)
