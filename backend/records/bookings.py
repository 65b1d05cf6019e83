"""Bookings. What people told is sealed in one JSON value; who sits where is decided by the index on seats taken."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import OVER, Booking, Reason, State
from backend.domain.reception.limits import Made
from backend.pii import Vault
from backend.records.reception_tables import bookings, reception_slots, reminders
from backend.records.seats import ran_out
from backend.records.statements import insert_or_ignore
from backend.records.tables import people


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told when booking, and later why it was cancelled."""

    matter: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    on_behalf_of: str = field(default="", repr=False)
    cancel_reason: str = field(default="", repr=False)

    def to_json(self) -> str:
        """What is sealed."""
        return json.dumps({name: getattr(self, name) for name in Told.__dataclass_fields__}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Told":
        """What was sealed."""
        return cls(**json.loads(text))


class Bookings:
    """The table of bookings."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def add(self, booking: Booking, told: Told | None = None) -> bool:
        """Keep a new booking; False if its seat, its code or its number in the queue is taken."""
        values = {"id": booking.id, **_row(booking), **self._told(booking.id, told)}
        return (await self._db.execute(insert_or_ignore(self._db, bookings).values(values))).rowcount == 1

    async def save(self, booking: Booking) -> None:
        """Keep a changed booking that stays on its seat or leaves it; it must have been read locked."""
        await self._db.execute(update(bookings).where(bookings.c.id == booking.id).values(_row(booking)))

    async def reseat(self, booking: Booking) -> bool:
        """Keep a booking that takes another seat; False if that is taken, and then nothing is changed."""
        try:
            async with self._db.begin_nested():
                await self.save(booking)
        except IntegrityError:
            return False
        return True

    async def replace(self, booking_id: str, by: str) -> None:
        """Note that another booking took the place of this one."""
        await self._db.execute(update(bookings).where(bookings.c.id == booking_id).values(replaced_by=by))

    async def tell(self, booking_id: str, told: Told) -> None:
        """Keep what somebody told, in place of what was told before."""
        mine = bookings.c.id == booking_id
        await self._db.execute(update(bookings).where(mine).values(self._told(booking_id, told)))

    async def told(self, booking_id: str) -> Told | None:
        """What somebody told, None once erased."""
        query = select(bookings.c.details_sealed).where(bookings.c.id == booking_id)
        sealed = (await self._db.execute(query)).scalar_one_or_none()
        return None if sealed is None else Told.from_json(self._vault.open(sealed, _context(booking_id)))

    async def get(self, booking_id: str, *, lock: bool = False) -> Booking | None:
        """A booking by id; `lock` holds others off until the transaction ends."""
        return await self._one(bookings.c.id == booking_id, lock=lock)

    async def by_code(self, code: str, *, lock: bool = False) -> Booking | None:
        """A booking by its code."""
        return await self._one(bookings.c.code == code, lock=lock)

    async def made_by(self, person_id: str) -> list[Made]:
        """All seats a person ever took, the earliest slot first."""
        query = (
            select(bookings, reception_slots.c.starts_at, reception_slots.c.ends_at)
            .join(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(bookings.c.person_id == person_id)
            .order_by(reception_slots.c.starts_at, bookings.c.id)
        )
        return [_made(row) for row in await self._db.execute(query)]

    async def to_come(self, person_id: str, now: datetime) -> list[Booking]:
        """A person's bookings that lie ahead, the earliest first."""
        return [
            booking for one in await self.made_by(person_id) if one.to_come(now) and (booking := await self.get(one.id))
        ]

    async def of_reception(self, reception_id: str, states: Collection[State]) -> list[Booking]:
        """The bookings of a reception in these states, the earliest slot first, then as they were confirmed; locked."""
        query = (
            select(bookings)
            .join(reception_slots, reception_slots.c.id == bookings.c.slot_id)
            .where(bookings.c.reception_id == reception_id, bookings.c.state.in_(states))
            .order_by(reception_slots.c.starts_at, bookings.c.confirmed_at, bookings.c.id)
            .with_for_update(of=bookings)
        )
        return [_booking(row) for row in await self._db.execute(query)]

    async def ran_out(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Booking and slot of holds whose time is over, the longest first."""
        query = (
            select(bookings.c.id, bookings.c.slot_id).where(ran_out(now)).order_by(bookings.c.hold_until).limit(limit)
        )
        return [(row.id, row.slot_id) for row in await self._db.execute(query)]

    async def forget_reminders(self, booking_id: str) -> None:
        """Nobody was reminded yet: the time is another one."""
        await self._db.execute(delete(reminders).where(reminders.c.booking_id == booking_id))

    async def erase(self, booking_ids: Iterable[str]) -> None:
        """Erase what was told with these bookings; when and whether somebody came stays."""
        nothing = {"details_sealed": None, "phone_index": None}
        await self._db.execute(update(bookings).where(bookings.c.id.in_(tuple(booking_ids))).values(nothing))

    async def told_too_long(self, before: datetime, limit: int) -> list[str]:
        """Bookings over since before then, or whose person has left, that still hold what was told."""
        left = and_(
            bookings.c.person_id.is_not(None), ~exists().where(people.c.id == bookings.c.person_id).correlate(bookings)
        )
        old = bookings.c.state.in_(OVER) & bookings.c.details_sealed.is_not(None)
        query = select(bookings.c.id).where(old, left | (bookings.c.closed_at < before)).limit(limit)
        return list((await self._db.execute(query)).scalars())

    def _told(self, booking_id: str, told: Told | None) -> Mapping[str, Any]:
        if told is None:
            return {}
        return {
            "details_sealed": self._vault.seal(told.to_json(), _context(booking_id)),
            "phone_index": self._vault.index("phone", told.phone) if told.phone else None,
        }

    async def _one(self, condition: ColumnElement[bool], *, lock: bool) -> Booking | None:
        query = select(bookings).where(condition)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return _booking(row) if row else None


_PLAIN = tuple(name for name in Booking.__dataclass_fields__ if name not in {"id", "state", "reason", "facts"})
"""Columns that are kept as the booking has them."""


def _row(booking: Booking) -> dict[str, Any]:
    plain = {name: getattr(booking, name) for name in _PLAIN}
    return {**plain, "state": str(booking.state), "reason": booking.reason and str(booking.reason)}


def _booking(row: Row[Any]) -> Booking:
    plain = {name: getattr(row, name) for name in _PLAIN}
    reason = Reason(row.reason) if row.reason else None
    return Booking(id=row.id, state=State(row.state), reason=reason, **plain)


def _made(row: Row[Any]) -> Made:
    return Made(
        id=row.id,
        slot_id=row.slot_id,
        reception_id=row.reception_id,
        state=State(row.state),
        matter=row.matter,
        case_id=row.case_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=Reason(row.reason) if row.reason else None,
    )


def _context(booking_id: str) -> str:
    return f"bookings/details/{booking_id}"
