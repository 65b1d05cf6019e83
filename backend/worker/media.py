"""Fetching what residents sent while the platform still has it (three days), and keeping it sealed."""

import logging
from typing import Any

from sqlalchemy import Row

from backend.records.queues import LeaseLostError, Terms
from backend.worker.backoff import ATTEMPTS_MAX, exhausted, pause
from backend.worker.port import SendFailedError, Verdict
from backend.worker.tools import BATCH, LEASE, Tools

MEDIA_BATCH = BATCH // 4

log = logging.getLogger("backend.worker")


async def work_media(tools: Tools) -> int:
    """Claim attachments to fetch and fetch them; how many there were."""
    now, claim = tools.desk.now(), tools.desk.new_id()
    async with tools.store.write() as work:
        rows = await work.attachments.claim(now, claim, Terms(LEASE, MEDIA_BATCH, ATTEMPTS_MAX))
    for row in rows:
        await _one(tools, row, claim)
    return len(rows)


async def _one(tools: Tools, row: Row[Any], claim: str) -> None:
    try:
        await _fetch(tools, row, claim)
    except LeaseLostError:
        log.warning("attachment %s was taken over by another worker, or taken back", row.id)


async def _fetch(tools: Tools, row: Row[Any], claim: str) -> None:
    async with tools.store.write() as work:
        # It may have waited behind others for longer than the lease.
        await work.attachments.renew(row.id, claim, tools.desk.now() + LEASE)
        media_id = work.attachments.media_id(row.id, row.detail_sealed)
    try:
        content = await tools.messenger.media(media_id)
    except SendFailedError as failure:
        await _failed(tools, row, claim, failure)
        return
    async with tools.store.write() as work:
        await work.attachments.store(row.id, claim, content, tools.desk.now())


async def _failed(tools: Tools, row: Row[Any], claim: str, failure: SendFailedError) -> None:
    now = tools.desk.now()
    log.warning("attachment %s: %s", row.id, failure.error)
    async with tools.store.write() as work:
        if failure.verdict is Verdict.RETRY and not exhausted(row.attempts):
            at = now + pause(row.attempts, tools.chance(), failure.retry_after_s)
            await work.attachments.retry(row.id, claim, at, failure.error)
        else:
            await work.attachments.bury(row.id, claim, now, failure.error)
