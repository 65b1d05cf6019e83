"""How the simulator drives a bot, seen by a bot on wechatpy, which is a stranger to the simulator's own crypto."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from wechatpy.replies import ImageReply, TransferCustomerServiceReply

from connectors.simulator.driver import UNAVAILABLE
from tests.connectors.simulator_stage import PICTURE, stage


@pytest.mark.parametrize("push_format", ["xml", "json"])
@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "plain"])
async def test_reply(encrypted: bool, push_format: str) -> None:
    """A text reaches the bot signed and its reply stands on the screen, in both modes and both formats."""
    async with stage(encrypted=encrypted, push_format=push_format) as here:
        openid = await here.somebody()
        done = await here.step(openid, "text", text="楼上漏水]]>&<b>")
        assert done["push"]["result"] == "replied"
        assert [entry["text"] for entry in await here.screen(openid)] == ["楼上漏水]]>&<b>", "您说:楼上漏水]]>&<b>"]
        assert ("encrypt_type" in here.bot.queries[-1]) is encrypted


async def test_success_shows_nothing() -> None:
    """`success` is an answer: nothing is shown and nothing is sent again."""

    async def accept(_: Any) -> str:
        return "success"

    async with stage(accept) as here:
        openid = await here.somebody()
        done = await here.step(openid, "text", text="在吗")
        assert done["push"]["result"] == "accepted"
        assert done["push"]["attempts"] == 1
        assert len(await here.screen(openid)) == 1


async def test_retries_with_same_id() -> None:
    """A bot that never answers hears the same message four times, and the person reads the platform's notice."""

    async def never(_: Any) -> str:
        await asyncio.Event().wait()
        return ""

    async with stage(never, answer_seconds=0.05) as here:
        openid = await here.somebody(follows=False)
        person = here.world.people.get(openid)
        assert person is not None
        person.follows = True
        done = await here.step(openid, "text", text="在吗")
        assert done["push"]["result"] == "unavailable"
        assert [message.id for message in here.bot.heard] == [int(done["msg_id"])] * 4
        assert len({query["nonce"] for query in here.bot.queries}) == 4
        assert (await here.screen(openid))[-1]["text"] == UNAVAILABLE


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(text="hello"),
        web.Response(text="<xml><Encrypt>AAAA</Encrypt></xml>"),
        web.Response(text="<!DOCTYPE x><xml><a>1</a></xml>"),
        web.Response(status=500, text="success"),
    ],
    ids=["plain words", "half an envelope", "doctype", "status 500"],
)
async def test_bad_answers(answer: web.Response) -> None:
    """An answer that the platform cannot read is asked for again and ends in the notice."""

    async def wrong(_: Any) -> web.Response:
        return web.Response(status=answer.status, text=answer.text)

    async with stage(wrong) as here:
        openid = await here.somebody()
        assert len(here.bot.heard) == 4
        assert (await here.screen(openid))[-1]["kind"] == "notice"


async def test_bot_is_down() -> None:
    """A bot that is not there gives the notice at once, not an error of the simulator."""
    async with stage(bot_alive=False) as here:
        openid = await here.somebody()
        done = await here.step(openid, "text", text="在吗")
        assert done["push"]["reason"] == "no answer: ClientConnectorError"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Content": "字" * 683}, "Content is longer than 2048 bytes"),
        ({"Content": ""}, "Content is empty"),
        ({"ToUserName": "somebody else"}, "ToUserName and FromUserName are not those of the push, turned round"),
        ({"MsgType": "poem"}, "MsgType is not one of a passive reply"),
        ({"MsgType": "image", "Image": {"MediaId": "unknown"}}, "Image.MediaId is unknown"),
        (
            {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": {"Title": "a"}}},
            "ArticleCount is not the number of items",
        ),
        ({"MsgType": "news", "ArticleCount": 0}, "Articles has no item"),
        ({"CreateTime": "now"}, "CreateTime is not a number"),
    ],
)
async def test_reply_rules(change: dict[str, Any], reason: str) -> None:
    """A reply that breaks a rule of the platform is not shown, and the reason is said."""

    async def answer(_: Any) -> dict[str, Any]:
        return change

    async with stage(answer) as here:
        openid = await here.somebody()
        done = await here.step(openid, "text", text="在吗")
        assert done["push"]["reason"] == reason


