"""Delivering notices: one channel after another, outside any transaction, until one of them takes it.

Template messages carry the delivery's id, so the platform refuses a second one: they may be repeated. Texts and
subscription notices cannot be told apart, so each try is written down before it begins; a try whose end nobody knows is
not repeated but buried where it is seen: a doubled notice cannot be taken back, a missing one can still be sent.
A case whose new owner no channel reaches goes to somebody else: a resident must not wait for who never hears of it.
"""

import asyncio
import logging
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from backend.records.deliveries import Attempt
from backend.records.queues import LeaseLostError, Terms
from backend.records.work import Work
from backend.services.assignment import pass_over
from backend.services.reaction import NEW_TASK
from backend.worker.backoff import ATTEMPTS_MAX, exhausted, pause
from backend.worker.notices import Letter, write_letter
from backend.worker.port import SendFailedError, Verdict
from backend.worker.tools import BATCH, LEASE, Tools

BEGUN, SENT, FAILED = "begun", "sent", "failed"
NO_CHANNEL = "no_channel"
UNKNOWN = "unknown_whether_sent"
GONE = "recipient_gone"

log = logging.getLogger("backend.worker")


async def work_deliveries(tools: Tools) -> int:
    """Claim what is due and send it, to all people at the same time, to each in order; how much there was."""
    now, claim = tools.desk.now(), tools.desk.new_id()
    async with tools.store.write() as work:
        rows = await work.deliveries.claim(now, claim, Terms(LEASE, BATCH, ATTEMPTS_MAX))
    by_person: dict[str, list[Row[Any]]] = {}
    for row in rows:
        by_person.setdefault(row.recipient_id, []).append(row)
    ends = await asyncio.gather(*(_in_order(tools, mine, claim) for mine in by_person.values()), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return len(rows)


async def _in_order(tools: Tools, rows: list[Row[Any]], claim: str) -> None:
    for row in rows:
        await Delivery(tools, row, claim).make()


class Delivery:
    """One claimed delivery."""

    def __init__(self, tools: Tools, row: Row[Any], claim: str) -> None:
        self._tools = tools
        self._row = row
        self._claim = claim
        self._dropped: list[str] = list(row.dropped)

    async def make(self) -> None:
        """Send it, and write down what came of it. A database out of reach is the loop's to wait for."""
        try:
            await self._make_or_keep()
        except LeaseLostError:
            log.warning("delivery %s was taken over by another worker, or taken back", self._row.id)

    async def _make_or_keep(self) -> None:
        try:
            await self._make()
        except (LeaseLostError, SQLAlchemyError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever goes wrong with one, it is kept and the others go out
            await self._goes_on("none", SendFailedError(Verdict.RETRY, type(error).__name__))

    async def _make(self) -> None:
        async with self._tools.store.write() as work:
            # It may have waited behind others of the same person for longer than the lease.
            await work.deliveries.renew(self._row.id, self._claim, self._tools.desk.now() + LEASE)
            letter = await write_letter(self._tools.desk, work, self._row)
            before = await work.deliveries.attempts_of(self._row.id)
        if letter is None:
            await self._settle("cancel", GONE)
        elif before and before[-1].outcome == BEGUN:
            await self._note(Attempt(before[-1].channel, FAILED, UNKNOWN))
            await self._settle("bury", UNKNOWN)
        else:
            await self._through_channels(letter)

    async def _through_channels(self, letter: Letter) -> None:
        for channel in self._tools.desk.policy.channels[self._row.audience]:
            if channel in self._dropped:
                continue
            try:
                msg_id = await self._by(channel, letter)
            except SendFailedError as failure:
                if not await self._goes_on(channel, failure):
                    return
            else:
                if msg_id is not None:
                    await self._sent(channel, msg_id)
                    return
            self._dropped.append(channel)
        await self._settle("bury", NO_CHANNEL)

    async def _by(self, channel: str, letter: Letter) -> str | None:
        """Send by one channel: the platform's msgid, or "" where it gives none; None if the channel is not open."""
        messenger = self._tools.messenger
        if channel == "text":
            if not await messenger.may_text(letter.openid, self._tools.desk.now()):
                return None
            await self._begin(channel)
            await messenger.text(letter.openid, letter.text)
            return ""
        if channel not in letter.forms:
            return None
        form_id, fields = letter.forms[channel].id, letter.fields(channel)
        if channel == "template":
            return await messenger.template(letter.openid, form_id, fields, self._row.id)
        await self._begin(channel)
        await messenger.subscription(letter.openid, form_id, fields)
        return ""

    async def _goes_on(self, channel: str, failure: SendFailedError) -> bool:
        """What a failure means: True to try the next channel."""
        if failure.verdict is Verdict.ALREADY_SENT:
            await self._sent(channel, "")
            return False
        await self._note(Attempt(channel, FAILED, failure.error))
        if failure.verdict is Verdict.NEXT_CHANNEL:
            return True
        if failure.verdict is Verdict.RETRY and not exhausted(self._row.attempts):
            await self._later(failure)
        else:
            await self._settle("bury", UNKNOWN if failure.verdict is Verdict.UNKNOWN else failure.error)
        return False

    async def _begin(self, channel: str) -> None:
        now = self._tools.desk.now()
        async with self._tools.store.write() as work:
            await work.deliveries.renew(self._row.id, self._claim, now + LEASE)
            await work.deliveries.note(self._row.id, Attempt(channel, BEGUN), now)

    async def _note(self, attempt: Attempt) -> None:
        async with self._tools.store.write() as work:
            await work.deliveries.note(self._row.id, attempt, self._tools.desk.now())

    async def _sent(self, channel: str, msg_id: str) -> None:
        now = self._tools.desk.now()
        async with self._tools.store.write() as work:
            await work.deliveries.note(self._row.id, Attempt(channel, SENT, msg_id=msg_id or None), now)
            more = {"channel": channel, "msg_id": msg_id or None, "dropped": self._dropped}
            await work.deliveries.finish(self._row.id, self._claim, now, **more)

    async def _later(self, failure: SendFailedError) -> None:
        wait = pause(self._row.attempts, self._tools.chance(), failure.retry_after_s)
        at = self._tools.desk.now() + wait
        async with self._tools.store.write() as work:
            await work.deliveries.retry(self._row.id, self._claim, at, failure.error, dropped=self._dropped)

    async def _settle(self, how: str, reason: str) -> None:
        """Give up: buried in sight, or cancelled because nobody is there to get it."""
        log.warning("delivery %s (%s): %s, %s", self._row.id, self._row.notice, how, reason)
        async with self._tools.store.write() as work:
            await self._give_up(work, how, reason)

    async def _give_up(self, work: Work, how: str, reason: str) -> None:
        now = self._tools.desk.now()
        if how == "cancel":
            await work.deliveries.cancel_one(self._row.id, now, reason)
        else:
            await work.deliveries.bury(self._row.id, self._claim, now, reason, dropped=self._dropped)
            if reason == NO_CHANNEL and self._row.notice in NEW_TASK:
                await pass_over(self._tools.desk, work, self._row.case_id, self._row.recipient_id)
