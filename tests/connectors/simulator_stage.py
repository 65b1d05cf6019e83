"""The stage on which the simulator is tested: the simulator on a port, and a small bot that speaks through wechatpy."""

import base64
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestServer, get_port_socket, unused_port
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from connectors.simulator.config import Config
from connectors.simulator.qrpicture import png
from connectors.simulator.server import WORLD, make_app
from connectors.simulator.world import World

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CONFIG = Config("wx0123456789abcdef", "the-app-secret", "the-token", KEY)

PICTURE_FILE = png("a picture like any other")
PICTURE = base64.b64encode(PICTURE_FILE).decode()

Json = dict[str, Any]
Answerer = Callable[[Any], Awaitable[Any]]


class Hands:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.at = 1_763_700_000.0

    def __call__(self) -> float:
        """Say the time."""
        return self.at


@dataclass
class Bot:
    """A bot on wechatpy: checks signatures, decrypts, answers with what `answer` gives (a reply, text, or Response)."""

    config: Config
    answer: Answerer
    heard: list[Any] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)

    async def greet(self, request: web.Request) -> web.Response:
        """Answer the address check."""
        query = request.query
        check_signature(self.config.token, query["signature"], query["timestamp"], query["nonce"])
        return web.Response(text=query["echostr"])

    async def hear(self, request: web.Request) -> web.Response:
        """Answer a push; anything wrong with it raises and becomes a 500."""
        query = dict(request.query)
        check_signature(self.config.token, query["signature"], query["timestamp"], query["nonce"])
        raw = self._opened(await request.text(), query)
        message = parse_message(xmltodict.unparse({"xml": raw}))
        message.raw = raw
        self.heard.append(message)
        self.queries.append(query)
        answer = await self.answer(message)
        if isinstance(answer, web.Response):
            return answer
        if answer == "success":
            return web.Response(text="success")
        return web.Response(text=self._closed(_reply_fields(answer, message), query))

    @property
    def _crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.config.token, self.config.aes_key, self.config.app_id)

    def _opened(self, body: str, query: dict[str, str]) -> Json:
        if self.config.encrypted:
            envelope = self._parsed(body)
            body = self._crypto.decrypt_message(envelope, query["msg_signature"], query["timestamp"], query["nonce"])
        return self._parsed(body)

    def _closed(self, reply: Json, query: dict[str, str]) -> str:
        text = self._written(reply)
        if not self.config.encrypted:
            return text
        envelope = self._crypto.encrypt_message(text, query["nonce"], query["timestamp"])
        return self._written(xmltodict.parse(envelope)["xml"])

    def _parsed(self, text: str) -> Json:
        parsed: Json = json.loads(text) if self.config.push_format == "json" else xmltodict.parse(text)["xml"]
        return parsed

    def _written(self, fields: Json) -> str:
        if self.config.push_format == "json":
            return json.dumps(fields)
        return str(xmltodict.unparse({"xml": fields}, full_document=False))


def _reply_fields(answer: Any, message: Any) -> Json:
    """A dict changes the fields of a text reply; a text is its content (wechatpy would break at `]]>`)."""
    changes = {"Content": answer} if isinstance(answer, str) else answer if isinstance(answer, dict) else {}
    reply = create_reply("好" if changes or answer == {} else answer, message).render()
    fields: Json = xmltodict.parse(reply)["xml"]
    return {**fields, **changes}


async def echo(message: Any) -> str:
    """Answer a text with itself, everything else with success."""
    return f"您说:{message.content}" if message.type == "text" else "success"


@dataclass
class Stage:
    """The simulator under test, its bot, and a client to both APIs."""

    world: World
    bot: Bot
    hands: Hands
    url: str
    http: aiohttp.ClientSession

    async def control(self, path: str, body: Json | None = None, method: str = "POST", status: int = 200) -> Json:
        """Call the control API and expect a status."""
        async with self.http.request(method, f"{self.url}/simulator{path}", json=body) as response:
            assert response.status == status, await response.text()
            answer: Json = await response.json()
            return answer

    async def look(self, path: str) -> Json:
        """GET of the control API."""
        return await self.control(path, method="GET")

    async def step(self, openid: str, name: str, **body: object) -> Json:
        """Let a person do something and wait for the bot's answer."""
        return await self.control(f"/people/{openid}/{name}", body)

    async def somebody(self, *, follows: bool = True) -> str:
        """Make a phone; gives the openid."""
        person = await self.control("/people", {"name": "张阿姨", "follow": follows})
        return str(person["openid"])

    async def token(self) -> str:
        """Get a stable token."""
        body = {"grant_type": "client_credential", "appid": CONFIG.app_id, "secret": CONFIG.app_secret}
        answer = await self.api("stable_token", body, token="")
        return str(answer["access_token"])

    async def api(self, path: str, body: Json | None = None, token: str | None = None, **query: str) -> Json:
        """Call the platform API: POST if there is a body, else GET; with a fresh stable token unless one is given."""
        if token is None:
            token = await self.token()
        params = {**query, **({"access_token": token} if token else {})}
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"{self.url}/cgi-bin/{path}", params=params, json=body) as response:
            assert response.status == 200
            answer: Json = await response.json()
            return answer

    async def say(self, openid: str, text: str = "您好", **more: object) -> int:
        """Send a customer-service text; gives the errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}, **more}
        return int((await self.api("message/custom/send", body))["errcode"])

    async def screen(self, openid: str) -> list[Json]:
        """List what stands on somebody's screen."""
        messages: list[Json] = (await self.look(f"/people/{openid}/messages"))["messages"]
        return messages


@asynccontextmanager
async def stage(
    answer: Answerer = echo, *, bot_alive: bool = True, answer_seconds: float = 5.0, **changes: Any
) -> AsyncIterator[Stage]:
    """Set up a simulator, a bot and a client; `changes` are changes to the configuration."""
    held = get_port_socket("127.0.0.1", 0, socket.AF_INET)  # kept, so that nobody else takes its port
    config = replace(CONFIG, port=held.getsockname()[1], **changes)
    bot = Bot(config, answer)
    bot_app = web.Application()
    bot_app.router.add_get("/wechat", bot.greet)
    bot_app.router.add_post("/wechat", bot.hear)
    async with TestServer(bot_app) as bot_server, aiohttp.ClientSession() as http:
        address = str(bot_server.make_url("/wechat")) if bot_alive else f"http://127.0.0.1:{unused_port()}/"
        hands = Hands()
        app = make_app(replace(config, bot_urls=(address,)), now=hands, answer_seconds=answer_seconds)
        async with TestServer(app, socket_factory=lambda *_: held):
            yield Stage(app[WORLD], bot, hands, config.base_url, http)
