"""Runs the migrations on the connection that the caller hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.records import Record, Secret
from storage.records.base import Instant


def plain_type(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A migration names database types, never our own: it has to work long after the records have moved on."""
    if kind != "type":
        return False
    if isinstance(item, Secret):
        return "sa.Text()"
    if isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return f"sa.String(length={item.length})" if isinstance(item, sa.Enum) else False


options = context.config.attributes
context.configure(
    connection=options["connection"],
    target_metadata=Record.metadata,
    render_item=plain_type,
    render_as_batch=options.get("batch", True),
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
