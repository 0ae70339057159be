"""What is secret is sealed: until here its columns held JSON that anybody with the file could read."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from storage.keys import Keys
from storage.records.base import keys_of, opened, sealed

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLACES = (
    *("referral.answers", "dialogue.answers", "dialogue.unfinished", "action.outcome", "proposal.note"),
    *("delivery.message", "heard.reply", "web_message.line", "web_message.message", "transfer.child"),
    *("person.name", "person.email", "join_request.asked"),
)


def upgrade() -> None:
    for place in PLACES:
        _each(place, sealed)


def downgrade() -> None:
    for place in PLACES:
        _each(place, opened)


def _each(place: str, changed: Callable[[str, Keys, str], str]) -> None:
    connection = op.get_bind()
    name, column = place.split(".")
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    key = list(table.primary_key.columns)
    for *found, text in connection.execute(sa.select(*key, table.c[column]).where(table.c[column].is_not(None))).all():
        this = sa.and_(*(one == value for one, value in zip(key, found, strict=True)))
        connection.execute(
            table.update().where(this).values({column: changed(text, keys_of(connection.dialect), place)})
        )
