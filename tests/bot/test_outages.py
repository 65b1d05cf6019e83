"""Tests: what happens while something is away, and after it came back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Config
from bot.webhook import Pace
from connectors.local.redis_server import RedisServer
from tests.bot import host_parts
from tests.bot.host_parts import Backend, Client, Clock, host, somebody
from tests.contract.platform import Platform, event, text

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[RedisServer]:
    """A Redis that may be stopped."""
    server = RedisServer(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


async def test_postponed_case_is_submitted_when_the_backend_is_back(
    settings: Config, folder: Path, backend: Backend, platform: Platform
) -> None:
    """With the backend down the person is told, and later gets the number without writing again: one case."""
    me, clock = somebody(), Clock()
    async with host(settings, folder, Pace(clock)) as client:
        await client.deliver(text(me, "反映"))
        backend.down = True
        answer = await client.deliver(text(me, "楼上漏水"))
        backend.down = False
        clock.ahead = 30
        await platform.until(lambda: platform.sent(SEND, me))
    (sent,) = platform.sent(SEND, me)
    assert answer.text == "utter_call_postponed"
    assert sent["text"]["content"].startswith("登记好了，AH1")
    assert len({key for _, _, key, _ in backend.of("/cases")}) == len(backend.cases) == 1


async def test_next_message_brings_the_postponed_result(client: Client, backend: Backend) -> None:
    """Whoever writes again before the background does it gets the result at once, with the same key."""
    me = somebody()
    await client.deliver(text(me, "反映"))
    backend.down = True
    await client.deliver(text(me, "楼上漏水"))
    still = await client.deliver(text(me, "好了吗"))
    backend.down = False
    answer = await client.deliver(text(me, "反映"))
    assert still.text == "utter_call_still_pending"
    assert answer.text.startswith("登记好了，AH1")
    assert answer.text.endswith("请说经过")
    assert len({key for _, _, key, _ in backend.of("/cases")}) == 1


async def test_what_need_not_be_done_later_is_unavailable(client: Client, backend: Backend) -> None:
    """A question that cannot be answered now is not asked later."""
    me = somebody()
    backend.down = True
    answer = await client.deliver(text(me, "中心"))
    assert answer.text == "utter_internal_error"


async def test_forgetting_waits_for_the_backend(settings: Config, folder: Path, backend: Backend) -> None:
    """Who leaves while the backend is down is forgotten there once it is back."""
    me, clock = somebody(), Clock()
    async with host(settings, folder, Pace(clock)) as client:
        backend.down = True
        await client.deliver(event(me, "unsubscribe"))
        tried = len(backend.of("/people/forget"))
        backend.down = False
        clock.ahead = 30
        async with asyncio.timeout(20):
            while len(backend.of("/people/forget")) == tried:
                backend.arrived.clear()
                await backend.arrived.wait()
    assert tried == 1


async def test_conversation_survives_a_redis_restart(
    own_redis: RedisServer, folder: Path, backend: Backend, platform: Platform
) -> None:
    """After Redis was stopped and started the conversation goes on where it was."""
    me = somebody()
    async with host(host_parts.config(own_redis.url, platform.base, backend.url), folder) as client:
        await client.deliver(text(me, "反映"))
        own_redis.stop()
        own_redis.start()
        answer = await client.deliver(text(me, "楼上漏水"))
    assert answer.text.startswith("登记好了，AH1")


async def test_late_replies_survive_a_redis_restart(
    own_redis: RedisServer, folder: Path, backend: Backend, platform: Platform
) -> None:
    """A reply that became late is sent although Redis was restarted since the last one was."""
    me, clock = somebody(), Clock()
    settings = host_parts.config(own_redis.url, platform.base, backend.url)
    async with host(settings, folder, Pace(clock)) as client:
        await client.deliver(text(me, "人工"))
        own_redis.stop()
        own_redis.start()
        await client.deliver(text(me, "人工"))
    assert len(platform.sent(SEND, me)) == 2


async def test_without_redis_nothing_is_acknowledged(
    own_redis: RedisServer, folder: Path, backend: Backend, platform: Platform
) -> None:
    """While Redis is away the person is told to try again, never `success`; the message then counts as new."""
    me = somebody()
    settings = host_parts.config(own_redis.url, platform.base, backend.url)
    async with host(settings, folder, Pace(race_seconds=0.5)) as client:
        await client.deliver(text(me, "反映"))
        own_redis.stop()
        message = text(me, "楼上漏水")
        told = await client.deliver(message)
        health, _ = await client.get("/healthz")
        own_redis.start()
        answer = await client.deliver(message)
    assert "再发一次" in told.text
    assert health == 503
    assert answer.text.startswith("登记好了，AH1")
    assert len(backend.cases) == 1
