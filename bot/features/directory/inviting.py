"""Inviting people by a code that is told outside chat, and linking an account with it (TRUST.md 2.2)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.directory.apps import TEAMS_APP
from bot.features.directory.forms import LinkAccount
from bot.features.directory.notices import Code
from bot.kit.codes import hashed, new_code
from bot.kit.errors import NotFound, Refusal, TooMany
from bot.kit.worktime import CLOSES, local, local_day, working_days_after
from bot.outbox import owe, owe_errand
from bot.permissions import May, needs
from storage.queries.joining import holdings_not_joined, invitation_with, latest_invitation, refusals_of
from storage.queries.people import coordinators_of, has_joined, holdings_of
from storage.queries.posted import of_account, of_person, remove_now
from storage.records import Account, Holding, Invitation, Person, Role

WORKS_FOR = 5  # working days
TRIES, WITHIN = 5, timedelta(hours=1)
OWN_PANEL = (
    "You coordinate this panel, so you cannot take on another of its posts. Give the code to the person it is for, or "
    "leave your own post first."
)


class WrongCode(NotFound):
    """That code does not work: it may be mistyped, used already, or too old. Say link to try again, or ask your MACE
    coordinator for a new one.
    """


def invite(session: Session, person: Person, now: datetime) -> tuple[str, datetime]:
    """A code for this person, and until when it works.  An earlier one stops working."""
    if (earlier := latest_invitation(session, person.id)) and earlier.expires_at > now:
        earlier.expires_at = now
    code, until = new_code(), local(working_days_after(local_day(now), WORKS_FOR), CLOSES)
    invitation = Invitation(person_id=person.id, code_hash=hashed(code), expires_at=until)
    session.add(invitation)
    session.flush()
    owe_errand(session, TEAMS_APP, f"I-{invitation.id}", now)
    return code, until


@needs(May.ADD_PEOPLE)
def not_joined(ctx: Context) -> Sequence[tuple[Holding, Person]]:
    return holdings_not_joined(ctx.session, ctx.actor, ctx.today)


@needs(May.ADD_PEOPLE)
def new_codes(ctx: Context) -> list[Code]:
    """One for each person who has not joined: all of them are chased with one press."""
    found: dict[int, Code] = {}
    for holding, person in not_joined(ctx):
        if person.id not in found:
            found[person.id] = Code(holding.words, *invite(ctx.session, person, ctx.now))
    return list(found.values())


@needs(May.LINK_ACCOUNTS)
def another_account(ctx: Context) -> tuple[str, datetime]:
    """A code for oneself, to be typed where one has another account."""
    assert ctx.actor.person  # noqa: S101 -- nobody else is granted it
    return invite(ctx.session, ctx.actor.person, ctx.now)


@needs(May.LINK)
def link_account(ctx: Context, form: LinkAccount) -> Sequence[Holding]:
    """From now on this account is that person's; returns what they hold."""
    account = ctx.actor.account
    if refusals_of(ctx.session, account.id, WrongCode.__name__, ctx.now - WITHIN) >= TRIES:
        raise TooMany("That was the wrong code too often. Try again in an hour, or ask your MACE coordinator.")
    invitation = invitation_with(ctx.session, hashed(form.code), ctx.now)
    if invitation is None:
        raise WrongCode
    person_id = ctx.actor.person_id or invitation.person_id
    if person_id != invitation.person_id:
        _take_on(ctx, person_id, invitation.person_id)
    if account.person_id != person_id:
        remove_now(ctx.session, ctx.now, of_account(account.id))
    invitation.used_at, account.person_id = ctx.now, person_id
    ctx.session.flush()
    holdings = holdings_of(ctx.session, person_id, ctx.today)
    for borough in {one.post.partnership_id for one in holdings}:
        for coordinator in coordinators_of(ctx.session, borough):
            owe(ctx.session, "joined", coordinator, about=f"I-{invitation.id}", version=1, at=ctx.now)
    return holdings


def _take_on(ctx: Context, person_id: int, invited: int) -> None:
    """Somebody on a panel already: what the invited person was to hold is theirs too, unless that person has joined.
    There is no second person of that name any more.

    Whoever takes a post over is its deputy no more.  Whoever runs a panel makes its codes, and so gives nobody a post
    by taking it (TRUST.md T-80); that somebody deputises is for the holder of the post to say.
    """
    if has_joined(ctx.session, invited):
        raise WrongCode
    for holding in holdings_of(ctx.session, invited, ctx.today):
        own = next((one for one in ctx.actor.holdings if one.post_id == holding.post_id), None)
        if own and not own.deputy:
            raise Refusal("You hold that post already. Give the code to the person it is for.")
        if own is None and not holding.deputy and holding.post.partnership_id in ctx.actor.where(Role.COORDINATOR):
            raise Refusal(OWN_PANEL)
        end(ctx.session, own, ctx.today)
    for table in (Holding, Invitation, Account):  # an account: of the address we wrote to
        ctx.session.execute(update(table).where(table.person_id == invited).values(person_id=person_id))
    ctx.session.delete(ctx.session.get_one(Person, invited))


def end(session: Session, holding: Holding | None, today: date) -> None:
    """Yesterday was their last day; who began today has not held it at all.  What they were shown in chat goes, and may
    be asked for again as far as they may still see it (TRUST.md T-22).
    """
    if holding is None:
        return
    remove_now(session, local(today, time.min), of_person(holding.person_id))
    if holding.from_day >= today:
        session.delete(holding)
    else:
        holding.until_day = today - timedelta(days=1)
    session.flush()
