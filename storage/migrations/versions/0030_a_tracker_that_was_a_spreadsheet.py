"""Trackers that were spreadsheets before: what was handed in, its rows, and how a borough lays its own out."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_of_tracker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_how", sa.String(length=40), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_import_of_tracker_changed_by_id")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_import_of_tracker_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_of_tracker")),
        sa.UniqueConstraint("reference", name=op.f("uq_import_of_tracker_reference")),
    )
    with op.batch_alter_table("import_of_tracker") as batch_op:
        batch_op.create_index(batch_op.f("ix_import_of_tracker_partnership_id"), ["partnership_id"])

    op.create_table(
        "tracker_layout",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_tracker_layout_partnership_id")),
        sa.PrimaryKeyConstraint("partnership_id", name=op.f("pk_tracker_layout")),
    )
    op.create_table(
        "imported_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_imported_row_action_id")),
        sa.ForeignKeyConstraint(["import_id"], ["import_of_tracker.id"], name=op.f("fk_imported_row_import_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["post.id"], name=op.f("fk_imported_row_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
        sa.UniqueConstraint("action_id", name=op.f("uq_imported_row_action_id")),
    )
    with op.batch_alter_table("imported_row") as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_row_import_id"), ["import_id"])


def downgrade() -> None:
    with op.batch_alter_table("imported_row") as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_row_import_id"))

    op.drop_table("imported_row")
    op.drop_table("tracker_layout")
    with op.batch_alter_table("import_of_tracker") as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_of_tracker_partnership_id"))

    op.drop_table("import_of_tracker")