async def test_other_replies() -> None:
    """An article, a picture and the handover are shown as what they are."""

    async def answer(message: Any) -> Any:
        if message.type == "image":
            return ImageReply(media_id=message.media_id)
        if message.type == "location":
            return TransferCustomerServiceReply(message=message)
        return [{"title": "办事指南", "description": "要带什么", "image": "", "url": "http://127.0.0.1/a"}]

    async with stage(answer) as here:
        openid = await here.somebody(follows=False)
        await here.step(openid, "follow")
        await here.step(openid, "photo", data=PICTURE)
        await here.step(openid, "location", lat=39.97, lng=116.48, label="阳光小区")
        shown = [entry for entry in await here.screen(openid) if entry["side"] == "account"]
        assert [entry["kind"] for entry in shown] == ["news", "image", "handover"]
        assert shown[0]["articles"][0]["title"] == "办事指南"


async def test_every_step_is_understood() -> None:
    """What a person can do arrives as the message or event that the platform's pages describe."""
    async with stage() as here:
        openid = await here.somebody(follows=False)
        await here.step(openid, "scan", scene="village-12")
        await here.step(openid, "scan", scene="case-1")
        await here.step(openid, "voice", seconds=4, recognition="楼上漏水")
        await here.step(openid, "voice", seconds=4)
        await here.step(openid, "location", lat=39.5, lng=116.25, label="阳光小区")
        await here.step(openid, "tap", content="邻里", id="2-1")
        await here.step(openid, "menu", key="DISPUTE")
        await here.step(openid, "report_location", lat=39.5, lng=116.25)
        await here.step(openid, "link", title="新闻", url="http://127.0.0.1/")
        await here.step(openid, "video")
        await here.step(openid, "consent", template_id="T1")
        await here.step(openid, "raw", fields={"MsgType": "event", "Event": "something_new"})
        await here.step(openid, "unfollow")
        raw = [message.raw for message in here.bot.heard]
        assert [fields.get("Event") or fields["MsgType"] for fields in raw] == [
            *("subscribe", "SCAN", "voice", "voice", "location", "text", "CLICK", "LOCATION", "link", "video"),
            *("subscribe_msg_popup_event", "something_new", "unsubscribe"),
        ]
        assert (raw[0]["EventKey"], raw[1]["EventKey"]) == ("qrscene_village-12", "case-1")
        assert (raw[2]["Recognition"], raw[3].get("Recognition")) == ("楼上漏水", None)
        assert (raw[4]["Location_X"], raw[4]["Label"], raw[5]["bizmsgmenuid"]) == ("39.5", "阳光小区", "2-1")


async def test_tap_by_title() -> None:
    """A line on the screen is found by what it says, with or without its number; one that is not there is refused."""

    async def offer(message: Any) -> str:
        line = '<a href="weixin://bizmsgmenu?msgmenucontent=邻里&msgmenuid=7">1 邻里</a>'
        return f"哪一类?\n{line}" if message.type != "text" else "好的"

    async with stage(offer) as here:
        openid = await here.somebody()
        await here.step(openid, "tap", title="邻里")
        assert here.bot.heard[-1].raw["bizmsgmenuid"] == "7"
        await here.step(openid, "tap", title="1 邻里", without_id=True)
        assert "bizmsgmenuid" not in here.bot.heard[-1].raw
        refusal = await here.control(f"/people/{openid}/tap", {"title": "物业"}, status=400)
        assert refusal["error"] == "屏幕上没有“物业”这个按钮。"


async def test_lost_answer() -> None:
    """A push whose answer is lost on request is delivered again with the same id, and shown once."""
    async with stage() as here:
        openid = await here.somebody()
        await here.control("/faults", {"path": "push", "kind": "cut"})
        await here.step(openid, "text", text="在吗")
        assert len({message.id for message in here.bot.heard[1:]}) == 1
        assert len(here.bot.heard) == 3
        assert len(await here.screen(openid)) == 2


async def test_repeated_delivery() -> None:
    """On request a message is delivered several times at once, and one reply is shown."""
    async with stage() as here:
        openid = await here.somebody()
        await here.control("/faults", {"path": "push", "kind": "repeat", "copies": 3})
        await here.step(openid, "text", text="在吗")
        assert len(here.bot.heard) == 4
        assert len(await here.screen(openid)) == 2


async def test_location_event_is_not_answered() -> None:
    """A reply to a reported position is dropped, as the platform does."""

    async def always(_: Any) -> str:
        return "好的"

    async with stage(always) as here:
        openid = await here.somebody()
        before = len(await here.screen(openid))
        done = await here.step(openid, "report_location", lat=39.5, lng=116.25)
        assert done["push"]["result"] == "accepted"
        assert len(await here.screen(openid)) == before


async def test_address_check() -> None:
    """The address check passes with a bot that returns echostr and fails without one."""
    async with stage() as here:
        assert await here.control("/verify") == {"ok": True}
    async with stage(bot_alive=False) as here:
        assert await here.control("/verify") == {"ok": False}
