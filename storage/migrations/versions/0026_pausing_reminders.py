"""When somebody wants their reminders, and until when they paused those of an action."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("reminded_at", sa.Time(), nullable=True))
    op.add_column("action", sa.Column("paused_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("action", "paused_until")
    op.drop_column("person", "reminded_at")
