"""A legal hold: what a court, an inquiry or somebody's request needs is not deleted, whatever its period."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from bot.audit import note
from bot.context import Context
from bot.kit.errors import NotFound, Refusal
from bot.kit.forms import Ask, Choice, Form
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.permissions import May, needs
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.levels import Level
from storage.queries.actions import action_for
from storage.queries.cases import case_for
from storage.queries.holds import hold_on
from storage.queries.referrals import referral_for
from storage.queries.retention import erasure_of
from storage.queries.transfers import transfer_for
from storage.records import Hold, HoldKind, Role

PAGE = "The hold"
ERASED = "The details of that record were erased, so there is nothing to hold."


class Why(Choice):
    COURT = HoldKind.COURT.value, "A court case"
    INQUIRY = HoldKind.INQUIRY.value, "An inquiry or a review"
    REQUEST = HoldKind.REQUEST.value, "Somebody asks for what we hold about them"
    OTHER = HoldKind.OTHER.value, "Another reason, which is written down elsewhere"


class HoldRecord(Form):
    """Hold a record"""

    send: ClassVar[str] = "Hold it"

    why: Annotated[Why, Ask(PAGE, "Why must it not be deleted?", "Only this reason is kept here.")]


@dataclass(frozen=True)
class OnHold(Notice):
    """To the coordinator who held it, or asked to once more."""

    level = Level.L2
    reference: str
    why: str
    since: date


@dataclass(frozen=True)
class HoldEnded(Notice):
    """To the coordinator who ended it."""

    level = Level.L1
    reference: str


@needs(May.HOLD)
def hold_record(ctx: Context, reference: str, why: HoldKind) -> Hold:
    """Held already: it stays as it is."""
    _coordinated(ctx, reference)
    _not_erased(ctx, reference)
    if held := hold_on(ctx.session, reference):
        return held
    assert ctx.actor.person_id  # noqa: S101 -- nobody else is granted it
    note(ctx.session, ctx.now, ctx.actor.account, "legal hold begun", reference)
    return ctx.add(Hold(about=reference, kind=why, by_id=ctx.actor.person_id, at=ctx.now))


@needs(May.HOLD)
def end_hold(ctx: Context, reference: str) -> None:
    _coordinated(ctx, reference)
    held = hold_on(ctx.session, reference)
    if held is None:
        raise Refusal(f"There is no legal hold on {reference}. Say hold {reference} to begin one.")
    if held.about != reference:
        raise Refusal(f"{reference} is on hold with its case. Say end hold {held.about} to end that.")
    held.ended_at, held.ended_by_id = ctx.now, ctx.actor.person_id
    note(ctx.session, ctx.now, ctx.actor.account, "legal hold ended", reference)


def _coordinated(ctx: Context, reference: str) -> None:
    """It is of a borough that they coordinate; else there is no such thing."""
    own = set(ctx.actor.where(Role.COORDINATOR))
    if not own & _boroughs(ctx, reference):
        raise NotFound


def _not_erased(ctx: Context, reference: str) -> None:
    if erasure_of(ctx.session, reference):
        raise Refusal(ERASED)


def _boroughs(ctx: Context, reference: str) -> set[int]:
    if referral := referral_for(ctx.session, ctx.actor, reference):
        return {referral.partnership_id}
    if action := action_for(ctx.session, ctx.actor, reference):
        return {action.partnership_id}
    if case := case_for(ctx.session, ctx.actor, reference):
        return {case.partnership_id}
    transfer = transfer_for(ctx.session, ctx.actor, reference)
    return {transfer.origin_id, transfer.receiving_id} if transfer else set()


def _on_hold(held: Hold) -> Reply:
    return Reply(OnHold(held.about, held.kind.value, local_day(held.at)).message(), place=Place.INSTEAD)


def _held(ctx: Context, form: HoldRecord, about: Subject) -> Reply:
    return _on_hold(hold_record(ctx, about.reference, HoldKind(form.why.value)))


@needs(May.HOLD)
def begin_hold(ctx: Context, reference: str) -> Reply | Opening:
    _coordinated(ctx, reference)
    _not_erased(ctx, reference)
    held = hold_on(ctx.session, reference)
    return _on_hold(held) if held else Opening(HoldRecord, about=Subject(reference))


def _hold(ctx: Context, spoken: Spoken) -> Reply | Opening:
    return begin_hold(ctx, spoken.reference)


def _end_hold(ctx: Context, spoken: Spoken) -> Reply:
    end_hold(ctx, spoken.reference)
    return Reply(HoldEnded(spoken.reference).message(), place=Place.INSTEAD)


COMMANDS = (
    Command("hold", "Keep a record from being deleted", _hold, needs=May.HOLD, takes="R-7K2F9"),
    Command("end hold", "End a legal hold", _end_hold, needs=May.HOLD, takes="R-7K2F9", listed=False),
)
FORMS = (Guided(HoldRecord, _held),)
