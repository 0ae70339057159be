"""Referrals: what a partner tells us about a child, what they hear back, and who takes it up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import note
from bot.context import Context
from bot.features.referrals import feedback
from bot.features.referrals.child import ReferChild
from bot.features.referrals.likeness import told_of_the_child
from bot.features.referrals.notices import (
    NowYoursToRead,
    ReferralArrived,
    ReferralReceipt,
    ReferralStands,
    ReferralTaken,
)
from bot.features.referrals.opening import Danger, ReferralOpening
from bot.kit.errors import TooMany, or_not_found
from bot.kit.forms import DONT_KNOW
from bot.kit.messages import Notice
from bot.kit.references import new_reference
from bot.lifecycles.moving import begun, move, tell
from bot.lifecycles.referral import REFERRAL, answer_by
from bot.notices import SafetyFirst
from bot.permissions import May, needs
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken
from storage.levels import Classified, Level
from storage.queries.likeness import keep_likeness
from storage.queries.people import coordinators_of
from storage.queries.referrals import referral_for, referral_named
from storage.records import Delivery, Partnership, Referral, ReferralState

SENT_A_DAY = 3  # by somebody we do not know
SENT_ENOUGH = (
    "You have sent several referrals today. If a child may be at risk, phone the MASH of their borough, or 999."
)


@needs(May.REFER)
def submit_referral(ctx: Context, kind: str, form: ReferralOpening) -> Referral:
    """Keep it whole, and owe the coordinator the news.  Somebody we do not know may send three a day."""
    if ctx.actor.person is None and _sent_today(ctx) >= SENT_A_DAY:
        raise TooMany(SENT_ENOUGH)
    referral = Referral(
        reference=new_reference("R"),
        partnership_id=_panel_for(ctx, form.borough).id,
        sent_from_id=ctx.actor.account.id,
        person_id=ctx.actor.person_id,
        kind=kind,
        state=ReferralState.SUBMITTED,
        sent_at=ctx.now,
        answers=Classified(form.model_dump(mode="json"), Level.L4),
        **begun(ctx, "send"),
    )
    tell(ctx, coordinators_of(ctx.session, referral.partnership_id), "referral_arrived", ctx.add(referral))
    keep_likeness(ctx.session, referral, told_of_the_child(form))
    return referral


@needs(May.SCREEN_REFERRALS)
def take_referral(ctx: Context, reference: str, seen: int | None) -> Referral:
    referral = _visible(ctx, reference)
    move(ctx, REFERRAL, referral, "take", seen)
    return referral


@needs(May.ASK_ABOUT_REFERRALS)
def referral_status(ctx: Context, reference: str) -> Referral:
    return _visible(ctx, reference)


def _visible(ctx: Context, reference: str) -> Referral:
    return or_not_found(referral_for(ctx.session, ctx.actor, reference))


def _sent_today(ctx: Context) -> int:
    sent = select(func.count(Referral.id)).where(
        Referral.sent_from_id == ctx.actor.account.id, Referral.sent_at > ctx.now - timedelta(days=1)
    )
    return ctx.session.scalar(sent) or 0


def _panel_for(ctx: Context, borough: str) -> Partnership:
    """An unknown borough goes to the sender's own panel, who find out; it is never turned away."""
    if borough != DONT_KNOW:
        return ctx.session.get_one(Partnership, int(borough))
    return ctx.actor.posts[0].partnership if ctx.actor.posts else ctx.actor.home


def _stop_for_danger(ctx: Context, answers: Mapping[str, Any], _about: Subject) -> Reply | None:
    """Somebody in danger is not a form: say whom to call, and keep only that it stopped."""
    if answers.get("danger") != Danger.NOT_REPORTED:
        return None
    given = answers.get("borough") or DONT_KNOW
    borough = _panel_for(ctx, given)
    note(ctx.session, ctx.now, ctx.actor.account, "referral stopped: danger not yet reported")
    notice = SafetyFirst(borough.name, given != DONT_KNOW, borough.mash_phone, borough.mash_hours)
    return Reply(notice.message(), place=Place.INSTEAD)


def _receipt(ctx: Context, form: ReferChild, _about: Subject) -> Reply:
    referral = submit_referral(ctx, "child", form)
    borough = ctx.session.get_one(Partnership, referral.partnership_id)
    notice = ReferralReceipt(
        referral.reference,
        borough.name,
        answer_by(referral),
        borough.contact,
        form.danger is Danger.NOT_SURE,
        borough.mash_phone,
        referral.sender_confirmed,
    )
    return Reply(notice.message(), place=Place.INSTEAD)


# --- what is said, and what is owed ---------------------------------------------------------------------------------


def _refer(_ctx: Context, _spoken: Spoken) -> Opening:
    return Opening(ReferChild)


def _where(ctx: Context, spoken: Spoken) -> Reply:
    referral = referral_status(ctx, spoken.reference)
    state = REFERRAL.table.words[referral.state]
    place = referral.partnership
    answer = answer_by(referral), place.contact, feedback.outcome_of(referral)
    return Reply(ReferralStands(referral.reference, place.name, state, referral.changed_at, *answer).message())


def _take(ctx: Context, spoken: Spoken) -> Reply:
    referral = take_referral(ctx, spoken.reference, spoken.seen)
    return Reply(NowYoursToRead(referral.reference, answer_by(referral)).message(), place=Place.INSTEAD)


def _arrived(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    referral = referral_named(session, delivery.about)
    if referral is None or referral.state is not ReferralState.SUBMITTED:
        return None
    return ReferralArrived(
        referral.reference, referral.version, referral.partnership.name, answer_by(referral), referral.sender_confirmed
    )


def _taken(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    referral = referral_named(session, delivery.about)
    return (
        ReferralTaken(referral.reference, referral.partnership.name, answer_by(referral), referral.partnership.contact)
        if referral
        else None
    )


COMMANDS = (
    Command("refer", "Refer a child", _refer, needs=May.REFER),
    Command("referral", "Ask what has become of a referral", _where, needs=May.ASK_ABOUT_REFERRALS, takes="R-7K2F9"),
    Command("take", "Take a referral up", _take, needs=May.SCREEN_REFERRALS, takes="R-7K2F9", listed=False),
    *feedback.COMMANDS,
)
FORMS = (Guided(ReferChild, _receipt, stops=_stop_for_danger),)
OWED = (Owed("referral_arrived", _arrived), Owed("referral_taken", _taken), *feedback.OWED)
JOBS = feedback.JOBS
