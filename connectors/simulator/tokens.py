"""Access tokens: two hours each, five minutes of grace for the one before, a daily number of requests.

stable_token gives the same token until five minutes before its end, and nothing that /cgi-bin/token does touches it.
Source: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
"""

from collections import deque
from dataclasses import dataclass

from connectors.simulator.clock import Clock
from connectors.simulator.errors import ApiError
from connectors.simulator.ids import Ids

LIFETIME_S = 7200
GRACE_S = 300
FORCED_PAUSE_S = 30
FORCED_A_DAY = 20
PLAIN_A_DAY = 2000
DAY_S = 86400
KEPT_TOKENS = 64
TOKEN_LENGTH = 136


@dataclass
class Token:
    """A token, its end, and when it was given out."""

    value: str
    ends: float
    born: float


class Tokens:
    """Gives out tokens and knows which still hold."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._issued: deque[Token] = deque(maxlen=KEPT_TOKENS)
        self._stable: Token | None = None
        self._plain: Token | None = None
        self._plain_calls: deque[float] = deque(maxlen=PLAIN_A_DAY)
        self._forced_calls: deque[float] = deque(maxlen=FORCED_A_DAY)

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Answer stable_token: the token and the seconds that it still holds."""
        now = self._clock.now()
        current = self._stable
        if current and force and now - current.born >= FORCED_PAUSE_S:
            self._count(self._forced_calls, FORCED_A_DAY, now)
            current.ends = now
            current = None
        if current is None or current.ends - now <= GRACE_S:
            current = self._stable = self._issue(now)
        return current.value, int(current.ends - now)

    def plain(self) -> tuple[str, int]:
        """Answer /cgi-bin/token: always a new token; the one before holds for five minutes more."""
        now = self._clock.now()
        self._count(self._plain_calls, PLAIN_A_DAY, now)
        if self._plain:
            self._plain.ends = min(self._plain.ends, now + GRACE_S)
        self._plain = self._issue(now)
        return self._plain.value, LIFETIME_S

    def check(self, value: str) -> None:
        """Let a call pass or raise 41001, 40001, 42001."""
        if not value:
            raise ApiError(41001)
        known = next((token for token in self._issued if token.value == value), None)
        if known is None:
            raise ApiError(40001)
        if self._clock.now() >= known.ends:
            raise ApiError(42001)

    def expire_all(self) -> None:
        """End every token now, as when somebody has reset the secret."""
        for token in self._issued:
            token.ends = self._clock.now()

    def _issue(self, now: float) -> Token:
        token = Token(f"{self._ids.digits(2)}_{self._ids.letters(TOKEN_LENGTH - 3)}", now + LIFETIME_S, now)
        self._issued.append(token)
        return token

    @staticmethod
    def _count(calls: deque[float], limit: int, now: float) -> None:
        while calls and now - calls[0] >= DAY_S:
            calls.popleft()
        if len(calls) >= limit:
            raise ApiError(45009)
        calls.append(now)
