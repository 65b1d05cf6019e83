"""What leaders decided, and the month's figures that are counted from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.booking import State
from backend.domain.reception.decisions import Decision, DecisionKind
from backend.domain.reception.statistics import Visit
from backend.pii import Vault
from backend.records.reception_tables import (
    bookings,
    decisions,
    receptions,
    reminders,
)
from backend.records.statements import insert_or_ignore

CAME = (State.ARRIVED, State.RECEIVED)
DECISION = "decision"
"""The reminder of a decision, told once: its kind in the table of reminders."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is kept; `words` is what the leader said, "" once erased."""

    id: str
    booking_id: str
    case_id: str | None
    decision: Decision
    decided_at: datetime
    settled_at: datetime | None = None
    words: str = field(default="", repr=False)


class Decisions:
    """The table of decisions."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def add(self, made: Decided) -> bool:
        """Keep a decision; False if there is one for this booking already."""
        values = {
            "id": made.id,
            "booking_id": made.booking_id,
            "case_id": made.case_id,
            "kind": str(made.decision.kind),
            "unit_id": made.decision.unit_id,
            "due_at": made.decision.due_at,
            "words_sealed": self._vault.seal(made.words, _context(made.id)) if made.words else None,
            "decided_at": made.decided_at,
            "settled_at": made.settled_at,
        }
        return (await self._db.execute(insert_or_ignore(self._db, decisions).values(values))).rowcount == 1

    async def of_booking(self, booking_id: str) -> Decided | None:
        """The decision about a booking's matter."""
        row = (await self._db.execute(select(decisions).where(decisions.c.booking_id == booking_id))).first()
        return self._decided(row) if row else None

    async def order_of(self, case_id: str) -> Decided | None:
        """The last instruction about a case that is not settled."""
        mine = (decisions.c.case_id == case_id) & (decisions.c.kind == DecisionKind.INSTRUCTED)
        query = select(decisions).where(mine, decisions.c.settled_at.is_(None))
        row = (await self._db.execute(query.order_by(decisions.c.decided_at.desc()).limit(1))).first()
        return self._decided(row) if row else None

    async def settle(self, case_id: str, now: datetime) -> int:
        """What was decided about a case is done; how many decisions that were."""
        mine = (decisions.c.case_id == case_id) & decisions.c.settled_at.is_(None)
        return (await self._db.execute(update(decisions).where(mine).values(settled_at=now))).rowcount

    async def orders_due(self, now: datetime, until: datetime) -> list[Decided]:
        """Instructions not settled that are due between two times and that nobody was reminded of; the first first."""
        told = select(reminders.c.booking_id).where(
            reminders.c.booking_id == decisions.c.booking_id, reminders.c.kind == DECISION
        )
        query = (
            select(decisions)
            .where(
                decisions.c.kind == DecisionKind.INSTRUCTED,
                decisions.c.settled_at.is_(None),
                decisions.c.due_at > now,
                decisions.c.due_at <= until,
                ~told.exists(),
            )
            .order_by(decisions.c.due_at, decisions.c.id)
        )
        return [self._decided(row) for row in await self._db.execute(query)]

    async def erase_of(self, booking_ids: Iterable[str]) -> None:
        """Erase what leaders said about these bookings; kind, unit and day stay."""
        mine = decisions.c.booking_id.in_(tuple(booking_ids))
        await self._db.execute(update(decisions).where(mine).values(words_sealed=None))

    async def visits(self, month: str) -> list[Visit]:
        """Everybody who came in a month, with what was decided."""
        query = (
            select(bookings.c.reception_id, bookings.c.companions, decisions)
            .join(receptions, receptions.c.id == bookings.c.reception_id)
            .outerjoin(decisions, decisions.c.booking_id == bookings.c.id)
            .where(receptions.c.month == month, bookings.c.state.in_(CAME))
        )
        return [
            Visit(
                row.reception_id,
                1 + row.companions,
                DecisionKind(row.kind) if row.kind else None,
                followed=row.case_id is not None,
                settled=row.settled_at is not None,
            )
            for row in await self._db.execute(query)
        ]

    def _decided(self, row: Row[Any]) -> Decided:
        return Decided(
            id=row.id,
            booking_id=row.booking_id,
            case_id=row.case_id,
            decision=Decision(DecisionKind(row.kind), row.unit_id, row.due_at),
            decided_at=row.decided_at,
            settled_at=row.settled_at,
            words=self._vault.open(row.words_sealed, _context(row.id)) if row.words_sealed else "",
        )


def _context(decision_id: str) -> str:
    return f"decisions/words/{decision_id}"
