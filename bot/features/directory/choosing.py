"""Choosing where one is written to first: by e-mail, or in chat."""

from dataclasses import dataclass

from bot.context import Context
from bot.kit.errors import Refusal
from bot.kit.messages import Notice
from bot.permissions import May, needs
from bot.replies import Reply
from bot.tables import Command, Spoken
from storage.levels import Level


@dataclass(frozen=True)
class WrittenTo(Notice):
    """To whoever chose."""

    level = Level.L1
    by_mail: bool
    contact: str


@needs(May.LINK_ACCOUNTS)
def choose_mail(ctx: Context) -> WrittenTo:
    assert ctx.actor.person  # noqa: S101 -- nobody else is granted it
    if not ctx.site.sends_mail:
        raise Refusal("I cannot send e-mail here. You can go on using chat.")
    if ctx.actor.person.email is None:
        raise Refusal("I have no e-mail address for you. Ask your MACE coordinator to add you with your work address.")
    ctx.actor.person.by_mail = True
    return WrittenTo(by_mail=True, contact=ctx.actor.posts[0].partnership.contact)


@needs(May.LINK_ACCOUNTS)
def choose_chat(ctx: Context) -> WrittenTo:
    assert ctx.actor.person  # noqa: S101 -- nobody else is granted it
    ctx.actor.person.by_mail = False
    return WrittenTo(by_mail=False, contact=ctx.actor.posts[0].partnership.contact)


def _by_mail(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(choose_mail(ctx).message())


def _in_chat(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(choose_chat(ctx).message())


COMMANDS = (
    Command("by email", "Get messages by e-mail", _by_mail, needs=May.LINK_ACCOUNTS),
    Command("in chat", "Get messages in chat again", _in_chat, needs=May.LINK_ACCOUNTS, listed=False),
)
