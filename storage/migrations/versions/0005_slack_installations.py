"""Where the bot is installed in Slack, and the installations that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_installation",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("enterprise", sa.String(length=40), nullable=False),
        sa.Column("app", sa.String(length=40), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("refresh_token", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_slack_installation")),
    )
    op.create_table(
        "slack_team",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("enterprise", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_slack_team")),
    )
    op.create_table(
        "slack_install_state",
        sa.Column("hashed", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hashed", name=op.f("pk_slack_install_state")),
    )


def downgrade() -> None:
    op.drop_table("slack_install_state")
    op.drop_table("slack_team")
    op.drop_table("slack_installation")
