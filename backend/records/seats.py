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

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import SEATED, State
from backend.domain.reception.sessions import Shown
from backend.domain.reception.waiting import WAITS, WaitState
from backend.records.reception_tables import (
    bookings,
    leaders,
    reception_leaders,
    reception_seats,
    reception_slots,
    receptions,
    waiting,
)
from backend.records.tables import people


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


@dataclass(frozen=True, slots=True)
class Seen:
    """A slot, and whether it is surely full for somebody: they agreed, hold nothing there, and nothing is free."""

    slot: SlotToBook
    full: bool


class Seats:
    """The tables of slots and seats."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def slot(self, slot_id: str) -> SlotToBook | None:
        """A slot as it is; not locked."""
        return (await self._these([slot_id])).get(slot_id)

    async def glance(self, slot_id: str, openid_index: str, now: datetime) -> Seen | None:
        """What one look tells about a slot and a person; nothing is locked."""
        taken = and_(bookings.c.seat_id == reception_seats.c.id, bookings.c.state.in_(SEATED), ~ran_out(now))
        free = exists().where(reception_seats.c.slot_id == slot_id, ~exists().where(taken))
        waited = exists().where(waiting.c.slot_id == slot_id, waiting.c.state == WaitState.WAITING)
        me = people.c.openid_index == openid_index
        holds = exists().where(
            me, bookings.c.person_id == people.c.id, bookings.c.slot_id == slot_id, bookings.c.state == State.HELD
        )
        agreed = exists().where(me, people.c.consent_version.is_not(None))
        full = and_(or_(~free, waited), agreed, ~holds).label("full")
        row = (await self._db.execute(_slots().add_columns(full).where(reception_slots.c.id == slot_id))).first()
        return Seen(_slot(row), bool(row.full)) if row else None

    async def lock(self, shared: Collection[str] = (), alone: Collection[str] = ()) -> dict[str, SlotToBook]:
        """Lock slots until the transaction ends: `shared` to take seats, `alone` for all else; unknown ones are out.

        They are read once they are locked: what was changed while we waited, we see.
        """
        wanted = sorted({*shared, *alone})
        for slot_id in wanted:
            query = select(reception_slots.c.id).where(reception_slots.c.id == slot_id)
            await self._db.execute(query.with_for_update(read=slot_id not in alone))
        return await self._these(wanted)

    async def lock_idle(self, slot_ids: Iterable[str]) -> dict[str, SlotToBook]:
        """Lock these slots alone, without those that somebody else works with right now."""
        query = select(reception_slots.c.id).where(reception_slots.c.id.in_(tuple(slot_ids)))
        locked = query.order_by(reception_slots.c.id).with_for_update(skip_locked=True)
        return await self._these((await self._db.execute(locked)).scalars())

    async def of_reception(self, reception_id: str) -> list[str]:
        """The ids of a reception's slots."""
        query = select(reception_slots.c.id).where(reception_slots.c.reception_id == reception_id)
        return list((await self._db.execute(query)).scalars())

    async def who_receives(self, reception_id: str) -> list[str]:
        """The leaders of a reception as people address them, in their order."""
        query = (
            select(leaders.c.name, leaders.c.post)
            .join(reception_leaders, reception_leaders.c.leader_id == leaders.c.id)
            .where(reception_leaders.c.reception_id == reception_id)
            .order_by(reception_leaders.c.position)
        )
        return [row.name + row.post for row in await self._db.execute(query)]

    async def instead_of(self, slot: SlotToBook, after: datetime, until: datetime) -> list[str]:
        """Open slots of the same rule in which nobody waits, between two times: the same leader first, then near."""
        them = select(reception_leaders.c.leader_id).where(reception_leaders.c.reception_id == slot.reception_id)
        same = exists().where(
            reception_leaders.c.reception_id == receptions.c.id, reception_leaders.c.leader_id.in_(them)
        )
        query = (
            _slots()
            .add_columns(same.label("same_leader"))
            .where(
                receptions.c.state == Shown.PUBLISHED,
                receptions.c.rule == slot.rule,
                receptions.c.area_code == slot.area_code,
                receptions.c.id != slot.reception_id,
                reception_slots.c.closed.is_(False),
                reception_slots.c.starts_at.between(after, until),
                ~exists().where(waiting.c.slot_id == reception_slots.c.id, waiting.c.state.in_(WAITS)),
            )
        )
        rows = sorted(
            await self._db.execute(query),
            key=lambda row: (not row.same_leader, abs(row.starts_at - slot.starts_at), row.starts_at, row.id),
        )
        return [row.id for row in rows]

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

    async def _these(self, slot_ids: Iterable[str]) -> dict[str, SlotToBook]:
        query = _slots().where(reception_slots.c.id.in_(tuple(slot_ids)))
        return {row.id: _slot(row) for row in await self._db.execute(query)}


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


def _slot(row: Row[Any]) -> SlotToBook:
    return SlotToBook(
        id=row.id,
        reception_id=row.reception_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        open=row.reception_state == Shown.PUBLISHED and not row.closed,
        rule=row.rule,
        area_code=row.area_code,
        unit_id=row.unit_id,
    )
