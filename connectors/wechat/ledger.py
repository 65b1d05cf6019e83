"""How many customer-service messages the platform still lets us send to a person, kept in Redis.

A message opens 5 in 48 hours, a menu click, follow, scan or tapped line 3 in one minute (wechat: "客服消息下发条数").
One hash a person; times are arguments, in seconds since 1970.
"""

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

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

_FIELDS = {Grant.MESSAGE: ("mt", "mn", MESSAGE_QUOTA), Grant.MENU: ("kt", "kn", MENU_QUOTA)}
_WINDOWS = (str(MENU_WINDOW_S - SAFETY_S), str(MESSAGE_WINDOW_S - SAFETY_S))

# The minute's messages go first: they are lost soonest. ARGV: now, the two windows, how many to take.
_TAKE = """
local h = redis.call('HMGET', KEYS[1], 'kt', 'kn', 'mt', 'mn')
local now, left, take = tonumber(ARGV[1]), 0, tonumber(ARGV[4])
for i = 1, 2 do
  local since, count = tonumber(h[2 * i - 1]), tonumber(h[2 * i])
  if since and count and count > 0 and now - since < tonumber(ARGV[i + 1]) then
    if take > 0 then redis.call('HINCRBY', KEYS[1], i == 1 and 'kn' or 'mn', -1) return count end
    left = left + count
  end
end
return left
"""


class Ledger:
    """The quota of each person. It says no before the platform does, so that no call is wasted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = redis.register_script(_TAKE)

    async def note_message(self, openid: str, now: float) -> None:
        """The person wrote something."""
        await self._note(openid, now, Grant.MESSAGE)

    async def note_menu(self, openid: str, now: float) -> None:
        """The person clicked the menu, followed, scanned a code or tapped a line."""
        await self._note(openid, now, Grant.MENU)

    def note_into(self, pipeline: Pipeline, openid: str, now: float, grant: Grant) -> None:
        """Put the note into a pipeline that the caller sends anyway."""
        for command in notes(openid, now, grant):
            pipeline.execute_command(*command)

    async def left(self, openid: str, now: float) -> int:
        """How many messages may still be sent."""
        return int(await self._take(keys=[quota_key(openid)], args=[f"{now:.3f}", *_WINDOWS, "0"]))

    async def may_send(self, openid: str, now: float) -> bool:
        """Whether a message may be sent; takes nothing."""
        return await self.left(openid, now) > 0

    async def take(self, openid: str, now: float) -> bool:
        """Take one message from the quota; False: nothing is left. One atomic step, whoever else takes."""
        return int(await self._take(keys=[quota_key(openid)], args=[f"{now:.3f}", *_WINDOWS, "1"])) > 0

    async def exhaust(self, openid: str) -> None:
        """The platform said 45047 or 45015: believe it until the person comes back."""
        await self._redis.delete(quota_key(openid))

    async def _note(self, openid: str, now: float, grant: Grant) -> None:
        async with self._redis.pipeline(transaction=True) as pipeline:
            self.note_into(pipeline, openid, now, grant)
            await pipeline.execute()


def notes(openid: str, now: float, grant: Grant) -> tuple[tuple[str | int, ...], ...]:
    """The two commands that note what the person did, for a round trip that the caller makes anyway."""
    at, count, quota = _FIELDS[grant]
    key = quota_key(openid)
    return ("HSET", key, at, f"{now:.3f}", count, quota), ("EXPIRE", key, MESSAGE_WINDOW_S)


def quota_key(openid: str) -> str:
    """The person's key; one hash tag for everything about a person."""
    return f"hwg:{{{openid}}}:quota"
