"""The life of a message: lock the person, understand, run the engine, make its calls, save whole, answer.

Work is never cancelled: when the platform cannot wait any longer it is told `success`, the turn goes on, and its reply
takes the late way. Whatever a process leaves unfinished is in the store, where `attend` of any process finds it.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import Answering
from bot.heard import Heard, read, write
from bot.ports import Held, Meter, Note, Notes, Saving, Sender, Sentences, Store
from bot.traces import where
from bot.turns import Turns

STOP_SECONDS = 6.0
"""How long a clean stop waits for running turns; what is left is taken up again from the store."""

ACKNOWLEDGE_SECONDS = 0.35
"""How long it may take to note that the platform is told `success`."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation is made of."""

    store: Store
    turns: Turns
    answers: Answering
    sender: Sender
    notes: Notes
    meter: Meter
    sentences: Sentences


class Conversation:
    """All conversations of this process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, heard: Heard, seconds: float) -> bytes:
        """The answer to a message (a piece as JSON, empty: nothing to say now), at the latest after so many seconds.

        Raises what the store raises when nothing could be stored, LookupError or TimeoutError when nobody knows.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[bytes | None] = loop.create_future()
        patience = loop.call_later(seconds, _settle, told, None)
        self._running.add(loop.create_task(self._tell(heard, told)))
        answer = await told
        patience.cancel()
        if answer is not None:
            return answer
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            return await self._parts.store.acknowledge(heard.person, heard.id) or b""

    async def attend(self, person: str, now: float) -> None:
        """Do what was left undone for a person: unfinished messages, postponed calls, late replies."""
        while (held := await self._parts.store.attend(person)) is not None:
            if not held.message:
                await self._catch_up(held, now)
                break
            await self._work(held, own=False)
        await self._parts.sender.send(person)

    async def stop(self) -> None:
        """Wait for running turns, for a while."""
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_SECONDS)

    async def _tell(self, heard: Heard, told: "asyncio.Future[bytes | None]") -> None:
        """See a message through and hand its answer, or why there is none, to whoever still waits for it."""
        try:
            _settle(told, await self._see_through(heard))
        except Exception as problem:  # noqa: BLE001 - who waits is told, else the log: a task's own error nobody sees
            if told.done():
                _log.warning("turn ended with %s", type(problem).__name__)
            else:
                told.set_exception(problem)
        finally:
            self._running -= {asyncio.current_task()}

    async def _see_through(self, heard: Heard) -> bytes:
        """Work until this message is answered; older ones of the same person come first."""
        entry = write(heard)
        while True:
            claim = await self._parts.store.claim(heard.person, heard.id, entry, heard.at * 1_000)
            if claim.held is None:
                self._parts.meter.turn("duplicate", 0.0)
                return claim.answer or b""
            own = claim.held.message == heard.id
            answer = await self._work(claim.held, own=own, heard=heard if claim.held.entry == entry else None)
            if own and answer is not None:
                return answer

    async def _work(self, held: Held, *, own: bool, heard: Heard | None = None) -> bytes | None:
        """One turn, saved; None: its lock was lost, so nothing is saved and somebody else has it.

        own: the caller answers the platform for it. heard: the message held, if it has been read already.
        """
        began = time.perf_counter()
        parts = self._parts
        outcome, saving, notes = await self._outcome(held, heard)
        saving.foreign = not own
        late = await parts.store.finish(held, saving, notes)
        parts.meter.turn("lost" if late is None else "late" if late else outcome, time.perf_counter() - began)
        if late is None:
            return None
        if late or saving.also:
            await self._send(held.person, wait=late or parts.answers.is_transfer(saving.answer))
        return b"" if late else saving.answer

    async def _outcome(self, held: Held, heard: Heard | None) -> tuple[str, Saving, Sequence[Note]]:
        try:
            heard = heard or read(held.entry)
            saving = await self._parts.turns.take(held, heard)
            return ("answered" if heard.what == "input" else "errand"), saving, self._parts.notes.of(heard)
        except Exception as error:  # noqa: BLE001 - a message that breaks us must not be tried for ever, nor block its person
            _log.error("turn failed: %s", where(error))
            return "failed", self._parts.answers.failure(held, self._parts.sentences.broken), []

    async def _catch_up(self, held: Held, now: float) -> None:
        """Try postponed calls and chores of a person who has not written."""
        try:
            saving = await self._parts.turns.catch_up(held, now)
        except Exception as error:  # noqa: BLE001 - as in a turn: the person must not stay locked
            _log.error("catching up failed: %s", where(error))
            await self._parts.store.release(held)
            return
        await self._parts.store.finish(held, saving)

    async def _send(self, person: str, *, wait: bool) -> None:
        sending = asyncio.create_task(self._parts.sender.send(person))
        self._running.add(sending)
        sending.add_done_callback(self._running.discard)
        if wait:
            await sending


def _settle(told: "asyncio.Future[bytes | None]", answer: bytes | None) -> None:
    if not told.done():
        told.set_result(answer)
