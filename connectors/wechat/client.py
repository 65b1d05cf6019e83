"""The platform's API, as far as we use it: every call has a time-out and obeys one policy of errors.

A refused token is renewed once and the call made once more; busy is tried a few times; an API whose limit is used up
or that the account may not use is left alone for a while without being asked; everything else is the caller's to judge.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from connectors.wechat.errors import (
    TOKEN_CODES,
    Busy,
    IpNotAllowed,
    NoPermission,
    RateLimited,
    Rejected,
    Unreachable,
    WeChatError,
    error_for,
)
from connectors.wechat.exchange import Media, errcode, get_media, post
from connectors.wechat.fields import fit
from connectors.wechat.tokens import TokenStore

BUSY_TRIES = 3
"""Calls in all while the platform says it is busy."""
BUSY_PAUSE_S = 0.3
"""Seconds before the second of them; doubled for the next, with up to half as much again by chance."""
OFF_S = 3600.0
"""Seconds for which an API that the account may not use is not asked again."""
MAX_MEDIA_BYTES = 10 * 1024 * 1024
"""The platform's own limit for pictures and videos."""
MAX_QR_SECONDS = 2_592_000
"""30 days."""
MAX_SCENE_CHARS = 64
"""Characters of a code's scene."""
TYPING_REFUSALS = frozenset({45080, 45081})
"""Answers to a typing state that mean: not now (nothing said in 30 s, or shown already)."""
VIDEO_HOSTS = (".qq.com", ".qpic.cn")
"""Where the platform keeps videos that it answers with an address for."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code to scan: its ticket (for a picture at mp.weixin.qq.com/cgi-bin/showqrcode) and the address inside."""

    ticket: str
    url: str


