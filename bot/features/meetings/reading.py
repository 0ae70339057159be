"""An agenda as a page to read and to print: a coordinator's whole, a member's own part of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.audit import reader
from bot.context import Context
from bot.features.meetings.carrying import unfinished
from bot.features.meetings.notices import Unfinished
from bot.kit.errors import or_not_found
from bot.kit.messages import Notice
from bot.permissions import May, needs
from bot.sharing import What, disclose, strand_of
from storage.levels import Level
from storage.queries.actions import actions_not_done
from storage.queries.meetings import agenda_for
from storage.records import AgendaItem, Meeting, Purpose, Role


@dataclass(frozen=True)
class Item:
    """`known_as`: what the reader's agency calls the case.  `who`: the page that says who it is, or ''.  `asks`: which
    agency is asked for what.  `held_back`: what is said instead of its kind, and of who it is.  `unfinished`: what was
    agreed before for the same case.
    """

    number: int
    kind: str
    known_as: str
    who: str
    asks: tuple[tuple[str, str], ...]
    held_back: str = ""
    unfinished: tuple[Unfinished, ...] = ()


@dataclass(frozen=True)
class AgendaPage(Notice):
    """Level L2.  `whole`: the reader runs the meeting; else only what their own agencies are asked for is here."""

    level = Level.L2
    reference: str
    borough: str
    starts_at: datetime
    place: str
    version: int
    count: int
    items: tuple[Item, ...]
    whole: bool
    contact: str
    reader: str
    at: datetime
    call: str = ""
    matters_arising: tuple[Unfinished, ...] = ()


@needs(May.READ)
def read_agenda(ctx: Context, reference: str) -> AgendaPage:
    meeting = or_not_found(agenda_for(ctx.session, ctx.actor, reference))
    runs = meeting.partnership_id in ctx.actor.where(Role.COORDINATOR)
    version = meeting.agenda_version if runs else meeting.sent_version
    known = [one for one in meeting.items if one.version <= version]
    own = frozenset(post.agency_id for post in ctx.actor.posts if post.partnership_id == meeting.partnership_id)
    items = [_whole(one, own) for one in known] if runs else list(_parts(ctx, meeting, known, own))
    agreed = actions_not_done(ctx.session, ctx.actor, meeting.partnership_id)
    open_ones = unfinished(agreed, meeting, own, ctx.today)
    under = {item.number: [one for one in open_ones if one.item == item.number] for item in items}
    return AgendaPage(
        reference=reference,
        borough=meeting.partnership.name,
        starts_at=meeting.starts_at,
        place=meeting.place,
        version=version,
        count=len(known),
        items=tuple(replace(item, unfinished=tuple(under[item.number])) for item in items),
        whole=runs,
        contact=meeting.partnership.contact,
        reader=reader(ctx, reference),
        at=ctx.now,
        call=meeting.call.url if meeting.call else "",
        matters_arising=tuple(one for one in open_ones if one.item not in under),
    )


def _whole(item: AgendaItem, own: Collection[int]) -> Item:
    asks = tuple((ask.agency.name, ask.verb.value) for ask in item.asks)
    who = f"read/{item.case.reference}" if item.case else ""
    return Item(item.number, item.kind.value, _known_as(item, own), who, asks)


def _parts(ctx: Context, meeting: Meeting, items: Sequence[AgendaItem], own: Collection[int]) -> Iterator[Item]:
    """Need to know, as in the message (see sending.seen_from); and what an item is about, if the agreement says so."""
    for item in items:
        if asks := [ask for ask in item.asks if ask.agency_id in own]:
            held = [disclose(ctx, _what(meeting, item, ask.agency_id)) for ask in asks]
            back = held[0] if all(held) else ""
            told = tuple((ask.agency.name, ask.verb.value) for ask in asks)
            who = f"who/{item.case.reference}" if item.case and not back else ""
            yield Item(item.number, "" if back else item.kind.value, _known_as(item, own), who, told, back)


def _known_as(item: AgendaItem, own: Collection[int]) -> str:
    return next((found for one in sorted(own) if item.case and (found := item.case.called_by(one))), "")


def _what(meeting: Meeting, item: AgendaItem, agency_id: int) -> What:
    about, strand = meeting.reference, strand_of(item)
    return What(meeting.partnership_id, agency_id, about, strand, Level.L2, Purpose.PANEL, part=item.number)
