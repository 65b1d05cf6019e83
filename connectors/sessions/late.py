"""Replies that could not be given in time: each is taken by one sender, sent once, or kept for the next message."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from connectors.sessions import keys, scripts
from connectors.sessions.link import RedisLink, call
from connectors.sessions.sealing import PersonalSeal

Fate: TypeAlias = Literal["sent", "again", "keep"]
"""sent; again: surely not sent, try later; keep: not allowed, or nobody knows: it is shown at the next message."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A late reply taken for sending; `at` (ms) names the attempt."""

    person: str
    item: bytes
    at: int


class LateReplies:
    """The late replies of all people."""

    def __init__(self, link: RedisLink, seal: PersonalSeal) -> None:
        self._link = link
        self._seal = seal

    async def take(self, person: str, now_ms: float) -> Sending | None:
        """The next late reply, ours alone; None: nothing to send now (or a turn runs, which will show it)."""
        names = [keys.of(person, name) for name in ("lock", "late", "kept", "sending")]
        at = int(now_ms)
        take = call(scripts.TAKE_LATE, names, at, keys.SENDING_STALE_MS, keys.LATE_KEPT_MS)
        while True:
            ((outcome, item),) = await self._link.run(take)
            if outcome != b"item":
                return None
            if self._seal.opens(person, item):
                return Sending(person, self._seal.open(person, item), at)
            await self.settle(Sending(person, b"", at), "sent")

    async def settle(self, sending: Sending, fate: Fate) -> None:
        """Say how sending went."""
        names = [keys.of(sending.person, name) for name in ("late", "kept", "sending")]
        await self._link.run(call(scripts.SETTLE_LATE, names, fate, keys.LATE_KEPT_MS, sending.at))
