"""WeChat's wire format: bytes to Message and the encrypted envelope. The only file that knows wechatpy.

wechatpy says which kinds and events exist; reading and encrypting are done here directly, at a third of its time and
with bounds that it does not have (depth, number of elements, no document type, so no entities).
"""

import binascii
import hashlib
import json
import re
import struct
from typing import Any
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy.events import EVENT_TYPES, BaseEvent, register_event
from wechatpy.fields import BaseField
from wechatpy.messages import MESSAGE_TYPES

from connectors.wechat.errors import MALFORMED, WRONG_APP, Refused
from connectors.wechat.message import Message, RawFormat

MAX_DEPTH = 6
"""Elements inside each other; the deepest the platform sends is 5 (pictures chosen from the menu)."""
MAX_ELEMENTS = 256
"""Elements in one message; the platform's largest have about 40."""
MAX_COMMAS = 4096
"""Commas in a JSON body, so that few values are made of it; the longest text has 2,048 characters."""
MAX_NAME_CHARS = 64
"""Characters of an event name, an id, a format."""
MAX_CREATED_DIGITS = 12
"""Digits of CreateTime, seconds since 1970."""
BLOCK_BYTES = 32
"""The platform pads to 32 bytes, not to AES's 16."""
RANDOM_BYTES = 16
"""Random bytes before the length and the text."""
AES_BYTES = 16
"""A block of AES, and its key's half that stands for the block before the first."""
LENGTH_BYTES = 4
"""Bytes of the length, big-endian."""

_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCENE_PREFIX = "qrscene_"
_FIELDS = {
    "FromUserName": "openid",
    "ToUserName": "account",
    "CreateTime": "created",
    "MsgId": "msg_id",
    "MsgID": "msg_id",
    "Content": "text",
    "bizmsgmenuid": "menu_id",
    "Recognition": "recognition",
    "MediaId": "media_id",
    "Format": "format",
    "Label": "label",
    "Url": "url",
    "PicUrl": "url",
    "Title": "title",
    "Ticket": "ticket",
    "Status": "status",
}
_SHORT = frozenset({"msg_id", "menu_id", "format"})
# possessive: no step back, so both searches are linear; what XML would change or forbid is left to the parser
_IN_CDATA, _BARE = r"[^\]\0-\x08\x0b-\x1f\ufffe\uffff]*+", r"[^<&\]\0-\x08\x0b-\x1f\ufffe\uffff]*+"
_ELEMENT = r"<([A-Za-z]{1,40}+)>(?:<!\[CDATA\[(" + _IN_CDATA + r")\]\]>|(" + _BARE + r"))</\1>[ \t\n]{0,9}+"
_PLAIN = re.compile(_ELEMENT)
_FLAT = re.compile(r"<xml>[ \t\n]{0,9}+((?:" + _ELEMENT.replace(r"\1", r"\2") + rf"){{1,{MAX_ELEMENTS}}}+)</xml>")
_PLACE = "location"
_DEGREES = ("Location_X", "Location_Y")
_EVENT_DEGREES = ("Latitude", "Longitude")


class SubscribeMsgEvent(BaseEvent):  # type: ignore[misc]  # wechatpy publishes no types
    """Answers to a subscription notice's consent: wechatpy 1.8.18 does not know the three events."""

    items = BaseField("List", [])


_SUBSCRIBE_MSG = frozenset({"subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"})
for _name in sorted(_SUBSCRIBE_MSG):
    register_event(_name)(type("SubscribeMsgEvent", (SubscribeMsgEvent,), {"event": _name}))


