"""Information sharing agreements: what each agency may be shown, until when, and what was withdrawn from it."""

from bot.context import Context
from bot.features.agreements.forms import About, For, NewAgreement, RenewAgreement, UpTo, Ways, Withdraw
from bot.features.agreements.notices import (
    AgreementAdded,
    AgreementEnded,
    AgreementLine,
    Agreements,
    AgreementShown,
    ShownAgain,
    Withdrawn,
)
from bot.features.agreements.reminding import JOBS, OWED
from bot.features.agreements.steps import (
    add_agreements,
    end_agreement,
    given_to,
    one_agreement,
    renew_agreement,
    show_again,
    the_register,
    visible,
    withdraw,
)
from bot.kit.errors import Conflict, NotFound, Refusal
from bot.lifecycles.agreement import AGREEMENT
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.queries.agreements import agencies_beside, register_is_begun
from storage.queries.people import partnerships
from storage.records import Agreement, AgreementState, Partnership, Role

SHOWN = 10
NOBODY = "There is no other agency on your panel yet. Say add person first."
NOT_GIVEN = "No other agency has been given anything with that reference. Check it, and say withdraw again."


def _line(ctx: Context, agreement: Agreement) -> AgreementLine:
    return AgreementLine(
        reference=agreement.reference,
        version=agreement.version,
        borough=agreement.partnership.name,
        agency=agreement.agency.name,
        lapses_on=agreement.lapses_on,
        lapsed=agreement.lapses_on < ctx.today,
        starts_on=agreement.starts_on if agreement.starts_on > ctx.today else None,
    )


def _list(ctx: Context, _spoken: Spoken) -> Reply:
    found = the_register(ctx)
    runs = ctx.actor.where(Role.COORDINATOR)
    new = [one for one in partnerships(ctx.session) if one.id in runs and not register_is_begun(ctx.session, one.id)]
    notice = Agreements(
        agreements=tuple(_line(ctx, one) for one in found[:SHOWN]),
        more=max(len(found) - SHOWN, 0),
        without=_without(ctx, found),
        not_begun=tuple(one.name for one in new),
    )
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _without(ctx: Context, found: list[Agreement]) -> tuple[str, ...]:
    """Who has a post there, and no agreement that holds."""
    covered = {one.agency_id for one in found if one.lapses_on >= ctx.today}
    there = agencies_beside(ctx.session, ctx.actor, elsewhere=False)
    return tuple(one.name for one in there if one.id not in covered)


def _shown(ctx: Context, agreement: Agreement) -> Reply:
    at = f"{agreement.reference} @{agreement.version}"
    held = agreement.state is AgreementState.IN_FORCE
    notice = AgreementShown(
        line=_line(ctx, agreement),
        state=AGREEMENT.table.words[agreement.state],
        purposes="; ".join(For(one).label for one in agreement.purposes),
        strands="; ".join(About(one).label for one in agreement.strands),
        highest=UpTo(str(agreement.highest)).label,
        direction=Ways(agreement.direction.value).label,
        basis=agreement.basis,
        signed_by=agreement.signed_by,
        document=agreement.document,
        review_on=agreement.review_on,
        ends_on=agreement.ends_on,
        may=(("Renew it", f"renew agreement {at}"), ("End it", f"end agreement {at}")) if held else (),
    )
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _one(ctx: Context, spoken: Spoken) -> Reply:
    return _shown(ctx, one_agreement(ctx, spoken.reference))


def _add(ctx: Context, _spoken: Spoken) -> Opening:
    if not agencies_beside(ctx.session, ctx.actor):
        raise Refusal(NOBODY)
    return Opening(NewAgreement)


def _added(ctx: Context, form: NewAgreement, _about: Subject) -> Reply:
    added, first = add_agreements(ctx, form)
    borough = ctx.session.get_one(Partnership, int(form.borough)).name
    references = tuple(one.reference for one in added)
    without = _without(ctx, the_register(ctx))
    notice = AgreementAdded(borough, references, added[0].lapses_on, first, without)
    return Reply(notice.message(), place=Place.INSTEAD)


def _renew(ctx: Context, spoken: Spoken) -> Reply | Opening:
    agreement = one_agreement(ctx, spoken.reference)
    stale = spoken.seen is not None and spoken.seen != agreement.version
    if stale or agreement.state is not AgreementState.IN_FORCE:
        return _shown(ctx, agreement)
    return Opening(RenewAgreement, about=Subject(agreement.reference, agreement.version))


def _renewed(ctx: Context, form: RenewAgreement, about: Subject) -> Reply:
    try:
        return _shown(ctx, renew_agreement(ctx, about.reference, about.seen, form))
    except Conflict:
        return _shown(ctx, visible(ctx, about.reference))


def _end(ctx: Context, spoken: Spoken) -> Reply:
    try:
        agreement = end_agreement(ctx, spoken.reference, spoken.seen)
    except Conflict:
        return _shown(ctx, visible(ctx, spoken.reference))
    place = agreement.partnership
    return Reply(AgreementEnded(agreement.reference, place.name, place.contact).message(), place=Place.INSTEAD)


def _withdraw(ctx: Context, spoken: Spoken) -> Opening:
    if not given_to(ctx, spoken.reference):
        raise NotFound(NOT_GIVEN)
    return Opening(Withdraw, about=Subject(spoken.reference))


def _withdrawn(ctx: Context, form: Withdraw, about: Subject) -> Reply:
    decided = withdraw(ctx, about.reference, form)
    borough = ctx.session.get_one(Partnership, decided.partnership_id).name
    return Reply(Withdrawn(about.reference, borough).message(), place=Place.INSTEAD)


def _again(ctx: Context, spoken: Spoken) -> Reply:
    show_again(ctx, spoken.reference)
    contact = ctx.actor.posts[0].partnership.contact
    return Reply(ShownAgain(spoken.reference, contact).message(), place=Place.INSTEAD)


RUN, EXAMPLE = May.KEEP_AGREEMENTS, "G-7K2F9"

COMMANDS = (
    Command("agreements", "See the sharing agreements, and what lapses when", _list, needs=RUN),
    Command("agreement", "See one sharing agreement", _one, needs=RUN, takes=EXAMPLE, listed=False),
    Command("add agreement", "Record a sharing agreement", _add, needs=RUN),
    Command("renew agreement", "Renew a sharing agreement", _renew, needs=RUN, takes=EXAMPLE, listed=False),
    Command("end agreement", "End a sharing agreement", _end, needs=RUN, takes=EXAMPLE, listed=False),
    Command("withdraw", "Withdraw from an agency what it was given", _withdraw, needs=RUN, takes="A-7K2F9"),
    Command("show again", "Take a withdrawal back", _again, needs=RUN, takes="A-7K2F9", listed=False),
)
FORMS = (Guided(NewAgreement, _added), Guided(RenewAgreement, _renewed), Guided(Withdraw, _withdrawn))

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED"]
