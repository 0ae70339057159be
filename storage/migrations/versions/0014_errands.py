"""Errands: what is to be done outside besides sending messages, and the way into a meeting's call."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("kind", "about", name=op.f("pk_errand")),
    )
    op.create_index("ix_errand_due", "errand", ["kind", "due_at"])
    op.create_table(
        "meeting_call",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_call_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_call")),
    )


def downgrade() -> None:
    op.drop_table("meeting_call")
    op.drop_table("errand")
