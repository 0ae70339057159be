"""Where the bot writes to somebody in Teams."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams_chat",
        sa.Column("tenant", sa.String(length=120), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("conversation", sa.String(length=400), nullable=False),
        sa.Column("service_url", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "user", name=op.f("pk_teams_chat")),
    )


def downgrade() -> None:
    op.drop_table("teams_chat")
