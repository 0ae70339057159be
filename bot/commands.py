"""Every word the bot understands.  Text, buttons and slash commands are one table."""

from dataclasses import replace

from bot import reading
from bot.context import Context
from bot.dialogues import open_form, resume, start_over
from bot.features import (
    actions,
    agreements,
    away,
    cases,
    directory,
    escalations,
    flags,
    handover,
    holds,
    meetings,
    mine,
    referrals,
    removal,
    shares,
    today,
    transfers,
    undelivered,
)
from bot.kit.errors import NotAllowed, NotFound
from bot.kit.references import find_reference, without_reference
from bot.kit.words import nearest, plain
from bot.notices import DidYouMean, Help, NotYetKnown, OnlyInPrivate
from bot.permissions import granted
from bot.replies import Line, Opening, Place, Reply
from bot.tables import Command, Spoken
from bot.wording import meaning
from storage.queries.deliveries import subjects_of


def _resume(ctx: Context, spoken: Spoken) -> Reply:
    return resume(ctx, typed=spoken.typed)


def _start_over(ctx: Context, spoken: Spoken) -> Reply:
    return start_over(ctx, typed=spoken.typed)


def _help(ctx: Context, _spoken: Spoken) -> Reply:
    return help_(ctx)


COMMANDS: tuple[Command, ...] = (
    *referrals.COMMANDS,
    Command("resume", "Go on with a form you saved", _resume),
    Command("start over", "Delete a form you saved, and begin again", _start_over, listed=False),
    *mine.COMMANDS,
    *handover.COMMANDS,
    *today.COMMANDS,
    *reading.COMMANDS,
    *actions.COMMANDS,
    *escalations.COMMANDS,
    *meetings.COMMANDS,
    *undelivered.COMMANDS,
    *cases.COMMANDS,
    *flags.COMMANDS,
    *removal.COMMANDS,
    *holds.COMMANDS,
    *transfers.COMMANDS,
    *shares.COMMANDS,
    *directory.COMMANDS,
    *agreements.COMMANDS,
    *away.COMMANDS,
    Command("help", "See what I can do", _help),
)
BY_NAME = {command.name: command for command in sorted(COMMANDS, key=lambda command: -len(command.name))}
GREETINGS = {"", "hi", "hello", "hey", "good morning", "good afternoon", "good evening", "menu", "start"}
WHAT_IT_IS = {"what can you do", "what can i do", "what can i say", "how does this work", "who are you"}


def obey(ctx: Context, line: Line) -> Reply:
    """A pressed line is always a command; a typed one may also be a reply in words, or a slip."""
    if not line.private:
        return Reply(OnlyInPrivate().message(), place=Place.ONLY_YOU)
    command, rest, seen = _parse(line.text)
    if command and (not line.typed or _fits(command, rest)):
        return _run(ctx, command, _spoken(ctx, line, rest, seen))
    if (said := plain(line.text)) in GREETINGS or said.rstrip(" ?") in WHAT_IT_IS:
        return help_(ctx)
    return (_in_words(ctx, line) if ctx.actor.person and line.typed else None) or not_understood(ctx, line.text)


def command_in(text: str) -> str:
    """What this line would do outside of a form; "": nothing by itself."""
    command, rest, _ = _parse(text)
    return command.name if command and _fits(command, rest) else ""


def _in_words(ctx: Context, line: Line) -> Reply | None:
    """What is nearly a command is asked about as one, unless it answers a message."""
    found, spoken = meaning(without_reference(line.text), ctx.today), _spoken(ctx, line, line.text, None)
    if found.kind == "unclear" and not spoken.subjects and _slip(ctx, line.text):
        return None
    return actions.reply_in_words(ctx, found, spoken)


def _spoken(ctx: Context, line: Line, rest: str, seen: int | None) -> Spoken:
    about = subjects_of(ctx.session, ctx.actor.account, line.replying_to) if line.replying_to else ()
    return Spoken(rest, find_reference(rest), seen, tuple(about), line.typed, line.signed_in)


def _run(ctx: Context, command: Command, spoken: Spoken) -> Reply:
    if command.needs and command.needs not in granted(ctx.actor):
        if ctx.actor.person is None:
            return help_(ctx)
        raise NotAllowed(f"Your post does not let you {command.needs}. Ask your MACE coordinator.")
    if command.takes and command.name not in WITHOUT_REFERENCE:
        spoken = replace(spoken, reference=spoken.reference or _replied_to(command, spoken))
        if not spoken.reference:
            raise NotFound(f"Say which one, with its reference, like: {command.name} {command.takes}")
    answer = command.run(ctx, spoken)
    return open_form(ctx, answer, typed=spoken.typed) if isinstance(answer, Opening) else answer


def _replied_to(command: Command, spoken: Spoken) -> str:
    """What the answered message was about, if it was one thing, and of the kind that the command takes."""
    about = spoken.subjects[0] if len(spoken.subjects) == 1 else ""
    return about if about[:2] == command.takes[:2] else ""


WITHOUT_REFERENCE = {
    "accept",
    "done",
    "more time",
    "not mine",
    "blocked",
    "not possible",
    "transfer",
}  # these can find out, or list


def _parse(text: str) -> tuple[Command | None, str, int | None]:
    """The longest command that the line begins with, what follows it, and the version after an @."""
    words, _, version = text.strip().partition(" @")
    said = plain(words)
    for name, command in BY_NAME.items():
        if said == name or said.startswith(name + " "):
            return command, said[len(name) :].strip(), int(version) if version.strip().isdecimal() else None
    return None, "", None


def _fits(command: Command, rest: str) -> bool:
    """Whether the rest of a typed line is what the command takes: a reference, or nothing; else it is prose."""
    return not without_reference(rest) if command.takes else len(rest.split()) < 3


def not_understood(ctx: Context, text: str) -> Reply:
    if ctx.actor.person is None:
        return help_(ctx)
    meant = _slip(ctx, text)
    return Reply(DidYouMean(f"{meant} {find_reference(text)}".strip() if meant else "").message())


def _slip(ctx: Context, text: str) -> str | None:
    """The command that somebody may have meant."""
    words = plain(without_reference(text)).split()
    known = [command.name for command in COMMANDS if command.needs is None or command.needs in granted(ctx.actor)]
    return nearest(" ".join(words[:2]), known) or nearest(words[0] if words else "", known)


def help_(ctx: Context) -> Reply:
    """What this person can do; to somebody we do not know, whom to call, whatever they asked."""
    if ctx.actor.person is None:
        home = ctx.actor.home
        return Reply(NotYetKnown(home.name, home.mash_phone, home.mash_hours).message())
    may = granted(ctx.actor)
    listed = tuple(
        (command.help, f"{command.name} {command.takes}".strip())
        for command in COMMANDS
        if command.listed and (command.needs is None or command.needs in may)
    )
    return Reply(Help(listed, ctx.actor.posts[0].partnership.contact).message())
