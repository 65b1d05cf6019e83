"""Tests: what becomes of a late reply when WeChat's API does not take it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import redis.asyncio
import redis.exceptions
from aiohttp import ClientSession

from bot.late import LateSender
from bot.metrics import Meters
from connectors.local.redis_server import free_port
from connectors.wechat.client import WeChatClient
from connectors.wechat.ledger import Ledger
from connectors.wechat.message import Grant
from connectors.wechat.tokens import TokenStore
from tests.connectors.sessions_parts import Process, process
from tests.connectors.wechat_account import did
from tests.contract.platform import Platform

SEND = "/cgi-bin/message/custom/send"
NOW = 1_800_000_000.0


@dataclass
class Post:
    """A sender, and what it stands on."""

    sender: LateSender
    process: Process

    async def left(self) -> tuple[int, int]:
        """How many replies are still to be sent, and how many wait for the person's next message."""
        late, kept = await self.process.link.run(("LLEN", "hwg:{p}:late"), ("LLEN", "hwg:{p}:kept"))
        return late, kept


async def post(url: str, client: redis.asyncio.Redis, http: ClientSession, base: str, it: Process) -> Post:
    """A sender to an API at `base`; one reply waits, and the person has just written."""
    ledger = Ledger(client)
    await did(client, "p", NOW, Grant.MESSAGE)
    await it.link.run(("RPUSH", "hwg:{p}:late", '{"text": "晚了"}'))
    tokens = TokenStore(client, http, "wx1", "secret", base, owner=url)
    wechat = WeChatClient(http, tokens, base)
    return Post(LateSender(it.late, it.sessions, wechat, ledger, Meters(), lambda: NOW), it)


@pytest.fixture
async def ready(redis_url: str, redis_client: redis.asyncio.Redis, platform: Platform) -> AsyncIterator[Post]:
    """A sender to a working API."""
    async with ClientSession() as http, process(redis_url, "one") as it:
        yield await post(redis_url, redis_client, http, platform.base, it)


@pytest.mark.parametrize("code", [45047, 45015, 48001, 40164])
async def test_a_refused_reply_waits_for_the_person(ready: Post, platform: Platform, code: int) -> None:
    """What the platform will not send is tried once and shown at the next message."""
    platform.fault = lambda path: code if path == SEND else 0
    await ready.sender.send("p")
    assert (len(platform.sent(SEND, "p")), await ready.left()) == (1, (0, 1))


async def test_a_reply_over_a_limit_is_sent_later(ready: Post, platform: Platform) -> None:
    """Over a limit of calls the reply stays first in line, and somebody will look again after the limit's time."""
    platform.fault = lambda path: 45011 if path == SEND else 0
    await ready.sender.send("p")
    assert await ready.left() == (1, 0)
    assert await ready.process.sessions.due((NOW + 59) * 1_000, 1) == []
    assert await ready.process.sessions.due((NOW + 60) * 1_000, 1) == ["p"]


async def test_without_quota_nothing_is_asked(ready: Post, platform: Platform) -> None:
    """Where the ledger says that nothing may be sent, WeChat is not asked."""
    await ready.sender.ledger.exhaust("p")
    await ready.sender.send("p")
    assert (platform.sent(SEND, "p"), await ready.left()) == ([], (0, 1))


async def test_an_api_that_is_away_is_tried_again(redis_url: str, redis_client: redis.asyncio.Redis) -> None:
    """A reply that surely never left is kept first in line."""
    async with ClientSession() as http, process(redis_url, "one") as it:
        ready = await post(redis_url, redis_client, http, f"http://127.0.0.1:{free_port()}", it)
        await ready.sender.send("p")
        assert await ready.left() == (1, 0)


async def test_pictures_and_cards_are_sent_as_such(ready: Post, platform: Platform) -> None:
    """Each kind of piece has its own kind of message."""
    await ready.process.link.run(("RPUSH", "hwg:{p}:late", '{"image": "m"}', '{"article": {"url": "https://e.org/"}}'))
    await ready.sender.send("p")
    assert [each["msgtype"] for each in platform.sent(SEND, "p")] == ["text", "image", "news"]
    assert await ready.left() == (0, 0)


async def test_a_ledger_that_cannot_be_asked_loses_nothing(ready: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the quota cannot be looked up nothing is sent, and the reply stays first in line."""

    async def away(*_: object) -> bool:
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr(ready.sender.ledger, "take", away)
    await ready.sender.send("p")
    assert await ready.left() == (1, 0)
