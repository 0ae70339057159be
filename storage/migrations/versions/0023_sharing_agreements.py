"""Information sharing agreements, what agencies were shown, emergency shares, and what was withdrawn.

An action that was given before is on record as shown to its owner's agency: the update takes it from nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

IN_AGREEMENT = sa.text("share_id IS NULL")
STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("purposes", sa.String(length=80), nullable=False),
        sa.Column("strands", sa.String(length=80), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=120), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        *_living("agreement"),
        sa.CheckConstraint("highest BETWEEN 2 AND 4", name=op.f("ck_agreement_covers_a_level")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_agreement_ends_after_it_starts")),
        *_sides("agreement"),
        sa.UniqueConstraint("reference", name=op.f("uq_agreement_reference")),
    )
    op.create_index("ix_agreement_of", "agreement", ["partnership_id", "agency_id"])
    op.create_table(
        "emergency_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=True),
        *_living("emergency_share"),
        *_sides("emergency_share"),
        sa.UniqueConstraint("reference", name=op.f("uq_emergency_share_reference")),
    )
    op.create_index(op.f("ix_emergency_share_about"), "emergency_share", ["about"])
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("strand", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("agreement_version", sa.Integer(), nullable=True),
        sa.Column("share_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_sides("disclosure"),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_disclosure_agreement_id")),
        sa.ForeignKeyConstraint(["share_id"], ["emergency_share.id"], name=op.f("fk_disclosure_share_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_disclosure_person_id")),
    )
    op.create_index(op.f("ix_disclosure_about"), "disclosure", ["about"])
    once = ["agency_id", "about", "part", "level"]
    op.create_index(
        "uq_disclosure_once", "disclosure", once, unique=True, sqlite_where=IN_AGREEMENT, postgresql_where=IN_AGREEMENT
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        *_sides("withdrawal"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_withdrawal_person_id")),
    )
    op.create_index(
        "uq_withdrawal_stands",
        "withdrawal",
        ["agency_id", "about"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.execute(
        "INSERT INTO disclosure (partnership_id, agency_id, about, part, strand, level, purpose, at) "
        "SELECT action.partnership_id, post.agency_id, action.reference, 0, "
        "CASE agenda_item.kind WHEN 'person of concern' THEN 'person of concern' WHEN 'location' THEN 'place' "
        "WHEN 'theme' THEN 'theme' ELSE 'child' END, 4, 'actions', action.agreed_at "
        "FROM action JOIN post ON post.id = action.owner_id LEFT JOIN agenda_item ON agenda_item.id = action.item_id"
    )


def _living(table: str) -> tuple[sa.Column[object] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_how", sa.String(length=40), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f(f"fk_{table}_changed_by_id")),
    )


def _sides(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f(f"fk_{table}_partnership_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    for table in ("withdrawal", "disclosure", "emergency_share", "agreement"):
        op.drop_table(table)
