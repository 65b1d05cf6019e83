"""Waiting lists: for each slot, who waits in the order they came. What they told is kept sealed while they wait."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import SEATED, Party
from backend.domain.reception.sessions import Shown
from backend.domain.reception.waiting import WAITS, Waiting, WaitState
from backend.pii import Vault
from backend.records.bookings import Told
from backend.records.reception_tables import bookings, reception_seats, reception_slots, receptions, waiting
from backend.records.statements import insert_or_ignore


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see a leader about, who comes, and what they told."""

    matter: str
    party: Party = Party()  # noqa: RUF009 - it is frozen
    told: Told = field(default_factory=Told, repr=False)
    case_id: str | None = None


class WaitingList:
    """The table of places on waiting lists."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def add(self, entry: Waiting, wanted: Wanted) -> bool:
        """Go to the end of the list; False if the person waits for this reception already."""
        values = {
            **_row(entry),
            "id": entry.id,
            "person_id": entry.person_id,
            "reception_id": entry.reception_id,
            "slot_id": entry.slot_id,
            "case_id": entry.case_id,
            "created_at": entry.created_at,
            "details_sealed": self._vault.seal(_to_json(wanted), _context(entry.id)),
        }
        return (await self._db.execute(insert_or_ignore(self._db, waiting).values(values))).rowcount == 1

    async def save(self, entry: Waiting) -> None:
        """Keep a changed place; what was told is erased when it is over: the booking has it, or nobody needs it."""
        over: dict[str, Any] = {} if entry.waits else {"details_sealed": None}
        await self._db.execute(update(waiting).where(waiting.c.id == entry.id).values({**_row(entry), **over}))

    async def wanted(self, entry: Waiting) -> Wanted | None:
        """What the person wants, None once erased."""
        query = select(waiting.c.details_sealed).where(waiting.c.id == entry.id)
        sealed = (await self._db.execute(query)).scalar_one_or_none()
        return None if sealed is None else _from_json(self._vault.open(sealed, _context(entry.id)), entry.case_id)

    async def get(self, waiting_id: str, *, lock: bool = False) -> Waiting | None:
        """A place by id; `lock` holds others off until the transaction ends."""
        return await self._one(waiting.c.id == waiting_id, lock=lock)

    async def of_offer(self, booking_id: str) -> Waiting | None:
        """The place that this seat was offered to, locked."""
        return await self._one(waiting.c.booking_id == booking_id, lock=True)

    async def of_person(self, person_id: str) -> list[Waiting]:
        """Where a person waits or has an offer, the oldest first."""
        return await self._all(waiting.c.person_id == person_id, waiting.c.state.in_(WAITS))

    async def of_reception(self, reception_id: str) -> list[Waiting]:
        """Who waits for a reception, the longest waiting first; locked."""
        return await self._all(waiting.c.reception_id == reception_id, waiting.c.state.in_(WAITS), lock=True)

    async def queue(self, slot_id: str) -> list[str]:
        """The ids of who waits for the slot without an offer, the longest waiting first."""
        query = select(waiting.c.id).where(_waits_for(slot_id)).order_by(waiting.c.position)
        return list((await self._db.execute(query)).scalars())

    async def first(self, slot_id: str) -> Waiting | None:
        """Who is next; the slot must be locked alone."""
        query = select(waiting).where(_waits_for(slot_id)).order_by(waiting.c.position).limit(1)
        row = (await self._db.execute(query.with_for_update())).first()
        return _entry(row) if row else None

    async def anybody(self, slot_id: str) -> bool:
        """Whether somebody waits for the slot."""
        return (await self._db.execute(select(waiting.c.id).where(_waits_for(slot_id)).limit(1))).first() is not None

    async def to_tend(self, ends: datetime, limit: int) -> list[str]:
        """Slots that somebody waits for where something is to be done, the earliest first.

        It begins before `ends`, does not take place, or has a seat that nobody sits on.
        """
        sits = exists().where(bookings.c.seat_id == reception_seats.c.id, bookings.c.state.in_(SEATED))
        free = exists().where(reception_seats.c.slot_id == reception_slots.c.id, ~sits)
        off = reception_slots.c.closed | (receptions.c.state != Shown.PUBLISHED)
        waits = exists().where(waiting.c.slot_id == reception_slots.c.id, waiting.c.state == WaitState.WAITING)
        query = (
            select(reception_slots.c.id)
            .join(receptions, receptions.c.id == reception_slots.c.reception_id)
            .where(waits, (reception_slots.c.starts_at < ends) | off | free)
            .order_by(reception_slots.c.starts_at, reception_slots.c.id)
            .limit(limit)
        )
        return list((await self._db.execute(query)).scalars())

    async def ahead_of(self, entry: Waiting) -> int:
        """How many waited longer."""
        query = select(func.count()).where(_waits_for(entry.slot_id), waiting.c.position < entry.position)
        return int((await self._db.execute(query)).scalar_one())

    async def _one(self, condition: ColumnElement[bool], *, lock: bool) -> Waiting | None:
        found = await self._all(condition, lock=lock)
        return found[0] if found else None

    async def _all(self, *conditions: ColumnElement[bool], lock: bool = False) -> list[Waiting]:
        query = select(waiting).where(*conditions).order_by(waiting.c.position)
        return [_entry(row) for row in await self._db.execute(query.with_for_update() if lock else query)]


def _waits_for(slot_id: str) -> ColumnElement[bool]:
    return (waiting.c.slot_id == slot_id) & (waiting.c.state == WaitState.WAITING)


def _row(entry: Waiting) -> dict[str, Any]:
    return {"state": str(entry.state), "booking_id": entry.booking_id, "offer_until": entry.offer_until}


def _entry(row: Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        person_id=row.person_id,
        reception_id=row.reception_id,
        slot_id=row.slot_id,
        created_at=row.created_at,
        position=row.position,
        state=WaitState(row.state),
        case_id=row.case_id,
        booking_id=row.booking_id,
        offer_until=row.offer_until,
    )


def _to_json(wanted: Wanted) -> str:
    party = {"companions": wanted.party.companions, "group_size": wanted.party.group_size}
    return json.dumps({"matter": wanted.matter, "party": party, "told": wanted.told.to_json()}, ensure_ascii=False)


def _from_json(text: str, case_id: str | None) -> Wanted:
    found = json.loads(text)
    return Wanted(found["matter"], Party(**found["party"]), Told.from_json(found["told"]), case_id)


def _context(waiting_id: str) -> str:
    return f"waiting/details/{waiting_id}"
