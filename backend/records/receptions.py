"""The calendar of receptions: sittings, their leaders, slots and seats."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, insert, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.sessions import Leader, Reception, Shown, Slot
from backend.records.leaders import as_leader
from backend.records.reception_tables import (
    SEATED,
    bookings,
    leaders,
    reception_leaders,
    reception_seats,
    reception_slots,
    receptions,
    waiting,
)

NOTE_MAX = 200
SLOTS_MAX = 400
"""How many free slots one search looks at."""

_LOCK = 0x48_57_52  # any number, the same in every process
Maker = Callable[[], str]
"""Where new ids come from."""


def taking(now: datetime) -> ColumnElement[bool]:
    """A booking that takes its seat now: one that is seated, or a hold that has not run out."""
    seated = bookings.c.state.in_([state for state in SEATED if state != "held"])
    return seated | ((bookings.c.state == "held") & (bookings.c.hold_until > now))


@dataclass(frozen=True, slots=True)
class Sought:
    """Which slots are looked for.

    They begin at `after` or later and before `until`; with `during`, they also overlap that span (both ends included).
    leaders, areas: of one of these; none means of any. joint: where several receive together. most: how many are
    looked at.
    """

    after: datetime
    until: datetime
    during: tuple[datetime, datetime] | None = None
    leaders: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    most: int = SLOTS_MAX
    joint: bool = False


class Receptions:
    """The tables receptions, reception_leaders, reception_slots and reception_seats."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def month(self, month: str, now: datetime, *, shown: bool = False) -> list[Reception]:
        """All receptions of `2026-12` by day; shown: only those that were ever published."""
        public = receptions.c.published_at.is_not(None) if shown else true()
        return await self._all(now, receptions.c.month == month, public)

    async def shown_months(self) -> list[str]:
        """The months of which something was published, the oldest first."""
        query = select(receptions.c.month).where(receptions.c.published_at.is_not(None)).distinct()
        return sorted((await self._db.execute(query)).scalars())

    async def get(self, reception_id: str, now: datetime) -> Reception | None:
        """One reception."""
        found = await self._all(now, receptions.c.id == reception_id)
        return found[0] if found else None

    async def of_slot(self, slot_id: str, now: datetime) -> Reception | None:
        """The reception that a slot belongs to."""
        mine = select(reception_slots.c.reception_id).where(reception_slots.c.id == slot_id)
        found = await self._all(now, receptions.c.id.in_(mine))
        return found[0] if found else None

    async def on(self, first: date, until: date, now: datetime) -> list[Reception]:
        """All receptions from one day to another, both included."""
        return await self._all(now, receptions.c.day.between(first.isoformat(), until.isoformat()))

    async def these(self, ids: Iterable[str], now: datetime) -> list[Reception]:
        """Several receptions by day."""
        return await self._all(now, receptions.c.id.in_(tuple(ids)))

    async def lock(self) -> None:
        """Let nobody else make or publish calendars before this transaction ends."""
        if self._db.dialect.name == "postgresql":
            await self._db.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})

    async def last_before(self, month: str) -> dict[tuple[str, str], str]:
        """By rule and area, who received last before this month."""
        newest = (
            select(receptions.c.rule, receptions.c.area_code, func.max(receptions.c.day).label("day"))
            .where(receptions.c.month < month)
            .group_by(receptions.c.rule, receptions.c.area_code)
            .subquery()
        )
        query = (
            select(receptions.c.rule, receptions.c.area_code, reception_leaders.c.leader_id)
            .join(
                newest,
                (receptions.c.rule == newest.c.rule)
                & (receptions.c.area_code == newest.c.area_code)
                & (receptions.c.day == newest.c.day),
            )
            .join(reception_leaders, reception_leaders.c.reception_id == receptions.c.id)
            .where(reception_leaders.c.position == 0)
        )
        return {(row.rule, row.area_code): row.leader_id for row in await self._db.execute(query)}

    async def add(self, made: Iterable[Reception], seat_id: Maker) -> None:
        """Put receptions in, with their leaders, slots and as many seats as each slot says."""
        rows = list(made)
        if not rows:
            return
        slots = [(one.id, slot) for one in rows for slot in one.slots]
        seats = [_seat(seat_id(), slot.id, number) for _, slot in slots for number in range(1, slot.seats + 1)]
        named = [_named(one.id, position, leader) for one in rows for position, leader in enumerate(one.leaders)]
        await self._insert(receptions, [_values(one) for one in rows])
        await self._insert(reception_leaders, named)
        await self._insert(reception_slots, [_slot_values(owner, slot) for owner, slot in slots])
        await self._insert(reception_seats, seats)

    async def remove(self, ids: Iterable[str]) -> None:
        """Take drafts out that nobody ever booked."""
        gone = tuple(ids)
        slots = select(reception_slots.c.id).where(reception_slots.c.reception_id.in_(gone))
        await self._db.execute(delete(reception_seats).where(reception_seats.c.slot_id.in_(slots)))
        await self._db.execute(delete(reception_slots).where(reception_slots.c.reception_id.in_(gone)))
        await self._db.execute(delete(reception_leaders).where(reception_leaders.c.reception_id.in_(gone)))
        await self._db.execute(delete(receptions).where(receptions.c.id.in_(gone)))

    async def publish(self, month: str, now: datetime) -> int:
        """Make the month's drafts public; how many those were."""
        mine = (receptions.c.month == month) & (receptions.c.state == Shown.DRAFT)
        values = {"state": str(Shown.PUBLISHED), "published_at": now, "updated_at": now}
        return (await self._db.execute(update(receptions).where(mine).values(values))).rowcount

    async def change(self, reception_id: str, now: datetime, **values: Any) -> None:  # noqa: ANN401 - columns
        """Change a reception by hand: its sequence grows, and generating leaves it alone from now on."""
        if values.get("note"):
            values["note"] = values["note"][:NOTE_MAX]
        change = {
            **values,
            "sequence": receptions.c.sequence + 1,
            "adjusted": True,
            "updated_at": now,
        }
        await self._db.execute(update(receptions).where(receptions.c.id == reception_id).values(change))

    async def seat_leaders(self, reception_id: str, chosen: Iterable[Leader]) -> None:
        """Let these receive instead."""
        mine = reception_leaders.c.reception_id == reception_id
        await self._db.execute(delete(reception_leaders).where(mine))
        rows = [_named(reception_id, position, leader) for position, leader in enumerate(chosen)]
        await self._insert(reception_leaders, rows)

    async def close_slot(self, slot_id: str, *, closed: bool) -> None:
        """Close a slot to bookings, or open it again."""
        await self._db.execute(update(reception_slots).where(reception_slots.c.id == slot_id).values(closed=closed))

    async def add_seats(self, slot_id: str, numbers: Iterable[int], seat_id: Maker) -> None:
        """More seats, by their numbers."""
        await self._insert(reception_seats, [_seat(seat_id(), slot_id, number) for number in numbers])

    async def seats(self, slot_id: str, now: datetime) -> list[tuple[str, int, bool]]:
        """A slot's seats by number, locked: id, number, and whether somebody sits there."""
        rows = (
            await self._db.execute(
                select(reception_seats)
                .where(reception_seats.c.slot_id == slot_id)
                .order_by(reception_seats.c.number)
                .with_for_update()
            )
        ).all()
        query = select(bookings.c.seat_id).where(bookings.c.slot_id == slot_id, taking(now))
        taken = set((await self._db.execute(query)).scalars())
        return [(row.id, row.number, row.id in taken) for row in rows]

    async def drop_seats(self, seat_ids: Iterable[str]) -> None:
        """Take free seats away; what once was booked on them keeps its slot. IntegrityError if somebody sits there."""
        gone = tuple(seat_ids)
        over = bookings.c.seat_id.in_(gone) & bookings.c.state.not_in(SEATED)
        await self._db.execute(update(bookings).where(over).values(seat_id=None))
        await self._db.execute(delete(reception_seats).where(reception_seats.c.id.in_(gone)))

    async def free(self, sought: Sought, now: datetime) -> list[tuple[str, Slot]]:
        """Open slots of published receptions with a seat that nobody has or waits for, by time.

        Each with the id of its reception.
        """
        waited = exists().where(waiting.c.slot_id == reception_slots.c.id, waiting.c.state == "waiting")
        open_now = (receptions.c.state == Shown.PUBLISHED) & reception_slots.c.closed.is_(False)
        query = (
            select(reception_slots)
            .join(receptions, receptions.c.id == reception_slots.c.reception_id)
            .where(open_now, _has_free_seat(now), ~waited, *_where(sought))
            .order_by(reception_slots.c.starts_at, receptions.c.area_code, receptions.c.rule)
            .limit(sought.most)
        )
        return [
            (row.reception_id, Slot(row.id, row.starts_at, row.ends_at, seats=1))
            for row in await self._db.execute(query)
        ]

    async def _all(self, now: datetime, *conditions: ColumnElement[bool]) -> list[Reception]:
        order = (receptions.c.day, receptions.c.area_code, receptions.c.rule, receptions.c.id)
        rows = (await self._db.execute(select(receptions).where(*conditions).order_by(*order))).all()
        mine = select(receptions.c.id).where(*conditions)
        named = await self._leaders(mine)
        slots = await self._slots(mine, now)
        return [_reception(row, named[row.id], slots[row.id]) for row in rows]

    async def _leaders(self, ids: Any) -> Mapping[str, list[Leader]]:  # noqa: ANN401 - a query
        query = (
            select(reception_leaders.c.reception_id, leaders)
            .join(leaders, leaders.c.id == reception_leaders.c.leader_id)
            .where(reception_leaders.c.reception_id.in_(ids))
            .order_by(reception_leaders.c.reception_id, reception_leaders.c.position)
        )
        found: defaultdict[str, list[Leader]] = defaultdict(list)
        for row in await self._db.execute(query):
            found[row.reception_id].append(as_leader(row))
        return found

    async def _slots(self, ids: Any, now: datetime) -> Mapping[str, list[Slot]]:  # noqa: ANN401 - a query
        mine = reception_slots.c.reception_id.in_(ids)
        sitting = (
            select(bookings.c.seat_id)
            .where(bookings.c.reception_id.in_(ids), bookings.c.seat_id.is_not(None), taking(now))
            .subquery()
        )
        query = (
            select(
                reception_slots,
                func.count(reception_seats.c.id).label("seats"),
                func.count(sitting.c.seat_id).label("taken"),
            )
            .outerjoin(reception_seats, reception_seats.c.slot_id == reception_slots.c.id)
            .outerjoin(sitting, sitting.c.seat_id == reception_seats.c.id)
            .where(mine)
            .group_by(reception_slots.c.id)
            .order_by(reception_slots.c.reception_id, reception_slots.c.starts_at)
        )
        found: defaultdict[str, list[Slot]] = defaultdict(list)
        for row in await self._db.execute(query):
            found[row.reception_id].append(Slot(row.id, row.starts_at, row.ends_at, row.closed, row.seats, row.taken))
        return found

    async def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._db.execute(insert(table), rows)


