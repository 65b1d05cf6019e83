"""Late replies: sent by customer-service message as far as the platform permits, else kept for the next message."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError

from bot.metrics import Meters, alias
from bot.ports import Piece
from connectors.sessions.late import Fate, LateReplies
from connectors.sessions.link import RedisAwayError
from connectors.sessions.store import Sessions
from connectors.wechat.client import WeChatClient
from connectors.wechat.errors import Busy, QuotaUsedUp, RateLimited, Unreachable, WeChatError, WindowClosed
from connectors.wechat.ledger import Ledger

AGAIN_SECONDS = 5.0
"""Pause before a reply that the platform was too busy for is sent again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LateSender:
    """Sends what waits for a person; one process at a time, each reply once."""

    late: LateReplies
    sessions: Sessions
    client: WeChatClient
    ledger: Ledger
    meters: Meters
    clock: Callable[[], float]

    async def send(self, person: str) -> None:
        """Send one reply after another until nothing is left or one must wait. Never raises."""
        try:
            while (taken := await self.late.take(person, self.clock() * 1_000)) is not None:
                fate, pause = await self._try(person, json.loads(taken.item))
                if fate == "again":
                    await self.sessions.look_again(person, (self.clock() + pause) * 1_000)
                await self.late.settle(taken, fate)
                self.meters.late.labels(fate).inc()
                if fate == "again":
                    return
        except (RedisAwayError, RedisError) as problem:
            _log.warning("late replies of %s wait: redis away (%s)", alias(person), type(problem).__name__)

    async def _try(self, person: str, piece: Piece) -> tuple[Fate, float]:
        """Send one piece: how it went, and seconds to wait if it must be sent again."""
        try:
            if not await self.ledger.take(person, self.clock()):
                return "keep", 0.0
            await self._send(person, piece)
        except (Busy, RateLimited) as problem:
            return "again", problem.retry_after_s or AGAIN_SECONDS
        except RedisError as problem:
            # The ledger and the token are asked before anything is sent.
            _log.warning("late reply to %s waits: redis away (%s)", alias(person), type(problem).__name__)
            return "again", AGAIN_SECONDS
        except (QuotaUsedUp, WindowClosed):
            await self.ledger.exhaust(person)
            return "keep", 0.0
        except WeChatError as problem:
            _log.warning("late reply to %s not sent: %s", alias(person), problem)
            never_left = isinstance(problem, Unreachable) and problem.never_left
            return ("again", AGAIN_SECONDS) if never_left else ("keep", 0.0)
        return "sent", 0.0

    async def _send(self, person: str, piece: Piece) -> None:
        if "text" in piece:
            await self.client.send_text(person, piece["text"])
        elif "article" in piece:
            await self.client.send_article(person, piece["article"])
        else:
            await self.client.send_image(person, piece["image"])
