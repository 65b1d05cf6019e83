"""Tests: what people said and were told is not readable in Redis, and what no key opens is in nobody's way."""

import base64
from collections.abc import AsyncIterator

import pytest
import redis.asyncio

from connectors.sealing import Keyring, derive, parse
from connectors.sessions import keys
from tests.connectors.sessions_parts import KEYRING, Outcome, Process, process

pytestmark = pytest.mark.usefixtures("redis_client")

NOW = 1_800_000_000_000.0
NEW = parse("k1:" + base64.b64encode(b"n" * 32).decode(), "SESSION_KEY")
SAID = "楼上漏水".encode()


@pytest.fixture
async def one(redis_url: str) -> AsyncIterator[Process]:
    """A bot process on an empty Redis."""
    async with process(redis_url, "one") as it:
        yield it


async def everything(client: redis.asyncio.Redis) -> list[bytes]:
    """Every value in Redis, of lists each item."""
    names = [name async for name in client.scan_iter()]
    kinds = [await client.type(name) for name in names]
    texts = [await client.get(name) for name, kind in zip(names, kinds, strict=True) if kind == b"string"]
    lists = [await client.lrange(name, 0, -1) for name, kind in zip(names, kinds, strict=True) if kind == b"list"]
    values = [*texts, *(item for items in lists for item in items)]
    return [value for value in values if isinstance(value, bytes)]


async def say(one: Process, message: str, outcome: Outcome, person: str = "p") -> None:
    """One turn."""
    held = (await one.sessions.claim(person, message, SAID, NOW)).held
    assert held is not None
    assert held.entry == SAID
    assert await one.sessions.finish(held, outcome) is not None


FULL = Outcome(session=SAID, answer=SAID, more=SAID, also=[SAID, SAID], chores=[SAID])


async def test_nothing_that_was_said_is_readable(one: Process, redis_client: redis.asyncio.Redis) -> None:
    """Not the waiting message, nor the conversation, answer, rest of a text, late reply, one being sent, or chore."""
    await say(one, "m1", FULL)
    assert await one.late.take("p", NOW) is not None
    waiting = await one.sessions.claim("p", "m2", SAID, NOW)
    values = await everything(redis_client)
    assert len(values) >= len(("m1", "session", "more", "late", "sending", "chores", "m2", "inbox", "lock"))
    assert [value for value in values if SAID in value] == []
    assert waiting.held is not None
    assert (waiting.held.session, waiting.held.more) == (SAID, SAID)
    assert (waiting.held.late, waiting.held.chores) == ((SAID,), (SAID,))


async def test_a_value_put_under_another_person_does_not_open(one: Process, redis_client: redis.asyncio.Redis) -> None:
    """Whoever can write to Redis cannot let somebody read another's conversation."""
    await say(one, "m1", Outcome(session=SAID))
    await redis_client.rename(keys.of("p", "session"), keys.of("q", "session"))
    held = (await one.sessions.claim("q", "m2", b"", NOW)).held
    assert held is not None
    assert held.session is None


async def test_a_new_key_takes_over(one: Process, redis_url: str) -> None:
    """With a new key in front and the old one behind it every conversation goes on, and is sealed by the new one."""
    await say(one, "m1", FULL)
    async with process(redis_url, "two", keyring=NEW.opening_also(KEYRING)) as two:
        assert (await two.sessions.claim("p", "m1", SAID, NOW)).answer == SAID
        held = (await two.sessions.claim("p", "m2", SAID, NOW)).held
        assert held is not None
        assert held.session == SAID
        await two.sessions.finish(held, Outcome(session=SAID))
    async with process(redis_url, "three", keyring=NEW) as three:
        held = (await three.sessions.claim("p", "m3", b"", NOW)).held
        assert held is not None
        assert held.session == SAID


async def test_what_no_key_opens_is_dropped_and_told(
    one: Process, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After a lost key the person begins anew, what was stored since is kept in order, and the log names the key."""
    await say(one, "m1", FULL)
    await one.sessions.claim("p", "m2", SAID, NOW)
    await one.link.run(("DEL", keys.of("p", "lock")))
    lost: Keyring = derive("another secret", "tests", "SESSION_KEY")
    async with process(redis_url, "two", keyring=lost) as two:
        assert (await two.sessions.claim("p", "m1", SAID, NOW)).answer == b""
        held = (await two.sessions.claim("p", "m3", SAID, NOW)).held
        assert held is not None
        assert (held.message, held.entry, held.session, held.more) == ("m2", b"", None, None)
        assert (held.late, held.kept, held.chores) == ((), (), ())
        await two.sessions.finish(held, Outcome(session=b"new", also=[b"later"]))
        assert await two.sessions.acknowledge("p", "m1") == b""
        sending = await two.late.take("p", NOW)
        assert sending is not None
        assert sending.item == b"later"
    assert "sessions" in caplog.text
    assert SAID.decode() not in caplog.text


async def test_a_late_reply_that_no_key_opens_holds_up_no_other(one: Process, redis_url: str) -> None:
    """It is passed over when late replies are sent."""
    await say(one, "m1", Outcome(also=[SAID]))
    async with process(redis_url, "two", keyring=NEW) as two:
        assert await two.late.take("p", NOW) is None
    assert await one.late.take("p", NOW) is None


async def test_what_was_kept_before_anything_was_sealed_is_read(
    one: Process, redis_client: redis.asyncio.Redis
) -> None:
    """A conversation stored by an earlier version goes on, and is sealed when it is next saved."""
    await redis_client.set(keys.of("p", "session"), b'{"turn":1}')
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    assert held.session == b'{"turn":1}'
    await one.sessions.finish(held, Outcome(session=held.session))
    assert b"turn" not in (await redis_client.get(keys.of("p", "session")) or b"")
