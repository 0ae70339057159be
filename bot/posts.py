"""What one post has open, as whoever held nothing else would read it: counted for a message, listed for its page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.context import Context
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.action import ACTION
from bot.lifecycles.agreement import told_from
from bot.lifecycles.escalation import LADDER
from bot.lifecycles.flag import TO_DO
from bot.lifecycles.meeting import ready_by
from bot.lifecycles.referral import answer_by
from bot.lifecycles.transfer import next_step
from storage.queries.actions import open_actions_of
from storage.queries.agreements import agreements_kept_by
from storage.queries.cases import open_cases_of
from storage.queries.day import actions_waiting_counted, agencies_late, referrals_to_look_at
from storage.queries.escalations import escalations_counted, escalations_to_settle
from storage.queries.flags import flags_waiting_for
from storage.queries.meetings import agendas_to_come, next_meeting
from storage.queries.transfers import transfers_of
from storage.records import (
    Action,
    AgendaAsk,
    AgendaItem,
    Agreement,
    Escalation,
    Flag,
    Holding,
    Meeting,
    Post,
    Role,
    Transfer,
)

RUNS = (Role.COORDINATOR, Role.CHAIR)


@dataclass(frozen=True)
class Thing:
    """`more`: how it stands, and what the agency calls the case.  `reference`: of its page, if it has one.  `say`: the
    line that shows it, if it has none.
    """

    words: str
    by: date | None = None
    reference: str = ""
    say: str = ""
    more: str = ""


@dataclass(frozen=True)
class Held:
    """How many of one kind, how many of them are late, and the first day.  `things`: which, where they are listed."""

    kind: str
    count: int
    by: date | None = None
    late: int = 0
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class Panel:
    """What a panel has before it, for who sits on it; `escalated`, and `late` by agency, for who oversees it."""

    meets: datetime | None = None
    items: int = 0
    escalated: int = 0
    late: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brief:
    """One post in a message (level L2).  `at`: its place among those that its reader holds, from 1."""

    post: str
    borough: str
    at: int
    held: tuple[Held, ...]
    panel: Panel

    @property
    def count(self) -> int:
        return sum(one.count for one in self.held)

    @property
    def by(self) -> date | None:
        return min((one.by for one in self.held if one.by), default=None)


def as_post(ctx: Context, holding: Holding) -> Context:
    """The same person, with no other post: whatever is asked then, is answered as far as this post may read it."""
    return replace(ctx, actor=replace(ctx.actor, holdings=(holding,)))


def briefs(ctx: Context, most: int) -> tuple[Brief, ...]:
    """Of all posts of this person, those they took up last."""
    newest = sorted(enumerate(ctx.actor.holdings, start=1), key=lambda one: one[1].from_day, reverse=True)
    return tuple(brief_of(ctx, holding, at) for at, holding in newest[:most])


def brief_of(ctx: Context, holding: Holding, at: int) -> Brief:
    alone, post = as_post(ctx, holding), holding.post
    return Brief(holding.words, post.partnership.name, at, held(alone), panel_of(alone))


def held(ctx: Context) -> tuple[Held, ...]:
    """By the one post of this actor.  What there is none of is not named."""
    (post,) = ctx.actor.posts
    kinds = (*OF_ALL, *(OF_COORDINATORS if post.role is Role.COORDINATOR else ()))
    return tuple(found for kind in kinds if (found := kind(ctx, post)).count)


def panel_of(ctx: Context) -> Panel:
    (post,) = ctx.actor.posts
    if not post.on_panel and post.role not in RUNS:
        return Panel()
    meets, sent, all_ = next_meeting(ctx.session, post.partnership_id, ctx.now) or (None, 0, 0)
    items = all_ if post.role is Role.COORDINATOR else sent
    if post.role not in RUNS:
        return Panel(meets, items)
    return Panel(meets, items, escalations_counted(ctx.session, post.partnership_id), _late(ctx))


def _late(ctx: Context) -> tuple[str, ...]:
    """As counts, the most late first."""
    found = agencies_late(ctx.session, ctx.actor, ctx.today)
    counts = (((one.late, "late"), (one.blocked, "blocked")) for one in found)
    said = (", ".join(f"{count} {word}" for count, word in those if count) for those in counts)
    return tuple(f"{one.name}: {words}" for one, words in zip(found, said, strict=True))


# --- of each kind -----------------------------------------------------------------------------------------------------


def _listed(ctx: Context, kind: str, things: Iterable[Thing]) -> Held:
    found = tuple(things)
    days = [thing.by for thing in found if thing.by]
    return Held(kind, len(found), min(days, default=None), sum(day < ctx.today for day in days), found)


def action_thing(action: Action, agency_id: int, item: str = "") -> Thing:
    asked = ", more time asked" if action.asked_due_on else ""
    stands = f"{ACTION.table.words[action.state].capitalize()}{asked}"
    known_as = action.case.called_by(agency_id) if action.case else ""
    more = ". ".join(filter(None, (stands, known_as)))
    return Thing(f"{item}{action.verb}", action.due_on, action.reference, more=more)


def _actions(ctx: Context, post: Post) -> Held:
    found = open_actions_of(ctx.session, ctx.actor)
    return _listed(ctx, "Actions to do", (action_thing(one, post.agency_id) for one in found))


def _items(ctx: Context, post: Post) -> Held:
    """What an agenda asks the agency to prepare: a coordinator's as it stands, a member's as it was sent."""
    found = (one for meeting in agendas_to_come(ctx.session, ctx.actor, ctx.now) for one in _asked(meeting, post))
    return _listed(ctx, "Agenda items to prepare", found)


def _asked(meeting: Meeting, post: Post) -> Iterator[Thing]:
    version = meeting.agenda_version if post.role is Role.COORDINATOR else meeting.sent_version
    for item in meeting.items:
        for ask in item.asks:
            if ask.agency_id == post.agency_id and item.version <= version:
                yield _item(item, ask)


def _item(item: AgendaItem, ask: AgendaAsk) -> Thing:
    """As in the message (`seen_from` in `bot/features/meetings/sending.py`): of a protected case, that there is one."""
    by, about, case = ready_by(item.meeting), item.meeting.reference, item.case
    if case and case.protected:
        return Thing("One more item: ask the coordinator", by, about)
    return Thing(f"Item {item.number}: {ask.verb}", by, about, more=case.called_by(ask.agency_id) if case else "")


def _flags(ctx: Context, _post: Post) -> Held:
    return _listed(ctx, "Flags to see to", map(_flag, flags_waiting_for(ctx.session, ctx.actor)))


def _flag(flag: Flag) -> Thing:
    return Thing(TO_DO[flag.state], flag.due_on, flag.reference, more=flag.case.called_by(flag.agency_id))


def _escalations(ctx: Context, _post: Post) -> Held:
    return _listed(ctx, "Escalations to settle", map(_escalation, escalations_to_settle(ctx.session, ctx.actor)))


def _escalation(one: Escalation) -> Thing:
    """The top settles at the next meeting; the other levels have days."""
    days = LADDER[one.level].days
    by = working_days_after(local_day(one.level_since), days) if days else None
    return Thing(f"{one.action.verb}, level {one.level}", by, one.reference)


def _transfers(ctx: Context, post: Post) -> Held:
    """Where the next step is this coordinator's, or the papers are for this contact."""
    steps = ((one, *next_step(one)) for one in transfers_of(ctx.session, ctx.actor))
    runs = ctx.actor.where(Role.COORDINATOR)
    waiting = ((one, what, by) for one, whose, what, by in steps if whose.id in runs or one.contact_id == post.id)
    return _listed(ctx, "Transfers that wait", (_transfer(*one) for one in waiting))


