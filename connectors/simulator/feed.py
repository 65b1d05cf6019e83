"""What happens, in order, for those who watch: a bounded list and a way to wait for more."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

KEPT_EVENTS = 2000


@dataclass(frozen=True)
class Event:
    """One happening: its number, its kind (message, person, exchange, …) and its JSON."""

    number: int
    kind: str
    data: dict[str, Any]


class Feed:
    """Numbers events on from `last` and wakes everybody who waits; the oldest are forgotten."""

    def __init__(self, last: int = 0) -> None:
        self.last = last
        self.closed = False
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._wake = asyncio.Event()

    def publish(self, kind: str, data: dict[str, Any]) -> None:
        """Add an event."""
        self.last += 1
        self._events.append(Event(self.last, kind, data))
        self._rouse()

    def since(self, number: int) -> list[Event] | None:
        """List the events after `number`; None if some of them are forgotten or `number` is from another life."""
        first = self._events[0].number if self._events else self.last + 1
        if number > self.last or number + 1 < first:
            return None
        return [event for event in self._events if event.number > number]

    async def changed(self, seconds: float) -> bool:
        """Wait until something is published; False if nothing was within so many seconds."""
        wake = self._wake
        try:
            async with asyncio.timeout(seconds):
                await wake.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let everybody who waits go home."""
        self.closed = True
        self._rouse()

    def _rouse(self) -> None:
        wake, self._wake = self._wake, asyncio.Event()
        wake.set()
