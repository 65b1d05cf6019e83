"""The tables of leaders' public reception."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_SEATED = sa.text("state in ('held', 'booked', 'arrived', 'received')")
_WAITS = sa.text("state in ('waiting', 'offered')")


def upgrade() -> None:
    """Make all tables, those that others refer to first."""
    _leaders()
    _receptions()
    _reception_leaders()
    _reception_slots()
    _reception_seats()
    _bookings()
    _waiting()
    _decisions()
    _reminders()


def _leaders() -> None:
    op.create_table(
        "leaders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("portfolio", sa.String(length=200), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_leaders_area_code"),
        sa.PrimaryKeyConstraint("id", name="pk_leaders"),
    )


def _receptions() -> None:
    op.create_table(
        "receptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("adjusted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200)),
        sa.Column("published_at", _TIME),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_receptions_area_code"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_receptions_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receptions"),
        sa.UniqueConstraint("rule", "area_code", "day", name="uq_receptions_rule_area_code_day"),
    )
    op.create_index("ix_receptions_day", "receptions", ["day"])
    op.create_index("ix_receptions_month", "receptions", ["month"])


def _reception_leaders() -> None:
    op.create_table(
        "reception_leaders",
        sa.Column("reception_id", sa.String(length=32), nullable=False),
        sa.Column("leader_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name="fk_reception_leaders_leader_id"),
        sa.ForeignKeyConstraint(["reception_id"], ["receptions.id"], name="fk_reception_leaders_reception_id"),
        sa.PrimaryKeyConstraint("reception_id", "leader_id", name="pk_reception_leaders"),
    )
    op.create_index("ix_reception_leaders_leader_id", "reception_leaders", ["leader_id"])


def _reception_slots() -> None:
    op.create_table(
        "reception_slots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reception_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reception_id"], ["receptions.id"], name="fk_reception_slots_reception_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reception_slots"),
        sa.UniqueConstraint("reception_id", "starts_at", name="uq_reception_slots_reception_id_starts_at"),
    )
    op.create_index("ix_reception_slots_starts_at", "reception_slots", ["starts_at"])


def _reception_seats() -> None:
    op.create_table(
        "reception_seats",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slot_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["reception_slots.id"], name="fk_reception_seats_slot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reception_seats"),
        sa.UniqueConstraint("slot_id", "number", name="uq_reception_seats_slot_id_number"),
    )


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32)),
        sa.Column("reception_id", sa.String(length=32), nullable=False),
        sa.Column("slot_id", sa.String(length=32)),
        sa.Column("seat_id", sa.String(length=32)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("hold_until", _TIME),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("queue_number", sa.Integer()),
        sa.Column("case_id", sa.String(length=32)),
        sa.Column("matter", sa.String(length=32), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=False),
        sa.Column("details_sealed", sa.Text()),
        sa.Column("phone_index", sa.String(length=64)),
        sa.Column("reply", sa.String(length=8)),
        sa.Column("replaced_by", sa.String(length=32)),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("confirmed_at", _TIME),
        sa.Column("arrived_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("reason", sa.String(length=200)),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_bookings_case_id"),
        sa.ForeignKeyConstraint(["reception_id"], ["receptions.id"], name="fk_bookings_reception_id"),
        sa.ForeignKeyConstraint(["replaced_by"], ["bookings.id"], name="fk_bookings_replaced_by"),
        sa.ForeignKeyConstraint(["seat_id"], ["reception_seats.id"], name="fk_bookings_seat_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["reception_slots.id"], name="fk_bookings_slot_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("code", name="uq_bookings_code"),
        sa.UniqueConstraint("reception_id", "queue_number", name="uq_bookings_reception_id_queue_number"),
    )
    for name in ("case_id", "person_id", "phone_index", "reception_id", "slot_id"):
        op.create_index(f"ix_bookings_{name}", "bookings", [name])
    op.create_index("ix_bookings_state_hold_until", "bookings", ["state", "hold_until"])
    op.create_index(
        "uq_bookings_seat_id", "bookings", ["seat_id"], unique=True, sqlite_where=_SEATED, postgresql_where=_SEATED
    )


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("position", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reception_id", sa.String(length=32), nullable=False),
        sa.Column("slot_id", sa.String(length=32)),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("details_sealed", sa.Text()),
        sa.Column("case_id", sa.String(length=32)),
        sa.Column("booking_id", sa.String(length=32)),
        sa.Column("offer_until", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_waiting_booking_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_waiting_case_id"),
        sa.ForeignKeyConstraint(["reception_id"], ["receptions.id"], name="fk_waiting_reception_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["reception_slots.id"], name="fk_waiting_slot_id"),
        sa.PrimaryKeyConstraint("position", name="pk_waiting"),
        sa.UniqueConstraint("id", name="uq_waiting_id"),
    )
    op.create_index("ix_waiting_reception_id_state", "waiting", ["reception_id", "state"])
    op.create_index("ix_waiting_state_offer_until", "waiting", ["state", "offer_until"])
    op.create_index(
        "uq_waiting_person_id_reception_id",
        "waiting",
        ["person_id", "reception_id"],
        unique=True,
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32)),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.String(length=64)),
        sa.Column("due_at", _TIME),
        sa.Column("words_sealed", sa.Text()),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_decisions_booking_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_decisions_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("booking_id", name="uq_decisions_booking_id"),
    )
    op.create_index("ix_decisions_case_id", "decisions", ["case_id"])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name="fk_reminders_booking_id"),
        sa.PrimaryKeyConstraint("booking_id", "kind", name="pk_reminders"),
    )
