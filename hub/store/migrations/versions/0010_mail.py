"""Messages to people: what waits to be sent, how each wants to be told, to whom nothing is sent any more."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _mail_queue()
    _mail_preferences()
    _mail_suspensions()


def _mail_queue() -> None:
    op.create_table(
        "mail_queue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("case_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _MOMENT, nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mail_queue_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_queue")),
    )
    op.create_index(
        "uq_mail_queue_gathering",
        "mail_queue",
        ["person_id", "organisation"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting' AND claim IS NULL"),
    )
    op.create_index(
        "ix_mail_queue_due",
        "mail_queue",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("ix_mail_queue_person_id_organisation_finished_at"),
        "mail_queue",
        ["person_id", "organisation", "finished_at"],
        unique=False,
    )
    op.create_index(op.f("ix_mail_queue_finished_at"), "mail_queue", ["finished_at"], unique=False)


def _mail_preferences() -> None:
    op.create_table(
        "mail_preferences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mail_preferences_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "organisation", name=op.f("pk_mail_preferences")),
    )


def _mail_suspensions() -> None:
    op.create_table(
        "mail_suspensions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mail_suspensions_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_suspensions")),
    )
