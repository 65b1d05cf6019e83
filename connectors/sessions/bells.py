"""Who waits for a person's turn to end, in any process, is woken by one channel of its own process."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator

import redis.asyncio
from redis.exceptions import RedisError

LISTEN_SECONDS = 30.0
"""How long one blocking read lasts."""
MARGIN_SECONDS = 0.02
PAUSE_SECONDS = 0.5
"""Pause before listening again after the connection was lost."""

_log = logging.getLogger(__name__)


class Bells:
    """Wakes the waiters of this process; `channel` is what Redis publishes to. A lost bell costs a lease."""

    def __init__(self, client: redis.asyncio.Redis, name: str) -> None:
        self._client = client
        self.channel = f"hwg:bell:{name}"
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen, in the background."""
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener

    @contextlib.contextmanager
    def expecting(self, person: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever this person's bell rings, from now to the end of the block."""
        event = asyncio.Event()
        self._waiting.setdefault(person, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[person].discard(event)
            if not self._waiting[person]:
                del self._waiting[person]

    async def wait(self, bell: asyncio.Event, seconds: float) -> None:
        """Wait for the bell, at most so long and a little more: then the other's lease is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds + MARGIN_SECONDS):
                await bell.wait()

    def ring(self, person: str) -> None:
        """Wake who waits for this person here."""
        for event in self._waiting.get(person, ()):
            event.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as problem:
                _log.warning("bell connection lost: %s", type(problem).__name__)
            for person in list(self._waiting):
                self.ring(person)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(self.channel)
            while True:
                message = await pubsub.get_message(timeout=LISTEN_SECONDS)
                if message is not None:
                    self.ring(message["data"].decode())
