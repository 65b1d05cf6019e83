"""The address that WeChat calls: let in what is signed, answer in time, whatever happens behind."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from aiohttp import web
from aiohttp.web_exceptions import HTTPRequestEntityTooLarge

from bot.conversation import Conversation
from bot.door import Addresses
from bot.heard import Heard
from bot.metrics import Meters, alias
from bot.voice import rendered
from connectors.sessions.link import RedisAwayError
from connectors.wechat.errors import MALFORMED, TOO_LARGE, Refused
from connectors.wechat.gate import SUCCESS, Gate
from connectors.wechat.message import Message, grant_of, to_input

PATH = "/wechat"
"""The address that the platform is told."""

_FORBIDDEN, _TOO_LARGE = 403, 413

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """What time it is (seconds since 1970), and how soon the platform must be answered: it hangs up after 5 s."""

    clock: Callable[[], float] = time.time
    race_seconds: float = 4.5


class Webhook:
    """GET and POST of the callback address. `busy` is said when a message could not be stored."""

    def __init__(self, gate: Gate, conversation: Conversation, meters: Meters, busy: str, pace: Pace) -> None:
        self._gate = gate
        self._conversation = conversation
        self._meters = meters
        self._busy = orjson.dumps({"text": busy})
        self._clock = pace.clock
        self._race_seconds = pace.race_seconds

    def addresses(self) -> Addresses:
        """What the server is to offer."""
        return {("GET", PATH): self.verify, ("POST", PATH): self.receive}

    async def verify(self, request: web.BaseRequest) -> web.Response:
        """Answer the platform's question when the address is registered."""
        try:
            return web.Response(text=self._gate.verify_url(request.query))
        except Refused as refused:
            return self._refuse(refused)

    async def receive(self, request: web.BaseRequest) -> web.Response:
        """Answer one delivery."""
        now = self._clock()
        try:
            message = self._gate.open(request.query, await _body(request), now)
        except Refused as refused:
            return self._refuse(refused)
        except HTTPRequestEntityTooLarge:
            return self._refuse(Refused(TOO_LARGE))
        except web.RequestPayloadError:
            return self._refuse(Refused(MALFORMED))
        heard = heard_of(message, now)
        answer = b"" if heard is None else await self._answer(heard, now)
        content = rendered(message, orjson.loads(answer), now) if answer else ""
        sealed = self._gate.seal(content, now, request.query.get("nonce", ""))
        return web.Response(body=sealed, content_type=_content_type(sealed))

    async def _answer(self, heard: Heard, began: float) -> bytes:
        try:
            return await self._conversation.answer(heard, self._race_seconds - (self._clock() - began))
        except (RedisAwayError, LookupError, TimeoutError) as problem:
            self._meters.busy.inc()
            _log.warning("message of %s not stored: %s", alias(heard.person), type(problem).__name__)
            return self._busy

    def _refuse(self, refused: Refused) -> web.Response:
        self._meters.refused.labels(refused.code).inc()
        return web.Response(status=_TOO_LARGE if refused.code == TOO_LARGE else _FORBIDDEN)


async def _body(request: web.BaseRequest) -> bytes:
    """The body; a message is so short that it nearly always came along with its head, and lies there."""
    content = request.content
    return content.read_nowait() if content.is_eof() else await request.read()


def _content_type(sealed: bytes) -> str:
    if sealed == SUCCESS:
        return "text/plain"
    return "application/json" if sealed.startswith(b"{") else "text/xml"


def heard_of(message: Message, now: float) -> Heard | None:
    """What a delivery means for the host; None: nothing to do (an opened page, a reported position)."""
    data: dict[str, str] = {}
    if message.event == "unsubscribe":
        return Heard(message.dedup_id, message.openid, now, "unsubscribed")
    if message.event == "templatesendjobfinish":
        data = {"msg_id": message.msg_id, "status": message.status}
        return Heard(message.dedup_id, message.openid, now, "delivered", data=data)
    given = to_input(message)
    if given is None:
        return None
    grant = grant_of(message)
    return Heard(message.dedup_id, message.openid, now, "input", given, grant.value if grant else "")
