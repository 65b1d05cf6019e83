"""The platform's API as the simulator answers it: codes, shapes, tokens, quotas, faults."""

from typing import Any

import aiohttp
import pytest

from tests.connectors.simulator_stage import CONFIG, PICTURE, Json, stage

HOUR = 3600
CREDENTIALS = {"grant_type": "client_credential", "appid": CONFIG.app_id, "secret": CONFIG.app_secret}


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wxother"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
async def test_credentials(change: dict[str, str], errcode: int) -> None:
    """A wrong app id, secret or grant gets its own code from both token paths."""
    async with stage() as here:
        given = {**CREDENTIALS, **change}
        assert (await here.api("stable_token", given, token=""))["errcode"] == errcode
        assert (await here.api("token", None, "", **given))["errcode"] == errcode


@pytest.mark.parametrize(
    ("path", "body", "token", "errcode"),
    [
        ("message/custom/send", {}, "", 41001),
        ("message/custom/send", {}, "invented", 40001),
        ("message/custom/send", None, None, 43002),
        ("menu/get", {}, None, 43001),
        ("menu/get", None, None, 46003),
        ("no/such/path", {}, None, 40066),
        ("media/get", None, None, 41006),
        ("user/info", None, None, 40003),
        ("media/upload", {}, None, 41005),
        ("qrcode/create", {"action_name": "QR_POEM"}, None, 40052),
        (
            "qrcode/create",
            {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}},
            None,
            40053,
        ),
        ("message/custom/send", {"touser": "nobody", "msgtype": "text", "text": {"content": "a"}}, None, 40003),
        ("message/custom/send", {"touser": "nobody", "msgtype": "poem"}, None, 40008),
    ],
)
async def test_refusals(path: str, body: Json | None, token: str | None, errcode: int) -> None:
    """Each wrong call gets the platform's code for it, with HTTP status 200."""
    async with stage() as here:
        assert (await here.api(path, body, token))["errcode"] == errcode


async def test_body_that_is_no_json() -> None:
    """A body that is not a JSON object is a format error, an empty one its own."""
    async with stage() as here:
        token = await here.token()
        for body, errcode in ((b"{", 47001), (b"[1]", 47001), (b"", 44002), (b"[" * 100_000, 47001)):
            address = f"{here.url}/cgi-bin/menu/create?access_token={token}"
            async with here.http.post(address, data=body) as response:
                assert (await response.json())["errcode"] == errcode


async def test_stable_token() -> None:
    """stable_token repeats itself until five minutes before the end; then old and new both hold."""
    async with stage() as here:
        first = await here.api("stable_token", CREDENTIALS, token="")
        again = await here.api("stable_token", CREDENTIALS, token="")
        assert first == {**again, "expires_in": 7200}
        here.hands.at += 2 * HOUR - 300
        second = await here.api("stable_token", CREDENTIALS, token="")
        assert second["access_token"] != first["access_token"]
        for token in (first["access_token"], second["access_token"]):
            assert (await here.api("getcallbackip", token=token))["ip_list"]
        here.hands.at += 300
        assert (await here.api("getcallbackip", token=first["access_token"]))["errcode"] == 42001


async def test_forced_refresh() -> None:
    """A forced refresh ends the old token at once, but not twice within thirty seconds."""
    async with stage() as here:
        forced = {**CREDENTIALS, "force_refresh": True}
        first = (await here.api("stable_token", forced, token=""))["access_token"]
        assert (await here.api("stable_token", forced, token=""))["access_token"] == first
        here.hands.at += 30
        assert (await here.api("stable_token", forced, token=""))["access_token"] != first
        assert (await here.api("getcallbackip", token=first))["errcode"] == 42001


