"""What I have open, and, for a coordinator, what waits for me."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.context import Context
from bot.kit.messages import Notice
from bot.lifecycles.flag import TO_DO
from bot.lifecycles.referral import REFERRAL, answer_by
from bot.lifecycles.transfer import next_step
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.actions import actions_waiting_for, open_actions_of
from storage.queries.cases import open_cases_of
from storage.queries.flags import flags_waiting_for
from storage.queries.meetings import agendas_to_come
from storage.queries.referrals import open_dialogues, referrals_sent_by, referrals_to
from storage.queries.transfers import transfers_of
from storage.records import Action, Flag, Referral, Role

SHOWN = 5


@dataclass(frozen=True)
class OpenThing:
    """One line of the list: what it is, by when, and the button that goes on with it."""

    words: str
    by: date | None
    label: str
    line: str
    reference: str = ""


@dataclass(frozen=True)
class Mine(Notice):
    level = Level.L2
    to_do: tuple[OpenThing, ...]
    waiting: tuple[OpenThing, ...]
    sent: tuple[OpenThing, ...]
    more: int


@dataclass(frozen=True)
class MyPage(Notice):
    """Level L2.  `received`: referrals to the boroughs one runs; `meetings`: (borough, when, reference);
    `cases`: (borough, codeword, reference)."""

    level = Level.L2
    to_do: tuple[OpenThing, ...]
    waiting: tuple[OpenThing, ...]
    sent: tuple[OpenThing, ...]
    received: tuple[OpenThing, ...]
    meetings: tuple[tuple[str, datetime, str], ...]
    cases: tuple[tuple[str, str, str], ...] = ()


@needs(May.ASK_ABOUT_REFERRALS)
def what_is_mine(ctx: Context) -> Mine:
    to_do, waiting, sent = list(_to_do(ctx)), list(_waiting(ctx)), list(_sent(ctx))
    more = sum(max(len(things) - SHOWN, 0) for things in (to_do, waiting, sent))
    return Mine(tuple(to_do[:SHOWN]), tuple(waiting[:SHOWN]), tuple(sent[:SHOWN]), more)


def _to_do(ctx: Context) -> list[OpenThing]:
    mine = open_actions_of(ctx.session, ctx.actor)
    actions = [
        _action(one, "Done", f"done {one.reference} @{one.version}", deputy=one.owner_id in ctx.actor.deputised)
        for one in mine
    ]
    draft = OpenThing("A form you have not finished", None, "Go on", "resume")
    actions += [_flag(one) for one in flags_waiting_for(ctx.session, ctx.actor)]
    return [draft, *actions] if open_dialogues(ctx.session, ctx.actor) else actions


def _flag(flag: Flag) -> OpenThing:
    words = f"{flag.case.partnership.name}: {TO_DO[flag.state]}, {flag.reference}"
    return OpenThing(words, flag.due_on, "See it", f"flag {flag.reference}", flag.reference)


def _action(action: Action, label: str, line: str, *, deputy: bool = False) -> OpenThing:
    words = f"{action.partnership.name}: {action.verb}, {action.reference}"
    return OpenThing(f"{words}, as deputy" if deputy else words, action.due_on, label, line, action.reference)


def _waiting(ctx: Context) -> list[OpenThing]:
    waiting = actions_waiting_for(ctx.session, ctx.actor)
    actions = [_action(one, "Look at it", f"action {one.reference}") for one in waiting]
    steps = ((one, *next_step(one)) for one in transfers_of(ctx.session, ctx.actor))
    transfers = [
        OpenThing(f"{whose.name}: {what}, {one.reference}", by, "Where is it?", f"transfer {one.reference}")
        for one, whose, what, by in steps
        if whose.id in ctx.actor.where()
    ]
    return actions + transfers


def _sent(ctx: Context) -> list[OpenThing]:
    return [_referral(one) for one in referrals_sent_by(ctx.session, ctx.actor)]


def _referral(referral: Referral) -> OpenThing:
    words = f"Referral {referral.reference}, {REFERRAL.table.words[referral.state]}"
    line = f"referral {referral.reference}"
    by = None if referral.outcome else answer_by(referral)
    return OpenThing(words, by, "Where is it?", line, referral.reference)


@needs(May.READ)
def my_page(ctx: Context) -> MyPage:
    """All of it, and each thing with the way to its page."""
    runs = {post.partnership_id: post.agency_id for post in ctx.actor.posts if post.role is Role.COORDINATOR}
    return MyPage(
        to_do=tuple(_to_do(ctx)),
        waiting=tuple(_waiting(ctx)),
        sent=tuple(_sent(ctx)),
        received=tuple(_referral(one) for one in referrals_to(ctx.session, ctx.actor)),
        meetings=tuple(
            (one.partnership.name, one.starts_at, one.reference)
            for one in agendas_to_come(ctx.session, ctx.actor, ctx.now)
        ),
        cases=tuple(
            (one.partnership.name, one.called_by(runs[one.partnership_id]), one.reference)
            for one in open_cases_of(ctx.session, ctx.actor)
        ),
    )


def _mine(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(what_is_mine(ctx).message(), place=Place.ONLY_YOU)


COMMANDS = (Command("mine", "What you have open", _mine, needs=May.ASK_ABOUT_REFERRALS),)
