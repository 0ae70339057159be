"""The actions of a meeting from pasted lines: what was understood is shown, and given with one press."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, StringConstraints

from bot.context import Context
from bot.features.actions.giving import Agreed
from bot.features.actions.minute_lines import Panel, Unread, lines_in, read_line
from bot.features.actions.minute_people import holders_by_name, is_of_a_child
from bot.kit.errors import Refusal, or_not_found
from bot.kit.forms import Ask, Form, Option
from bot.kit.messages import Notice
from bot.kit.references import new_reference
from bot.kit.words import moment_in_words
from bot.kit.worktime import local_day
from bot.permissions import May, needs
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.levels import Level
from storage.queries.day import actions_alike, actions_called, meeting_held, meetings_lately
from storage.queries.people import posts_in
from storage.records import Meeting, Priority, Verb

MOST = 40  # lines: what they say has to fit on one button, which holds 2,000 characters in Slack
BEFORE, AFTER = timedelta(days=28), timedelta(days=14)
PAGE = "The meeting"
NONE_LATELY = "No panel of yours met in the last 4 weeks, or meets in the next 2. Say add meeting to plan one."
AGAIN = "I cannot find that. Say minute, and paste the lines again."


def meetings_here(ctx: Context) -> Iterable[Option]:
    for one in _lately(ctx):
        yield Option(one.reference, f"{one.partnership.name}, {moment_in_words(one.starts_at)}")


def _lately(ctx: Context) -> Sequence[Meeting]:
    return meetings_lately(ctx.session, ctx.actor, ctx.now - BEFORE, ctx.now + AFTER)


def _few(text: str) -> str:
    if len(lines_in(text)) > MOST:
        raise ValueError(f"Use {MOST} lines or fewer, and paste the others afterwards")
    return text


Lines = Annotated[str, StringConstraints(min_length=2, max_length=3000), AfterValidator(_few)]


class PasteMinute(Form):
    """Actions from the meeting"""

    send: ClassVar[str] = "Show what you read"

    meeting: Annotated[str, Ask(PAGE, "Which meeting?", choices=meetings_here)]
    lines: Annotated[
        Lines,
        Ask(
            PAGE,
            "Which actions did the panel agree?",
            "One a line, like: item 3 / named nurse / check a record flag / 12 June / urgent. "
            "Whoever holds a post can be named instead of it. Nothing is given yet.",
            long=True,
            private=True,
        ),
    ]


@dataclass(frozen=True)
class Understood:
    number: int
    item: int  # 0: none
    post: str
    verb: str
    due_on: date
    urgent: bool


@dataclass(frozen=True)
class MinuteRead(Notice):
    """Level L2.  `wrong`: (number of the line, what to write instead), without a word of the line itself."""

    level = Level.L2
    borough: str
    on: date
    understood: tuple[Understood, ...]
    wrong: tuple[tuple[int, str], ...]
    verbs: tuple[str, ...]
    line: str


@needs(May.GIVE_ACTIONS)
def read_minute(ctx: Context, form: PasteMinute) -> MinuteRead:
    meeting = or_not_found(meeting_held(ctx.session, ctx.actor, form.meeting), AGAIN)
    panel = panel_of(ctx, meeting)
    panel = replace(panel, people=holders_by_name(ctx, meeting), of_a_child=is_of_a_child(meeting))
    read, wrong = _read(ctx, form.lines, panel)
    tokens = ",".join(map(_token, _unused(ctx, len(read)), read.values()))
    line = f"give these {meeting.reference} {tokens}" if read else ""
    return MinuteRead(
        meeting.partnership.name,
        local_day(meeting.starts_at),
        tuple(_understood(number, one) for number, one in read.items()),
        tuple(wrong.items()),
        tuple(Verb),
        line,
    )


def panel_of(ctx: Context, meeting: Meeting) -> Panel:
    posts = [one for one in posts_in(ctx.session, ctx.actor) if one.partnership_id == meeting.partnership_id]
    return Panel(posts, {item.number: item for item in meeting.items})


def _read(ctx: Context, text: str, panel: Panel) -> tuple[dict[int, Agreed], dict[int, str]]:
    """By number of the line: those that can be given, and what is wrong with the others."""
    read: dict[int, Agreed] = {}
    wrong: dict[int, str] = {}
    given = actions_alike(ctx.session, [item.id for item in panel.items.values()], [one.id for one in panel.posts])
    for number, line in lines_in(text):
        try:
            found = read_line(line, panel, ctx.today)
            _must_be_new(found, read, given)
            read[number] = found
        except Unread as unread:
            wrong[number] = str(unread)
    return read, wrong


Alike = tuple[int, Verb, date, int]  # post, verb, day, item


def alike(one: Agreed) -> Alike | None:
    """What two actions about one item agree in if they are the same; about no item, nobody can know."""
    return (one.owner.id, one.verb, one.due_on, one.item.id) if one.item else None


def _must_be_new(line: Agreed, read: dict[int, Agreed], given: dict[Alike, str]) -> None:
    key = alike(line)
    earlier = next((number for number, one in read.items() if key and alike(one) == key), None)
    if earlier:
        raise Unread(f"it says the same as line {earlier}")
    if key in given:
        raise Unread(f"it is given already, {given[key]}")


def _understood(number: int, line: Agreed) -> Understood:
    item = line.item.number if line.item else 0
    return Understood(number, item, line.owner.words, line.verb, line.due_on, line.priority is Priority.HIGH)


def _unused(ctx: Context, count: int) -> list[str]:
    """The references that these actions will have: known beforehand, so that a second press finds them."""
    unused: set[str] = set()
    while len(unused) < count:
        some = {new_reference("A") for _ in range(count - len(unused))}
        unused |= some - actions_called(ctx.session, some).keys()
    return list(unused)


def _token(reference: str, line: Agreed) -> str:
    """What was understood, without a word that was typed."""
    item = line.item.number if line.item else 0
    token = f"{reference}.{item}.{line.owner.id}.{line.verb.name.lower()}.{line.due_on:%Y%m%d}"
    return token + ".u" * (line.priority is Priority.HIGH)


def _minute(ctx: Context, _spoken: Spoken) -> Opening:
    if not _lately(ctx):
        raise Refusal(NONE_LATELY)
    return Opening(PasteMinute)


def _shown(ctx: Context, form: PasteMinute, _about: Subject) -> Reply:
    return Reply(read_minute(ctx, form).message(), place=Place.INSTEAD)


FORMS = (Guided(PasteMinute, _shown),)
COMMANDS = (Command("minute", "Give the actions of a meeting, from pasted lines", _minute, needs=May.GIVE_ACTIONS),)
