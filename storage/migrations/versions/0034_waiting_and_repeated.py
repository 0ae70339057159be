"""Since when a message has waited because nothing gets through; whether it was sent though it may be there."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("repeated", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("delivery", "repeated")
    op.drop_column("delivery", "waits_since")
