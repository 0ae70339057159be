"""What Teams sent, in our words: who, where, which line, which answers."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from microsoft_teams.api import ActivityBase
from microsoft_teams.api.activities import MessageActivity

from bot.kit.forms import DONT_KNOW, Kind
from bot.kit.questions import Question
from bot.replies import Page, Sender
from integrations.teams.forms import NOT_KNOWN, NOTHING

Data = Mapping[str, Any]

MENTION = re.compile(r"<at[^>]*>.*?</at>", re.DOTALL)
QUOTED = re.compile(r"<quoted[^>]*/>|<blockquote\b.*?</blockquote>", re.DOTALL)
QUOTED_ID = re.compile(r'<blockquote\b[^>]*\bitemid="([\w.:-]{1,100})"')
GO = re.compile(r"on|back|save|cancel|change:\w{1,40}")
PERSONAL = "personal"
ID = re.compile(r"[^\s/?#\\]{1,400}")  # goes into an address


@dataclass(frozen=True)
class Where:
    """The conversation, where it is reached, and the message that was answered or pressed."""

    conversation: str
    service_url: str
    private: bool
    message: str = ""


@dataclass(frozen=True)
class Pressed:
    """A button of ours: a line, or what to do with a page of a form and its fields."""

    line: str = ""
    form: int = 0
    page: str = ""
    go: str = ""
    fields: Data = field(default_factory=dict)


def sender(activity: ActivityBase) -> Sender | None:
    """Somebody of a tenant that both parts of the activity name, by their Entra object id (TRUST.md T-24)."""
    tenants = {_tenant(activity.conversation), _tenant(activity.channel_data)} - {""}
    user = activity.from_.aad_object_id
    return Sender("teams", tenants.pop(), user) if user and len(tenants) == 1 else None


def _tenant(named: Any) -> str:
    found = getattr(named, "tenant_id", None) or getattr(getattr(named, "tenant", None), "id", None)
    return found if isinstance(found, str) else ""


def where_of(activity: ActivityBase) -> Where | None:
    """None for an id that Teams would not send."""
    conversation = activity.conversation
    if not ID.fullmatch(conversation.id):
        return None
    private = conversation.conversation_type == PERSONAL and not conversation.is_group
    message = activity.reply_to_id or ""
    return Where(conversation.id, activity.service_url or "", private, message if ID.fullmatch(message) else "")


def request_of(activity: ActivityBase) -> str:
    """Teams' own id for it: sent again, it is the same."""
    if not activity.id:
        return ""
    return hashlib.sha256(f"{activity.conversation.id}\n{activity.id}".encode()).hexdigest()


def answered(activity: MessageActivity) -> str:
    """The message that a typed line answers: by its thread, or because it is quoted."""
    quoted = [entity.quoted_reply.message_id for entity in activity.get_quoted_messages()]
    html = [str(one.content) for one in activity.attachments or () if one.content_type == "text/html"]
    quoted += [found[1] for found in map(QUOTED_ID.search, html) if found]
    return quoted[0] if quoted else activity.reply_to_id or ""


def line_of(activity: MessageActivity) -> str:
    """The characters that the person saw when they typed them.

    Teams writes mentions and quotations into the text as tags, and & < > as entities.
    """
    return unescape(QUOTED.sub("", MENTION.sub("", activity.text or ""))).strip()


def pressed(value: Any) -> Pressed | None:
    """None for anything that no card of ours says."""
    match value:
        case {"mace": {"form": int(form), "page": str(page), "go": str(go)}} if GO.fullmatch(go):
            return Pressed(form=form if 0 < form < 10**9 else 0, page=page, go=go, fields=value)
        case {"say": str(line)}:
            return Pressed(line=line)
    return None


def answers_of(page: Page, fields: Data) -> dict[str, Any]:
    """Question -> what was given.  A private answer that was given before is not in its field, and stays."""
    return {question.name: _answer(question, page.values.get(question.name), fields) for question in page.questions}


def _answer(question: Question, before: Any, fields: Data) -> Any:
    given = fields.get(question.name)
    text = given if isinstance(given, str) else ""
    if fields.get(question.name + NOT_KNOWN) == DONT_KNOW:  # a box that nobody touched may say "false"
        return DONT_KNOW
    if question.ask.private and not text:
        return before
    if question.ask.private and question.ask.optional and text.strip() == NOTHING:
        return ""
    return text.split(",") if question.kind is Kind.CHOICES else text
