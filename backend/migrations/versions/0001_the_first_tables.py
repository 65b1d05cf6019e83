"""The first tables, and triggers that keep the timeline append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_SQLITE = """
create trigger case_events_no_{verb} before {verb} on case_events
begin select raise(abort, 'the timeline is append-only'); end
"""
_POSTGRES_FUNCTION = """
create function case_events_append_only() returns trigger language plpgsql as
$$ begin raise exception 'the timeline is append-only'; end $$
"""
_POSTGRES = """
create trigger case_events_no_{verb} before {verb} on case_events
for each row execute function case_events_append_only()
"""


def upgrade() -> None:
    """Make all tables, those that others refer to first."""
    _answers()
    _areas()
    _attempts()
    _case_counts()
    _consents()
    _handovers()
    _outbox()
    _people()
    _secrets()
    _units()
    _staff()
    _binding_codes()
    _cases()
    _attachments()
    _case_events()
    _deadlines()
    _deliveries()
    _notes()
    _delivery_attempts()
    _triggers()


def _triggers() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(_POSTGRES_FUNCTION)
    for verb in ("update", "delete"):
        op.execute((_SQLITE if sqlite else _POSTGRES).format(verb=verb))


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("who_index", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_index", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body_sealed", sa.Text()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("who_index", "key", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("parent", sa.String(length=32)),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("lat", sa.Float()),
        sa.Column("lng", sa.Float()),
        sa.ForeignKeyConstraint(["parent"], ["areas.code"], name="fk_areas_parent"),
        sa.PrimaryKeyConstraint("code", name="pk_areas"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("who_index", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("who_index", "kind", name="pk_attempts"),
    )


def _case_counts() -> None:
    op.create_table(
        "case_counts",
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name="pk_case_counts"),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32)),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_person_id", "handovers", ["person_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", _TIME, nullable=False),
        sa.Column("claim", sa.String(length=64)),
        sa.Column("lease_until", _TIME),
        sa.Column("error", sa.String(length=200)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_state_available_at", "outbox", ["state", "available_at"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("openid_index", sa.String(length=64), nullable=False),
        sa.Column("openid_sealed", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.String(length=32)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("openid_index", name="uq_people_openid_index"),
    )


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value_sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )


def _units() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("hours", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_units_area_code"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("area_code", "kind", name="uq_units_area_code_kind"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("duty_days", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("openid_index", sa.String(length=64)),
        sa.Column("openid_sealed", sa.Text()),
        sa.Column("bound_at", _TIME),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_staff_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("openid_index", name="uq_staff_openid_index"),
    )
    op.create_index("ix_staff_unit_id", "staff", ["unit_id"])


def _binding_codes() -> None:
    op.create_table(
        "binding_codes",
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_binding_codes_staff_id"),
        sa.PrimaryKeyConstraint("code_index", name="pk_binding_codes"),
    )
    op.create_index("ix_binding_codes_staff_id", "binding_codes", ["staff_id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("dispute_type", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32)),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=64)),
        sa.Column("refusers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=16)),
        sa.Column("person_count", sa.Integer()),
        sa.Column("words_sealed", sa.Text()),
        sa.Column("contact_sealed", sa.Text()),
        sa.Column("phone_index", sa.String(length=64)),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("last_urged_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_cases_area_code"),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name="fk_cases_owner_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_cases_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])
    op.create_index("ix_cases_owner_id", "cases", ["owner_id"])
    op.create_index("ix_cases_person_id", "cases", ["person_id"])
    op.create_index("ix_cases_phone_index", "cases", ["phone_index"])
    op.create_index("ix_cases_state", "cases", ["state"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detail_sealed", sa.Text()),
        sa.Column("content_type", sa.String(length=64)),
        sa.Column("size", sa.Integer()),
        sa.Column("content_sealed", sa.LargeBinary()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", _TIME, nullable=False),
        sa.Column("claim", sa.String(length=64)),
        sa.Column("lease_until", _TIME),
        sa.Column("error", sa.String(length=200)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"])
    op.create_index("ix_attachments_state_available_at", "attachments", ["state", "available_at"])


def _case_events() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("note_id", sa.String(length=32)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_events_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
    )
    op.create_index("ix_case_events_case_id_id", "case_events", ["case_id", "id"])


def _deadlines() -> None:
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("met_at", _TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadlines_case_id"),
        sa.PrimaryKeyConstraint("case_id", "kind", name="pk_deadlines"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("recipient_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32)),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=16)),
        sa.Column("msg_id", sa.String(length=64)),
        sa.Column("receipt", sa.String(length=32)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("available_at", _TIME, nullable=False),
        sa.Column("claim", sa.String(length=64)),
        sa.Column("lease_until", _TIME),
        sa.Column("error", sa.String(length=200)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deliveries_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("outbox_id", "notice", "recipient_id", name="uq_deliveries_outbox_id_notice_recipient_id"),
    )
    op.create_index("ix_deliveries_msg_id", "deliveries", ["msg_id"])
    op.create_index("ix_deliveries_recipient_id", "deliveries", ["recipient_id"])
    op.create_index("ix_deliveries_state_available_at", "deliveries", ["state", "available_at"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notes_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_case_id", "notes", ["case_id"])


def _delivery_attempts() -> None:
    op.create_table(
        "delivery_attempts",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=200)),
        sa.Column("msg_id", sa.String(length=64)),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_delivery_attempts_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    op.create_index("ix_delivery_attempts_delivery_id", "delivery_attempts", ["delivery_id"])
