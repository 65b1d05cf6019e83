"""Deliveries: one notice to one person, by one channel after another until one takes it, with every attempt kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.records.queues import CANCELLED, Queue, fresh
from backend.records.statements import insert_or_ignore
from backend.records.tables import deliveries, delivery_attempts


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delivery to make: audience is `staff` or `person`, recipient_id their id.

    What it is about besides a case is named by table and id, as in `bookings/…`.
    """

    notice: str
    audience: str
    recipient_id: str
    case_id: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one try by one channel: begun, sent, refused or failed."""

    channel: str
    outcome: str
    error: str | None = None
    msg_id: str | None = None


class Deliveries(Queue):
    """The tables of deliveries and their attempts."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, deliveries)

    async def add(self, delivery_id: str, outbox_id: int, wanted: Wanted, now: datetime) -> None:
        """Want a delivery because of a fact; wanted twice it is made once."""
        values = {
            "id": delivery_id,
            "outbox_id": outbox_id,
            "notice": wanted.notice,
            "audience": wanted.audience,
            "recipient_id": wanted.recipient_id,
            "case_id": wanted.case_id,
            "about": wanted.about,
            "dropped": [],
            **fresh(now),
        }
        await self._db.execute(insert_or_ignore(self._db, deliveries).values(values))

    async def note(self, delivery_id: str, attempt: Attempt, now: datetime) -> None:
        """Add an attempt to the ledger."""
        values = {
            "delivery_id": delivery_id,
            "channel": attempt.channel,
            "outcome": attempt.outcome,
            "error": attempt.error,
            "msg_id": attempt.msg_id,
            "at": now,
        }
        await self._db.execute(insert(delivery_attempts).values(values))

    async def attempts_of(self, delivery_id: str) -> list[Attempt]:
        """The ledger of one delivery, the oldest first."""
        query = select(delivery_attempts).where(delivery_attempts.c.delivery_id == delivery_id)
        rows = await self._db.execute(query.order_by(delivery_attempts.c.id))
        return [Attempt(row.channel, row.outcome, row.error, row.msg_id) for row in rows]

    async def finished(self, msg_id: str, receipt: str) -> bool:
        """Keep what the platform says became of a template message; False if it is none of ours."""
        mine = update(deliveries).where(deliveries.c.msg_id == msg_id).values(receipt=receipt)
        return (await self._db.execute(mine)).rowcount > 0

    async def cancel_one(self, delivery_id: str, now: datetime, reason: str) -> None:
        """Take one back."""
        await self.cancel(now, reason, deliveries.c.id == delivery_id)

    async def cancel_for(self, recipient_id: str, now: datetime) -> None:
        """Send nothing more to somebody who left."""
        await self.cancel(now, CANCELLED, deliveries.c.recipient_id == recipient_id)
