"""The steps that must be atomic, as Lua. Each touches the keys of one person only, or the one global set."""

import hashlib
from dataclasses import dataclass, field

from connectors.sessions import keys


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest under which Redis keeps it."""

    text: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", hashlib.sha1(self.text.encode()).hexdigest())  # noqa: S324 - Redis names scripts so


_RING = """
-- A person's `waiting` is a set: b and the bell channel of a process, m and the message that it waits for.
local function ring(waiting, person)
  local members = redis.call('SMEMBERS', waiting)
  for _, member in ipairs(members) do
    if string.sub(member, 1, 1) == 'b' then redis.call('PUBLISH', string.sub(member, 2), person) end
  end
  if #members > 0 then redis.call('DEL', waiting) end
end
"""

_KEPT = f"""
local LEASE_MS, ANSWER_MS, WAITERS_MS = {keys.LEASE_MS}, {keys.ANSWER_KEPT_MS}, {keys.WAITERS_KEPT_MS}
local SESSION_MS, LATE_MS = {keys.SESSION_KEPT_MS}, {keys.LATE_KEPT_MS}
"""
"""How long things are kept, in the scripts of every turn: arguments would be packed and read each time."""

CLAIM = Script(
    _KEPT
    + """
-- KEYS lock inbox session more late kept chores waiting [said]
-- ARGV token message entry channel
if KEYS[9] then
  local said = redis.call('GET', KEYS[9])
  if said and string.sub(said, 1, 1) == '=' then return {'said', string.sub(said, 2)} end
  if not said then
    redis.call('SET', KEYS[9], '?', 'PX', ANSWER_MS)
    redis.call('RPUSH', KEYS[2], ARGV[2] .. ' ' .. ARGV[3])
    redis.call('PEXPIRE', KEYS[2], LATE_MS)
  end