async def test_token_grace() -> None:
    """/cgi-bin/token gives a new token each time, and the one before holds for five minutes more."""
    async with stage() as here:
        first = (await here.api("token", None, "", **CREDENTIALS))["access_token"]
        second = (await here.api("token", None, "", **CREDENTIALS))["access_token"]
        here.hands.at += 299
        assert "ip_list" in await here.api("getcallbackip", token=first)
        here.hands.at += 1
        assert (await here.api("getcallbackip", token=first))["errcode"] == 42001
        assert "ip_list" in await here.api("getcallbackip", token=second)


async def test_quota_after_message() -> None:
    """After a message five may be sent within 48 hours, then 45047; after 48 hours 45015."""
    async with stage() as here:
        openid = await here.somebody()
        here.hands.at += 61
        assert await here.say(openid) == 45015
        await here.step(openid, "text", text="在吗")
        assert [await here.say(openid) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
        here.hands.at += 48 * HOUR
        assert await here.say(openid) == 45015


@pytest.mark.parametrize(
    ("step", "body"),
    [("menu", {"key": "HELP"}), ("scan", {"scene": "v1"}), ("tap", {"content": "邻里", "id": "1"})],
)
async def test_quota_after_click(step: str, body: Json) -> None:
    """After a click, a scan or a tapped line three may be sent within a minute."""
    async with stage() as here:
        openid = await here.somebody()
        here.hands.at += HOUR
        await here.step(openid, step, **body)
        assert [await here.say(openid) for _ in range(4)] == [0, 0, 0, 45047]
        here.hands.at += 60
        assert await here.say(openid) == 45015


async def test_not_a_follower() -> None:
    """Nothing can be sent to somebody who does not follow."""
    async with stage() as here:
        openid = await here.somebody(follows=False)
        assert await here.say(openid) == 43004
        assert await here.api("user/info", openid=openid) == {"subscribe": 0, "openid": openid, "tagid_list": []}


async def test_custom_messages() -> None:
    """Texts over 2,048 bytes, empty texts, unknown files and several articles are refused; a good one is shown."""
    async with stage() as here:
        openid = await here.somebody()
        assert await here.say(openid, "字" * 683) == 45002
        assert await here.say(openid, "") == 44004
        two = {"touser": openid, "msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}
        assert (await here.api("message/custom/send", two))["errcode"] == 45008
        unknown = {"touser": openid, "msgtype": "image", "image": {"media_id": "x"}}
        assert (await here.api("message/custom/send", unknown))["errcode"] == 40007
        menu = {"head_content": "满意吗?", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
        sent = await here.api("message/custom/send", {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu})
        assert sent == {"errcode": 0, "errmsg": "ok"}
        assert (await here.screen(openid))[-1]["segments"][1] == {"text": "满意", "tap": {"content": "满意", "id": "1"}}


async def test_client_ids() -> None:
    """A message with a client id that was used in the last ten minutes is refused as already sent."""
    async with stage() as here:
        openid = await here.somebody()
        assert await here.say(openid, clientmsgid="a-1") == 0
        assert await here.say(openid, clientmsgid="a-1") == 45065
        assert await here.say(openid, clientmsgid="a-2") == 0


async def test_typing() -> None:
    """Typing needs an exchange in the last thirty seconds and cannot be repeated while it lasts."""
    async with stage() as here:
        openid = await here.somebody()
        body = {"touser": openid, "command": "Typing"}
        assert (await here.api("message/custom/typing", {**body, "command": "Dancing"}))["errcode"] == 45072
        assert (await here.api("message/custom/typing", body))["errcode"] == 0
        assert (await here.api("message/custom/typing", body))["errcode"] == 45081
        here.hands.at += 31
        assert (await here.api("message/custom/typing", body))["errcode"] == 45080


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([{"name": "一", "type": "click", "key": "A"}] * 4, 40016),
        ([{"name": "这个名字太长", "type": "click", "key": "A"}], 40018),
        ([{"name": "一", "type": "dance", "key": "A"}], 40015),
        ([{"name": "一", "type": "click", "key": ""}], 40019),
        ([{"name": "一", "type": "view", "url": "u" * 1025}], 40020),
        ([{"name": "一", "sub_button": [{"name": "二", "type": "click", "key": "A"}] * 6}], 40023),
        ([{"name": "一", "sub_button": [{"name": "二", "type": "click", "key": "k" * 129}]}], 40026),
        ([{"name": "一", "sub_button": [{"name": "二", "sub_button": [{"name": "三"}]}]}], 40022),
        ([{"name": "一", "sub_button": [{"name": "", "type": "click", "key": "A"}]}], 40025),
    ],
)
async def test_menu_rules(buttons: list[Any], errcode: int) -> None:
    """A menu that breaks a rule is refused with the code of that rule."""
    async with stage() as here:
        assert (await here.api("menu/create", {"button": buttons}))["errcode"] == errcode


async def test_menu() -> None:
    """A menu is given back as it was made, pressed by its place, and deleted."""
    async with stage() as here:
        openid = await here.somebody()
        buttons = [{"name": "我要反映", "sub_button": [{"name": "邻里", "type": "click", "key": "NEIGHBOUR"}]}]
        assert (await here.api("menu/create", {"button": buttons}))["errcode"] == 0
        assert (await here.api("menu/get"))["menu"]["button"][0]["sub_button"][0]["key"] == "NEIGHBOUR"
        await here.step(openid, "menu", path=[0, 0])
        assert here.bot.heard[-1].raw["EventKey"] == "NEIGHBOUR"
        await here.control(f"/people/{openid}/menu", {"path": [0]}, status=400)
        assert (await here.api("menu/delete"))["errcode"] == 0
        assert (await here.api("menu/get"))["errcode"] == 46003


async def test_code_with_scene() -> None:
    """A code can be seen as a picture and scanned by its ticket until it ends; the account learns the scene."""
    async with stage() as here:
        openid = await here.somebody(follows=False)
        wanted = {
            "action_name": "QR_STR_SCENE",
            "expire_seconds": 600,
            "action_info": {"scene": {"scene_str": "village-7"}},
        }
        code = await here.api("qrcode/create", wanted)
        assert code["expire_seconds"] == 600
        address = f"{here.url}/cgi-bin/showqrcode"
        async with here.http.get(address, params={"ticket": code["ticket"]}) as response:
            assert (await response.read()).startswith(b"\x89PNG")
        await here.step(openid, "scan", ticket=code["ticket"])
        assert here.bot.heard[-1].raw["Ticket"] == code["ticket"]
        assert (await here.api("user/info", openid=openid))["qr_scene_str"] == "village-7"
        here.hands.at += 600
        async with here.http.get(address, params={"ticket": code["ticket"]}) as response:
            assert response.status == 404


async def test_files() -> None:
    """A person's picture can be downloaded, an uploaded one sent, and both are gone after three days."""
    async with stage() as here:
        openid = await here.somebody()
        await here.step(openid, "photo", data=PICTURE)
        theirs = here.bot.heard[-1]
        async with here.http.get(theirs.image) as response:
            picture = await response.read()
        token = await here.token()
        form = aiohttp.FormData()
        form.add_field("media", picture, filename="a.png", content_type="image/png")
        address = f"{here.url}/cgi-bin/media/upload?type=image&access_token={token}"
        async with here.http.post(address, data=form) as response:
            ours = (await response.json())["media_id"]
        body = {"touser": openid, "msgtype": "image", "image": {"media_id": ours}}
        assert (await here.api("message/custom/send", body))["errcode"] == 0
        address = f"{here.url}/cgi-bin/media/get"
        async with here.http.get(address, params={"media_id": theirs.media_id, "access_token": token}) as response:
            assert await response.read() == picture
        here.hands.at += 3 * 24 * HOUR + 1
        assert (await here.api("media/get", media_id=theirs.media_id))["errcode"] == 40007
