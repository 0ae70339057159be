"""What the web page shows: a conversation with its forms, what is unread, and every message that was sent."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.audit import note
from bot.dialogues.forms import FORMS
from bot.kit.messages import STORED, Message, to_text
from bot.kit.words import day_in_words, moment_in_words, time_in_words
from bot.kit.worktime import LONDON, local_day
from bot.replies import Page
from integrations.web.turns import Visitor, own_account, page_of
from storage.database import Sessions
from storage.levels import unsealed
from storage.queries.deliveries import web_messages
from storage.records import Account, Delivery, DeliveryState, Dialogue, WebMessage

NOT_SURE = {DeliveryState.AMBIGUOUS: "We do not know whether it arrived.", DeliveryState.SENDING: "On its way."}


@dataclass(frozen=True)
class Shown:
    """One thing in the conversation: a line of one's own, a message, a form, or the title of a form that is closed."""

    id: int
    time: str
    day: str = ""  # in words, on the first message of a day
    line: str | None = None
    message: Message | None = None
    page: Page | None = None
    title: str = ""
    arrived: bool = False


@dataclass(frozen=True)
class Letter:
    """A message that the bot sent by itself, as the ledger keeps it."""

    when: str
    to: tuple[str, ...]
    preview: str
    words: str
    trouble: str


def own_conversation(visitor: Visitor) -> list[Shown]:
    """What was said in it was read when it was answered, and here it is read again."""
    with visitor.sessions.begin() as session:
        note(session, visitor.now, own_account(session, visitor), "read their own conversation")
    return conversation(visitor)


def conversation(visitor: Visitor) -> list[Shown]:
    with visitor.sessions.begin() as session:
        rows = web_messages(session, own_account(session, visitor).id)
        forms = {row.dialogue_id: row.id for row in rows if row.dialogue_id and row.message is None}
        dialogues = {one.id: one for one in session.scalars(select(Dialogue).where(Dialogue.id.in_(forms)))}
    pages = {forms[one.id]: page_of(visitor, one.id) for one in dialogues.values() if not one.ended_at}
    titles = {key: FORMS[one.form].form.__doc__ or "" for key, one in dialogues.items() if one.form in FORMS}
    return list(_shown(rows, pages, titles))


def _shown(rows: Sequence[WebMessage], pages: Mapping[int, Page | None], titles: Mapping[int, str]) -> Iterator[Shown]:
    day = None
    for row in rows:
        new_day, day = local_day(row.at) != day, local_day(row.at)
        yield Shown(
            id=row.id,
            time=time_in_words(row.at.astimezone(LONDON).time()),
            day=day_in_words(day) if new_day else "",
            line=unsealed(row.line) if row.line is not None else None,
            message=STORED.validate_python(unsealed(row.message)) if row.message is not None else None,
            page=pages.get(row.id),
            title=titles.get(row.dialogue_id or 0, "A form"),
            arrived=row.key is not None and row.line is None,
        )


def look_at(shown: Sequence[Shown], wanted: int) -> Shown | None:
    """The message or open form that is asked for, or else the newest."""
    found = {one.id: one for one in shown if one.message or one.page}
    return found.get(wanted, next(reversed(found.values()), None))


def reply_to(shown: Sequence[Shown], wanted: int) -> Shown | None:
    return next((one for one in shown if one.id == wanted and one.message), None)


def anything_after(visitor: Visitor, message_id: int) -> bool:
    with visitor.sessions.begin() as session:
        return bool(web_messages(session, own_account(session, visitor).id, message_id))


def unread(sessions: Sessions, tenant: str, seen: Mapping[str, int]) -> Counter[str]:
    """How many messages arrived for each person after the one they saw last."""
    arrived = (
        select(Account.user, WebMessage.id)
        .join(Account, Account.id == WebMessage.account_id)
        .where(
            Account.platform == "web",
            Account.tenant == tenant,
            WebMessage.key.is_not(None),
            WebMessage.message.is_not(None),
        )
    )
    with sessions() as session:
        return Counter(user for user, message_id in session.execute(arrived) if message_id > seen.get(user, 0))


def newest(visitor: Visitor) -> int:
    with visitor.sessions.begin() as session:
        return max((row.id for row in web_messages(session, own_account(session, visitor).id)), default=0)


def letters(sessions: Sessions) -> list[Letter]:
    """Every message that was sent to anybody, newest first.  They are L1: that anybody may read them is the point."""
    with sessions() as session:
        kept: dict[object, list[Delivery]] = {}
        for delivery in _written(session):
            kept.setdefault((delivery.letter, delivery.account_id), []).append(delivery)
        return [_letter(together) for together in kept.values()]


def _written(session: Session) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(Delivery.message.is_not(None))
        .options(joinedload(Delivery.account), joinedload(Delivery.post))
        .order_by(Delivery.sent_at.desc().nulls_last(), Delivery.id.desc())
    ).all()


def _letter(together: Sequence[Delivery]) -> Letter:
    first = together[0]
    message = STORED.validate_python(unsealed(first.message)) if first.message is not None else Message("", ())
    at: datetime = first.sent_at or first.due_at
    return Letter(
        when=moment_in_words(at),
        to=_readers(together),
        preview=message.preview,
        words=to_text(message),
        trouble=""
        if first.state is DeliveryState.SENT
        else NOT_SURE.get(first.state, f"It did not arrive: {first.reason or 'unknown'}."),
    )


def _readers(together: Sequence[Delivery]) -> tuple[str, ...]:
    posts = (f"{one.post.words}, {one.post.partnership.name}" for one in together if one.post)
    return tuple(dict.fromkeys(posts)) or (
        f"Somebody not known to the bot ({together[0].account.user if together[0].account else ''})",
    )
