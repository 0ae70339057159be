"""Working time: closure days of a partnership and of an agency there, and a person's days off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closed_days_ends_after_it_starts")),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (partnership_id IS NULL)", name=op.f("ck_closed_days_is_of_somebody")
        ),
        sa.CheckConstraint(
            "agency_id IS NULL OR partnership_id IS NOT NULL", name=op.f("ck_closed_days_is_of_an_agency_there")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_closed_days_agency_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_closed_days_partnership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_closed_days_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
    )
    op.create_index(op.f("ix_closed_days_last_day"), "closed_days", ["last_day"])


def downgrade() -> None:
    op.drop_table("closed_days")
