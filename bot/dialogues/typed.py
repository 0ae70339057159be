"""A form answered in the conversation, one typed line at a time: never a private question."""

from bot.context import Context
from bot.dialogues.drafts import answers_of, form_of, keep, next_question, resolved, title_of, unfinished_in
from bot.dialogues.going import cancel, go_on
from bot.dialogues.showing import saved, show, typed_question
from bot.kit.progress import applicable, take
from bot.kit.questions import Question, spoken
from bot.kit.words import plain
from bot.notices import OpenTheForm
from bot.replies import Reply
from storage.queries.referrals import open_dialogues
from storage.records import Dialogue


def typed_dialogue(ctx: Context) -> Dialogue | None:
    return next((one for one in open_dialogues(ctx.session, ctx.actor) if one.typed), None)


def say_in(ctx: Context, dialogue: Dialogue, text: str, command: str) -> Reply:
    """A typed dialogue owns the line: only a lone control word escapes it.

    `command`: what it would have said outside, if anything.
    """
    question = next_question(dialogue)
    word = plain(text)
    if word == "cancel":
        return cancel(ctx, dialogue)
    if word == "save":
        dialogue.typed = False
        return Reply(saved(dialogue).message())
    if word == "back":
        dialogue.page = _question_before(dialogue, question)
        return show(ctx, dialogue)
    if word == "help":
        return show(ctx, dialogue)
    if question is None or question.ask.private:
        return Reply(OpenTheForm(title_of(dialogue), typed_here=True).message())
    question = resolved(ctx, question)
    return _say_answer(ctx, dialogue, question, "" if word == "skip" and not question.required else text, command)


def _say_answer(ctx: Context, dialogue: Dialogue, question: Question, text: str, command: str) -> Reply:
    taken, wrong = take([question], {question.name: spoken(question, text)}, ctx.today)
    if wrong:
        instead = f". If you meant the command {command}, reply save first, then {command}" if command else ""
        return Reply(typed_question(dialogue, question, error=wrong[question.name] + instead).message())
    left = {name: was for name, was in unfinished_in(dialogue).items() if name not in taken}
    keep(dialogue, answers_of(dialogue) | taken, left, ctx.now)
    dialogue.page = ""
    return go_on(ctx, dialogue)


def _question_before(dialogue: Dialogue, question: Question | None) -> str:
    asked = [one for one in applicable(form_of(dialogue), answers_of(dialogue)) if not one.ask.private]
    names = [one.name for one in asked]
    at = names.index(question.name) if question and question.name in names else len(names)
    return names[max(at - 1, 0)]
