"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _agenda_counts()
    _agreements()
    _areas()
    _case_keys()
    _cases()
    _checkpoints()
    _coverage()
    _directory_version()
    _disclosures()
    _event_audience()
    _events()
    _log_head()
    _organisations()
    _parked_events()
    _subscriptions()
    _tokens()
    _case_parties()
    _deliveries()
    _sealed()


def _agenda_counts() -> None:
    op.create_table(
        "agenda_counts",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("school_type", sa.Text(), nullable=False),
        sa.Column("swv", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("crosses_border", sa.Boolean(), nullable=False),
        sa.Column("working_days", sa.SmallInteger(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month",
            "measure",
            "request",
            "theme",
            "school_type",
            "swv",
            "municipality",
            "crosses_border",
            "working_days",
            "partition",
            name=op.f("pk_agenda_counts"),
        ),
    )
    op.create_index(
        op.f("ix_agenda_counts_municipality_month"), "agenda_counts", ["municipality", "month"], unique=False
    )
    op.create_index(op.f("ix_agenda_counts_swv_month"), "agenda_counts", ["swv", "month"], unique=False)


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parties", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_agreements_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("pc4", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("pc4 ~ '^[1-9][0-9]{3}$'", name=op.f("ck_areas_postcode")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_areas_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint(
            "pc4",
            "sector",
            "valid_from",
            name=op.f("uq_areas_pc4_sector_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _case_keys() -> None:
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_keys")),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("school_type", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("lead_swv", sa.Text(), nullable=True),
        sa.Column("lawful_swvs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("home_postcode", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("crosses_border", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_sender_changed_at_id"), "cases", ["sender", "changed_at", "id"], unique=False)


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("advanced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", "partition", name=op.f("pk_checkpoints")),
    )


def _coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("pc4s", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("themes", sa.ARRAY(sa.Text()), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_coverage_period")),
        sa.PrimaryKeyConstraint("organisation", "municipality", "valid_from", name=op.f("pk_coverage")),
    )


def _directory_version() -> None:
    op.create_table(
        "directory_version",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_directory_version_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_version")),
    )


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    op.create_index(op.f("ix_disclosures_case_id_read_at"), "disclosures", ["case_id", "read_at"], unique=False)


def _event_audience() -> None:
    op.create_table(
        "event_audience",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "position", name=op.f("pk_event_audience")),
    )
    op.create_index(op.f("ix_event_audience_position"), "event_audience", ["position"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_id", sa.Uuid(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
        sa.UniqueConstraint("source", "id", name=op.f("uq_events_source_id")),
    )
    op.create_index(op.f("ix_events_case_id_position"), "events", ["case_id", "position"], unique=False)
    op.create_index(op.f("ix_events_partition_position"), "events", ["partition", "position"], unique=False)


def _log_head() -> None:
    op.create_table(
        "log_head",
        sa.Column("single", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.CheckConstraint("single = 1", name=op.f("ck_log_head_one_row")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_log_head")),
    )


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("pc4", sa.Text(), nullable=True),
        sa.Column("cluster", sa.Text(), nullable=True),
        sa.Column("swv_override", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("doubt", sa.Text(), nullable=True),
        sa.Column("contact", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("pc4 ~ '^[1-9][0-9]{3}$'", name=op.f("ck_organisations_postcode")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_organisations_period")),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_organisations")),
    )
    op.create_index(op.f("ix_organisations_kind"), "organisations", ["kind"], unique=False)
    op.create_index(
        "uq_organisations_one_open",
        "organisations",
        ["code"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )


def _parked_events() -> None:
    op.create_table(
        "parked_events",
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", "position", name=op.f("pk_parked_events")),
    )
    op.create_index(op.f("ix_parked_events_reader_case_id"), "parked_events", ["reader", "case_id"], unique=False)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_position", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        op.f("ix_subscriptions_organisation_made_at"), "subscriptions", ["organisation", "made_at"], unique=False
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("rights", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sources", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )


def _case_parties() -> None:
    op.create_table(
        "case_parties",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decline_code", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_parties_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "organisation", name=op.f("pk_case_parties")),
    )
    op.create_index(
        op.f("ix_case_parties_organisation_state_due_on_case_id"),
        "case_parties",
        ["organisation", "state", "due_on", "case_id"],
        unique=False,
    )
    op.create_index(
        "ix_case_parties_inbox",
        "case_parties",
        ["organisation", sa.literal_column("coalesce(due_on, '9999-12-31'::date)"), "case_id"],
        unique=False,
        postgresql_where=sa.text(
            "role IN ('holder', 'asked') AND state IN ('offered', 'accepted', 'undecided', 'answered')"
        ),
    )
    op.create_index(
        "uq_case_parties_one_holder",
        "case_parties",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("role = 'holder'"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_deliveries_subscription_id_subscriptions")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "position", name=op.f("pk_deliveries")),
        postgresql_with={
            "fillfactor": 80,
            "autovacuum_vacuum_scale_factor": 0.01,
            "autovacuum_vacuum_insert_scale_factor": 0.05,
        },
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["subscription_id", "next_attempt_at", "position"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["subscription_id", "case_id", "position"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _sealed() -> None:
    op.create_table(
        "sealed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_keys.case_id"], name=op.f("fk_sealed_case_id_case_keys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed")),
    )
    op.create_index(op.f("ix_sealed_case_id"), "sealed", ["case_id"], unique=False)
