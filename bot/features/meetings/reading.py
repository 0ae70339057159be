"""An agenda as a page to read and to print: a coordinator's whole, a member's own part of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.audit import reader
from bot.context import Context
from bot.kit.errors import NotFound
from bot.kit.messages import Notice
from bot.permissions import May, needs
from storage.queries.meetings import agenda_for
from storage.records import AgendaItem, Role


@dataclass(frozen=True)
class Item:
    """`known_as`: what the reader's agency calls the case.  `who`: the page that says who it is, or ''.  `asks`: which
    agency is asked for what.
    """

    number: int
    kind: str
    known_as: str
    who: str
    asks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AgendaPage(Notice):
    """Level L2.  `whole`: the reader runs the meeting; else only what their own agencies are asked for is here."""

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


@needs(May.READ)
def read_agenda(ctx: Context, reference: str) -> AgendaPage:
    meeting = agenda_for(ctx.session, ctx.actor, reference)
    if meeting is None:
        raise NotFound
    runs = meeting.partnership_id in ctx.actor.where(Role.COORDINATOR)
    version = meeting.agenda_version if runs else meeting.sent_version
    known = [one for one in meeting.items if one.version <= version]
    own = frozenset(post.agency_id for post in ctx.actor.posts if post.partnership_id == meeting.partnership_id)
    items = tuple(_item(one, _read_by(own, one, whole=runs), own, whole=runs) for one in known)
    return AgendaPage(
        reference=reference,
        borough=meeting.partnership.name,
        starts_at=meeting.starts_at,
        place=meeting.place,
        version=version,
        count=len(items),
        items=items if runs else tuple(one for one in items if one.asks),
        whole=runs,
        contact=meeting.partnership.contact,
        reader=reader(ctx, reference),
        at=ctx.now,
        call=meeting.call.url if meeting.call else "",
    )


def _read_by(own: frozenset[int], item: AgendaItem, *, whole: bool) -> frozenset[int]:
    """Whose part may be read: need to know, as in the message (see sending.seen_from)."""
    return frozenset(ask.agency_id for ask in item.asks) if whole else own


def _item(item: AgendaItem, agencies: frozenset[int], own: frozenset[int], *, whole: bool) -> Item:
    asks = tuple((ask.agency.name, ask.verb.value) for ask in item.asks if ask.agency_id in agencies)
    if item.case is None or not asks:
        return Item(item.number, item.kind.value, "", "", asks)
    known_as = next((found for one in own if (found := item.case.called_by(one))), "")
    return Item(item.number, item.kind.value, known_as, f"{'read' if whole else 'who'}/{item.case.reference}", asks)
