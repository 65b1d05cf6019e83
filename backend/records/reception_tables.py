"""The tables of leaders' public reception: the calendar, and who sits where. On the metadata of tables.py.

A seat is a row: how many a slot has is how many rows it has, and one partial unique index decides who sits on each.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from backend.records.tables import Moment, Serial, metadata

SEATED = ("held", "booked", "arrived", "received")
"""The states of a booking that take its seat; an expired hold does not, as soon as it is marked `expired`."""

WAITS = ("waiting", "offered")
"""The states in which somebody is on a waiting list."""

_SEATED = text("state in ('held', 'booked', 'arrived', 'received')")
_WAITS = text("state in ('waiting', 'offered')")

leaders = Table(
    "leaders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("post", String(64), nullable=False),
    Column("portfolio", String(200), nullable=False),
    Column("types", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("level", String(16), nullable=False),
    Column("area_code", String(32), ForeignKey("areas.code"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)

receptions = Table(
    "receptions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("month", String(7), nullable=False, index=True),
    Column("day", String(10), nullable=False, index=True),
    Column("rule", String(32), nullable=False),
    Column("level", String(16), nullable=False),
    Column("area_code", String(32), ForeignKey("areas.code"), nullable=False),
    Column("unit_id", String(64), ForeignKey("units.id"), nullable=False),
    Column("title", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("adjusted", Boolean, nullable=False),
    Column("note", String(200)),
    Column("published_at", Moment),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("rule", "area_code", "day"),
)
"""One sitting. `adjusted`: changed by hand, so that generating again leaves it alone. `published_at` stays when it is
cancelled: what was once shown is shown as cancelled. `note` is for the staff: why somebody is away is not published."""

reception_leaders = Table(
    "reception_leaders",
    metadata,
    Column("reception_id", String(32), ForeignKey("receptions.id"), primary_key=True),
    Column("leader_id", String(64), ForeignKey("leaders.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_reception_leaders_leader_id", "leader_id"),
)

reception_slots = Table(
    "reception_slots",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("reception_id", String(32), ForeignKey("receptions.id"), nullable=False),
    Column("starts_at", Moment, nullable=False, index=True),
    Column("ends_at", Moment, nullable=False),
    Column("closed", Boolean, nullable=False),
    UniqueConstraint("reception_id", "starts_at"),
)

reception_seats = Table(
    "reception_seats",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("slot_id", String(32), ForeignKey("reception_slots.id"), nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("slot_id", "number"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("person_id", String(32), index=True),
    Column("reception_id", String(32), ForeignKey("receptions.id"), nullable=False, index=True),
    Column("slot_id", String(32), ForeignKey("reception_slots.id"), index=True),
    Column("seat_id", String(32), ForeignKey("reception_seats.id")),
    Column("state", String(16), nullable=False),
    Column("hold_until", Moment),
    Column("walk_in", Boolean, nullable=False),
    Column("queue_number", Integer),
    Column("case_id", String(32), ForeignKey("cases.id"), index=True),
    Column("matter", String(32), nullable=False),
    Column("companions", Integer, nullable=False),
    Column("group_size", Integer, nullable=False),
    Column("details_sealed", Text),
    Column("phone_index", String(64), index=True),
    Column("reply", String(8)),
    Column("replaced_by", String(32), ForeignKey("bookings.id")),
    Column("sequence", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("arrived_at", Moment),
    Column("closed_at", Moment),
    Column("reason", String(200)),
    UniqueConstraint("reception_id", "queue_number"),
    Index("ix_bookings_state_hold_until", "state", "hold_until"),
    Index("uq_bookings_seat_id", "seat_id", unique=True, sqlite_where=_SEATED, postgresql_where=_SEATED),
)
"""A held or confirmed seat, or a walk-in (no slot, no seat, a number in the reception's queue)."""

waiting = Table(
    "waiting",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("reception_id", String(32), ForeignKey("receptions.id"), nullable=False),
    Column("slot_id", String(32), ForeignKey("reception_slots.id")),
    Column("person_id", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("details_sealed", Text),
    Column("case_id", String(32), ForeignKey("cases.id")),
    Column("booking_id", String(32), ForeignKey("bookings.id")),
    Column("offer_until", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_waiting_reception_id_state", "reception_id", "state"),
    Index("ix_waiting_state_offer_until", "state", "offer_until"),
    Index(
        "uq_waiting_person_id_reception_id",
        "person_id",
        "reception_id",
        unique=True,
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    ),
)
"""Who waits for which reception, in the order of `position`; slot_id says that only this slot would do."""

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("booking_id", String(32), ForeignKey("bookings.id"), nullable=False, unique=True),
    Column("case_id", String(32), ForeignKey("cases.id"), index=True),
    Column("kind", String(16), nullable=False),
    Column("unit_id", String(64), ForeignKey("units.id")),
    Column("due_at", Moment),
    Column("words_sealed", Text),
    Column("decided_at", Moment, nullable=False),
    Column("settled_at", Moment),
)

reminders = Table(
    "reminders",
    metadata,
    Column("booking_id", String(32), ForeignKey("bookings.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
)
"""What somebody was reminded of, once each."""
