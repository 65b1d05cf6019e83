"""The tables. A column named `*_sealed` holds AES-GCM values, one named `*_index` a keyed hash (see backend/pii.py).

Ids are strings made by the caller. Times are UTC. Migrations make these tables; a test compares the two.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware point in time, kept as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone."""
        if value is None:
            return None
        there = value.astimezone(UTC)
        return there.replace(tzinfo=None) if dialect.name == "sqlite" else there

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only in an INTEGER primary key.
Serial = BigInteger().with_variant(Integer, "sqlite")

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value_sealed", Text, nullable=False),
)

areas = Table(
    "areas",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("level", String(16), nullable=False),
    Column("parent", String(32), ForeignKey("areas.code")),
    Column("aliases", JSON, nullable=False),
    Column("lat", Float),
    Column("lng", Float),
)

units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("area_code", String(32), ForeignKey("areas.code"), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("hours", String(64), nullable=False),
    UniqueConstraint("area_code", "kind"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("unit_id", String(64), ForeignKey("units.id"), nullable=False, index=True),
    Column("name_sealed", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("duty_days", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("openid_index", String(64), unique=True),
    Column("openid_sealed", Text),
    Column("bound_at", Moment),
)

binding_codes = Table(
    "binding_codes",
    metadata,
    Column("code_index", String(64), primary_key=True),
    Column("staff_id", String(64), ForeignKey("staff.id"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("openid_index", String(64), nullable=False, unique=True),
    Column("openid_sealed", Text, nullable=False),
    Column("consent_version", String(32)),
    Column("created_at", Moment, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("person_id", String(32), nullable=False, index=True),
    Column("version", String(32)),
    Column("given", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("who_index", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("since", Moment, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("who_index", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_index", String(64), nullable=False),
    Column("status", Integer),
    Column("body_sealed", Text),
    Column("created_at", Moment, nullable=False, index=True),
)

case_counts = Table(
    "case_counts",
    metadata,
    Column("prefix", String(2), primary_key=True),
    Column("day", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("person_id", String(32), nullable=False, index=True),
    Column("dispute_type", String(32), nullable=False),
    Column("area_code", String(32), ForeignKey("areas.code")),
    Column("unit_id", String(64), ForeignKey("units.id"), nullable=False),
    Column("owner_id", String(64), ForeignKey("staff.id"), index=True),
    Column("refusers", JSON, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("urgent", Boolean, nullable=False),
    Column("result", String(16)),
    Column("person_count", Integer),
    Column("words_sealed", Text),
    Column("contact_sealed", Text),
    Column("phone_index", String(64), index=True),
    Column("opened_at", Moment, nullable=False),
    Column("last_urged_at", Moment),
    Column("closed_at", Moment, index=True),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", String(32), ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("announced", Boolean, nullable=False),
    Column("met_at", Moment),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("case_id", String(32), ForeignKey("cases.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    Column("note_id", String(32)),
    Index("ix_case_events_case_id_id", "case_id", "id"),
)
"""The timeline: triggers refuse to change or delete a line. What people wrote is in `notes`, where it can be erased."""

notes = Table(
    "notes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", String(32), ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("text_sealed", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)


def _queued() -> list[Column[object]]:
    """What a table needs to be a queue: see records/queues.py."""
    return [
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("available_at", Moment, nullable=False),
        Column("claim", String(64)),
        Column("lease_until", Moment),
        Column("error", String(200)),
        Column("created_at", Moment, nullable=False),
        Column("done_at", Moment),
    ]


outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("name", String(32), nullable=False),
    Column("payload", JSON, nullable=False),
    *_queued(),
    Index("ix_outbox_state_available_at", "state", "available_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("outbox_id", BigInteger, nullable=False),
    Column("notice", String(32), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("recipient_id", String(64), nullable=False, index=True),
    Column("case_id", String(32), ForeignKey("cases.id")),
    Column("about", String(64)),
    Column("dropped", JSON, nullable=False),
    Column("channel", String(16)),
    Column("msg_id", String(64), index=True),
    Column("receipt", String(32)),
    *_queued(),
    UniqueConstraint("outbox_id", "notice", "recipient_id"),
    Index("ix_deliveries_state_available_at", "state", "available_at"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", String(32), ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("error", String(200)),
    Column("msg_id", String(64)),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", String(32), ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("detail_sealed", Text),
    Column("content_type", String(64)),
    Column("size", Integer),
    Column("content_sealed", LargeBinary),
    *_queued(),
    Index("ix_attachments_state_available_at", "state", "available_at"),
)
