"""One letter a person a day of whatever waits for them, and not of actions alone."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# As bot/kinds.py says on this day.
DAILY = (
    *("action_reminder", "escalation_due", "feedback_due", "flag_reminder", "flags_to_review", "flag_ending"),
    *("emergency_waits", "share_waits", "agreement_lapses", "post_ending", "keep_or_erase"),
)
LITE, PG = sa.text("daily = 1"), sa.text("daily")
BESIDE_LITE, BESIDE_PG = sa.text("daily = 1 AND state = 'pending'"), sa.text("daily AND state = 'pending'")
REMINDS = sa.text("kind = 'action_reminder'")
BESIDE = sa.text("kind = 'action_reminder' AND state = 'pending'")


def upgrade() -> None:
    """What was sent today already counts as the letter of the day, whatever it was about."""
    op.add_column("delivery", sa.Column("daily", sa.Boolean(), server_default=sa.false(), nullable=False))
    delivery = sa.table("delivery", sa.column("kind"), sa.column("daily", sa.Boolean()))
    op.execute(delivery.update().where(delivery.c.kind.in_(DAILY)).values(daily=sa.true()))
    _index_again(LITE, PG, BESIDE_LITE, BESIDE_PG)


def downgrade() -> None:
    _index_again(REMINDS, REMINDS, BESIDE, BESIDE)
    op.drop_column("delivery", "daily")


def _index_again(lite: sa.TextClause, pg: sa.TextClause, beside_lite: sa.TextClause, beside_pg: sa.TextClause) -> None:
    op.drop_index("ix_delivery_daily_due", table_name="delivery")
    op.drop_index("ix_delivery_daily", table_name="delivery")
    op.create_index("ix_delivery_daily", "delivery", ["account_id", "meant_at"], sqlite_where=lite, postgresql_where=pg)
    op.create_index(
        "ix_delivery_daily_due", "delivery", ["post_id", "due_at"], sqlite_where=beside_lite, postgresql_where=beside_pg
    )
