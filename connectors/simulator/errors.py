"""The platform's error codes, with the words that come with them."""

SENTENCES: dict[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40015: "invalid button type",
    40016: "invalid button size",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    45072: "invalid command",
    45080: "no recent exchange with the user",
    45081: "already in the typing state",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
}
"""What the platform says with each code, where a call has nothing more exact to say."""


class ApiError(Exception):
    """A refusal of the platform: HTTP 200 with this errcode and errmsg, and perhaps more fields."""

    def __init__(self, errcode: int, errmsg: str = "", more: dict[str, object] | None = None) -> None:
        self.errcode = errcode
        self.errmsg = errmsg or SENTENCES.get(errcode, "error")
        self.more = more or {}
        super().__init__(f"{errcode} {self.errmsg}")
