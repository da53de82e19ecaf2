"""Cases remember which rules failed, so that health can count what the operator must mend."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("alarm", sa.Text(), nullable=True))
    op.create_index(
        "ix_cases_alarm",
        "cases",
        ["id"],
        unique=False,
        postgresql_where=sa.text("alarm IS NOT NULL AND state = 'undecided'"),
    )
