"""The access token, one for all processes: kept in Redis, renewed by one of them at a time, expired only if current.

stable_token is asked (10,000 a minute, the same token for all who ask), not /cgi-bin/token (2,000 a day, each call
spoils the last). It gives the same token again while that should hold, so a token that the API refuses is forced to
change, which the platform allows 20 times a day.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import ClientSession
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.wechat.errors import Busy, IpNotAllowed, TokenRefused, Unreachable, error_for
from connectors.wechat.exchange import errcode, post

EARLY_S = 300
"""Seconds before its end from which a token is renewed; old and new both hold for that long."""
LEASE_S = 15
"""Seconds one process may take to renew: two calls and their time-outs."""
LOOK_S = 0.1
"""Seconds between two looks while another process renews."""
MAX_LOOKS = 2 * int(LEASE_S / LOOK_S)
"""Looks before giving up: one dead holder's lease and one renewal."""
REFUSED_FOR_S = 600
"""Seconds for which a refused token is remembered."""
FORCE_EVERY_S = 4500
"""Seconds between two forced changes, so that there are fewer than 20 a day."""
BUSY_TRIES = 3
"""Calls while the platform says it is busy."""
BUSY_PAUSE_S = 0.3
"""Seconds before such a call is repeated; doubled each time."""

_EXPIRE = """
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

_log = logging.getLogger(__name__)


class TokenStore:
    """The account's token, for any number of processes on one Redis. `owner`, unique, names this one in the lease."""

    def __init__(  # noqa: PLR0913  # what it stands on, and two things that a test replaces
        self,
        redis: Redis,
        http: ClientSession,
        app_id: str,
        secret: str,
        api_base: str,
        *,
        owner: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = redis
        self._http = http
        self._ask_for = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        self._url = f"{api_base.rstrip('/')}/cgi-bin/stable_token"
        self._owner = owner or secrets.token_hex(8)
        self._sleep = sleep
        self._renewal: asyncio.Task[str] | None = None
        # One hash tag: the keys of one script lie on one node of a Redis Cluster.
        key = f"hwg:token:{{{app_id}}}"
        self._token, self._lease, self._refused, self._forced = key, f"{key}:lease", f"{key}:refused", f"{key}:forced"

    async def get(self) -> str:
        """Return a token that should hold; WeChatError if none can be had."""
        try:
            return await self._current() or await self._renewed()
        except RedisError as failure:
            raise Unreachable(f"Redis: {type(failure).__name__}") from failure

    async def expire(self, token: str) -> None:
        """The API refused this token: forget it, unless another one has taken its place already."""
        try:
            await self._redis.eval(_EXPIRE, 2, self._token, self._refused, token, str(REFUSED_FOR_S))
        except RedisError as failure:
            raise Unreachable(f"Redis: {type(failure).__name__}") from failure

    async def _current(self) -> str | None:
        return _text(await self._redis.get(self._token))

    async def _renewed(self) -> str:
        """Join the renewal under way in this process, or begin one; a caller that gives up does not stop it."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(_look_at_failure)
        return await asyncio.shield(self._renewal)

    async def _renew(self) -> str:
        for _ in range(MAX_LOOKS):
            if await self._redis.set(self._lease, self._owner, nx=True, ex=LEASE_S):
                try:
                    return await self._current() or await self._fetch()
                finally:
                    await self._redis.eval(_RELEASE, 1, self._lease, self._owner)
            await self._sleep(LOOK_S)
            token = await self._current()
            if token:
                return token
        raise Unreachable("no token from the process that renews it")

    async def _fetch(self) -> str:
        token, seconds = await self._ask(force=False)
        refused = _text(await self._redis.get(self._refused))
        if token == refused and await self._redis.set(self._forced, self._owner, nx=True, ex=FORCE_EVERY_S):
            _log.warning("wechat: the platform's stable token was refused; forcing a new one")
            token, seconds = await self._ask(force=True)
        await self._redis.set(self._token, token, ex=max(seconds - min(EARLY_S, seconds // 2), 1))
        return token

    async def _ask(self, *, force: bool) -> tuple[str, int]:
        for repeat in range(BUSY_TRIES):
            answer = await post(self._http, self._url, self._ask_for | {"force_refresh": force})
            code = errcode(answer)
            if code != Busy.codes[0]:
                break
            await self._sleep(BUSY_PAUSE_S * 2**repeat)
        if code:
            error = error_for(code, str(answer.get("errmsg", ""))[:200])
            if isinstance(error, IpNotAllowed):
                _log.error("wechat: this server's address is not on the account's IP list: %s", error.detail)
            raise error
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise TokenRefused(detail="answer without a token")
        return token, seconds


def _look_at_failure(renewal: asyncio.Task[str]) -> None:
    """Everybody who waited may have gone; a failure nobody looked at would be reported as lost."""
    if not renewal.cancelled():
        renewal.exception()


def _text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value
