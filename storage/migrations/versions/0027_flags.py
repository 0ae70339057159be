"""Flags that agencies are asked to put on their own records of a child."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("says", sa.String(length=80), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("systems", sa.String(length=80), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("declined", sa.String(length=40), nullable=True),
        sa.Column("changes", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_how", sa.String(length=40), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_flag_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["panel_case.id"], name=op.f("fk_flag_case_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_flag_changed_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["post.id"], name=op.f("fk_flag_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("case_id", "agency_id", name=op.f("uq_flag_case_id_agency_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_flag_reference")),
    )
    for column in ("agency_id", "owner_id", "state"):
        op.create_index(op.f(f"ix_flag_{column}"), "flag", [column])


def downgrade() -> None:
    op.drop_table("flag")