class Envelope:
    """Encrypts and decrypts as the platform's safe mode does: AES-256-CBC, the key's first half as the first block."""

    def __init__(self, app_id: str, aes_key: str) -> None:
        """Take the 43 characters of the account's EncodingAESKey; ValueError if they are no key."""
        key = binascii.a2b_base64(f"{aes_key}=".encode())
        cipher, self._before = Cipher(algorithms.AES256(key), modes.CBC(key[:AES_BYTES])), key[:AES_BYTES]
        # One of each does for all messages, and a new one costs four times its work. In CBC a block depends on the one
        # before it only: to read, that one is put in front; to write, it changes only the first, which is random.
        self._decryptor, self._encryptor = cipher.decryptor(), cipher.encryptor()
        self._app_id = app_id.encode()

    def open(self, encrypted: bytes) -> bytes:
        """Return the text inside; Refused if it is broken or another app's. The signature must be checked before."""
        try:
            blocks = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError as broken:
            raise Refused(MALFORMED) from broken
        if len(blocks) % AES_BYTES:
            raise Refused(MALFORMED)
        padded = self._decryptor.update(self._before + blocks)[AES_BYTES:]
        pad = padded[-1] if padded else 0
        if not 1 <= pad <= BLOCK_BYTES or not padded.endswith(bytes((pad,)) * pad):
            raise Refused(MALFORMED)
        end = len(padded) - pad
        start = RANDOM_BYTES + LENGTH_BYTES
        length = int.from_bytes(padded[RANDOM_BYTES:start], "big")
        if start + length > end:
            raise Refused(MALFORMED)
        if padded[start + length : end] != self._app_id:
            raise Refused(WRONG_APP)
        return padded[start : start + length]

    def seal(self, text: bytes, chance: bytes) -> str:
        """Return the text encrypted, in base64; `chance` is 16 random bytes."""
        content = b"".join((chance, struct.pack(">I", len(text)), text, self._app_id))
        pad = BLOCK_BYTES - len(content) % BLOCK_BYTES
        sealed = self._encryptor.update(content + bytes((pad,)) * pad)
        return binascii.b2a_base64(sealed, newline=False).decode()


def signature(*parts: bytes) -> str:
    """Sign the way the platform does: SHA-1 over the sorted parts."""
    return hashlib.sha1(b"".join(sorted(parts)), usedforsecurity=False).hexdigest()


def read(body: bytes) -> Message:
    """Return the message in a plain body, XML or JSON; Refused("malformed") if it is none."""
    text = body.strip()
    if b"\0" in text:  # no UTF-8 XML or JSON holds it; UTF-16 does, which the parser would take
        raise Refused(MALFORMED)
    raw_format: RawFormat = "json" if text.startswith(b"{") else "xml"
    data = _from_json(text) if raw_format == "json" else _from_xml(text)
    try:
        return _message(data, raw_format)
    except (ValueError, OverflowError) as broken:
        raise Refused(MALFORMED) from broken


def _message(data: dict[str, Any], raw_format: RawFormat) -> Message:
    fields: dict[str, Any] = {}
    for name, value in data.items():  # a push has few elements: go by what is there, not by what could be
        ours = _FIELDS.get(name)
        if ours and isinstance(value, str):
            fields[ours] = value if ours not in _SHORT else value[:MAX_NAME_CHARS]
    created = fields.get("created", "")
    if not _OPENID.fullmatch(fields.get("openid", "")) or len(created) > MAX_CREATED_DIGITS:
        raise Refused(MALFORMED)
    fields["created"] = int(created)
    kind, event = _kind(data)
    if event:
        fields |= {"event": event, "key": _key(data, event)}
    if event in _SUBSCRIBE_MSG:
        fields["status"] = _listed(data, "SubscribeStatusString")
    if _PLACE in (kind, event):
        lat, lng = _EVENT_DEGREES if event else _DEGREES
        fields |= {"lat": _degrees(data, lat, 90), "lng": _degrees(data, lng, 180)}
    return Message(kind=kind, raw_format=raw_format, **{"account": "", **fields})


def _kind(data: dict[str, Any]) -> tuple[str, str]:
    """MsgType and Event in small letters; what wechatpy knows, in its spelling, anything else as it came."""
    kind = _string(data, "MsgType").lower()[:MAX_NAME_CHARS]
    if not kind:
        raise Refused(MALFORMED)
    if kind != "event":
        known = MESSAGE_TYPES.get(kind)
        return (known.type if known else kind), ""
    event = _string(data, "Event").lower()[:MAX_NAME_CHARS]
    known = EVENT_TYPES.get(event)
    return kind, known.event if known else event or "unknown"


