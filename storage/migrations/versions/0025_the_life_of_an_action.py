"""The whole life of an action: proposed, acknowledged, blocked, not possible, cancelled, replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BEFORE = "state IN ('open', 'contested', 'done_claimed', 'done')"
KNOWN = (
    "state IN ('proposed', 'open', 'acknowledged', 'contested', 'blocked', 'done_claimed', 'not_possible_claimed', "
    "'done', 'not_possible', 'cancelled', 'superseded', 'entered_in_error')"
)
INDEXES = {"ix_action_to_do": ["due_on"], "ix_action_to_do_by": ["owner_id", "due_on"]}
TO_DO, WAITS = (
    "state IN ('open', 'acknowledged', 'blocked')",
    ("state IN ('proposed', 'contested', 'done_claimed', 'not_possible_claimed') OR asked_due_on IS NOT NULL"),
)
TO_DO_BEFORE, WAITS_BEFORE = "state = 'open'", "state IN ('done_claimed', 'contested') OR asked_due_on IS NOT NULL"


def upgrade() -> None:
    _drop_indexes()
    with op.batch_alter_table("action") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.String(length=40), server_default="normal", nullable=False))
        batch_op.add_column(sa.Column("blocked_because", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("because", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("why", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("effect", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("extensions", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_action_known_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_action_known_state"), KNOWN)
        batch_op.create_foreign_key(batch_op.f("fk_action_successor_id"), "action", ["successor_id"], ["id"])
    op.create_index(op.f("ix_action_successor_id"), "action", ["successor_id"])
    _create_indexes(TO_DO, WAITS)
    op.add_column("proposal", sa.Column("because", sa.String(length=40), nullable=True))


def _drop_indexes() -> None:
    for name in (*INDEXES, "ix_action_waits"):
        op.drop_index(op.f(name), table_name="action")


def _create_indexes(to_do: str, waits: str) -> None:
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "action", columns, sqlite_where=sa.text(to_do), postgresql_where=sa.text(to_do))
    op.create_index(
        op.f("ix_action_waits"),
        "action",
        ["partnership_id", "due_on"],
        sqlite_where=sa.text(waits),
        postgresql_where=sa.text(waits),
    )


def downgrade() -> None:
    op.drop_column("proposal", "because")
    _drop_indexes()
    op.drop_index(op.f("ix_action_successor_id"), table_name="action")
    with op.batch_alter_table("action") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_action_successor_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_action_known_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_action_known_state"), BEFORE)
        for name in ("successor_id", "extensions", "effect", "why", "because"):
            batch_op.drop_column(name)
        for name in ("blocked_at", "blocked_because", "priority"):
            batch_op.drop_column(name)
    _create_indexes(TO_DO_BEFORE, WAITS_BEFORE)
