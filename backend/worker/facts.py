"""Acting upon facts: each in one transaction with the note that it is done."""

import logging
from typing import Any

from sqlalchemy import Row

from backend.domain.facts import from_payload
from backend.records.queues import LeaseLostError, Terms
from backend.services.reactions import react
from backend.worker.backoff import ATTEMPTS_MAX, exhausted, pause
from backend.worker.tools import BATCH, LEASE, Tools

log = logging.getLogger("backend.worker")


async def work_facts(tools: Tools) -> int:
    """Claim what is due and act upon it in order; how much there was."""
    now, claim = tools.desk.now(), tools.desk.new_id()
    async with tools.store.write() as work:
        rows = await work.outbox.claim(now, claim, Terms(LEASE, BATCH, ATTEMPTS_MAX))
    for row in rows:
        await _one(tools, row, claim)
    return len(rows)


async def _one(tools: Tools, row: Row[Any], claim: str) -> None:
    try:
        async with tools.store.write() as work:
            await react(tools.desk, work, row.id, from_payload(row.name, row.payload))
            await work.outbox.finish(row.id, claim, tools.desk.now())
    except LeaseLostError:
        log.warning("fact %s was taken over by another worker", row.id)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the fact is kept and tried again
        await _failed(tools, row, claim, type(error).__name__)


async def _failed(tools: Tools, row: Row[Any], claim: str, error: str) -> None:
    now = tools.desk.now()
    log.error("fact %s (%s) failed: %s", row.id, row.name, error)
    async with tools.store.write() as work:
        if exhausted(row.attempts):
            await work.outbox.bury(row.id, claim, now, error)
        else:
            await work.outbox.retry(row.id, claim, now + pause(row.attempts, tools.chance()), error)
