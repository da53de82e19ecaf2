"""Parties remember who acts for them, what they ask the school, and until when they let a case rest.

A joint talk and a contested answer are states of their own, so the index of the inbox knows them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("acted_by", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_code", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
    ):
        op.add_column("case_parties", column)
    op.create_index(
        "ix_case_parties_asked_school",
        "case_parties",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("asked_at IS NOT NULL"),
    )
    op.drop_index("ix_case_parties_inbox", table_name="case_parties")
    op.create_index(
        "ix_case_parties_inbox",
        "case_parties",
        ["organisation", sa.literal_column("coalesce(due_on, '9999-12-31'::date)"), "case_id"],
        unique=False,
        postgresql_where=sa.text(
            "role IN ('holder', 'asked') AND "
            "state IN ('offered', 'accepted', 'undecided', 'joint_talk', 'answered', 'contested')"
        ),
    )
