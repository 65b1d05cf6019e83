"""The command that makes a code to hang up: what it asks the platform for, what it prints, and what it refuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.wechat.__main__ import main
from tests.connectors.wechat_account import APP_ID, SECRET


@pytest.fixture
async def asked(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Any]]:
    """What the platform was asked for, at an address of its own."""
    bodies: list[Any] = []

    async def token(_request: web.Request) -> web.Response:
        return web.json_response({"access_token": "token-1", "expires_in": 7200})

    async def create(request: web.Request) -> web.Response:
        bodies.append(json.loads(await request.read()))
        return web.json_response({"ticket": "gQ+/=", "url": "http://weixin.qq.com/q/k"})

    app = web.Application()
    app.router.add_post("/cgi-bin/stable_token", token)
    app.router.add_post("/cgi-bin/qrcode/create", create)
    async with TestServer(app) as server:
        for name, value in {
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_APP_SECRET": SECRET,
            "WECHAT_API_BASE": str(server.make_url("")).rstrip("/"),
            "REDIS_URL": redis_url,
        }.items():
            monkeypatch.setenv(name, value)
        yield bodies


async def test_a_code_for_good(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    """The scene is kept whole; where the picture is and the address inside are printed."""
    assert await asyncio.to_thread(main, ["qr", "checkin_u-county-centre"]) == 0
    assert asked == [
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "checkin_u-county-centre"}}}
    ]
    scene, picture, url = capsys.readouterr().out.splitlines()
    assert (scene, url) == ("checkin_u-county-centre", "http://weixin.qq.com/q/k")
    assert picture.endswith("/cgi-bin/showqrcode?ticket=gQ%2B%2F%3D")


async def test_a_code_for_some_days(asked: list[Any]) -> None:
    """A day has 86,400 seconds; more than 30 days are refused without asking."""
    assert await asyncio.to_thread(main, ["qr", "checkin_x", "--days", "2"]) == 0
    assert asked[0]["expire_seconds"] == 172_800
    assert await asyncio.to_thread(main, ["qr", "checkin_x", "--days", "31"]) == 1
    assert len(asked) == 1
