"""An agreement has periods: a new one of the same name ends the old one, and does not undo it.

Nothing but `hub directory change agreement` writes agreements, so code of before this level goes on reading them.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("pk_agreements"), "agreements", type_="primary")
    op.create_primary_key(op.f("pk_agreements"), "agreements", ["id", "valid_from"])
