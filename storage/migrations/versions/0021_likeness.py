"""Marks of which children referrals are about, also those that are there already, so that the same child is found."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from storage.database import OTHER_KEYS, DatabaseProblem
from storage.keys import CannotOpen, Keys, folded
from storage.records.base import keys_of, opened

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AGREE = "name and date of birth"


def upgrade() -> None:
    made = op.create_table(
        "likeness",
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("agree", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_likeness_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("referral_id", "agree", name=op.f("pk_likeness")),
    )
    op.create_index(op.f("ix_likeness_mark"), "likeness", ["mark"])
    connection = op.get_bind()
    marks = list(_marks(connection, keys_of(connection.dialect)))
    if marks:
        connection.execute(made.insert(), marks)


def _marks(connection: sa.Connection, keys: Keys) -> Iterator[dict[str, object]]:
    referral = sa.table("referral", sa.column("id"), sa.column("answers"))
    for number, sealed in connection.execute(sa.select(referral.c.id, referral.c.answers)).all():
        try:
            told = json.loads(opened(sealed, keys, "referral.answers"))
        except CannotOpen:
            raise DatabaseProblem(OTHER_KEYS) from None
        name, born = told.get("child_name", ""), told.get("born")
        if isinstance(born, str) and born[:1].isdigit() and name != "don't know" and folded(name):
            yield {"referral_id": number, "agree": AGREE, "mark": keys.mark(AGREE, name, born)}


def downgrade() -> None:
    op.drop_index(op.f("ix_likeness_mark"), table_name="likeness")
    op.drop_table("likeness")
