"""What a coordinator can choose from when running meetings."""

from collections.abc import Iterable

from bot.context import Context
from bot.kit.errors import Refusal
from bot.kit.forms import Option
from bot.kit.words import moment_in_words
from storage.queries.meetings import meetings_to_come
from storage.queries.people import panel_of
from storage.records import Role


def own_meetings(ctx: Context) -> Iterable[Option]:
    for meeting in meetings_to_come(ctx.session, ctx.actor, ctx.now):
        yield Option(meeting.reference, f"{meeting.partnership.name}, {moment_in_words(meeting.starts_at)}")


def need_a_meeting(ctx: Context) -> None:
    """Before a form is opened that asks for which: Slack draws no list without an option."""
    if not meetings_to_come(ctx.session, ctx.actor, ctx.now):
        raise Refusal("There is no meeting to come. Say add meeting to plan the next one.")


def own_agencies(ctx: Context) -> Iterable[Option]:
    """The agencies that sit on a panel this coordinator runs."""
    seats = (post for borough in sorted(ctx.actor.where(Role.COORDINATOR)) for post in panel_of(ctx.session, borough))
    return tuple(dict.fromkeys(Option(str(post.agency_id), post.agency.name) for post in seats))
