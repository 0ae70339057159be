"""Who goes first: what is urgent, then what one person is owed, then broadcasts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DUE = sa.text("state = 'pending'")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("haste", sa.Integer(), server_default="1", nullable=False))
    _index(["haste", "due_at"])


def downgrade() -> None:
    _index(["due_at"])
    op.drop_column("delivery", "haste")


def _index(columns: list[str]) -> None:
    op.drop_index("ix_delivery_due", table_name="delivery")
    op.create_index("ix_delivery_due", "delivery", columns, sqlite_where=DUE, postgresql_where=DUE)
