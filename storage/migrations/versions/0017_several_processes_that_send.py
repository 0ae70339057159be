"""Several processes that send: which of them a letter is for, and who sent last in each part."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

SORTED = sa.text("state = 'pending' AND shard IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "shard",
        sa.Column("name", sa.String(length=141), nullable=False),
        sa.Column("held_by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shard")),
    )
    op.add_column("delivery", sa.Column("shard", sa.String(length=141), nullable=True))
    op.create_index(
        "ix_delivery_shard",
        "delivery",
        ["shard", "haste", "due_at"],
        sqlite_where=SORTED,
        postgresql_where=SORTED,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_shard", table_name="delivery")
    op.drop_column("delivery", "shard")
    op.drop_table("shard")
