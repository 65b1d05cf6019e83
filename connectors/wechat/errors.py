# ruff: noqa: N818  # what can happen is named as a state, as everywhere in the product
"""What can go wrong with WeChat: a request we refuse, or an answer of its API, one class for each thing the bot does.

Codes and what follows from them: the platform's "global return codes" page.
"""

from typing import ClassVar

RATE_LIMIT_PAUSE_S: dict[int, int] = {45009: 3600, 45011: 60}
"""Seconds to leave an API alone: 45009 is a day's limit (look again in an hour), 45011 a minute's."""


class Refused(Exception):
    """A request that is not from WeChat, or not for us. `code` is one of the words below; never any of its content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


BAD_SIGNATURE = "bad_signature"
STALE = "stale"
TOO_LARGE = "too_large"
MALFORMED = "malformed"
WRONG_APP = "wrong_app"
REPLAYED = "replayed"


class WeChatError(Exception):
    """The API did not do what was asked. `code` is its errcode, 0 when there was no answer; `retry_after_s` a hint."""

    codes: ClassVar[tuple[int, ...]] = ()

    def __init__(self, code: int = 0, detail: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(f"{type(self).__name__} {code} {detail}".strip())
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s


class Unreachable(WeChatError):
    """No usable answer: time-out, cut connection, or not JSON. Whether it was done is unknown, unless `never_left`."""

    def __init__(self, detail: str = "", *, never_left: bool = False) -> None:
        super().__init__(detail=detail)
        self.never_left = never_left


class Busy(WeChatError):
    """The platform is busy: try again a little later."""

    codes = (-1,)


class TokenRefused(WeChatError):
    """The access token was refused twice, or none can be had: app id or secret are wrong."""

    codes = (40001, 40014, 42001, 40013, 40125, 40002)


class IpNotAllowed(WeChatError):
    """Our address is not on the account's list: an alarm, and no retry."""

    codes = (40164,)


class NotFollower(WeChatError):
    """The person does not follow the account: drop this channel."""

    codes = (43004,)


class NoConsent(WeChatError):
    """The person has not agreed to this subscription notice: use another channel."""

    codes = (43101,)


class TooLong(WeChatError):
    """The text is over the limit: split it."""

    codes = (45002,)


class RateLimited(WeChatError):
    """A limit of calls is used up: leave it for `retry_after_s`."""

    codes = (45009, 45011)


class WindowClosed(WeChatError):
    """The person was last here too long ago: use a subscription or template message."""

    codes = (45015,)


class QuotaUsedUp(WeChatError):
    """All customer-service messages since the person's last word are sent: wait for the person."""

    codes = (45047,)


class BadField(WeChatError):
    """A field of a notice breaks the rule of its type: mend it, never repeat it as it is."""

    codes = (47003,)


class NoPermission(WeChatError):
    """The account may not use this API: the feature is off."""

    codes = (48001,)


class AlreadySent(WeChatError):
    """The same client message id was accepted before: done."""

    codes = (45065,)


class Rejected(WeChatError):
    """Any other errcode: a defect of ours or of the account's settings."""


TOKEN_CODES = frozenset({40001, 40014, 42001})
"""Answers that mean: get another token once, and try once more."""

_BY_CODE: dict[int, type[WeChatError]] = {
    code: kind
    for kind in (
        Busy, TokenRefused, IpNotAllowed, NotFollower, NoConsent, TooLong, RateLimited,
        WindowClosed, QuotaUsedUp, BadField, NoPermission, AlreadySent,
    )
    for code in kind.codes
}  # fmt: skip


def error_for(code: int, detail: str = "", retry_after_s: float | None = None) -> WeChatError:
    """The error an errcode stands for. `detail` must hold nothing about a person."""
    pause = RATE_LIMIT_PAUSE_S.get(code, 0.0) if retry_after_s is None else retry_after_s
    return _BY_CODE.get(code, Rejected)(code, detail, pause)
