"""Housekeeping by the policy's retention: words of cases long closed, answers and facts that have served."""

from datetime import datetime, timedelta

from backend.services.retention import clear_out
from backend.worker.tools import Tools

EVERY = timedelta(hours=1)


class Chores:
    """Does the housekeeping once in a while."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    async def work(self, tools: Tools) -> None:
        """Clear out if it is time."""
        desk = tools.desk
        if self._next is not None and desk.now() < self._next:
            return
        self._next = desk.now() + EVERY
        async with tools.store.write() as work:
            await clear_out(desk, work)
