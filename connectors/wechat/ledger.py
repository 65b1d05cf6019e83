"""How many customer-service messages the platform still lets us send to a person, kept in Redis.

A message opens 5 in 48 hours, a menu click, follow, scan or tapped line 3 in one minute (wechat: "客服消息下发条数").
A key for each of the two, `<when> <left>`, gone with its window; times are arguments, in seconds since 1970.
"""

from redis.asyncio import Redis

from connectors.wechat.message import Grant

MESSAGE_QUOTA = 5
"""Messages allowed after a person's message."""
MESSAGE_WINDOW_S = 48 * 3600
"""Seconds they may be sent in."""
MENU_QUOTA = 3
"""Messages allowed after a menu click, follow, scan or tapped line."""
MENU_WINDOW_S = 60
"""Seconds they may be sent in."""
SAFETY_S = 2
"""Seconds before a window's end from which nothing is begun: a message takes time to arrive."""

_WINDOWS = {Grant.MENU: (MENU_QUOTA, MENU_WINDOW_S), Grant.MESSAGE: (MESSAGE_QUOTA, MESSAGE_WINDOW_S)}
_OPEN_S = tuple(str(seconds - SAFETY_S) for _, seconds in _WINDOWS.values())

# KEYS the minute's quota, which goes first as it is lost soonest, and the two days'.
# ARGV now, how long each is open, how many to take.
_TAKE = """
local now, left, take = tonumber(ARGV[1]), 0, tonumber(ARGV[4])
for i = 1, 2 do
  local since, count = string.match(redis.call('GET', KEYS[i]) or '', '^(%S+) (%d+)$')
  if since and tonumber(count) > 0 and now - tonumber(since) < tonumber(ARGV[i + 1]) then
    if take > 0 then
      redis.call('SET', KEYS[i], since .. ' ' .. tonumber(count) - 1, 'KEEPTTL')
      return tonumber(count)
    end
    left = left + tonumber(count)
  end
end
return left
"""


class Ledger:
    """The quota of each person. It says no before the platform does, so that no call is wasted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = redis.register_script(_TAKE)

    async def left(self, openid: str, now: float) -> int:
        """How many messages may still be sent."""
        return int(await self._take(keys=quota_keys(openid), args=[f"{now:.3f}", *_OPEN_S, "0"]))

    async def may_send(self, openid: str, now: float) -> bool:
        """Whether a message may be sent; takes nothing."""
        return await self.left(openid, now) > 0

    async def take(self, openid: str, now: float) -> bool:
        """Take one message from the quota; False: nothing is left. One atomic step, whoever else takes."""
        return int(await self._take(keys=quota_keys(openid), args=[f"{now:.3f}", *_OPEN_S, "1"])) > 0

    async def exhaust(self, openid: str) -> None:
        """The platform said 45047 or 45015: believe it until the person comes back."""
        await self._redis.delete(*quota_keys(openid))


def note(openid: str, now: float, grant: Grant) -> tuple[str | int, ...]:
    """The one command that notes what the person did, for a round trip that the caller makes anyway."""
    count, seconds = _WINDOWS[grant]
    return ("SET", _key(openid, grant), f"{now:.3f} {count}", "EX", seconds)


def quota_keys(openid: str) -> list[str]:
    """The person's keys, the minute's first; one hash tag for everything about a person."""
    return [_key(openid, grant) for grant in _WINDOWS]


def _key(openid: str, grant: Grant) -> str:
    return f"hwg:{{{openid}}}:quota:{grant}"