def _key(data: dict[str, Any], event: str) -> str:
    key = _string(data, "EventKey")
    if event == "subscribe":
        return key.removeprefix(_SCENE_PREFIX) if key.startswith(_SCENE_PREFIX) else ""
    if event.startswith("scancode_"):
        result = data.get("ScanCodeInfo")
        return _string(result, "ScanResult") if isinstance(result, dict) else key
    return key or (_listed(data, "TemplateId") if event in _SUBSCRIBE_MSG else "")


def _listed(data: dict[str, Any], name: str) -> str:
    """A field of the first entry in a subscription event's list, which JSON puts at the top and XML one level down."""
    holder = next((v for k, v in data.items() if k.startswith("SubscribeMsg") and isinstance(v, dict)), data)
    entries = holder.get("List")
    first = entries[0] if isinstance(entries, list) and entries else entries
    return _string(first, name) if isinstance(first, dict) else ""


def _string(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _degrees(data: dict[str, Any], name: str, limit: int) -> float | None:
    text = _string(data, name)
    if not text:
        return None
    value = float(text)
    return value if -limit <= value <= limit else None


def _from_json(text: bytes) -> dict[str, Any]:
    if text.count(b",") > MAX_COMMAS:
        raise Refused(MALFORMED)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise Refused(MALFORMED) from broken
    if not isinstance(data, dict) or len(data) > MAX_ELEMENTS:
        raise Refused(MALFORMED)
    return {name: _cleaned(value, 1) for name, value in data.items()}


def _cleaned(value: Any, depth: int) -> Any:  # noqa: ANN401  # a JSON value
    """Return the value as XML would bring it: numbers as text, no NUL, no halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="ignore").decode()
    if not isinstance(value, dict | list):
        return "" if value is None else str(value)
    if depth > MAX_DEPTH or len(value) > MAX_ELEMENTS:
        raise Refused(MALFORMED)
    if isinstance(value, list):
        return [_cleaned(item, depth + 1) for item in value]
    return {name: _cleaned(item, depth + 1) for name, item in value.items()}


def _from_xml(text: bytes) -> dict[str, Any]:
    return _flat(text) or _tree(text)


def _flat(text: bytes) -> dict[str, Any] | None:
    """Read what nearly every push is, a row of plain values, at a quarter of the parser's time; None for the rest."""
    try:
        row = _FLAT.fullmatch(text.decode())
    except UnicodeDecodeError:
        return None
    values = [] if row is None else _PLAIN.findall(row[1])
    data = {name: (in_cdata or bare).strip() for name, in_cdata, bare in values}
    return data if len(data) == len(values) else None


def _tree(text: bytes) -> dict[str, Any]:
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.chars
    parser.StartDoctypeDeclHandler = tree.doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as broken:
        raise Refused(MALFORMED) from broken
    return tree.message()


class _Tree:
    """Collects elements as they are read and stops at the first that a message cannot have."""

    __slots__ = ("_count", "_nodes", "_text")

    def __init__(self) -> None:
        # One entry for each open element: what it holds, None as long as it holds no element.
        self._nodes: list[dict[str, Any] | None] = [None]
        self._text = ""
        self._count = 0

    def doctype(self, *_: object) -> None:
        raise Refused(MALFORMED)

    def start(self, *_: object) -> None:
        self._count += 1
        nodes = self._nodes
        if self._count > MAX_ELEMENTS or len(nodes) > MAX_DEPTH:
            raise Refused(MALFORMED)
        if nodes[-1] is None:
            nodes[-1] = {}
        nodes.append(None)
        self._text = ""

    def chars(self, text: str) -> None:
        self._text += text

    def end(self, name: str) -> None:
        inside = self._nodes.pop()
        value: object = self._text.strip() if inside is None else inside
        parent = self._nodes[-1] or {}
        if name in parent:
            earlier = parent[name]
            value = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        parent[name] = value
        self._nodes[-1] = parent
        self._text = ""

    def message(self) -> dict[str, Any]:
        content = (self._nodes[0] or {}).get("xml")
        if not isinstance(content, dict):
            raise Refused(MALFORMED)
        return content
