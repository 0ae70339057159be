"""Opening a form, going on, back and over the review page, to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.audit import note
from bot.context import Context
from bot.dialogues.drafts import (
    CHECK,
    answers_of,
    asked_now,
    end,
    form_of,
    keep,
    kept_until,
    page_before,
    page_to_finish,
    subject_of,
    title_of,
    unfinished_in,
)
from bot.dialogues.forms import FORMS
from bot.dialogues.showing import ended, saved, show
from bot.kit.errors import NotFound, Refusal, TooMany, or_not_found
from bot.kit.forms import Invalid, Raw
from bot.kit.progress import finished, pages, take
from bot.kit.questions import questions, words
from bot.notices import FormClosed, FormWaiting
from bot.replies import Opening, Place, Reply
from bot.tables import Guided
from storage.queries.referrals import dialogue_for, dialogues_started, open_dialogues
from storage.records import Dialogue

STARTS_A_DAY = 5  # by somebody we do not know
STARTED_ENOUGH = (
    "You have started several forms today. If a child may be at risk, phone 999, or the MASH of their borough. "
    "You can go on with a form you have started: say resume."
)


def open_form(ctx: Context, opening: Opening, *, typed: bool) -> Reply:
    """One of a kind: a long form that was begun is offered again, a short one is replaced."""
    form = opening.form
    earlier = next((one for one in open_dialogues(ctx.session, ctx.actor) if one.form == form.__name__), None)
    if earlier and form.check and (answers_of(earlier) or unfinished_in(earlier)):
        return Reply(FormWaiting(title_of(earlier), earlier.touched_at, kept_until(earlier)).message())
    if earlier:
        end(ctx, earlier, "replaced")
    return show(ctx, _begun(ctx, opening, typed=typed))


def _begun(ctx: Context, opening: Opening, *, typed: bool) -> Dialogue:
    yesterday = ctx.now - timedelta(days=1)
    form = opening.form
    started = dialogues_started(ctx.session, ctx.actor, form.__name__, yesterday) if ctx.actor.person is None else 0
    if form.check and started >= STARTS_A_DAY:  # a short form is replaced, and has limits of its own
        raise TooMany(STARTED_ENOUGH)
    dialogue = Dialogue(
        account_id=ctx.actor.account.id,
        person_id=ctx.actor.person_id,
        form=form.__name__,
        about=opening.about.reference,
        about_version=opening.about.seen,
        page=questions(form)[0].ask.page,
        typed=typed,
        started_at=ctx.now,
        touched_at=ctx.now,
    )
    keep(dialogue, {}, dict(opening.answers), ctx.now)
    note(ctx.session, ctx.now, ctx.actor.account, f"form opened: {title_of(dialogue)}", dialogue.about)
    return ctx.add(dialogue)


def resume(ctx: Context, *, typed: bool) -> Reply:
    """Go on with the form last touched: as a form if a button was pressed, in words if it was asked for in words."""
    dialogue = or_not_found(
        next(iter(open_dialogues(ctx.session, ctx.actor)), None),
        "You have no unfinished form. Say refer to refer a child, or help to see what else I can do.",
    )
    dialogue.typed, dialogue.touched_at = typed, ctx.now
    if not typed and dialogue.page not in (CHECK, *pages(form_of(dialogue), answers_of(dialogue))):
        dialogue.page = page_to_finish(dialogue)
    return show(ctx, dialogue)


def start_over(ctx: Context, *, typed: bool) -> Reply:
    """Delete the form last touched, and open a new one of its kind."""
    dialogue = next(iter(open_dialogues(ctx.session, ctx.actor)), None)
    if dialogue is None:
        return resume(ctx, typed=typed)
    end(ctx, dialogue, "replaced")
    return open_form(ctx, Opening(form_of(dialogue), subject_of(dialogue)), typed=typed)


def submit(ctx: Context, dialogue_id: int, raw: Raw, go: str) -> Reply:
    dialogue = dialogue_for(ctx.session, ctx.actor, dialogue_id)
    if dialogue is None:
        raise NotFound(
            "That form is not open any more. If a child is in danger now, phone 999. Say help to see what I can do."
        )
    if dialogue.ended_at:
        return ended(dialogue)
    if go == "show":
        return show(ctx, dialogue)
    if dialogue.page != CHECK:
        _take(ctx, dialogue, raw, blanks=go == "on")
    return _gone(ctx, dialogue, go)


def _gone(ctx: Context, dialogue: Dialogue, go: str) -> Reply:
    verb, _, name = go.partition(":")
    match verb:
        case "back":
            dialogue.page = page_before(dialogue)
        case "change":
            dialogue.page = next((q.ask.page for q in questions(form_of(dialogue)) if q.name == name), dialogue.page)
        case "save":
            return Reply(saved(dialogue).message(), place=Place.INSTEAD)
        case "cancel":
            return cancel(ctx, dialogue)
        case "look":
            return _looked(ctx, dialogue)
        case _:
            return go_on(ctx, dialogue)
    return show(ctx, dialogue)


def _take(ctx: Context, dialogue: Dialogue, raw: Raw, *, blanks: bool) -> None:
    """Keep what could be read as answers, and the rest as it was typed, so that nothing is lost.

    `blanks`: empty is a mistake.
    """
    asked = asked_now(ctx, dialogue)
    taken, wrong = take(asked, raw, ctx.today)
    typed = {name: raw.get(name) or "" for name in wrong if blanks or words(raw.get(name))}
    if not blanks:
        taken = {name: answer for name, answer in taken.items() if words(raw.get(name))}
    left = {name: was for name, was in unfinished_in(dialogue).items() if name not in taken}
    keep(dialogue, answers_of(dialogue) | taken, left | typed, ctx.now)


def go_on(ctx: Context, dialogue: Dialogue) -> Reply:
    row = FORMS[dialogue.form]
    if stopped := _stopped(ctx, dialogue):  # even while other answers on the page are wrong: 999 does not wait
        return stopped
    if any(question.name in unfinished_in(dialogue) for question in asked_now(ctx, dialogue)):
        return show(ctx, dialogue)
    if page_to_finish(dialogue) == CHECK and (dialogue.page == CHECK or not row.form.check):
        return _finish(ctx, dialogue, row)
    dialogue.page = "" if dialogue.typed else page_to_finish(dialogue)
    return show(ctx, dialogue)


def _looked(ctx: Context, dialogue: Dialogue) -> Reply:
    """A slip of the finger must not end a form that holds more than this page."""
    here = {question.name for question in asked_now(ctx, dialogue)}
    stopped = _stopped(ctx, dialogue) if answers_of(dialogue).keys() <= here else None
    return stopped or show(ctx, dialogue)


def _stopped(ctx: Context, dialogue: Dialogue) -> Reply | None:
    row = FORMS[dialogue.form]
    with _refused_by_name(dialogue):
        stopped = row.stops(ctx, answers_of(dialogue), subject_of(dialogue)) if row.stops else None
    if stopped:
        end(ctx, dialogue, "stopped")
    return stopped


@contextmanager
def _refused_by_name(dialogue: Dialogue) -> Iterator[None]:
    """A refusal takes along what the form is about: when it is written down, this transaction is gone."""
    try:
        yield
    except Refusal as refusal:
        refusal.about = dialogue.about
        raise


def _finish(ctx: Context, dialogue: Dialogue, row: Guided) -> Reply:
    try:
        result = finished(row.form, answers_of(dialogue), ctx.today)
    except Invalid as invalid:
        first = next(iter(invalid.errors))
        dialogue.page = next((q.ask.page for q in questions(row.form) if q.name == first), dialogue.page)
        return show(ctx, dialogue, invalid.errors)
    with _refused_by_name(dialogue):
        reply = row.finish(ctx, result, subject_of(dialogue))
    end(ctx, dialogue, "sent")
    return reply


def cancel(ctx: Context, dialogue: Dialogue) -> Reply:
    end(ctx, dialogue, "cancelled")
    return Reply(FormClosed(title_of(dialogue)).message(), place=Place.INSTEAD)
