"""What WeChat delivered, in our own words, and what it means for the conversation."""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Literal, NamedTuple

from dialogs.kernel.words import Input, InputKind, Value

RawFormat = Literal["xml", "json"]


class Grant(StrEnum):
    """What a person's act allows us to send afterwards by customer-service message (the platform's quota table)."""

    MESSAGE = "message"
    MENU = "menu"


class Message(NamedTuple):
    """One delivery of the platform. A named tuple is made in a quarter of the time of a frozen class.

    kind: text, image, voice, video, shortvideo, location, link, event; another MsgType in small letters stays as it is.
    event: in small letters, only for kind "event". key: EventKey, the scene without `qrscene_`, or a template id.
    created: CreateTime in seconds. lat, lng: degrees (GCJ-02). menu_id: bizmsgmenuid. Absent text is "".
    """

    openid: str
    account: str
    created: int
    kind: str
    raw_format: RawFormat = "xml"
    msg_id: str = ""
    event: str = ""
    key: str = ""
    text: str = ""
    recognition: str = ""
    media_id: str = ""
    format: str = ""
    lat: float | None = None
    lng: float | None = None
    label: str = ""
    url: str = ""
    title: str = ""
    ticket: str = ""
    menu_id: str = ""
    status: str = ""

    @property
    def dedup_id(self) -> str:
        """The same for every delivery of one message, different for any two messages; 32 hex digits.

        Account, person and second, then the message's own id, or an event's name, key and id or ticket: neither the id
        alone nor the second alone is unique in practice.
        """
        parts = (self.account, self.openid, str(self.created), self.msg_id, self.event, self.key, self.ticket)
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()

    @property
    def wants_silence(self) -> bool:
        """Whether only `success` may be answered: a reported position must never be answered with a message."""
        return self.event == "location"


def to_input(message: Message) -> Input | None:
    """What the message means for the conversation; None: nothing was said (positions, opened pages, send results)."""
    if message.kind == "event":
        event_reading = _EVENTS.get(message.event)
        return event_reading(message) if event_reading else None
    reading = _KINDS.get(message.kind)
    return reading(message) if reading else Input(InputKind.UNKNOWN)


def grant_of(message: Message) -> Grant | None:
    """Which quota of customer-service messages this opens; None: none. A tapped menu message counts as a menu click."""
    if message.kind == "event":
        return Grant.MENU if message.event in _MENU_EVENTS else None
    return Grant.MENU if message.menu_id else Grant.MESSAGE


def _text(message: Message) -> Input:
    if message.menu_id:
        return Input(InputKind.BUTTON, text=message.text, payload=message.menu_id)
    return Input(InputKind.TEXT, text=message.text)


def _media(kind: InputKind) -> Callable[[Message], Input]:
    def reading(message: Message) -> Input:
        attachment: dict[str, Value] = {"kind": str(kind), "media_id": message.media_id}
        if message.format:
            attachment["format"] = message.format
        return Input(kind, text=message.recognition, attachment=attachment)

    return reading


def _location(message: Message) -> Input:
    if message.lat is None or message.lng is None:
        return Input(InputKind.TEXT, text=message.label) if message.label else Input(InputKind.UNKNOWN)
    attachment = {"kind": "location", "lat": message.lat, "lng": message.lng, "label": message.label}
    return Input(InputKind.LOCATION, text=message.label, attachment=attachment)


def _link(message: Message) -> Input:
    return Input(InputKind.LINK, text=message.title, payload=message.url)


def _event(kind: InputKind) -> Callable[[Message], Input]:
    return lambda message: Input(kind, payload=message.key)


_KINDS: dict[str, Callable[[Message], Input]] = {
    "text": _text,
    "image": _media(InputKind.PHOTO),
    "voice": _media(InputKind.VOICE),
    "video": _media(InputKind.VIDEO),
    "shortvideo": _media(InputKind.VIDEO),
    "location": _location,
    "link": _link,
}
_EVENTS: dict[str, Callable[[Message], Input]] = {
    "subscribe": _event(InputKind.SUBSCRIBE),
    "scan": _event(InputKind.SCAN),
    "click": _event(InputKind.MENU),
    "scancode_waitmsg": _event(InputKind.SCAN),
}
_MENU_EVENTS = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"})
