"""Declarations of admissibility that run, so that somebody is reminded before they end."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_declarations_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_declarations")),
    )
    op.create_index(
        "ix_declarations_ending",
        "declarations",
        ["ends_on"],
        unique=False,
        postgresql_where=sa.text("reminded_on IS NULL"),
    )
