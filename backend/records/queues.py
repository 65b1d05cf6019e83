"""Rows as work to do: claimed briefly under a lease, done outside the transaction, tried again, or buried in sight.

A claim is a fresh word for each claiming, so a worker that was thought dead cannot finish what another has taken over.
On PostgreSQL many workers claim at once (SKIP LOCKED); on SQLite they take turns as its single writer.
Attempts count when claimed, not when failed: work that kills its worker is buried too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

WAITING = "waiting"
DONE = "done"
BURIED = "buried"
CANCELLED = "cancelled"
ERROR_MAX = 200
GAVE_UP = "worker_died"


class LeaseLostError(Exception):
    """Another worker has taken this work over, or it was taken back."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a claim: for how long, how many rows, and after how many claims a row is buried."""

    lease: timedelta
    limit: int
    attempts_max: int


def fresh(now: datetime) -> dict[str, Any]:
    """The queue's columns of a new row."""
    return {"state": WAITING, "attempts": 0, "available_at": now, "created_at": now}


class Queue:
    """One table with the queue's columns."""

    def __init__(self, connection: AsyncConnection, table: Table) -> None:
        self._db = connection
        self.table = table

    async def claim(self, now: datetime, claim: str, terms: Terms) -> list[Row[Any]]:
        """Take rows that are due and not under anybody's lease, the longest due first; bury what kills its workers."""
        rows = self.table.c
        free = rows.lease_until.is_(None) | (rows.lease_until < now)
        due = (
            select(rows.id)
            .where(rows.state == WAITING, rows.available_at <= now, free)
            .order_by(rows.available_at, rows.id)
            .limit(terms.limit)
            .with_for_update(skip_locked=True)
            # Of its own, so that PostgreSQL looks once: a subquery might be run again and lock more rows.
            .cte("due")
        )
        given_up = (rows.state == WAITING) & free & (rows.attempts >= terms.attempts_max)
        buried = {"state": BURIED, "done_at": now, "error": GAVE_UP, "claim": None, "lease_until": None}
        await self._db.execute(update(self.table).where(given_up).values(buried))
        values = {"claim": claim, "lease_until": now + terms.lease, "attempts": rows.attempts + 1}
        taken = update(self.table).where(rows.id.in_(select(due.c.id))).values(values).returning(self.table)
        found = (await self._db.execute(taken)).all()
        return sorted(found, key=lambda row: (row.available_at, row.id))

    async def renew(self, row_id: object, claim: str, until: datetime) -> None:
        """Go on holding a row. Raises LeaseLostError if another worker has it by now, or if it was taken back."""
        mine = (self.table.c.id == row_id) & (self.table.c.claim == claim)
        if (await self._db.execute(update(self.table).where(mine).values(lease_until=until))).rowcount != 1:
            raise LeaseLostError

    async def finish(self, row_id: object, claim: str, now: datetime, **more: object) -> None:
        """The work is done. LeaseLostError undoes the transaction if another worker has taken it over."""
        await self._settle(row_id, claim, {"state": DONE, "done_at": now, "error": None, **more})

    async def retry(self, row_id: object, claim: str, at: datetime, error: str, **more: object) -> None:
        """Try again at a later time. Raises LeaseLostError."""
        await self._settle(row_id, claim, {"available_at": at, "error": error[:ERROR_MAX], **more})

    async def bury(self, row_id: object, claim: str, now: datetime, error: str, **more: object) -> None:
        """Give up, visibly. Raises LeaseLostError."""
        await self._settle(row_id, claim, {"state": BURIED, "done_at": now, "error": error[:ERROR_MAX], **more})

    async def cancel(self, now: datetime, reason: str, *conditions: ColumnElement[bool]) -> None:
        """Take back waiting rows that no longer serve anybody."""
        values = {"state": CANCELLED, "done_at": now, "error": reason, "claim": None, "lease_until": None}
        await self._db.execute(update(self.table).where(self.table.c.state == WAITING, *conditions).values(values))

    async def dig_up(self, now: datetime, **more: object) -> int:
        """Try everything buried once more; how many that are."""
        values = {"state": WAITING, "attempts": 0, "available_at": now, "done_at": None, **more}
        buried = update(self.table).where(self.table.c.state == BURIED).values(values)
        return (await self._db.execute(buried)).rowcount

    async def count(self) -> dict[str, int]:
        """How many rows there are in each state."""
        rows = await self._db.execute(select(self.table.c.state, func.count()).group_by(self.table.c.state))
        return {str(state): count for state, count in rows}

    async def _settle(self, row_id: object, claim: str, values: dict[str, Any]) -> None:
        mine = (self.table.c.id == row_id) & (self.table.c.claim == claim)
        free = {"claim": None, "lease_until": None}
        if (await self._db.execute(update(self.table).where(mine).values({**values, **free}))).rowcount != 1:
            raise LeaseLostError
