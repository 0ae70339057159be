"""The ledger of what stands in people's chats: what it tells, and when it is taken away again (TRUST.md 4.3)."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.context import site_of
from bot.kit.messages import in_words
from bot.kit.references import references_in
from bot.kit.worktime import DAY, local, local_day
from bot.outbox import owe
from bot.replies import Reply
from storage.levels import Level
from storage.queries.people import coordinators_of, home_of
from storage.queries.posted import last_day_of, posted_as
from storage.records import Account, Posted, PostedState, StaleCard

LETTER = "posted "
TRIES = 3  # until a coordinator is told
LONGEST_REASON = 200  # characters, as its column
KEPT_AT_MOST = timedelta(days=30)  # however often it changes
STANDS = (PostedState.SHOWN, PostedState.REMOVING)
DETAILS = Level.L2  # from here on: what a push may say stays


def tells(reply: Reply) -> bool:
    """Whether it is to be taken away some day."""
    return level_of(reply) >= DETAILS


def level_of(reply: Reply) -> Level:
    """A page of a form may show what was answered before."""
    if reply.page:
        return Level.L3 if reply.page.values or reply.page.answered else Level.L1
    return reply.message.level if reply.message else Level.L0


def now_shows(session: Session, account: Account, sent_as: str, reply: Reply, now: datetime) -> None:
    """Under this id that account sees this from now on, whatever it saw before."""
    row = posted_as(session, account.id, sent_as)
    if row is None and not tells(reply):
        return
    row = row or Posted(account_id=account.id, sent_as=sent_as)
    if row.state not in STANDS:
        row.at = now
    row.state = PostedState.SHOWN if tells(reply) else PostedState.REMOVED
    row.level, row.about = level_of(reply).value, " ".join(_about(reply))
    row.remove_at, row.reason = _until(session, account, row.at, now), None
    row.at_once, row.ended_at = False, None if tells(reply) else now
    session.add(row)
    session.flush()
    if stale := session.get(StaleCard, (letter_of(row), account.id)):
        session.delete(stale)


# --- taking it away: a message to be brought up to date like others (scheduler/cards.py) ---


def take_away(session: Session, row: Posted, now: datetime) -> None:
    row.state = PostedState.REMOVING
    session.merge(StaleCard(letter=letter_of(row), account_id=row.account_id, due_at=now, attempts=0))


def letter_of(row: Posted) -> str:
    """Its name among the messages to be brought up to date."""
    return f"{LETTER}{row.id}"


def is_posted(letter: str) -> bool:
    return letter.startswith(LETTER)


def posted_in(session: Session, letter: str) -> Posted | None:
    return session.get_one(Posted, int(letter.removeprefix(LETTER))) if is_posted(letter) else None


def removed(session: Session, letter: str, now: datetime) -> None:
    if row := posted_in(session, letter):
        row.state, row.reason, row.ended_at = PostedState.REMOVED, None, now


def not_removed(session: Session, letter: str, reason: str, now: datetime) -> None:
    """The coordinators of the borough that let the workspace in are told, once for each time."""
    if row := posted_in(session, letter):
        row.state, row.reason = PostedState.NOT_REMOVED, reason[:LONGEST_REASON]
        home = home_of(session, row.account.platform, row.account.tenant)
        for post in coordinators_of(session, home.id) if home else ():
            about, once = f"B-{post.partnership_id}", f"{row.id}:{now.isoformat()}"
            owe(session, "not_removed", post, about=about, version=1, at=now, once=once)


def _about(reply: Reply) -> list[str]:
    return list(dict.fromkeys(references_in(in_words(reply.message)))) if reply.message else []


def _until(session: Session, account: Account, since: datetime, now: datetime) -> datetime:
    """Until its time is up; until its reader leaves a post, if that comes first."""
    last = last_day_of(session, account.person_id, local_day(now)) if account.person_id else None
    ends = [local(last + DAY, time.min)] if last else []
    return min(now + timedelta(days=site_of(session).keeps.chat), since + KEPT_AT_MOST, *ends)
