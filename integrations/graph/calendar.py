"""The panel's calendar: one event a meeting, with a call in Teams, and nobody invited to it."""

import logging
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.event import Event
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.sensitivity import Sensitivity

from bot.kit.messages import in_words
from bot.ports import Entry, TryLater
from integrations.graph.client import LATER, Graph, Refused, put_off

log = logging.getLogger(__name__)

LONGEST = 1000  # characters of a link
NO_CALL = "the calendar gives a meeting no call in Teams: its mailbox may have no licence for Teams"


async def put(graph: Graph, mailbox: str, entry: Entry) -> str:
    """The link into its call.  Asked for again with the same `transactionId`, Graph gives back the event it made."""
    try:
        made = await graph.asked(graph.client.users.by_user_id(mailbox).events.post(_event(entry)))
    except Refused as refused:
        raise put_off(refused) from None
    link = (made and made.online_meeting and made.online_meeting.join_url) or ""
    if not link.startswith("https://") or len(link) > LONGEST:
        log.error(NO_CALL)
        raise TryLater(LATER)
    return link


async def look(graph: Graph, mailbox: str) -> None:
    """Whether it lets us in: or Refused, TryLater or Unknown."""
    await graph.asked(graph.client.users.by_user_id(mailbox).calendar.get())


def _event(entry: Entry) -> Event:
    return Event(
        subject=entry.shown.preview.rstrip("."),
        body=ItemBody(content=in_words(entry.shown), content_type=BodyType.Text),
        start=_at(entry.starts_at),
        end=_at(entry.ends_at),
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        sensitivity=Sensitivity.Private,
        is_reminder_on=False,
        transaction_id=str(uuid5(NAMESPACE_URL, f"mace:{entry.key}")),
    )


def _at(moment: datetime) -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=moment.astimezone(UTC).replace(tzinfo=None).isoformat(), time_zone="UTC")
