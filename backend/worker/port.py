"""What the worker needs of a messaging platform, and what a failure means for the delivery."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend.records.attachments import Content


class Verdict(StrEnum):
    """What to do after a failure."""

    NEXT_CHANNEL = "next_channel"
    RETRY = "retry"
    BURY = "bury"
    ALREADY_SENT = "already_sent"
    UNKNOWN = "unknown"


class SendFailedError(Exception):
    """A message or download failed. `error` is a short name for the ledger and never holds anything personal."""

    def __init__(self, verdict: Verdict, error: str, retry_after_s: float = 0.0) -> None:
        super().__init__(error)
        self.verdict = verdict
        self.error = error
        self.retry_after_s = retry_after_s


class Messenger(Protocol):
    """A platform's channels. Every method raises SendFailedError only."""

    async def may_text(self, openid: str, now: datetime) -> bool:
        """Take one customer-service message from the person's quota; False if there is none."""
        ...

    async def text(self, openid: str, text: str) -> None:
        """Send a customer-service message. The platform cannot tell a repeated one: never repeat it blindly."""
        ...

    async def template(self, openid: str, template_id: str, fields: Mapping[str, str], client_msg_id: str) -> str:
        """Send a template message and return its msgid; the same client_msg_id is sent once only."""
        ...

    async def subscription(self, openid: str, template_id: str, fields: Mapping[str, str]) -> None:
        """Send a subscription notice. As with texts, never repeat it blindly."""
        ...

    async def media(self, media_id: str) -> Content:
        """Fetch what somebody sent."""
        ...
