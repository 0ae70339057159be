"""Whose post a line of a minute means that says a colleague's name instead: by the exact name, and never a child's."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from bot.audit import reveal_all
from bot.context import Context
from bot.features.actions.minute_lines import called
from bot.typed_names import holds_name_of
from storage.queries.imports import posts_with_holders
from storage.records import Meeting


def holders_by_name(ctx: Context, meeting: Meeting) -> Mapping[str, Collection[int]]:
    """The posts of that borough that people of this name hold today: the whole name, or the first of it."""
    found = posts_with_holders(ctx.session, meeting.partnership_id, ctx.today)
    held = [(post.id, person.name) for post, person in found if person]
    names = reveal_all(ctx, [name for _, name in held], "finding whom a minute names", meeting.reference)
    posts: defaultdict[str, set[int]] = defaultdict(set)
    for (post, _), name in zip(held, map(called, names), strict=True):
        for one in filter(None, {name, name.partition(" ")[0]}):
            posts[one].add(post)
    return posts


def is_of_a_child(meeting: Meeting) -> Callable[[str], bool]:
    """Whether any part of what was said is in the name of a child on that agenda: then it may mean the child."""
    cases = [item.case for item in meeting.items if item.case]
    return lambda said: holds_name_of(cases, said)
