"""What is due by the hour at the receptions: holds and offers that run out, reminders, absences, next month's draft.

Each kind of work is one short transaction a batch and leaves alone what another worker has in its hands or has done,
so any number of workers may keep this clock, and one that dies in the middle has done a batch or nothing of it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception.calendar import prepare
from backend.services.reception.due import expire_holds, lapse_offers
from backend.services.reception.reminding import close_days, mark_missed, remind, remind_of_orders
from backend.worker.tools import Tools

EVERY = timedelta(seconds=5)
"""How often the clock is looked at; an offer or a reminder is at most so late."""
MONTHS_EVERY = timedelta(hours=1)
BATCHES_MAX = 50
"""Batches of one kind at a time, so that the others and the deliveries get their turn."""

Task = Callable[[Desk, Work], Awaitable[int]]
"""Does one batch of what is due; how much there was."""

TASKS: Mapping[str, Task] = {
    "holds": expire_holds,
    "offers": lapse_offers,
    "absences": mark_missed,
    "days": close_days,
    "reminders": remind,
    "orders": remind_of_orders,
}

log = logging.getLogger("backend.worker")


class Clock:
    """Looks at the time once in a while."""

    def __init__(self) -> None:
        self._next: datetime | None = None
        self._months: datetime | None = None

    async def work(self, tools: Tools) -> None:
        """Do what is due, if it is time to look."""
        now = tools.desk.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + EVERY
        await work_clock(tools)
        if self._months is None or now >= self._months:
            self._months = now + MONTHS_EVERY
            await _all(tools, "months", prepare)


async def work_clock(tools: Tools) -> int:
    """All that is due by now except the calendars; how much there was."""
    return sum([await _all(tools, name, task) for name, task in TASKS.items()])


async def _all(tools: Tools, name: str, task: Task) -> int:
    """Batch after batch until nothing is due; what fails does not keep the other kinds from being done."""
    done = 0
    for _ in range(BATCHES_MAX):
        try:
            async with tools.store.write() as work:
                batch = await task(tools.desk, work)
        except (OperationalError, InterfaceError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - one row that breaks us must not stop the clock for everybody
            log.error("clock: %s failed: %s", name, type(error).__name__)  # noqa: TRY400 - its text may be personal
            break
        done += batch
        if not batch:
            break
    return done