class WeChatClient:
    """One account's API. Raises WeChatError's subclasses only; nothing about a person is logged."""

    def __init__(  # noqa: PLR0913  # what it stands on, and three things that a test replaces
        self,
        http: ClientSession,
        tokens: TokenStore,
        api_base: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._base = api_base.rstrip("/")
        self._sleep = sleep
        self._chance = chance
        self._clock = clock
        self._closed: dict[str, tuple[float, WeChatError]] = {}

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service message of at most 2,048 bytes."""
        await self._send(openid, "text", {"content": text})

    async def send_image(self, openid: str, media_id: str) -> None:
        """Send a picture that the platform holds."""
        await self._send(openid, "image", {"media_id": media_id})

    async def send_article(self, openid: str, article: Mapping[str, str]) -> None:
        """Send one card {title, description, url, picurl}."""
        names = ("title", "description", "url", "picurl")
        await self._send(openid, "news", {"articles": [{name: article.get(name, "") for name in names}]})

    async def typing(self, openid: str) -> bool:
        """Show that somebody is typing, for 15 s; False where the platform does not show it now."""
        try:
            await self._call("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})
        except Rejected as refused:
            if refused.code in TYPING_REFUSALS:
                return False
            raise
        return True

    async def send_template(
        self,
        openid: str,
        template_id: str,
        fields: Mapping[str, str],
        url: str | None = None,
        client_msg_id: str | None = None,
    ) -> str:
        """Send a template message and return its msgid; the same `client_msg_id` again raises AlreadySent."""
        body: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": _data(fields)}
        if url:
            body["url"] = url
        if client_msg_id:
            body["client_msg_id"] = client_msg_id
        answer = await self._call("/cgi-bin/message/template/send", body)
        return str(answer.get("msgid", ""))

    async def send_subscription(
        self, openid: str, template_id: str, fields: Mapping[str, str], page: str | None = None
    ) -> None:
        """Send a subscription notice; NoConsent if the person has not agreed to it."""
        body: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": _data(fields)}
        if page:
            body["page"] = page
        await self._call("/cgi-bin/message/subscribe/bizsend", body)

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu (1,000 a day)."""
        await self._call("/cgi-bin/menu/create", menu)

    async def create_qr(self, scene: str, seconds: int | None = None) -> QrCode:
        """Make a code that brings `scene` when scanned: for at most 30 days, or for good (100,000 in all)."""
        if not 1 <= len(scene) <= MAX_SCENE_CHARS:
            raise ValueError(f"a scene has 1 to {MAX_SCENE_CHARS} characters")
        if seconds is not None and not 1 <= seconds <= MAX_QR_SECONDS:
            raise ValueError(f"a temporary code holds for 1 to {MAX_QR_SECONDS} seconds")
        body: dict[str, Any] = {"action_name": "QR_STR_SCENE" if seconds else "QR_LIMIT_STR_SCENE"}
        body["action_info"] = {"scene": {"scene_str": scene}}
        if seconds:
            body["expire_seconds"] = seconds
        answer = await self._call("/cgi-bin/qrcode/create", body)
        return QrCode(str(answer.get("ticket", "")), str(answer.get("url", "")))

    async def download_media(self, media_id: str) -> Media:
        """Return what a person sent; Rejected if it is larger than 10 MiB, no media, or no longer there."""
        path = "/cgi-bin/media/get"

        async def ask(token: str) -> Media | dict[str, Any]:
            query = {"access_token": token, "media_id": media_id}
            return await get_media(self._http, self._base + path, query, MAX_MEDIA_BYTES)

        answer = await self._obeying(path, ask)
        return answer if isinstance(answer, Media) else await self._video(str(answer.get("video_url", "")))

    async def _video(self, url: str) -> Media:
        """Videos come as an address, taken only where the platform keeps them."""
        try:
            address = URL(url)
        except ValueError:
            raise Rejected(detail="no address in the answer") from None
        at_home = address.host == URL(self._base).host or (address.host or "").endswith(VIDEO_HOSTS)
        if address.scheme not in ("http", "https") or not at_home:
            raise Rejected(detail="no media in the answer")
        answer = await get_media(self._http, url, {}, MAX_MEDIA_BYTES)
        if isinstance(answer, Media):
            return answer
        raise Rejected(errcode(answer), "no media at the video's address")

    async def _send(self, openid: str, kind: str, content: Mapping[str, Any]) -> None:
        await self._call("/cgi-bin/message/custom/send", {"touser": openid, "msgtype": kind, kind: content})

    async def _call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        async def ask(token: str) -> dict[str, Any]:
            return await post(self._http, self._base + path, body, token)

        answer = await self._obeying(path, ask)
        return answer if isinstance(answer, dict) else {}

    async def _obeying(
        self, path: str, ask: Callable[[str], Awaitable[Media | dict[str, Any]]]
    ) -> Media | dict[str, Any]:
        """Ask until there is an answer that stands; the whole policy of repeating is here."""
        self._refuse_if_closed(path)
        renewed, busy = False, 0
        while True:
            token = await self._token()
            answer = await ask(token)
            code = 0 if isinstance(answer, Media) else errcode(answer)
            if code in TOKEN_CODES and not renewed:
                renewed = True
                await self._tokens.expire(token)
            elif code in Busy.codes and busy < BUSY_TRIES - 1:
                await self._sleep(BUSY_PAUSE_S * 2**busy * (1 + self._chance() / 2))
                busy += 1
            elif code and not isinstance(answer, Media):
                raise self._failure(path, code, str(answer.get("errmsg", ""))[:200])
            else:
                return answer

    async def _token(self) -> str:
        """Without a token nothing is sent: say so to who must know whether a message went out."""
        try:
            return await self._tokens.get()
        except Unreachable as failure:
            raise Unreachable(failure.detail, never_left=True) from failure

    def _refuse_if_closed(self, path: str) -> None:
        until, error = self._closed.get(path, (0.0, None))
        remaining = until - self._clock()
        if error is not None and remaining > 0:
            raise error_for(error.code, error.detail, remaining)
        self._closed.pop(path, None)

    def _failure(self, path: str, code: int, detail: str) -> WeChatError:
        """Return the error to raise, and leave the API alone where asking again is of no use."""
        error = error_for(code, detail)
        if isinstance(error, NoPermission):
            _log.error("wechat: the account may not use %s; the feature is off for an hour", path)
            self._closed[path] = (self._clock() + OFF_S, error)
        elif isinstance(error, RateLimited):
            _log.warning("wechat: limit of %s used up (%d); not asked for %.0f s", path, code, error.retry_after_s)
            self._closed[path] = (self._clock() + error.retry_after_s, error)
        elif isinstance(error, IpNotAllowed):
            _log.error("wechat: this server's address is not on the account's IP list: %s", detail)
        return error


def _data(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fit(fields).items()}