end
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  if KEYS[9] then
    redis.call('SADD', KEYS[8], 'b' .. ARGV[4], 'm' .. ARGV[2])
    redis.call('PEXPIRE', KEYS[8], WAITERS_MS)
  end
  return {'busy', redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', LEASE_MS)
local head, session = redis.call('LINDEX', KEYS[2], 0), redis.call('GET', KEYS[3])
local more_is_there = redis.call('EXISTS', KEYS[4], KEYS[5], KEYS[6], KEYS[7]) > 0
if not more_is_there then return {'held', head, session, false, {}, {}, {}} end
return {'held', head, session, redis.call('GET', KEYS[4]),
  redis.call('LRANGE', KEYS[5], 0, -1), redis.call('LRANGE', KEYS[6], 0, -1), redis.call('LRANGE', KEYS[7], 0, -1)}
"""
)
"""Take a message into the inbox (once), lock the person if free, and load what the turn needs."""

FINISH = Script(
    _RING
    + _KEPT
    + """
-- KEYS lock inbox session more late kept chores waiting pending answered [said]
-- ARGV token message session answer more pending foreign
--      shown_late shown_kept done_chores person may_be_late n_also also.. n_chores chores..
local said = KEYS[11] and redis.call('GET', KEYS[11])
if said and string.sub(said, 1, 1) == '=' then return {'done', 0} end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'lost', 0} end
local gone = {KEYS[1]}
local function keep(key, value)
  if value == '' then gone[#gone + 1] = key else redis.call('SET', key, value, 'PX', SESSION_MS) end
end
keep(KEYS[3], ARGV[3])
keep(KEYS[4], ARGV[5])
if ARGV[6] ~= '=' then keep(KEYS[9], ARGV[6]) end
if ARGV[8] ~= '0' then redis.call('LTRIM', KEYS[5], ARGV[8], -1) end
if ARGV[9] ~= '0' then redis.call('LTRIM', KEYS[6], ARGV[9], -1) end
if ARGV[10] ~= '0' then redis.call('LTRIM', KEYS[7], ARGV[10], -1) end
local late = said == 'A' or (ARGV[7] == '1' and redis.call('SISMEMBER', KEYS[8], 'm' .. ARGV[2]) == 0)
local function push(key, value)
  redis.call('RPUSH', key, value)
  redis.call('PEXPIRE', key, LATE_MS)
end
if late and ARGV[12] == '1' then push(KEYS[5], ARGV[4]) end
local at = 13 + tonumber(ARGV[13])
for i = 14, at do push(KEYS[5], ARGV[i]) end
for i = at + 2, at + 1 + tonumber(ARGV[at + 1]) do push(KEYS[7], ARGV[i]) end
if KEYS[11] then
  redis.call('SET', KEYS[11], '=' .. (late and '' or ARGV[4]), 'PX', ANSWER_MS)
  if ARGV[4] ~= '' and not late then
    if redis.call('RPUSH', KEYS[10], ARGV[2]) > 1000 then redis.call('LPOP', KEYS[10]) end
    redis.call('PEXPIRE', KEYS[10], ANSWER_MS)
  end
  local head = redis.call('LINDEX', KEYS[2], 0)
  if head and string.sub(head, 1, #ARGV[2] + 1) == ARGV[2] .. ' ' then redis.call('LPOP', KEYS[2]) end
end
redis.call('DEL', unpack(gone))
ring(KEYS[8], ARGV[11])
return {'done', late and 1 or 0}
"""
)
"""Save the whole turn, remove its message from the inbox, unlock, and wake those who wait.

`foreign`: the turn was not run by the one who answers the platform; if nobody waits for it, its reply goes another way.
"""

ACKNOWLEDGE = Script("""
-- KEYS said   ARGV kept_ms
local said = redis.call('GET', KEYS[1])
if not said then return {'unknown', ''} end
if string.sub(said, 1, 1) == '=' then return {'said', string.sub(said, 2)} end
redis.call('SET', KEYS[1], 'A', 'PX', ARGV[1])
return {'running', ''}
""")
"""Say that the platform is being answered `success` for a message that still runs: its reply must go another way."""

BLANK = Script("""
-- KEYS said..
for _, key in ipairs(KEYS) do
  local said = redis.call('GET', key)
  if said and string.sub(said, 1, 1) == '=' then
    redis.call('SET', key, '=', 'PX', math.max(1, redis.call('PTTL', key)))
  end
end
return 0
""")
"""Take the words out of answers; that their messages were dealt with stays known."""

RENEW = Script("""
-- KEYS lock   ARGV token lease
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
""")

RELEASE_LOCK = Script(
    _RING
    + """
-- KEYS lock waiting   ARGV token person
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
ring(KEYS[2], ARGV[2])
return 1
"""
)

TAKE_DUE = Script("""
-- KEYS due   ARGV now next count
local people = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, person in ipairs(people) do redis.call('ZADD', KEYS[1], ARGV[2], person) end
return people
""")
"""Who is to be looked at now; each is put off at once, so that no second process looks at the same time."""

DROP_DUE = Script("""
-- KEYS due   ARGV score person..
for i = 2, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) == tonumber(ARGV[1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 0
""")
"""Forget people with nothing left to do, unless somebody has put them down again meanwhile."""

LOOK = Script("""
-- KEYS inbox late chores pending sending
return redis.call('LLEN', KEYS[1]) + redis.call('LLEN', KEYS[2]) + redis.call('LLEN', KEYS[3])
  + redis.call('EXISTS', KEYS[4]) + redis.call('EXISTS', KEYS[5])
""")

TAKE_LATE = Script("""
-- KEYS lock late kept sending   ARGV now stale list_ms
if redis.call('EXISTS', KEYS[1]) == 1 then return {'busy', ''} end
local sending = redis.call('GET', KEYS[4])
if sending then
  local at, item = string.match(sending, '^(%d+) (.*)$')
  if tonumber(ARGV[1]) - tonumber(at) < tonumber(ARGV[2]) then return {'busy', ''} end
  redis.call('RPUSH', KEYS[3], item)
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
  redis.call('DEL', KEYS[4])
end
local item = redis.call('LPOP', KEYS[2])
if not item then return {'none', ''} end
redis.call('SET', KEYS[4], ARGV[1] .. ' ' .. item, 'PX', ARGV[3])
return {'item', item}
""")
"""Take the next late reply for sending. One whose sender vanished is not sent again, but shown at the next message."""

SETTLE_LATE = Script("""
-- KEYS late kept sending   ARGV fate list_ms at
local sending = redis.call('GET', KEYS[3])
if not sending then return 0 end
local at, item = string.match(sending, '^(%d+) (.*)$')
if at ~= ARGV[3] then return 0 end
if ARGV[1] == 'again' then redis.call('LPUSH', KEYS[1], item); redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if ARGV[1] == 'keep' then redis.call('RPUSH', KEYS[2], item); redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
redis.call('DEL', KEYS[3])
return 1
""")
"""Say how sending went: `sent`, `again` (surely not sent), `keep` (nobody knows, or not allowed: show it next time)."""

ALL = (CLAIM, FINISH, ACKNOWLEDGE, BLANK, RENEW, RELEASE_LOCK, TAKE_DUE, DROP_DUE, LOOK, TAKE_LATE, SETTLE_LATE)
