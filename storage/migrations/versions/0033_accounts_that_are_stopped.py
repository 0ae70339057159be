"""Until when nothing is looked up for an account, after too many references that are not theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "stopped_until")
