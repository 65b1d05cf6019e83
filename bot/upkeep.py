"""What a bot process does besides answering: keeps its locks, looks after what was left undone, watches the dialogs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.conversation import Conversation
from bot.traces import where
from connectors.sessions.link import RedisAwayError
from connectors.sessions.store import Sessions

SWEEP_SECONDS = 1.0
"""Pause between two looks for what was left undone."""
AT_ONCE = 32
"""People looked after at the same time."""

_log = logging.getLogger(__name__)


async def forever(name: str, seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a failure is logged and the next time comes."""
    while True:
        try:
            await act()
        except RedisAwayError as problem:
            _log.warning("%s: redis away (%s)", name, problem)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next time may go well
            _log.error("%s failed: %s", name, where(error))
        await asyncio.sleep(seconds)


class Sweeper:
    """Takes up what a dead process, an unreachable backend or a closed quota left behind."""

    def __init__(self, sessions: Sessions, conversation: Conversation, clock: Callable[[], float]) -> None:
        self._sessions = sessions
        self._conversation = conversation
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()

    async def sweep(self) -> None:
        """Begin with as many people as there is room for."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return
        for person in await self._sessions.due(self._clock() * 1_000, room):
            task = asyncio.create_task(self._attend(person))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Wait for those under way."""
        if self._running:
            await asyncio.wait(self._running, timeout=SWEEP_SECONDS)

    async def _attend(self, person: str) -> None:
        try:
            await self._conversation.attend(person, self._clock())
        except RedisAwayError as problem:
            _log.warning("looking after somebody: redis away (%s)", problem)
