"""The day of a reception in the tables: who is expected, who is there, who was reminded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import State
from backend.domain.reception.visits import Visitor
from backend.pii import Vault
from backend.records.bookings import Told
from backend.records.reception_tables import bookings, reception_slots, receptions, reminders
from backend.records.statements import insert_or_ignore

ON_THE_LIST = (State.BOOKED, State.ARRIVED, State.RECEIVED, State.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of the receptionist's list: somebody who booked, or came without."""

    id: str
    code: str
    reception_id: str
    state: State
    matter: str
    companions: int
    group_size: int
    number: int | None
    starts_at: datetime | None
    arrived_at: datetime | None
    told: Told = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A booking that lies ahead, as reminders see it."""

    id: str
    starts_at: datetime
    confirmed_at: datetime


class Visits:
    """Reads across slots and bookings, and the table of reminders."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def expected(self, reception_ids: Iterable[str]) -> list[Expected]:
        """Everybody who booked or came, by their time and then by number."""
        query = (
            select(bookings, reception_slots.c.starts_at)
            .outerjoin(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(bookings.c.reception_id.in_(tuple(reception_ids)), bookings.c.state.in_(ON_THE_LIST))
            .order_by(reception_slots.c.starts_at, bookings.c.queue_number, bookings.c.id)
        )
        return [self._expected(row) for row in await self._db.execute(query)]

    async def there(self, reception_id: str) -> list[Visitor]:
        """Who is there and waits."""
        query = (
            select(bookings.c.id, bookings.c.arrived_at, bookings.c.queue_number, reception_slots.c.starts_at)
            .outerjoin(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(bookings.c.reception_id == reception_id, bookings.c.state == State.ARRIVED)
        )
        return [
            Visitor(row.id, row.arrived_at, row.queue_number or 0, row.starts_at)
            for row in await self._db.execute(query)
        ]

    async def next_number(self, reception_id: str) -> int:
        """The next number of a reception's queue; whoever takes it first has it, others must ask again."""
        query = select(func.max(bookings.c.queue_number)).where(bookings.c.reception_id == reception_id)
        return ((await self._db.execute(query)).scalar_one_or_none() or 0) + 1

    async def missed(self, begun_by: datetime, limit: int) -> list[str]:
        """Bookings whose time began at or before then and who have not come, the longest ago first; locked.

        Those that somebody else works on right now are left for the next time.
        """
        query = (
            select(bookings.c.id)
            .join(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(bookings.c.state == State.BOOKED, reception_slots.c.starts_at <= begun_by)
            .order_by(reception_slots.c.starts_at, bookings.c.id)
            .limit(limit)
            .with_for_update(of=bookings, skip_locked=True)
        )
        return list((await self._db.execute(query)).scalars())

    async def left_open(self, before: str, limit: int) -> list[str]:
        """Bookings of receptions before a day (2026-12-01) that still stand as waiting there; locked as in missed."""
        query = (
            select(bookings.c.id)
            .join(receptions, receptions.c.id == bookings.c.reception_id)
            .where(bookings.c.state == State.ARRIVED, receptions.c.day < before)
            .order_by(bookings.c.id)
            .limit(limit)
            .with_for_update(of=bookings, skip_locked=True)
        )
        return list((await self._db.execute(query)).scalars())

    async def ahead(self, now: datetime, until: datetime) -> list[Ahead]:
        """Bookings between two times, the earliest first."""
        query = (
            select(bookings.c.id, bookings.c.confirmed_at, reception_slots.c.starts_at)
            .join(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(
                bookings.c.state == State.BOOKED,
                bookings.c.confirmed_at.is_not(None),
                reception_slots.c.starts_at > now,
                reception_slots.c.starts_at <= until,
            )
            .order_by(reception_slots.c.starts_at, bookings.c.id)
        )
        return [Ahead(row.id, row.starts_at, row.confirmed_at) for row in await self._db.execute(query)]

    async def reminded(self, booking_ids: Sequence[str]) -> set[tuple[str, str]]:
        """What these bookings have been reminded of: booking and kind."""
        query = select(reminders.c.booking_id, reminders.c.kind).where(reminders.c.booking_id.in_(booking_ids))
        return {(row.booking_id, row.kind) for row in await self._db.execute(query)}

    async def remind(self, booking_id: str, kinds: Iterable[str], now: datetime) -> int:
        """Note that these reminders are told; how many of them were not yet."""
        new = 0
        for kind in kinds:
            values = {"booking_id": booking_id, "kind": kind, "at": now}
            new += (await self._db.execute(insert_or_ignore(self._db, reminders).values(values))).rowcount
        return new

    def _expected(self, row: Row[Any]) -> Expected:
        sealed = row.details_sealed
        told = Told.from_json(self._vault.open(sealed, f"bookings/details/{row.id}")) if sealed else Told()
        return Expected(
            id=row.id,
            code=row.code,
            reception_id=row.reception_id,
            state=State(row.state),
            matter=row.matter,
            companions=row.companions,
            group_size=row.group_size,
            number=row.queue_number,
            starts_at=row.starts_at,
            arrived_at=row.arrived_at,
            told=told,
        )
