"""Recording an agreement, renewing and ending it, and withdrawing what was given under one."""

from bot.audit import note
from bot.context import Context
from bot.features.agreements.forms import NewAgreement, RenewAgreement, Withdraw
from bot.kit.errors import NotFound, Refusal, or_not_found
from bot.kit.references import new_reference
from bot.lifecycles.agreement import AGREEMENT
from bot.lifecycles.moving import begun, move
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.agreements import (
    agencies_beside,
    agencies_given,
    agreement_for,
    agreements_kept_by,
    disclosures_for,
    register_is_begun,
    withdrawals_for,
)
from storage.queries.posted import of_agency, remove_now, tells_of
from storage.records import Agency, Agreement, AgreementState, Direction, Disclosure, Role, Withdrawal


@needs(May.KEEP_AGREEMENTS)
def add_agreements(ctx: Context, form: NewAgreement) -> tuple[list[Agreement], bool]:
    """One for each agency that signed; and whether they are the first of their partnership."""
    borough, beside = int(form.borough), {str(one.id): one for one in agencies_beside(ctx.session, ctx.actor)}
    if borough not in ctx.actor.where(Role.COORDINATOR) or not beside.keys() >= set(form.agencies):
        raise NotFound
    _check_days(ctx, form)
    first = not register_is_begun(ctx.session, borough)
    return [_add(ctx, form, borough, beside[one]) for one in form.agencies], first


def _add(ctx: Context, form: NewAgreement, borough: int, agency: Agency) -> Agreement:
    agreement = Agreement(
        reference=new_reference("G"),
        partnership_id=borough,
        agency=agency,
        state=AgreementState.IN_FORCE,
        purposes=[one.value for one in form.purposes],
        strands=[one.value for one in form.strands],
        highest=int(form.highest),
        direction=Direction(form.direction.value),
        basis=form.basis,
        starts_on=form.starts_on,
        review_on=form.review_on,
        ends_on=form.ends_on,
        signed_by=form.signed_by,
        document=form.document,
        **begun(ctx, "add"),
    )
    _keep_days(ctx, ctx.add(agreement))
    return agreement


def _check_days(ctx: Context, form: NewAgreement) -> None:
    last = min(form.review_on, form.ends_on or form.review_on)
    if last < form.starts_on:
        raise Refusal("It would lapse before it begins. Say add agreement again, and give the days anew.")
    if last < ctx.today:
        raise Refusal("It has lapsed already. Have it reviewed, and then say add agreement with the new day.")


def _keep_days(ctx: Context, agreement: Agreement) -> None:
    """What was in force when is read from the audit, years later, by its version."""
    what = f"agreement version {agreement.version} holds until {agreement.lapses_on}"
    note(ctx.session, ctx.now, ctx.actor.account, what, agreement.reference)


@needs(May.KEEP_AGREEMENTS)
def renew_agreement(ctx: Context, reference: str, seen: int | None, form: RenewAgreement) -> Agreement:
    agreement = visible(ctx, reference)
    if agreement.ends_on and agreement.ends_on < form.review_on:
        raise Refusal("That is after its last day. Say add agreement to record the one that comes after it.")
    if move(ctx, AGREEMENT, agreement, "renew", seen, review_on=form.review_on):
        _keep_days(ctx, agreement)
    return agreement


@needs(May.KEEP_AGREEMENTS)
def end_agreement(ctx: Context, reference: str, seen: int | None) -> Agreement:
    """What was given under it stays readable on pages, and leaves chat: withdrawing it is a decision of its own."""
    agreement = visible(ctx, reference)
    move(ctx, AGREEMENT, agreement, "end", seen)
    remove_now(ctx.session, ctx.now, of_agency(agreement.partnership_id, agreement.agency_id))
    return agreement


@needs(May.KEEP_AGREEMENTS)
def the_register(ctx: Context) -> list[Agreement]:
    return sorted(agreements_kept_by(ctx.session, ctx.actor), key=lambda one: (one.lapses_on, one.id))


@needs(May.KEEP_AGREEMENTS)
def one_agreement(ctx: Context, reference: str) -> Agreement:
    return visible(ctx, reference)


@needs(May.KEEP_AGREEMENTS)
def given_to(ctx: Context, reference: str) -> set[int]:
    """The agencies, beside one's own, that have been given it."""
    beside = {one.id for one in agencies_given(ctx.session, ctx.actor)}
    return beside & {one.agency_id for one in disclosures_for(ctx.session, ctx.actor, reference)}


@needs(May.KEEP_AGREEMENTS)
def withdraw(ctx: Context, reference: str, form: Withdraw) -> Withdrawal:
    """From that agency, whatever its agreement allows, until it is shown again.  An emergency share goes before it."""
    given = or_not_found(
        next((one for one in disclosures_for(ctx.session, ctx.actor, reference) if _is_to(one, form.agency)), None),
        "That agency has been given nothing with that reference. Check it, and say withdraw again.",
    )
    for standing in withdrawals_for(ctx.session, ctx.actor, reference):
        if standing.agency_id == given.agency_id:
            return standing
    assert ctx.actor.person_id  # noqa: S101 -- a coordinator is a person
    remove_now(ctx.session, ctx.now, of_agency(given.partnership_id, given.agency_id), tells_of(reference))
    return ctx.add(
        Withdrawal(
            partnership_id=given.partnership_id,
            agency_id=given.agency_id,
            about=reference,
            why=Classified(form.why, Level.L4),
            person_id=ctx.actor.person_id,
            at=ctx.now,
        )
    )


def _is_to(given: Disclosure, agency: str) -> bool:
    return str(given.agency_id) == agency


@needs(May.KEEP_AGREEMENTS)
def show_again(ctx: Context, reference: str) -> None:
    """What was withdrawn, to all it was withdrawn from: who may read it, the agreements say again."""
    standing = withdrawals_for(ctx.session, ctx.actor, reference)
    if not standing:
        raise NotFound("Nothing with that reference is withdrawn. Check it, or say agreements to see the register.")
    for one in standing:
        one.lifted_at = ctx.now


def visible(ctx: Context, reference: str) -> Agreement:
    return or_not_found(agreement_for(ctx.session, ctx.actor, reference))
