"""A WeChat platform that shares no line with the product: wechatpy's crypto, an API that records what it is sent."""

import asyncio
import hashlib
import itertools
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import xmltodict
from aiohttp import ClientSession, ClientTimeout, web
from wechatpy.crypto import WeChatCrypto

APP_ID = "wx0123456789abcdef"
APP_SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "contracttoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

TEMPLATE = "/cgi-bin/message/template/send"
CUSTOM = "/cgi-bin/message/custom/send"
ALREADY_SENT = 45065

_ids = itertools.count(int(time.time()) * 1000)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the platform would deliver it, any number of times: the same id, time and body."""

    openid: str
    created: int
    inner: str

    def post(self) -> tuple[dict[str, str], bytes]:
        """Query and body of one delivery; each delivery has its own nonce, as on the platform."""
        nonce, stamp = str(next(_ids)), str(int(time.time()))
        sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(self.inner, nonce, stamp)
        fields = xmltodict.parse(sealed)["xml"]
        signature = hashlib.sha1("".join(sorted([TOKEN, stamp, nonce])).encode()).hexdigest()  # noqa: S324 - the platform's rule
        query = {
            "signature": signature,
            "timestamp": stamp,
            "nonce": nonce,
            "openid": self.openid,
            "encrypt_type": "aes",
            "msg_signature": fields["MsgSignature"],
        }
        body = f"<xml><ToUserName>gh_contract</ToUserName><Encrypt><![CDATA[{fields['Encrypt']}]]></Encrypt></xml>"
        return query, body.encode()


def text(openid: str, content: str, menu_id: str | None = None) -> Delivery:
    """A typed message, or a tapped line when `menu_id` is given."""
    tapped = f"<bizmsgmenuid>{menu_id}</bizmsgmenuid>" if menu_id else ""
    return _message(openid, f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>{tapped}")


def voice(openid: str, recognition: str | None = None) -> Delivery:
    """A voice message, with what the platform made out of it, if anything."""
    heard = "" if recognition is None else f"<Recognition><![CDATA[{recognition}]]></Recognition>"
    return _message(
        openid,
        f"<MsgType>voice</MsgType><MediaId>m-voice</MediaId><Format>amr</Format><MediaId16K>m16</MediaId16K>{heard}",
    )


def event(openid: str, name: str, key: str = "") -> Delivery:
    """An event such as subscribe, SCAN or CLICK."""
    created = int(time.time())
    inner = (
        f"<xml><ToUserName>gh_contract</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType>event</MsgType><Event>{name}</Event><EventKey>{key}</EventKey></xml>"
    )
    return Delivery(openid, created, inner)


def _message(openid: str, middle: str) -> Delivery:
    created = int(time.time())
    inner = (
        f"<xml><ToUserName>gh_contract</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created}</CreateTime>"
        f"{middle}<MsgId>{next(_ids)}</MsgId></xml>"
    )
    return Delivery(openid, created, inner)


@dataclass
class Answer:
    """What the bot answered: HTTP status, and the reply's type and text when there is one."""

    status: int
    kind: str = ""
    text: str = ""

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(id, title) of each tappable line."""
        return re.findall(r'msgmenuid=([^"&]+)"[^>]*>([^<]*)</a>', self.text)


class Cut(Exception):  # noqa: N818 - what happens to the connection
    """Raised by a hook: the connection is cut without an answer."""


async def _nothing(_path: str, _body: dict[str, Any]) -> int:
    return 0


@dataclass
class Platform:
    """The API that the bot and the worker call. `fault(path)` may name an error code to answer with.

    before, after: called with path and body before a call is taken and after; each may wait, raise Cut, or name an
    error code. shown: what was taken and is on somebody's phone; the same client_msg_id is shown once (45065).
    """

    fault: Callable[[str], int] = lambda _path: 0
    before: Callable[[str, dict[str, Any]], Awaitable[int]] = _nothing
    after: Callable[[str, dict[str, Any]], Awaitable[int]] = _nothing
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    shown: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""

    async def __aenter__(self) -> "Platform":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        # A connection that hangs on purpose must not hold up the end of a test.
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        body = await request.json() if request.can_read_body else {}
        self.calls.append((path, body))
        self.changed.set()
        try:
            code = self.fault(path) or await self.before(path, body) or self._take(path, body)
            code = code or await self.after(path, body)
        except Cut:
            if request.transport is not None:
                request.transport.abort()
            code = -1
        if code:
            return web.json_response({"errcode": code, "errmsg": "as asked"})
        if path.endswith("token"):
            return web.json_response({"access_token": f"token{len(self.calls)}", "expires_in": 7200})
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": next(_ids)})

    def _take(self, path: str, body: dict[str, Any]) -> int:
        sent_id = body.get("client_msg_id")
        if sent_id and any(old.get("client_msg_id") == sent_id for _, old in self.shown):
            return ALREADY_SENT
        if "touser" in body:
            self.shown.append((path, body))
        return 0

    def recover(self) -> None:
        """Everything works from now on; what hangs goes on hanging."""
        self.fault, self.before, self.after = (lambda _path: 0), _nothing, _nothing

    def sent(self, path: str, openid: str) -> list[dict[str, Any]]:
        """Bodies sent to `path` for one person."""
        return [body for called, body in self.calls if called == path and body.get("touser") == openid]

    def phone(self, openid: str) -> list[dict[str, Any]]:
        """What a person's phone shows of what was sent by the API, in order."""
        return [body for _, body in self.shown if body["touser"] == openid]

    async def until(self, condition: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until `condition` holds; it is looked at after each call that arrives."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Client:
    """Delivers messages to one bot process."""

    def __init__(self, http: ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def deliver(self, delivery: Delivery) -> Answer:
        """Deliver once and open the answer."""
        query, body = delivery.post()
        async with self._http.post(self._url, params=query, data=body, timeout=ClientTimeout(total=10)) as response:
            raw = await response.text()
            if response.status != 200 or not raw or raw == "success":
                return Answer(response.status, raw)
        fields = xmltodict.parse(raw)["xml"]
        plain = WeChatCrypto(TOKEN, AES_KEY, APP_ID).decrypt_message(
            raw, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"]
        )
        reply = xmltodict.parse(plain)["xml"]
        return Answer(200, reply["MsgType"], reply.get("Content") or "")
