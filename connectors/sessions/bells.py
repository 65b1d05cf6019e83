"""Who waits for a person's turn to end, in any process, is woken by one channel of its own process."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import cast

import hiredis

from connectors.sessions.wire import Address, packed

PAUSE_SECONDS = 0.5
"""Pause before listening again after the connection was lost."""
MARGIN_SECONDS = 0.02

_log = logging.getLogger(__name__)


class Bells:
    """Wakes the waiters of this process; `channel` is what Redis publishes to. A lost bell costs a lease."""

    def __init__(self, url: str, name: str) -> None:
        self._address = Address(url)
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
            except OSError as problem:
                _log.warning("bells cannot be heard: %s", type(problem).__name__)
            for person in list(self._waiting):
                self.ring(person)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        """Listen until the connection ends."""
        ear = await self._address.connect(lambda: _Ear(self.ring))
        try:
            ear.say(packed([*self._address.greeting(), ("SUBSCRIBE", self.channel)]))
            await ear.ended
        finally:
            ear.close()


class _Ear(asyncio.Protocol):
    """Hears what is published; `ended` is done when the connection is."""

    def __init__(self, ring: Callable[[str], None]) -> None:
        self._ring = ring
        self._reader = hiredis.Reader()
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # By behaviour, not by type: see Wire.connection_made.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (heard := self._reader.gets()) is not False:
            if isinstance(heard, list) and heard[0] == b"message":
                self._ring(heard[2].decode())

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def say(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
