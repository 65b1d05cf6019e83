"""The engineers' log: every push with the bot's answer and every API call, with secrets covered."""

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from connectors.simulator.clock import Clock
from connectors.simulator.feed import Feed

KEPT_EXCHANGES = 300
LONGEST_BODY = 6000
SECRET = re.compile(r'("secret"\s*:\s*"|"access_token"\s*:\s*"[^"]{0,6})[^"]*"')


class Exchanges:
    """A bounded list of exchanges, newest last; each is published as it happens."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        self._last = 0
        self._kept: deque[dict[str, Any]] = deque(maxlen=KEPT_EXCHANGES)

    def note(self, direction: str, target: str, facts: Mapping[str, object]) -> None:
        """Keep one exchange: direction `push` or `api`, its target, facts (request, answer, status, ms, openid …)."""
        self._last += 1
        kept: dict[str, Any] = {
            "id": self._last,
            "at": self._clock.now(),
            "direction": direction,
            "target": target,
            **{name: _covered(value) if isinstance(value, str) else value for name, value in facts.items()},
        }
        self._kept.append(kept)
        self._feed.publish("exchange", kept)

    def listed(self, after: int = 0) -> list[dict[str, Any]]:
        """List the exchanges after a number."""
        return [kept for kept in self._kept if kept["id"] > after]


def _covered(text: str) -> str:
    shown = text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + "…"
    return SECRET.sub(r'\1…"', shown)
