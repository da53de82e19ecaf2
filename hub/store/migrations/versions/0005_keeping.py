"""Terms, and proof: the ledger gets its chain, and upkeep its rows."""

import hashlib
from datetime import UTC

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GENESIS = bytes(32)


def upgrade() -> None:
    op.create_table(
        "ledger_head",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("ck_ledger_head_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "checkpoint_head",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("ck_checkpoint_head_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_checkpoint_head")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_runs")),
    )
    op.add_column("case_parties", sa.Column("expired_on", sa.Date(), nullable=True))
    _chain_the_ledger()


def _chain_the_ledger() -> None:
    """Entries from before get their place and hash here, in order of time.

    A process of the version before cannot write an entry from now on, so it shows no case until it is replaced: better
    than a ledger with a hole.
    """
    for column in (
        sa.Column("position", sa.BigInteger()),
        sa.Column("action", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("purpose", sa.Text()),
        sa.Column("traceparent", sa.Text()),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("hash", sa.LargeBinary()),
    ):
        op.add_column("disclosures", column)
    op.execute("UPDATE disclosures SET action = 'read', began_at = read_at")
    op.alter_column("disclosures", "ground", nullable=True)
    _fill()
    for name in ("position", "action", "began_at", "hash"):
        op.alter_column("disclosures", name, nullable=False)
    op.create_unique_constraint(op.f("uq_disclosures_position"), "disclosures", ["position"])
    op.create_index(op.f("ix_disclosures_read_at_caller"), "disclosures", ["read_at", "caller"], unique=False)


def _fill() -> None:
    connection = op.get_bind()
    previous, position = GENESIS, 0
    for row in connection.execute(sa.text("SELECT * FROM disclosures ORDER BY read_at, id")).mappings().all():
        position += 1
        moments = [row[name].astimezone(UTC).isoformat() for name in ("began_at", "read_at")]
        names = ("action", "organisation", "caller", "role", "fields", "ground", "purpose", "traceparent")
        said = [row["id"], row["case_id"], *(row[name] for name in names), *moments]
        digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
        previous = hashlib.sha256(previous + position.to_bytes(8, "big") + digest).digest()
        connection.execute(
            sa.text("UPDATE disclosures SET position = :position, hash = :hash WHERE id = :id"),
            {"position": position, "hash": previous, "id": row["id"]},
        )
    connection.execute(
        sa.text("INSERT INTO ledger_head (single, position, hash) VALUES (1, :position, :hash)"),
        {"position": position, "hash": previous},
    )
