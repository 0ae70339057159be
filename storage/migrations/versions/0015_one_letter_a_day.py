"""One letter of reminders a person a day: when each was last about to be sent, and what else is due for a post."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REMINDS = sa.text("kind = 'action_reminder'")
BESIDE = sa.text("kind = 'action_reminder' AND state = 'pending'")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("meant_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE delivery SET meant_at = sent_at WHERE kind = 'action_reminder'")
    op.create_index(
        "ix_delivery_daily", "delivery", ["account_id", "meant_at"], sqlite_where=REMINDS, postgresql_where=REMINDS
    )
    op.create_index(
        "ix_delivery_daily_due", "delivery", ["post_id", "due_at"], sqlite_where=BESIDE, postgresql_where=BESIDE
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_daily_due", table_name="delivery")
    op.drop_index("ix_delivery_daily", table_name="delivery")
    op.drop_column("delivery", "meant_at")
