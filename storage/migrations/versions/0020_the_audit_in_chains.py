"""The audit in chains, one a partnership, and a database that refuses to change it.

What was written before is chained as it stands now, in the chain that belongs to no partnership: from here on nobody
can change it unnoticed, and what happened to it earlier nobody can know.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.chain import chained

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

SAYS = "the audit is only ever added to"
REFUSE = {
    "sqlite": (
        f"CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
        f"CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
        # INSERT OR REPLACE deletes without asking the trigger above
        "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit BEGIN "  # noqa: S608 -- no word of it comes from outside
        f"SELECT RAISE(ABORT, '{SAYS}') FROM audit WHERE chain = NEW.chain AND seq = NEW.seq; END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'insufficient_privilege'; END $$",
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}
NAMES = ("at", "account_id", "person_id", "what", "about", "result")


def entry() -> tuple[Any, ...]:
    return (
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_audit_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_person_id")),
    )


def upgrade() -> None:
    before = _taken_out("id")
    head = op.create_table(
        "audit_head",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("gone", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    rows = list(chained(op.get_bind(), 0, (0, ""), before))
    _put_back(
        rows,
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *entry(),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_audit")),
    )
    if rows:
        op.bulk_insert(head, [{"chain": 0, "seq": rows[-1]["seq"], "mac": rows[-1]["mac"]}])
    for trigger in REFUSE[op.get_bind().dialect.name]:
        op.execute(trigger)


def downgrade() -> None:
    before = _taken_out("at", "chain", "seq")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse")
    _put_back(
        before,
        sa.Column("id", sa.Integer(), nullable=False),
        *entry(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )


def _taken_out(*order: str) -> list[dict[str, Any]]:
    """What is in the table, and the table is gone."""
    table = sa.Table("audit", sa.MetaData(), autoload_with=op.get_bind())
    asked = sa.select(*(table.c[name] for name in NAMES)).order_by(*(table.c[name] for name in order))
    rows = [dict(row) for row in op.get_bind().execute(asked).mappings()]
    op.drop_table("audit")
    return [row | {"at": row["at"].replace(tzinfo=row["at"].tzinfo or UTC)} for row in rows]


def _put_back(rows: Sequence[dict[str, Any]], *shape: Any) -> None:
    table = op.create_table("audit", *shape)
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_about"), "audit", ["about"], unique=False)
    if rows:
        op.bulk_insert(table, list(rows))
