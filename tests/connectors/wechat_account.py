"""One account for the WeChat tests, what its platform posts (made by wechatpy, not by us), and a tiny API."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import xmltodict
from aiohttp import web
from redis.asyncio import Redis
from wechatpy.crypto import WeChatCrypto

from connectors.wechat.gate import Gate, Mode
from connectors.wechat.ledger import note
from connectors.wechat.message import Grant

APP_ID = "wx0123456789abcdef"
SECRET = "not-a-real-secret"
TOKEN = "token-of-the-tests"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPENID = "oOPENID-of_a_resident_000001"
ACCOUNT = "gh_account"
NOW = 1_790_000_000


def gate(mode: Mode = "encrypted") -> Gate:
    """A gate for the account; the 16 random bytes are always the same."""
    return Gate(APP_ID, TOKEN, AES_KEY, mode, chance=lambda count: b"r" * count)


def sign(*parts: str) -> str:
    """The platform's signature."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's rule


def plain_query(stamp: int = NOW, nonce: str = "n1", token: str = TOKEN) -> dict[str, str]:
    """The query of a plain request."""
    return {"signature": sign(token, str(stamp), nonce), "timestamp": str(stamp), "nonce": nonce}


@dataclass(frozen=True, slots=True)
class Post:
    """A request as it arrives."""

    query: dict[str, str]
    body: bytes


def encrypted_post(inner: str, stamp: int = NOW, nonce: str = "n1", app_id: str = APP_ID, token: str = TOKEN) -> Post:
    """What the platform posts in safe mode."""
    sealed = WeChatCrypto(token, AES_KEY, app_id).encrypt_message(inner, nonce, str(stamp))
    fields = xmltodict.parse(sealed)["xml"]
    query = plain_query(stamp, nonce, token) | {"encrypt_type": "aes", "msg_signature": fields["MsgSignature"]}
    body = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{fields['Encrypt']}]]></Encrypt></xml>"
    )
    return Post(query, body.encode())


def opened(answer: bytes) -> str:
    """What wechatpy finds in an encrypted answer."""
    fields = xmltodict.parse(answer)["xml"]
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    inner: str = crypto.decrypt_message(answer, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
    return inner


def pushed(middle: str, created: int = NOW, openid: str = OPENID) -> str:
    """A message's XML around its own elements."""
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime>{middle}</xml>"
    )


def text_xml(content: str = "楼上漏水", message_id: int = 1) -> str:
    """A typed message."""
    return pushed(
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content><MsgId>{message_id}</MsgId>"
    )


Responder = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse | dict[str, Any]]]


@dataclass
class Api:
    """A stand-in for the platform's API: answers from `respond`, and remembers what was asked, in order."""

    respond: Responder
    base: str = ""
    calls: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def __aenter__(self) -> "Api":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else {}
        self.calls.append((request.path, dict(request.query), body))
        answer = await self.respond(request, body)
        return web.json_response(answer) if isinstance(answer, dict) else answer

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies sent to a path."""
        return [body for called, _, body in self.calls if called == path]

    def tokens_used(self, path: str) -> list[str]:
        """The access tokens that calls of a path carried."""
        return [query["access_token"] for called, query, _ in self.calls if called == path]


async def did(redis: Redis, openid: str, now: float, grant: Grant) -> None:
    """Note that a person did what opens a quota of customer-service messages."""
    async with redis.pipeline() as pipeline:
        pipeline.execute_command(*note(openid, now, grant))
        await pipeline.execute()
