"""A flag's life on an agency's record: asked for, confirmed, changed, taken off (DOMAIN.md B.8).

That a review is due is a day and not a step.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.context import Context
from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.worktime import working_days_after
from bot.lifecycles.moving import Life, move
from bot.outbox import mark_stale
from storage.queries.flags import flags_about
from storage.queries.people import coordinators_of
from storage.records import Case, Flag, Post
from storage.records import FlagState as S
from storage.records.flags import STANDS, WANTED

OWNER, COORDINATOR = Party.OWNER, Party.COORDINATOR
WITHIN = 5  # working days: to do what is asked, and between reminders
REVIEWED_EVERY = timedelta(weeks=26)
WITHOUT_ITEM = timedelta(weeks=52)
# what its agency is asked for, in a state that waits for it
TO_DO = {
    S.ASKED: "put a flag on your record",
    S.CHANGE_SENT: "change the flag on your record",
    S.REMOVAL_ASKED: "take the flag off your record",
}


def _sides(session: Session, flag: Flag, party: Party) -> Sequence[Post]:
    return [flag.owner] if party is OWNER else coordinators_of(session, flag.case.partnership_id)


FLAG = Life(
    Lifecycle(
        "flag",
        (
            Step(
                (S.DECLINED, S.REMOVAL_ASKED, S.REMOVED, S.LAPSED),
                "ask again",
                S.ASKED,
                (COORDINATOR,),
                {OWNER: "flag_asked"},
            ),
            Step((S.ASKED, S.CONFIRMED, S.DECLINED), "confirm", S.CONFIRMED, (OWNER,)),
            Step((S.ASKED,), "decline", S.DECLINED, (OWNER,), {COORDINATOR: "flag_declined"}),
            Step(STANDS, "send change", S.CHANGE_SENT, (COORDINATOR,), {OWNER: "flag_change_sent"}),
            Step((S.CHANGE_SENT,), "confirm change", S.CHANGE_CONFIRMED, (OWNER,)),
            Step(WANTED, "keep", None, (COORDINATOR,)),
            Step(
                WANTED,
                "ask for removal",
                S.REMOVAL_ASKED,
                (COORDINATOR, Party.CLOCK),
                {OWNER: "flag_removal_asked"},
            ),
            Step((S.REMOVAL_ASKED,), "confirm removal", S.REMOVED, (OWNER,)),
            Step((S.REMOVAL_ASKED,), "was never on", S.LAPSED, (OWNER,)),
        ),
        {
            S.ASKED: "asked for, not confirmed yet",
            S.CONFIRMED: "on the record",
            S.DECLINED: "declined",
            S.CHANGE_SENT: "on the record, with a change that is not confirmed yet",
            S.CHANGE_CONFIRMED: "on the record, as changed",
            S.REMOVAL_ASKED: "to be taken off, not confirmed yet",
            S.REMOVED: "taken off the record",
            S.LAPSED: "was never put on",
        },
    ),
    _sides,
)


def send_change(ctx: Context, case: Case, change: Iterable[str]) -> list[Flag]:
    """To whoever holds a flag about it; changes that are not confirmed yet stay beside the new ones."""
    told = list(flags_about(ctx.session, case, STANDS))
    for flag in told:
        before = flag.changes if flag.state is S.CHANGE_SENT else None
        _ask(ctx, flag, "send change", changes=list(dict.fromkeys([*(before or ()), *change])))
    return told


def ask_for_removal(ctx: Context, flags: Iterable[Flag]) -> list[Flag]:
    """Of those that somebody may have put on."""
    asked = [flag for flag in flags if flag.state in WANTED]
    for flag in asked:
        _ask(ctx, flag, "ask for removal")
    return asked


def keep_flags(ctx: Context, flags: Iterable[Flag]) -> tuple[list[Flag], date]:
    """Until when.  Said twice on a day, it is said once."""
    kept, until = [flag for flag in flags if flag.state in WANTED], ctx.today + REVIEWED_EVERY
    for flag in kept:
        if flag.review_on != until:
            _decide(ctx, flag, "keep", review_on=until)
    return kept, until


def _ask(ctx: Context, flag: Flag, event: str, **given: object) -> None:
    _decide(ctx, flag, event, asked_on=ctx.today, due_on=working_days_after(ctx.today, WITHIN), **given)


def _decide(ctx: Context, flag: Flag, event: str, **given: object) -> None:
    """The question whether flags are still needed is about their case, and changes where it stands as well."""
    move(ctx, FLAG, flag, event, None, **given)
    mark_stale(ctx.session, flag.case.reference, ctx.now)
