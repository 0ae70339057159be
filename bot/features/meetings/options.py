"""What a coordinator can choose from when running meetings."""

from collections.abc import Iterable

from bot.context import Context
from bot.kit.forms import Option
from bot.kit.words import moment_in_words
from storage.queries.meetings import meetings_to_come
from storage.queries.people import panel_of
from storage.records import Role


def own_meetings(ctx: Context) -> Iterable[Option]:
    for meeting in meetings_to_come(ctx.session, ctx.actor, ctx.now):
        yield Option(meeting.reference, f"{meeting.partnership.name}, {moment_in_words(meeting.starts_at)}")


def own_agencies(ctx: Context) -> Iterable[Option]:
    """The agencies that sit on a panel this coordinator runs."""
    seats = (post for borough in sorted(ctx.actor.where(Role.COORDINATOR)) for post in panel_of(ctx.session, borough))
    return tuple(dict.fromkeys(Option(str(post.agency_id), post.agency.name) for post in seats))
