"""Tests: what the callback address lets in, what it answers, and what it never does."""

import hashlib
import logging
import time
from pathlib import Path

import pytest

from bot.config import Config
from bot.webhook import Pace
from tests.bot.host_parts import Backend, Client, host, somebody
from tests.contract import platform as wechat
from tests.contract.platform import Platform, event, text


def signed(*parts: str) -> str:
    """The platform's signature."""
    return hashlib.sha1("".join(sorted([wechat.TOKEN, *parts])).encode()).hexdigest()  # noqa: S324 - the platform's rule


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 403),
        (b"not xml", 403),
        (b"<xml></xml>", 403),
        (b"<xml><Encrypt>" + b"A" * 64 + b"</Encrypt></xml>", 403),
        (b"<a>" * 20_000, 403),
        (b"x" * (1024 * 1024), 413),
    ],
    ids=["empty", "not xml", "nothing inside", "unsigned", "deep", "a mebibyte"],
)
async def test_what_is_not_from_wechat_is_refused(client: Client, body: bytes, status: int) -> None:
    """Bodies that WeChat did not sign get nothing but a status, and are counted by code."""
    query = {"timestamp": str(int(time.time())), "nonce": "n", "msg_signature": "0" * 40}
    assert await client.post(query, body) == status
    assert "bot_refused_total" in (await client.get("/metrics"))[1]


async def test_replayed_request_is_refused_or_answered_alike(client: Client) -> None:
    """The very same request again does no work twice: it is refused, or answered as before."""
    me = somebody()
    query, body = text(me, "反映").post()
    assert await client.post(query, body) == 200
    assert await client.post(query, body) in (200, 403)
    assert 'bot_turn_seconds_count{outcome="answered"} 1.0' in (await client.get("/metrics"))[1]


async def test_registering_the_address(client: Client) -> None:
    """The platform's question is answered with its echostr when it is signed, otherwise refused."""
    query = {"timestamp": "1", "nonce": "2", "echostr": "echo"}
    assert await client.get("/wechat", query | {"signature": signed("1", "2")}) == (200, "echo")
    assert (await client.get("/wechat", query | {"signature": "0" * 40}))[0] == 403


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "something_new"])
async def test_events_that_say_nothing_get_success(client: Client, name: str) -> None:
    """Events without meaning for the conversation are acknowledged and start nothing."""
    answer = await client.deliver(event(somebody(), name, "https://example.org"))
    assert answer.kind == "success"
    assert 'outcome="answered"} 0.0' in (await client.get("/metrics"))[1]


async def test_menu_starts_a_flow(client: Client) -> None:
    """A menu key begins the flow that carries it."""
    assert (await client.deliver(event(somebody(), "CLICK", "REPORT"))).text == "请说经过"


async def test_delivery_results_go_to_the_backend(client: Client, backend: Backend) -> None:
    """What the platform says of a notice is passed on, once however often it says so."""
    me = somebody()
    created = int(time.time())
    inner = (
        f"<xml><ToUserName>gh</ToUserName><FromUserName>{me}</FromUserName><CreateTime>{created}</CreateTime>"
        "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>77</MsgID><Status>success</Status></xml>"
    )
    finished = wechat.Delivery(me, created, inner)
    answers = [(await client.deliver(finished)).kind for _ in range(2)]
    assert answers == ["success", "success"]
    assert [body for _, _, _, body in backend.of("/deliveries/finished")] == [{"msg_id": "77", "status": "success"}]


async def test_health_names_the_release(client: Client) -> None:
    """A working process says which release it runs."""
    status, page = await client.get("/healthz")
    assert (status, '"status": "ok"' in page) == (200, True)


async def test_nothing_of_a_message_reaches_the_log(
    client: Client, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither words nor openids are logged, not even when something fails."""
    me = somebody()
    backend.down = True
    with caplog.at_level(logging.DEBUG):
        await client.deliver(text(me, "反映"))
        await client.deliver(text(me, "楼上漏水"))
    assert [word for word in (me, "漏水") if word in caplog.text] == []


async def test_a_turn_that_breaks_is_told_and_over(
    settings: Config, folder: Path, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of ours costs one sorry sentence: the person is not blocked by a message that breaks us."""
    me = somebody()
    async with host(settings, folder, Pace()) as client:
        with monkeypatch.context() as broken:
            broken.setattr("dialogs.kernel.engine.start", lambda *_: 1 / 0)
            answer = await client.deliver(text(me, "反映"))
        again = await client.deliver(text(me, "反映"))
    assert "不怪您" in answer.text
    assert again.text == "请说经过"
    assert platform.calls == []
