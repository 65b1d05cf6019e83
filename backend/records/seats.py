"""Slots and their seats as booking sees them: locking a slot, and picking a seat nobody sits on.

Whoever takes a seat shares the slot's lock with others who do; whoever frees a seat, waits for one or offers one has it
alone. So nobody takes what somebody on the waiting list is about to be offered. Several slots are locked in the order
of their ids, always after the person, never twice: two who change places do not wait for each other.
The lock orders, it does not decide: that is the unique index on the seats taken (see reception_tables.py).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import SEATED, State
from backend.records.reception_tables import bookings, reception_seats, reception_slots, receptions

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class SlotToBook:
    """A slot with what its reception says of it. open: published, not cancelled and not closed by hand."""

    id: str
    reception_id: str
    starts_at: datetime
    ends_at: datetime
    open: bool
    rule: str
    area_code: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat that can be taken; `ran_out` is the hold that still stands on it though its time is over."""

    id: str
    ran_out: str | None


class Seats:
    """The tables of slots and seats."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def slot(self, slot_id: str) -> SlotToBook | None:
        """A slot as it is; not locked."""
        return _slot((await self._db.execute(_slots().where(reception_slots.c.id == slot_id))).first())

    async def lock(self, shared: Collection[str] = (), alone: Collection[str] = ()) -> dict[str, SlotToBook]:
        """Lock slots until the transaction ends: `shared` to take seats, `alone` for all else; unknown ones are out."""
        found: dict[str, SlotToBook] = {}
        for slot_id in sorted({*shared, *alone}):
            query = _slots().where(reception_slots.c.id == slot_id)
            row = (await self._db.execute(query.with_for_update(read=slot_id not in alone, of=reception_slots))).first()
            slot = _slot(row)
            if slot is not None:
                found[slot_id] = slot
        return found

    async def lock_idle(self, slot_ids: Iterable[str]) -> dict[str, SlotToBook]:
        """Lock these slots alone, without those that somebody else works with right now."""
        query = _slots().where(reception_slots.c.id.in_(tuple(slot_ids))).order_by(reception_slots.c.id)
        rows = await self._db.execute(query.with_for_update(skip_locked=True, of=reception_slots))
        return {row.id: slot for row in rows if (slot := _slot(row))}

    async def of_reception(self, reception_id: str) -> list[str]:
        """The ids of a reception's slots."""
        query = select(reception_slots.c.id).where(reception_slots.c.reception_id == reception_id)
        return list((await self._db.execute(query)).scalars())

    async def pick(self, slot_id: str, now: datetime) -> FreeSeat | None:
        """A seat of the slot that seems free, its row locked so that others pick another; None if there is none.

        It may have been taken a moment ago: taking it then fails at the index, and the next picking knows.
        """
        taken = and_(bookings.c.seat_id == reception_seats.c.id, bookings.c.state.in_(SEATED))
        query = (
            select(reception_seats.c.id, bookings.c.id.label("ran_out"))
            .outerjoin(bookings, taken)
            .where(reception_seats.c.slot_id == slot_id, or_(bookings.c.id.is_(None), ran_out(now)))
            .order_by(bookings.c.id.is_not(None), reception_seats.c.number)
            .limit(1)
            .with_for_update(skip_locked=True, of=reception_seats)
        )
        row = (await self._db.execute(query)).first()
        return FreeSeat(row.id, row.ran_out) if row else None


def ran_out(now: datetime) -> ColumnElement[bool]:
    """A hold whose time is over."""
    return and_(bookings.c.state == State.HELD, bookings.c.hold_until <= now)


def _slots() -> Select[Any]:
    return select(
        reception_slots,
        receptions.c.state.label("reception_state"),
        receptions.c.rule,
        receptions.c.area_code,
        receptions.c.unit_id,
    ).join(receptions, receptions.c.id == reception_slots.c.reception_id)


def _slot(row: Row[Any] | None) -> SlotToBook | None:
    if row is None:
        return None
    return SlotToBook(
        id=row.id,
        reception_id=row.reception_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        open=row.reception_state == PUBLISHED and not row.closed,
        rule=row.rule,
        area_code=row.area_code,
        unit_id=row.unit_id,
    )
