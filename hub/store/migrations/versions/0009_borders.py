"""Partnerships talk about pupils who cross their border: where each talk stands, and what was proposed in it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "border_talks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("inviter", sa.Text(), nullable=False),
        sa.Column("invited", sa.Text(), nullable=False),
        sa.Column("arbiter", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("spoke_last", sa.Text(), nullable=False),
        sa.Column("turned_down", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_border_talks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_talks")),
    )
    op.create_index(op.f("ix_border_talks_case_id_made_at"), "border_talks", ["case_id", "made_at"], unique=False)
    op.create_index(
        "ix_border_talks_clock",
        "border_talks",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("reminded_on IS NULL AND stage IN ('invited', 'proposed', 'refused')"),
    )
    op.create_table(
        "border_proposals",
        sa.Column("talk_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leads", sa.Text(), nullable=False),
        sa.Column("pays", sa.Text(), nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["border_talks.id"], name=op.f("fk_border_proposals_talk_id_border_talks")
        ),
        sa.PrimaryKeyConstraint("talk_id", "number", name=op.f("pk_border_proposals")),
    )
