"""Deputies: a post may have one beside its holder."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("until_day IS NULL")


def upgrade() -> None:
    op.add_column("holding", sa.Column("deputy", sa.Boolean(), server_default=sa.false(), nullable=False))
    _index(["post_id", "deputy"])


def downgrade() -> None:
    op.execute("DELETE FROM holding WHERE deputy")
    _index(["post_id"])
    op.drop_column("holding", "deputy")


def _index(columns: list[str]) -> None:
    op.drop_index("uq_holding_open", table_name="holding")
    op.create_index("uq_holding_open", "holding", columns, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
