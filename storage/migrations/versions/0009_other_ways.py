"""Other ways: which ones a message took in vain, and who would rather have e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tried",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tried_account_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_tried_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tried")),
    )
    op.create_index(op.f("ix_tried_delivery_id"), "tried", ["delivery_id"])
    op.add_column("delivery", sa.Column("round", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("delivery", sa.Column("to_deputy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("by_mail", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """What an older program does not know: messages that somebody stopped, and accounts that stand for an address."""
    op.execute("UPDATE delivery SET state = 'superseded' WHERE state = 'cancelled'")
    op.drop_column("person", "by_mail")
    op.drop_column("delivery", "to_deputy")
    op.drop_column("delivery", "round")
    op.drop_table("tried")
