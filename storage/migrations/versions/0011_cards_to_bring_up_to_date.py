"""Cards to bring up to date: messages that were sent and may show what is no longer so."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stale_card",
        sa.Column("letter", sa.String(length=160), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stale_card_account_id")),
        sa.PrimaryKeyConstraint("letter", "account_id", name=op.f("pk_stale_card")),
    )
    with op.batch_alter_table("stale_card") as batch_op:
        batch_op.create_index(batch_op.f("ix_stale_card_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("stale_card")
