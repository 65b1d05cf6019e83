"""Facts waiting to be acted upon, written in the transaction of the change they report."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.facts import Fact, to_payload
from backend.records.queues import DONE, Queue, fresh
from backend.records.tables import outbox


class Outbox(Queue):
    """The table of facts."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, outbox)

    async def add(self, happened: Iterable[Fact], now: datetime) -> None:
        """Write facts down, in order."""
        rows = [{"name": type(fact).__name__, "payload": to_payload(fact), **fresh(now)} for fact in happened]
        if rows:
            await self._db.execute(insert(outbox), rows)

    async def clear(self, before: datetime) -> None:
        """Delete facts done before then."""
        await self._db.execute(delete(outbox).where(outbox.c.state == DONE, outbox.c.done_at < before))
