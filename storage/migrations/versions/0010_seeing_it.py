"""Seeing it: when each job last ran, and what was sent or lost lately without looking at everything."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SENT, LOST = sa.text("sent_at IS NOT NULL"), sa.text("state IN ('failed', 'expired')")


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_run")),
    )
    op.create_index("ix_delivery_sent", "delivery", ["sent_at"], sqlite_where=SENT, postgresql_where=SENT)
    op.create_index("ix_delivery_lost", "delivery", ["due_at"], sqlite_where=LOST, postgresql_where=LOST)


def downgrade() -> None:
    op.drop_index("ix_delivery_lost", table_name="delivery")
    op.drop_index("ix_delivery_sent", table_name="delivery")
    op.drop_table("job_run")
