"""WeChat as the worker's messenger: each of its errors means one thing for a delivery (one table)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from redis.exceptions import RedisError

from backend.records.attachments import Content
from backend.worker.port import SendFailedError, Verdict
from connectors.wechat import errors
from connectors.wechat.client import WeChatClient
from connectors.wechat.ledger import Ledger

VERDICTS: Mapping[type[errors.WeChatError], Verdict] = {
    errors.NotFollower: Verdict.NEXT_CHANNEL,
    errors.NoConsent: Verdict.NEXT_CHANNEL,
    errors.WindowClosed: Verdict.NEXT_CHANNEL,
    errors.QuotaUsedUp: Verdict.NEXT_CHANNEL,
    errors.BadField: Verdict.NEXT_CHANNEL,
    errors.TooLong: Verdict.NEXT_CHANNEL,
    errors.NoPermission: Verdict.NEXT_CHANNEL,
    errors.Rejected: Verdict.NEXT_CHANNEL,
    errors.Busy: Verdict.RETRY,
    errors.RateLimited: Verdict.RETRY,
    errors.TokenRefused: Verdict.RETRY,
    errors.IpNotAllowed: Verdict.BURY,
    errors.AlreadySent: Verdict.ALREADY_SENT,
    errors.Unreachable: Verdict.UNKNOWN,
}
"""A refused form is not repeated as it is: the next channel tells the same in another form."""

NEVER_LEFT = frozenset({"ClientConnectorError", "ClientConnectorDNSError", "ConnectionTimeoutError"})
"""Failures after which the platform surely has nothing of ours."""


class WeChatMessenger:
    """The platform's API and the ledger of its quotas."""

    def __init__(self, client: WeChatClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    async def may_text(self, openid: str, now: datetime) -> bool:
        """See Messenger."""
        with _translated():
            return await self._ledger.take(openid, now.timestamp())

    async def text(self, openid: str, text: str) -> None:
        """See Messenger; a quota that the platform says is used up is believed."""
        with _translated():
            try:
                await self._client.send_text(openid, text)
            except (errors.QuotaUsedUp, errors.WindowClosed):
                await self._ledger.exhaust(openid)
                raise

    async def template(self, openid: str, template_id: str, fields: Mapping[str, str], client_msg_id: str) -> str:
        """See Messenger."""
        with _translated(repeatable=True):
            return await self._client.send_template(openid, template_id, fields, client_msg_id=client_msg_id)

    async def subscription(self, openid: str, template_id: str, fields: Mapping[str, str]) -> None:
        """See Messenger."""
        with _translated():
            await self._client.send_subscription(openid, template_id, fields)

    async def media(self, media_id: str) -> Content:
        """See Messenger; what the platform refuses to give is buried."""
        with _translated(repeatable=True, refused=Verdict.BURY):
            media = await self._client.download_media(media_id)
        return Content(media.content, media.content_type)


@contextmanager
def _translated(*, repeatable: bool = False, refused: Verdict = Verdict.NEXT_CHANNEL) -> Iterator[None]:
    """WeChat's and Redis' errors as the port's. Unknown is as good as failed where a repetition does no harm."""
    try:
        yield
    except errors.WeChatError as error:
        verdict = VERDICTS.get(type(error), Verdict.BURY)
        if verdict is Verdict.UNKNOWN and (repeatable or error.detail in NEVER_LEFT):
            verdict = Verdict.RETRY
        if verdict is Verdict.NEXT_CHANNEL:
            verdict = refused
        raise SendFailedError(verdict, f"{type(error).__name__} {error.code}", error.retry_after_s) from error
    except RedisError as error:
        raise SendFailedError(Verdict.RETRY, f"Redis {type(error).__name__}") from error