def _transfer(one: Transfer, what: str, by: date) -> Thing:
    words = f"{one.origin.name} to {one.receiving.name}: {what}, {one.reference}"
    return Thing(words, by, say=f"transfer {one.reference}")


def _referrals(ctx: Context, _post: Post) -> Held:
    new = referrals_to_look_at(ctx.session, ctx.actor)
    return _listed(ctx, "Referrals to look at", (Thing("a new referral", answer_by(one), one.reference) for one in new))


def _to_check(ctx: Context, _post: Post) -> Held:
    """Said done, contested, proposed, more time asked: which, is a press away (`today`)."""
    count, by = actions_waiting_counted(ctx.session, ctx.actor)
    return Held("Actions to check or decide", count, by)


def _cases(ctx: Context, post: Post) -> Held:
    found = open_cases_of(ctx.session, ctx.actor)
    cases = (Thing(one.called_by(post.agency_id) or "a case", None, one.reference) for one in found)
    return _listed(ctx, "Open cases", cases)


def _agreements(ctx: Context, _post: Post) -> Held:
    due = (one for one in agreements_kept_by(ctx.session, ctx.actor) if told_from(one) <= ctx.today)
    return _listed(ctx, "Agreements to review", map(_agreement, due))


def _agreement(one: Agreement) -> Thing:
    return Thing(f"{one.agency.name}, {one.reference}", one.lapses_on, say=f"agreement {one.reference}")


Kind = Callable[[Context, Post], Held]
OF_ALL: tuple[Kind, ...] = (_actions, _items, _flags, _escalations, _transfers)
OF_COORDINATORS: tuple[Kind, ...] = (_referrals, _to_check, _cases, _agreements)
