"""Cases, what each agency calls them, and which agenda items and actions are about which."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TO_REVIEW = sa.text("state = 'to review'")
ABOUT = ("agenda_item", "action")


def upgrade() -> None:
    op.create_table(
        "panel_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("child", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_how", sa.String(length=40), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_panel_case_changed_by_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_panel_case_partnership_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_panel_case_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_panel_case_reference")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_panel_case_referral_id")),
    )
    op.create_index(op.f("ix_panel_case_partnership_id"), "panel_case", ["partnership_id"])
    op.create_table(
        "case_at_agency",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("codeword", sa.String(length=40), nullable=False),
        sa.Column("record_number", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_case_at_agency_agency_id")),
        sa.ForeignKeyConstraint(["case_id"], ["panel_case.id"], name=op.f("fk_case_at_agency_case_id")),
        sa.PrimaryKeyConstraint("case_id", "agency_id", name=op.f("pk_case_at_agency")),
        sa.UniqueConstraint("agency_id", "codeword", name=op.f("uq_case_at_agency_agency_id_codeword")),
    )
    op.create_table(
        "closeness",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["panel_case.id"], name=op.f("fk_closeness_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_closeness_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_closeness")),
    )
    op.create_table(
        "emergency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_how", sa.String(length=40), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["panel_case.id"], name=op.f("fk_emergency_case_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_emergency_changed_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_emergency_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
        sa.UniqueConstraint("reference", name=op.f("uq_emergency_reference")),
    )
    op.create_index(op.f("ix_emergency_case_id"), "emergency", ["case_id"])
    op.create_index(op.f("ix_emergency_person_id"), "emergency", ["person_id"])
    op.create_index("ix_emergency_to_review", "emergency", ["id"], sqlite_where=TO_REVIEW, postgresql_where=TO_REVIEW)
    for table in ABOUT:
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
            changed.create_foreign_key(op.f(f"fk_{table}_case_id"), "panel_case", ["case_id"], ["id"])
            changed.create_index(op.f(f"ix_{table}_case_id"), ["case_id"])


def downgrade() -> None:
    for table in ABOUT:
        with op.batch_alter_table(table) as changed:
            changed.drop_index(op.f(f"ix_{table}_case_id"))
            changed.drop_constraint(op.f(f"fk_{table}_case_id"), type_="foreignkey")
            changed.drop_column("case_id")
    op.drop_table("emergency")
    op.drop_table("closeness")
    op.drop_table("case_at_agency")
    op.drop_table("panel_case")
