"""Guided dialogues: a form class becomes pages or typed questions, and its answers reach the use case."""

from bot.dialogues.drafts import JOBS, OWED
from bot.dialogues.forms import FORMS
from bot.dialogues.going import open_form, resume, start_over, submit
from bot.dialogues.typed import say_in, typed_dialogue

__all__ = ["FORMS", "JOBS", "OWED", "open_form", "resume", "say_in", "start_over", "submit", "typed_dialogue"]
