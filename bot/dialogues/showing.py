"""Where a dialogue stands, as a page to draw or a question to ask in words."""

from collections.abc import Mapping
from typing import Any

from bot.context import Context
from bot.dialogues.drafts import (
    CHECK,
    answers_of,
    asked_now,
    form_of,
    kept_until,
    next_question,
    resolved,
    title_of,
    unfinished_in,
)
from bot.kit.messages import Notice
from bot.kit.progress import applicable, pages, take
from bot.kit.questions import Question
from bot.notices import FormClosed, FormSaved, FormSentBefore, OpenTheForm, TypedQuestion
from bot.replies import Answered, Page, Reply
from storage.records import Dialogue


def show(ctx: Context, dialogue: Dialogue, errors: Mapping[str, str] | None = None) -> Reply:
    if dialogue.typed:
        question = next_question(dialogue)
        if question is None or question.ask.private:
            return Reply(OpenTheForm(title_of(dialogue), typed_here=False).message())
        return Reply(typed_question(dialogue, resolved(ctx, question)).message())
    return Reply(page=_review(ctx, dialogue) if dialogue.page == CHECK else _page(ctx, dialogue, errors))


def _page(ctx: Context, dialogue: Dialogue, errors: Mapping[str, str] | None) -> Page:
    asked, unfinished = asked_now(ctx, dialogue), unfinished_in(dialogue)
    _, wrong = take((question for question in asked if question.name in unfinished), unfinished, ctx.today)
    order = pages(form_of(dialogue), answers_of(dialogue))
    last = not form_of(dialogue).check and dialogue.page == order[-1]
    return Page(
        dialogue_id=dialogue.id,
        title=title_of(dialogue),
        heading=dialogue.page,
        at=order.index(dialogue.page) + 1,
        of=len(order) + form_of(dialogue).check,
        questions=asked,
        values={
            question.name: unfinished.get(
                question.name, _typed_again(question, answers_of(dialogue).get(question.name))
            )
            for question in asked
        },
        errors=errors or wrong,
        go_on=form_of(dialogue).send if last else "Continue",
        can_go_back=dialogue.page != order[0],
    )


def _review(ctx: Context, dialogue: Dialogue) -> Page:
    form, answers = form_of(dialogue), answers_of(dialogue)
    count = len(pages(form, answers)) + 1
    asked = [resolved(ctx, question) for question in applicable(form, answers)]
    return Page(
        dialogue_id=dialogue.id,
        title=title_of(dialogue),
        heading=CHECK,
        at=count,
        of=count,
        questions=(),
        values={},
        answered=tuple(Answered(q.name, q.ask.question, q.shown(answers.get(q.name)), q.ask.private) for q in asked),
        go_on=form.send,
        can_go_back=True,
    )


def _typed_again(question: Question, answer: Any) -> Any:
    """An answer as it goes back into its box: choices by their kept words, the rest as people read it."""
    return answer if answer is None or question.options else question.shown(answer)


def typed_question(dialogue: Dialogue, question: Question, error: str = "") -> Notice:
    asked = [one.name for one in applicable(form_of(dialogue), answers_of(dialogue))]
    answer = answers_of(dialogue).get(question.name)
    return TypedQuestion(
        title=title_of(dialogue),
        at=asked.index(question.name) + 1,
        of=len(asked),
        question=question.ask.question,
        hint=question.ask.hint,
        options=tuple(option.label for option in question.options),
        several=question.kind == "choices",
        may_not_know=question.may_not_know and not question.options,
        may_skip=not question.required,
        error=error,
        answer=question.shown(answer) if question.name in answers_of(dialogue) else "",
    )


def ended(dialogue: Dialogue) -> Reply:
    if dialogue.ended_as == "sent" and dialogue.ended_at:
        return Reply(FormSentBefore(title_of(dialogue), dialogue.ended_at).message())
    return Reply(FormClosed(title_of(dialogue)).message())


def saved(dialogue: Dialogue) -> Notice:
    dialogue.typed = False
    return FormSaved(title_of(dialogue), kept_until(dialogue))
