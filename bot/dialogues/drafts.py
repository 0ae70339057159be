"""A form being filled in: what is known of it, and forgetting the ones nobody came back for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import note
from bot.context import Context
from bot.dialogues.forms import FORMS
from bot.kit.forms import Form
from bot.kit.messages import Notice
from bot.kit.progress import applicable, first_to_ask, on_page, pages
from bot.kit.questions import Question, with_options
from bot.kit.worktime import local_day, working_days_after
from bot.notices import DraftDeleted, DraftEnding
from bot.outbox import each_alone, owe
from bot.replies import Subject
from bot.tables import Job, Owed
from storage.levels import Classified, Level, unsealed
from storage.queries.referrals import dialogues_untouched
from storage.records import Delivery, Dialogue

CHECK = "Check your answers"
KEPT_FOR, WARNED_AFTER = 3, 2  # working days without a change (DOMAIN.md B.2)


def form_of(dialogue: Dialogue) -> type[Form]:
    return FORMS[dialogue.form].form


def title_of(dialogue: Dialogue) -> str:
    return form_of(dialogue).__doc__ or ""


def subject_of(dialogue: Dialogue) -> Subject:
    return Subject(dialogue.about, dialogue.about_version)


def answers_of(dialogue: Dialogue) -> dict[str, Any]:
    """The author's own draft, in the author's own turn: read without an audit row."""
    return dict(unsealed(dialogue.answers)) if dialogue.answers is not None else {}


def unfinished_in(dialogue: Dialogue) -> dict[str, Any]:
    return dict(unsealed(dialogue.unfinished)) if dialogue.unfinished is not None else {}


def keep(dialogue: Dialogue, answers: Mapping[str, Any], unfinished: Mapping[str, Any], now: datetime) -> None:
    dialogue.answers = Classified(dict(answers), Level.L4)
    dialogue.unfinished = Classified(dict(unfinished), Level.L4)
    dialogue.touched_at = now


def resolved(ctx: Context, question: Question) -> Question:
    choices = question.ask.choices
    return with_options(question, choices(ctx)) if choices else question


def asked_now(ctx: Context, dialogue: Dialogue) -> tuple[Question, ...]:
    return tuple(
        resolved(ctx, question) for question in on_page(form_of(dialogue), answers_of(dialogue), dialogue.page)
    )


def page_to_finish(dialogue: Dialogue) -> str:
    """The first page with a question not answered, or answered in a way that could not be read; else the review."""
    answers, unfinished = answers_of(dialogue), unfinished_in(dialogue)
    left = (q for q in applicable(form_of(dialogue), answers) if q.name not in answers or q.name in unfinished)
    found = next(left, None)
    return found.ask.page if found else CHECK


def page_before(dialogue: Dialogue) -> str:
    order = pages(form_of(dialogue), answers_of(dialogue))
    at = order.index(dialogue.page) if dialogue.page in order else len(order)
    return order[max(at - 1, 0)]


def end(ctx: Context, dialogue: Dialogue, how: str) -> None:
    """Its content is forgotten at once; that it was is kept."""
    dialogue.answers = dialogue.unfinished = None
    dialogue.ended_at, dialogue.ended_as = ctx.now, how
    note(ctx.session, ctx.now, ctx.actor.account, f"form {how}: {title_of(dialogue)}", dialogue.about)


def next_question(dialogue: Dialogue) -> Question | None:
    """In a typed dialogue `page` names the question that was gone back to, if any."""
    asked = {question.name: question for question in applicable(form_of(dialogue), answers_of(dialogue))}
    return asked.get(dialogue.page) or first_to_ask(form_of(dialogue), answers_of(dialogue))


def kept_until(dialogue: Dialogue) -> date:
    return working_days_after(local_day(dialogue.touched_at), KEPT_FOR)


def forget_old_drafts(session: Session, now: datetime) -> None:
    """Warn after two working days without a change, delete after the third has passed, and say so."""
    untouched = [f"D-{number}" for number in dialogues_untouched(session, now - timedelta(days=1))]
    each_alone(session, untouched, lambda about: _warn_or_forget(session, about, now))


def _warn_or_forget(session: Session, about: str, now: datetime) -> None:
    dialogue = _draft(session, about)
    last_touch = dialogue.touched_at.isoformat(timespec="minutes")
    if local_day(now) > kept_until(dialogue):
        dialogue.answers = dialogue.unfinished = None
        dialogue.ended_at, dialogue.ended_as = now, "expired"
        owe(session, "draft_deleted", dialogue.account, about=about, version=1, at=now, once=last_touch)
    elif local_day(now) >= working_days_after(local_day(dialogue.touched_at), WARNED_AFTER):
        owe(session, "draft_ending", dialogue.account, about=about, version=1, at=now, once=last_touch)


def _draft(session: Session, about: str) -> Dialogue:
    return session.get_one(Dialogue, int(about.removeprefix("D-")))


def _draft_ending(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    dialogue = _draft(session, delivery.about)
    return None if dialogue.ended_at else DraftEnding(title_of(dialogue), kept_until(dialogue))


def _draft_deleted(session: Session, delivery: Delivery, _now: datetime) -> Notice:
    return DraftDeleted(title_of(_draft(session, delivery.about)))


OWED = (Owed("draft_ending", _draft_ending), Owed("draft_deleted", _draft_deleted))
JOBS = (Job("forget old drafts", forget_old_drafts),)
