"""What the forms on a page say, as a turn: a line, a button, or a page of a form of the bot's."""

from starlette.exceptions import HTTPException

from bot.replies import Line
from integrations.web.fields import answers, label, number, request_id
from integrations.web.guard import Fields
from integrations.web.turns import Said, Visitor, page_of, say, submit

NO_SUCH_FORM = "There is no such form. Open the conversation to see your forms."


def said(visitor: Visitor, fields: Fields) -> int:
    """Returns the id of the message to look at, as filled_in() does."""
    on, pressed = number(fields.get("on")), fields.get("press")
    line = Line(pressed or fields.get("line", ""), private=True, typed=pressed is None, replying_to=str(on or ""))
    words = label(fields) if pressed else line.text
    return say(visitor, line, Said(words, request_id(fields), card=on if pressed else None))


def filled_in(visitor: Visitor, dialogue: str, fields: Fields) -> int:
    dialogue_id = number(dialogue)
    if not dialogue_id:
        raise HTTPException(400, NO_SUCH_FORM)
    raw, go = answers(page_of(visitor, dialogue_id), fields)
    return submit(visitor, dialogue_id, raw, go, Said(label(fields, go), request_id(fields), form=dialogue_id))