def _where(sought: Sought) -> list[ColumnElement[bool]]:
    found = [reception_slots.c.starts_at >= sought.after, reception_slots.c.starts_at < sought.until]
    if sought.during is not None:
        begins, ends = sought.during
        found += [reception_slots.c.starts_at <= ends, reception_slots.c.ends_at > begins]
    if sought.areas:
        found.append(receptions.c.area_code.in_(sought.areas))
    if sought.leaders:
        named = reception_leaders.c.leader_id.in_(sought.leaders)
        found.append(exists().where(reception_leaders.c.reception_id == receptions.c.id, named))
    if sought.joint:
        second = reception_leaders.c.position > 0
        found.append(exists().where(reception_leaders.c.reception_id == receptions.c.id, second))
    return found


def _has_free_seat(now: datetime) -> ColumnElement[bool]:
    taken = exists().where(bookings.c.seat_id == reception_seats.c.id, taking(now))
    return exists().where(reception_seats.c.slot_id == reception_slots.c.id, ~taken)


def _values(one: Reception) -> dict[str, Any]:
    return {
        "id": one.id,
        "month": one.month,
        "day": one.day.isoformat(),
        "rule": one.rule,
        "level": one.level,
        "area_code": one.area_code,
        "unit_id": one.unit_id,
        "title": one.title,
        "state": str(one.state),
        "sequence": one.sequence,
        "adjusted": one.adjusted,
        "note": one.note,
        "published_at": one.published_at,
        "updated_at": one.updated_at,
    }


def _slot_values(reception_id: str, slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "reception_id": reception_id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "closed": slot.closed,
    }


def _seat(seat_id: str, slot_id: str, number: int) -> dict[str, Any]:
    return {"id": seat_id, "slot_id": slot_id, "number": number}


def _named(reception_id: str, position: int, leader: Leader) -> dict[str, Any]:
    return {"reception_id": reception_id, "leader_id": leader.id, "position": position}


def _reception(row: Any, named: list[Leader], slots: list[Slot]) -> Reception:  # noqa: ANN401 - a row of the table
    return Reception(
        id=row.id,
        day=date.fromisoformat(row.day),
        rule=row.rule,
        level=row.level,
        area_code=row.area_code,
        unit_id=row.unit_id,
        title=row.title,
        state=Shown(row.state),
        updated_at=row.updated_at,
        sequence=row.sequence,
        adjusted=row.adjusted,
        note=row.note,
        published_at=row.published_at,
        leaders=tuple(named),
        slots=tuple(slots),
    )
