"""Tests: answers that come too late for the platform go another way, once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Config
from bot.webhook import Pace
from tests.bot.host_parts import Backend, Client, host, somebody
from tests.contract.platform import Answer, Delivery, Platform, event, text

SEND = "/cgi-bin/message/custom/send"
PATIENCE_SECONDS = 30.0


@pytest.fixture
async def hasty(settings: Config, folder: Path) -> AsyncIterator[Client]:
    """A bot that gives up waiting for its own answer soon, but not before an ordinary answer is there."""
    async with host(settings, folder, Pace(race_seconds=2.0)) as it:
        yield it


async def too_late(client: Client, backend: Backend, me: str) -> tuple[Delivery, Answer]:
    """A message whose answer is not there in time; what the platform was told."""
    await client.deliver(text(me, "反映"))
    backend.hold.clear()
    message = text(me, "楼上漏水")
    return message, await client.deliver(message)


async def kept(client: Client) -> None:
    """Until a late reply that was refused is put aside for the next message: the refusal has its own way back."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 'bot_late_replies_total{fate="keep"} 1.0' not in (await client.get("/metrics"))[1]:
            pass  # each question is a round trip, in which the bot goes on


async def test_late_answer_is_sent_once(hasty: Client, backend: Backend, platform: Platform) -> None:
    """The platform is told `success`, the answer follows once in another way, a repeat gets nothing new."""
    me = somebody()
    message, told = await too_late(hasty, backend, me)
    backend.hold.set()
    await platform.until(lambda: platform.sent(SEND, me))
    again = await hasty.deliver(message)
    assert (told.kind, again.kind) == ("success", "success")
    (sent,) = platform.sent(SEND, me)
    assert sent["text"]["content"].startswith("登记好了")
    assert len(backend.of("/cases")) == 1


async def test_late_answer_without_quota_is_shown_next(hasty: Client, backend: Backend, platform: Platform) -> None:
    """What the platform does not let us send is not lost: it stands before the answer to the next message."""
    me = somebody()
    platform.fault = lambda path: 45047 if path == SEND else 0
    await too_late(hasty, backend, me)
    backend.hold.set()
    await kept(hasty)
    platform.fault = lambda _path: 0
    answer = await hasty.deliver(text(me, "反映"))
    assert answer.text.startswith("登记好了")
    assert answer.text.endswith("请说经过")
    assert len(platform.sent(SEND, me)) == 1


async def test_handover_text_is_sent_before_the_transfer(client: Client, platform: Platform) -> None:
    """The words before a handover go as a customer-service message; the answer itself is the transfer."""
    me = somebody()
    answer = await client.deliver(text(me, "人工"))
    (sent,) = platform.sent(SEND, me)
    assert (answer.kind, sent["text"]["content"]) == ("transfer_customer_service", "这就给您转人工")


async def test_long_text_is_read_on_with_more(client: Client) -> None:
    """A long answer comes in pieces; tapping 更多 shows the next."""
    me = somebody()
    first = await client.deliver(text(me, "长文"))
    second = await client.deliver(text(me, "更多", menu_id=first.buttons[-1][0]))
    assert first.buttons == [("more", "更多")]
    assert [len(each.text.encode()) <= 2048 for each in (first, second)] == [True, True]
    assert first.text.startswith("甲。")
    assert second.text.endswith("乙。")


async def test_leaving_forgets_the_conversation(client: Client, backend: Backend) -> None:
    """After an unsubscribe the conversation is gone and the backend was told to forget."""
    me = somebody()
    await client.deliver(text(me, "反映"))
    left = await client.deliver(event(me, "unsubscribe"))
    assert (left.kind, len(backend.of("/people/forget"))) == ("success", 1)
    await client.deliver(text(me, "楼上漏水"))
    assert backend.of("/cases") == []
