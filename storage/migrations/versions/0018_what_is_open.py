"""What somebody has open, and what waits for a coordinator, is found beside years of what is done."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TO_DO = sa.text("state = 'open'")
WAITS = sa.text("state IN ('done_claimed', 'contested') OR asked_due_on IS NOT NULL")


def upgrade() -> None:
    for name, columns, where in (
        ("ix_action_to_do_by", ["owner_id", "due_on"], TO_DO),
        ("ix_action_waits", ["partnership_id", "due_on"], WAITS),
    ):
        op.create_index(name, "action", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_action_waits", table_name="action")
    op.drop_index("ix_action_to_do_by", table_name="action")
