"""Persons: providers, people, roles, invitations, sign-ins and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _providers()
    _identities()
    _invitations()
    _memberships()
    _sign_in_attempts()
    _web_sessions()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )


def _providers() -> None:
    op.create_table(
        "providers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_auth", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisations", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("levels", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("least_level", sa.Text(), nullable=True),
        sa.Column("second_factor_level", sa.Text(), nullable=True),
        sa.Column("second_factor_methods", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_providers")),
        sa.UniqueConstraint("issuer", name=op.f("uq_providers_issuer")),
    )


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id_people")),
        sa.ForeignKeyConstraint(["provider"], ["providers.code"], name=op.f("fk_identities_provider_providers")),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_person_id"), "identities", ["person_id"], unique=False)


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id_people")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_memberships_period")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_organisation"), "memberships", ["organisation"], unique=False)
    op.create_index(
        op.f("ix_memberships_person_id_organisation_role"),
        "memberships",
        ["person_id", "organisation", "role"],
        unique=False,
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("invitation", sa.LargeBinary(), nullable=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider"], ["providers.code"], name=op.f("fk_sign_in_attempts_provider_providers")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_started_at"), "sign_in_attempts", ["started_at"], unique=False)


def _web_sessions() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("provider_session", sa.LargeBinary(), nullable=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_web_sessions_person_id_people")),
        sa.ForeignKeyConstraint(["provider"], ["providers.code"], name=op.f("fk_web_sessions_provider_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("hash", name=op.f("uq_web_sessions_hash")),
    )
    op.create_index(op.f("ix_web_sessions_person_id"), "web_sessions", ["person_id"], unique=False)
    op.create_index(op.f("ix_web_sessions_provider_subject"), "web_sessions", ["provider", "subject"], unique=False)
    op.create_index(op.f("ix_web_sessions_started_at"), "web_sessions", ["started_at"], unique=False)
