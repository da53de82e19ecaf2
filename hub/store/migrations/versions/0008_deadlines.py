"""Deadlines of receivers, and the calendars of teams by which they count."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("lead_swv", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("days_left", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stepped_on", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "organisation", "kind", name=op.f("pk_deadlines")),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["next_at"],
        postgresql_where=sa.text("state = 'running' AND next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deadlines_running", "deadlines", ["organisation"], postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "closures",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closures_period")),
        sa.PrimaryKeyConstraint("organisation", "first_day", name=op.f("pk_closures")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 4", name=op.f("ck_opening_hours_weekday")),
        sa.CheckConstraint("closes > opens", name=op.f("ck_opening_hours_hours")),
        sa.PrimaryKeyConstraint("organisation", "weekday", name=op.f("pk_opening_hours")),
    )
