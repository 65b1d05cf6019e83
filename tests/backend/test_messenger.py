"""WeChat as the worker's messenger: every error of the platform means one thing for a delivery."""

import inspect
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import redis.asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from backend.records.attachments import Content
from backend.worker.port import SendFailedError, Verdict
from backend.worker.wechat import VERDICTS, WeChatMessenger
from connectors.wechat import errors
from connectors.wechat.client import WeChatClient
from connectors.wechat.ledger import Ledger
from connectors.wechat.message import Grant
from connectors.wechat.tokens import TokenStore
from tests.connectors.wechat_account import did

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
OPENID = "o-somebody"


class Platform:
    """The platform's API: answers everything with `errcode`, or cuts the connection."""

    def __init__(self) -> None:
        self.errcode = 0
        self.cut = False
        self.bodies: list[dict[str, object]] = []

    async def answer(self, request: web.Request) -> web.Response:
        """One call."""
        if request.path.endswith("stable_token"):
            return web.json_response({"access_token": "t", "expires_in": 7200})
        if request.path.endswith("media/get") and not self.errcode:
            return web.Response(body=b"picture", content_type="image/jpeg")
        if self.cut and request.transport is not None:
            request.transport.close()
        if request.can_read_body:
            self.bodies.append(await request.json())
        return web.json_response({"errcode": self.errcode, "errmsg": "x", "msgid": 42})


@pytest.fixture
async def platform() -> Platform:
    """A platform that says yes."""
    return Platform()


@pytest.fixture
async def messenger(platform: Platform, redis_client: redis.asyncio.Redis) -> AsyncIterator[WeChatMessenger]:
    """The messenger in front of it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", platform.answer)
    async with TestServer(app) as server, ClientSession() as http:
        base = str(server.make_url("/")).rstrip("/")
        yield made(http, redis_client, base)


def made(http: ClientSession, redis_client: redis.asyncio.Redis, base: str) -> WeChatMessenger:
    """A messenger that never waits between tries."""

    async def at_once(_seconds: float) -> None:
        return

    tokens = TokenStore(redis_client, http, "wx1", "secret", base)
    return WeChatMessenger(WeChatClient(http, tokens, base, sleep=at_once), Ledger(redis_client))


async def verdict_of(messenger: WeChatMessenger, channel: str) -> Verdict | None:
    """What a send by the channel comes to; None if it is sent."""
    try:
        if channel == "text":
            await messenger.text(OPENID, "您好")
        elif channel == "template":
            await messenger.template(OPENID, "T", {"thing1": "x"}, "d1")
        else:
            await messenger.subscription(OPENID, "T", {"thing1": "x"})
    except SendFailedError as failure:
        return failure.verdict
    return None


@pytest.mark.parametrize(
    ("errcode", "verdict"),
    [
        (43004, Verdict.NEXT_CHANNEL),
        (43101, Verdict.NEXT_CHANNEL),
        (45015, Verdict.NEXT_CHANNEL),
        (45047, Verdict.NEXT_CHANNEL),
        (47003, Verdict.NEXT_CHANNEL),
        (48001, Verdict.NEXT_CHANNEL),
        (99999, Verdict.NEXT_CHANNEL),
        (-1, Verdict.RETRY),
        (45009, Verdict.RETRY),
        (45011, Verdict.RETRY),
        (40001, Verdict.RETRY),
        (40164, Verdict.BURY),
        (45065, Verdict.ALREADY_SENT),
    ],
)
async def test_each_error_means_one_thing(
    platform: Platform, messenger: WeChatMessenger, errcode: int, verdict: Verdict
) -> None:
    """Closed channels give way, limits and trouble are waited for, what an operator must mend is buried."""
    platform.errcode = errcode
    for channel in ("template", "text", "subscription"):
        assert await verdict_of(messenger, channel) is verdict


def test_every_error_of_the_platform_has_its_meaning() -> None:
    """A new kind of error must be given one."""
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.WeChatError)}
    assert set(VERDICTS) == kinds - {errors.WeChatError}


async def test_a_cut_connection_leaves_texts_unknown_and_templates_to_be_repeated(
    platform: Platform, messenger: WeChatMessenger
) -> None:
    """Whether a text arrived nobody knows; a template message can be sent again with its id."""
    platform.cut = True
    assert await verdict_of(messenger, "text") is Verdict.UNKNOWN
    assert await verdict_of(messenger, "subscription") is Verdict.UNKNOWN
    assert await verdict_of(messenger, "template") is Verdict.RETRY


async def test_a_platform_that_is_not_there_is_tried_again(redis_client: redis.asyncio.Redis) -> None:
    """What surely never left is repeated, texts too."""
    async with ClientSession() as http:
        messenger = made(http, redis_client, f"http://127.0.0.1:{unused_port()}")
        assert await verdict_of(messenger, "text") is Verdict.RETRY


async def test_sending_gives_the_platforms_number_and_our_id(platform: Platform, messenger: WeChatMessenger) -> None:
    """A template message carries the delivery's id and returns the msgid."""
    assert await messenger.template(OPENID, "T", {"thing1": "好" * 30}, "d1") == "42"
    assert platform.bodies[-1]["client_msg_id"] == "d1"
    assert platform.bodies[-1]["data"] == {"thing1": {"value": "好" * 19 + "…"}}


async def test_texts_are_sent_within_the_quota_only(
    platform: Platform, messenger: WeChatMessenger, redis_client: redis.asyncio.Redis
) -> None:
    """Nobody is written to who did not write first; five texts follow a message, none after the platform's no."""
    assert not await messenger.may_text(OPENID, NOW)
    await did(redis_client, OPENID, NOW.timestamp(), Grant.MESSAGE)
    assert [await messenger.may_text(OPENID, NOW) for _ in range(6)] == [True] * 5 + [False]
    await did(redis_client, OPENID, NOW.timestamp(), Grant.MESSAGE)
    platform.errcode = 45047
    assert await verdict_of(messenger, "text") is Verdict.NEXT_CHANNEL
    assert not await messenger.may_text(OPENID, NOW)


async def test_media_are_fetched_or_refused(platform: Platform, messenger: WeChatMessenger) -> None:
    """A picture comes with its type; what the platform does not give is buried, trouble is tried again."""
    assert await messenger.media("m1") == Content(b"picture", "image/jpeg")
    for errcode, verdict in ((40007, Verdict.BURY), (-1, Verdict.RETRY)):
        platform.errcode = errcode
        with pytest.raises(SendFailedError) as caught:
            await messenger.media("m1")
        assert caught.value.verdict is verdict


async def test_without_redis_sending_is_tried_again() -> None:
    """A ledger that cannot be asked puts the delivery off."""
    nowhere = redis.asyncio.Redis.from_url(f"redis://127.0.0.1:{unused_port()}")
    async with ClientSession() as http:
        with pytest.raises(SendFailedError) as caught:
            await made(http, nowhere, "http://127.0.0.1:1").may_text(OPENID, NOW)
    await nowhere.aclose()
    assert caught.value.verdict is Verdict.RETRY
