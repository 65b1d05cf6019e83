"""The worker's loop: everything that is due, again and again, until it is told to stop."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from backend.worker.chores import Chores
from backend.worker.clock import Clock
from backend.worker.deliveries import work_deliveries
from backend.worker.facts import work_facts
from backend.worker.media import work_media
from backend.worker.tools import Tools

IDLE_S = 0.5
TROUBLE_S = 5.0

log = logging.getLogger("backend.worker")


async def run_once(tools: Tools) -> int:
    """One round; how much was done. Facts come first: they make the deliveries."""
    return await work_facts(tools) + await work_deliveries(tools) + await work_media(tools)


async def run(tools: Tools, stop: asyncio.Event) -> None:
    """Work until `stop` is set; what has been begun is finished. A database out of reach is waited for."""
    chores, clock = Chores(), Clock()
    while not stop.is_set():
        pause = IDLE_S
        try:
            await chores.work(tools)
            await clock.work(tools)
            if await run_once(tools):
                continue
        except (SQLAlchemyError, OSError) as error:
            log.warning("database: %s", type(error).__name__)
            pause = TROUBLE_S
        except Exception as error:  # noqa: BLE001 - one row that breaks us must not end the work for everybody
            log.error("a round failed: %s", type(error).__name__)  # noqa: TRY400 - its text may repeat what people wrote
            pause = TROUBLE_S
        await _wait(stop, pause)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
