"""The coordinator's first hour: the tracker that was a spreadsheet comes in, and each owner confirms one list."""

from contextlib import suppress
from typing import Annotated, ClassVar

from bot.context import Context
from bot.features.actions.importing import agreeing
from bot.features.actions.importing.saying import answered, import_stands, to_check, write_list
from bot.features.actions.importing.steps import not_right, own_list, start, take_on, undo_import
from bot.features.actions.importing.taking import write_exported
from bot.kit.errors import Conflict
from bot.kit.forms import Ask, Form
from bot.permissions import May
from bot.replies import Opening, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken


class NotRight(Form):
    """What is wrong with it?"""

    send: ClassVar[str] = "Tell the coordinator"

    wrong: Annotated[
        list[str],
        Ask(
            "Your list",
            "Which of these are not yours, or not right?",
            "The coordinator decides about those. You take on all the others.",
            choices=to_check,
        ),
    ]


def _start(ctx: Context, spoken: Spoken) -> Reply:
    with suppress(Conflict):
        start(ctx, spoken.reference, spoken.seen)
    return import_stands(ctx, spoken.reference)


def _undo(ctx: Context, spoken: Spoken) -> Reply:
    try:
        return import_stands(ctx, spoken.reference, undo_import(ctx, spoken.reference, spoken.seen))
    except Conflict:
        return import_stands(ctx, spoken.reference)


def _take_on(ctx: Context, spoken: Spoken) -> Reply:
    return answered(ctx, spoken.reference, take_on(ctx, spoken.reference, spoken.seen))


def _not_right(ctx: Context, spoken: Spoken) -> Reply | Opening:
    """One that was answered needs no choice."""
    if not own_list(ctx, spoken.reference, spoken.seen):
        return answered(ctx, spoken.reference, [])
    return Opening(NotRight, about=Subject(spoken.reference, spoken.seen))


def _told(ctx: Context, form: NotRight, about: Subject) -> Reply:
    wrong, mine = not_right(ctx, about.reference, about.seen, form.wrong)
    return answered(ctx, about.reference, mine, wrong)


RUN, OWN, EXAMPLE = May.IMPORT, May.DO_ACTIONS, "N-7K2F9"

COMMANDS = (
    Command("start import", "Start an import: each owner gets one list", _start, needs=RUN, takes=EXAMPLE),
    Command("undo import", "Take an import back", _undo, needs=RUN, takes=EXAMPLE),
    Command("take on", "Say that the actions of a list are yours", _take_on, needs=OWN, takes=EXAMPLE, listed=False),
    Command("not right", "Say what is wrong with a list", _not_right, needs=OWN, takes=EXAMPLE, listed=False),
    *agreeing.COMMANDS,
)
FORMS = (Guided(NotRight, _told),)
OWED = (Owed("import_list", write_list), Owed("tracker_exported", write_exported, waits=False))

__all__ = ["COMMANDS", "FORMS", "OWED"]
