"""Who had a borough's tracker exported, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_of_tracker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_export_of_tracker_partnership_id")
        ),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["person.id"], name=op.f("fk_export_of_tracker_agreed_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_of_tracker_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_of_tracker")),
        sa.UniqueConstraint("reference", name=op.f("uq_export_of_tracker_reference")),
    )
    with op.batch_alter_table("export_of_tracker") as batch_op:
        batch_op.create_index(batch_op.f("ix_export_of_tracker_partnership_id"), ["partnership_id"])


def downgrade() -> None:
    op.drop_table("export_of_tracker")
