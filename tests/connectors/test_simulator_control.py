"""The control API: faults, clock, log, long polls, refusals."""

import asyncio

import aiohttp
import pytest

from tests.connectors.simulator_stage import CONFIG, Json, stage


async def test_faults() -> None:
    """A fault strikes its path as often as it says, then the path works again."""
    async with stage() as here:
        openid = await here.somebody()
        path = "/cgi-bin/message/custom/send"
        await here.control("/faults", {"path": path, "kind": "errcode", "errcode": 45009, "times": 2})
        await here.control("/faults", {"path": "/cgi-bin/message/*", "kind": "delay", "ms": 1, "times": 1})
        assert [await here.say(openid) for _ in range(3)] == [45009, 45009, 0]
        await here.control("/faults", {"path": path, "kind": "cut"})
        with pytest.raises(aiohttp.ClientError):
            await here.say(openid)
        await here.control("/faults", {"path": path, "kind": "errcode", "errcode": -1, "times": None})
        assert [await here.say(openid) for _ in range(3)] == [-1, -1, -1]
        await here.control("/faults", method="DELETE")
        assert await here.say(openid) == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "elsewhere", "kind": "delay", "ms": 1},
        {"path": "push", "kind": "errcode", "errcode": 1},
        {"path": "/x", "kind": "repeat", "copies": 2},
        {"path": "/x", "kind": "delay", "ms": 0},
        {"path": "/x", "kind": "delay", "ms": 1, "times": 0},
        {"path": "/x", "kind": "status", "status": 99},
    ],
)
async def test_fault_refusals(fault: Json) -> None:
    """A fault that makes no sense is refused in words."""
    async with stage() as here:
        assert (await here.control("/faults", fault, status=400))["code"] == "invalid"


async def test_expired_tokens() -> None:
    """On request all tokens end at once, and stable_token gives a new one."""
    async with stage() as here:
        token = await here.token()
        await here.control("/tokens/expire")
        assert (await here.api("getcallbackip", token=token))["errcode"] == 42001
        assert await here.token() != token


async def test_long_poll() -> None:
    """Waiting for a message ends as soon as one comes."""
    async with stage() as here:
        openid = await here.somebody()
        waiting = asyncio.create_task(here.look(f"/people/{openid}/messages?after=0&wait=30"))
        await here.say(openid, "案件已受理")
        assert [entry["text"] for entry in (await waiting)["messages"]] == ["案件已受理"]


async def test_log_covers_secrets() -> None:
    """The log for engineers holds neither the app secret nor a whole token."""
    async with stage() as here:
        token = await here.token()
        await here.api("getcallbackip", token=token)
        await here.api("token", None, "", grant_type="client_credential", appid=CONFIG.app_id, secret=CONFIG.app_secret)
        log = str(await here.look("/exchanges"))
        assert "stable_token" in log
        assert CONFIG.app_secret[:6] not in log
        assert token not in log


async def test_clock() -> None:
    """The simulated time can be moved, and what depends on it moves along."""
    async with stage() as here:
        openid = await here.somebody()
        await here.control("/clock", {"advance": 61})
        assert await here.say(openid) == 45015
        await here.control("/clock", {"reset": True})
        assert await here.say(openid) == 0
        assert (await here.control("/clock", {"advance": "soon"}, status=400))["code"] == "invalid"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/people/nobody/text", {"text": "a"}, 404),
        ("/people", {"name": ""}, 400),
        ("/people", {"name": "a", "role": "king"}, 400),
        ("/templates", {"template_id": "a"}, 400),
    ],
)
async def test_control_refusals(path: str, body: Json, status: int) -> None:
    """A control request that cannot be done is refused with a sentence and a code."""
    async with stage() as here:
        refusal = await here.control(path, body, status=status)
        assert refusal["error"].endswith("。")


@pytest.mark.parametrize(
    ("step", "body", "status"),
    [
        ("dance", {}, 404),
        ("text", {}, 400),
        ("location", {"lat": 91, "lng": 0}, 400),
        ("voice", {"seconds": 61}, 400),
        ("photo", {"data": "bm90IGEgcGljdHVyZQ=="}, 400),
        ("photo", {"sample": "../index"}, 400),
        ("menu", {"path": [0]}, 400),
        ("follow", {}, 400),
        ("raw", {"fields": {}}, 400),
    ],
)
async def test_step_refusals(step: str, body: Json, status: int) -> None:
    """A step that cannot be taken is refused and nothing reaches the bot."""
    async with stage() as here:
        openid = await here.somebody()
        await here.control(f"/people/{openid}/{step}", body, status=status)
        assert len(here.bot.heard) == 1


async def test_other_sites_stay_out() -> None:
    """A request that another site's page makes is refused."""
    async with stage() as here:
        headers = {"Origin": "http://elsewhere.example"}
        async with here.http.post(f"{here.url}/simulator/people", json={}, headers=headers) as response:
            assert response.status == 403
