"""A second person agrees that what people wrote is exported: by a code that they say outside chat, good once (T-79)."""

import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.actions.importing.desk import Desk
from bot.features.actions.importing.notices import ExportAgreed
from bot.kit.codes import LENGTH
from bot.kit.references import ALPHABET
from bot.permissions import May, needs
from bot.replies import Reply
from bot.tables import Command, Spoken
from storage.queries.people import people_who
from storage.records import Partnership, Role
from storage.records.base import keys_of

AGREE = (Role.COORDINATOR, Role.CHAIR)
# An hour at most, which is the time between two exports: so a code is good for one.
TERM = timedelta(minutes=30)
PURPOSE = "agreeing that what people wrote is exported"


@needs(May.AGREE_EXPORTS)
def agree_export(ctx: Context) -> ExportAgreed:
    assert ctx.actor.person_id  # noqa: S101 -- nobody else is granted it
    term, who = _term(ctx.now), ctx.actor.person_id
    found = [ctx.session.get_one(Partnership, one) for one in sorted(ctx.actor.where(*AGREE))]
    codes = tuple((one.name, _code(ctx.session, one.id, who, term)) for one in found)
    return ExportAgreed(codes, datetime.fromtimestamp(0, UTC) + (term + 2) * TERM)


def who_agreed(desk: Desk, code: str) -> set[int]:
    """The people whose code it is: none, or one."""
    said = re.sub(r"[\s-]", "", code).upper()
    people = people_who(desk.session, AGREE, desk.partnership.id, desk.today)
    return {one for one in people for own in _codes(desk, one) if hmac.compare_digest(own.encode(), said.encode())}


def _codes(desk: Desk, person_id: int) -> Iterator[str]:
    for term in (_term(desk.now), _term(desk.now) - 1):
        yield _code(desk.session, desk.partnership.id, person_id, term).replace("-", "")


def _term(now: datetime) -> int:
    return int(now.timestamp() // TERM.total_seconds())


def _code(session: Session, partnership_id: int, person_id: int, term: int) -> str:
    """Kept nowhere: made anew from the installation's key."""
    keys = keys_of(session.connection().dialect)
    number = int(keys.mark(PURPOSE, str(partnership_id), str(person_id), str(term)), 16)
    body = "".join(ALPHABET[number // len(ALPHABET) ** at % len(ALPHABET)] for at in range(LENGTH))
    return f"{body[: LENGTH // 2]}-{body[LENGTH // 2 :]}"


def _agree(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(agree_export(ctx).message())


COMMANDS = (
    Command("agree export", "Agree that a tracker is exported with what people wrote", _agree, needs=May.AGREE_EXPORTS),
)
