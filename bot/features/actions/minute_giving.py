"""Giving all that was understood of a minute with one press, and once, however often it is pressed and by whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.context import Context
from bot.features.actions import steps
from bot.features.actions.giving import Agreed, begin
from bot.features.actions.minute import AGAIN, MOST, alike, panel_of
from bot.features.actions.minute_lines import Panel
from bot.features.actions.notices import ActionLine
from bot.features.actions.steps import line_for
from bot.kit.errors import NotFound
from bot.kit.messages import Notice
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.sharing import disclose
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.day import actions_alike, actions_called, meeting_held
from storage.records import Meeting, Post, Priority, Verb

TOKEN = re.compile(r"(a-\w{5})\.(\d{1,3})\.(\d{1,9})\.([a-z_]{1,40})\.(\d{8})(\.u)?")


@dataclass(frozen=True)
class MinuteGiven(Notice):
    level = Level.L2
    given: tuple[tuple[ActionLine, str], ...]
    before: tuple[str, ...]
    late: int
    held_back: tuple[str, ...]


@needs(May.GIVE_ACTIONS)
def give_minute(ctx: Context, reference: str, tokens: str) -> MinuteGiven:
    """All of them or, if anything is not as it was shown, none.  The meeting is locked, so that of two who give the
    same the second finds what the first gave.
    """
    meeting = meeting_held(ctx.session, ctx.actor, reference, locked=True)
    agreed = dict(_agreed(ctx, meeting, tokens)) if meeting else {}
    if not agreed or len(agreed) > MOST:
        raise NotFound(AGAIN)
    before = dict(_before(ctx, agreed))
    coming = {one: what for one, what in agreed.items() if what.due_on > ctx.today and one not in before}
    given = [begin(ctx, what, one, told="given_together") for one, what in coming.items()]
    return MinuteGiven(
        tuple((line_for(ctx, one), one.owner.words) for one in given),
        tuple(before.values()),
        len(agreed) - len(before) - len(given),
        tuple(dict.fromkeys(one.owner.words for one in given if disclose(ctx, steps.what_of(one)))),
    )


def _agreed(ctx: Context, meeting: Meeting, tokens: str) -> Iterator[tuple[str, Agreed]]:
    panel = panel_of(ctx, meeting)
    posts = {one.id: one for one in panel.posts}
    for token in tokens.split(","):
        found = TOKEN.fullmatch(token)
        try:
            yield _one(panel, posts, *(found.groups("") if found else ()))
        except (KeyError, TypeError, ValueError):  # nobody was shown such a button
            raise NotFound(AGAIN) from None


def _one(
    panel: Panel, posts: Mapping[int, Post], reference: str, item: str, post: str, verb: str, day: str, urgent: str
) -> tuple[str, Agreed]:
    about = panel.items[int(item)] if int(item) else None
    priority = Priority.HIGH if urgent else Priority.NORMAL
    due_on, case = date.fromisoformat(day), about.case if about else None
    return reference.upper(), Agreed(posts[int(post)], Verb[verb.upper()], due_on, about, case, priority)


def _before(ctx: Context, agreed: dict[str, Agreed]) -> Iterator[tuple[str, str]]:
    """Of those that are there, the reference that they were to have, and the one they have."""
    items = [one.item.id for one in agreed.values() if one.item]
    there = actions_alike(ctx.session, items, [one.owner.id for one in agreed.values()])
    called = actions_called(ctx.session, agreed)
    for reference, what in agreed.items():
        same = (what.owner.partnership_id, what.verb, what.item.id if what.item else None)
        if called.get(reference, same) != same:  # taken by another since it was shown
            raise NotFound(AGAIN)
        key = alike(what)
        if found := reference if reference in called else there.get(key) if key else None:
            yield reference, found


def _give(ctx: Context, spoken: Spoken) -> Reply:
    _, _, tokens = spoken.rest.partition(" ")
    return Reply(give_minute(ctx, spoken.reference, tokens).message(), place=Place.ONLY_YOU)


COMMANDS = (Command("give these", "Give those that were shown", _give, needs=May.GIVE_ACTIONS, listed=False),)
