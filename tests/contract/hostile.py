"""Requests that the platform would never send, each with a word in it that must not be seen again."""

import asyncio
import base64
import contextlib
import gzip
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from wechatpy.crypto import WeChatCrypto

from tests.contract.platform import AES_KEY, APP_ID, TOKEN

WORD = "zhangsandalesi"
"""Stands in every hostile request."""
MEBIBYTE = 1024 * 1024
LEVELS = 400
PACKED = {"Content-Encoding": "gzip"}
_STALE_SECONDS = 660

BOMB = (
    f'<!DOCTYPE xml [<!ENTITY a "{WORD}"><!ENTITY b "{"&a;" * 9}"><!ENTITY c "{"&b;" * 9}"><!ENTITY d "{"&c;" * 9}">'
    "]><xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType><Content>&d;</Content></xml>"
)


@dataclass(frozen=True, slots=True)
class Post:
    """One request to the callback address."""

    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def _message(content: str = WORD, more: str = "") -> str:
    return (
        f"<xml><ToUserName>gh_contract</ToUserName><FromUserName>attacker</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType>text</MsgType><Content>{content}</Content>"
        f"<MsgId>1</MsgId>{more}</xml>"
    )


INNER: Mapping[str, Callable[[], str]] = {
    "not xml": lambda: f"FromUserName=attacker&Content={WORD}",
    "cut off": lambda: _message()[:-20],
    "deep": lambda: "<xml>" + f"<{WORD}>" * LEVELS,
    "deep and closed": lambda: "<xml>" + f"<{WORD}>" * LEVELS + f"</{WORD}>" * LEVELS + "</xml>",
    "wide": lambda: "<xml>" + f"<a>{WORD}</a>" * 1_000 + "</xml>",
    "entity bomb": lambda: BOMB,
    "outside entity": lambda: BOMB.replace(f'a "{WORD}"', 'a SYSTEM "file:///etc/passwd"') + WORD,
    "json deep": lambda: f'{{"{WORD}":' + "[" * 20_000,
    "json number": lambda: f'{{"{WORD}": ' + "9" * 20_000 + "}",
    "nul": lambda: _message(f"{WORD}\0"),
    "no sender": lambda: _message().replace("<FromUserName>attacker</FromUserName>", ""),
    "sender with braces": lambda: _message().replace("attacker", f"a}}:quota{{{WORD}"),
}
"""What may be inside: sealed by somebody who has the keys, or sent as it is."""


def stamped(body: bytes, *signed: str, name: str = "msg_signature", age: int = 0) -> Post:
    """A request whose signature over token, time, nonce and `signed` is right."""
    stamp, nonce = str(int(time.time()) - age), "n0nce"
    signature = hashlib.sha1("".join(sorted([TOKEN, stamp, nonce, *signed])).encode()).hexdigest()  # noqa: S324 - the platform's rule
    return Post({"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes", name: signature}, body)


def sealed(inner: str, age: int = 0, app_id: str = APP_ID) -> Post:
    """A request that is encrypted and signed rightly, whatever is inside."""
    stamp, nonce = str(int(time.time()) - age), "n0nce"
    whole = WeChatCrypto(TOKEN, AES_KEY, app_id).encrypt_message(inner, nonce, stamp)
    encrypted = whole.split("<Encrypt><![CDATA[", 1)[1].split("]]>", 1)[0]
    return stamped(f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode(), encrypted, age=age)


def _wrong(post: Post, **changes: str) -> Post:
    return Post({**post.query, **changes}, post.body)


def _ours(content: bytes) -> Post:
    """Rightly signed, but what is signed is no ciphertext of ours."""
    encrypted = base64.b64encode(content).decode()
    return stamped(f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(), encrypted)


def _unsigned(body: bytes, **headers: str) -> Post:
    return Post({"timestamp": str(int(time.time())), "nonce": "n", "msg_signature": "0" * 40}, body, headers)


OUTER: Mapping[str, Callable[[], Post]] = {
    "no query": lambda: Post({}, _message().encode()),
    "empty": lambda: Post({}, b""),
    "plain though signed": lambda: stamped(_message().encode(), name="signature"),
    "plain and said to be raw": lambda: _wrong(stamped(_message().encode(), name="signature"), encrypt_type="raw"),
    "wrong signature": lambda: _wrong(sealed(_message()), msg_signature="0" * 40),
    "signature with a word": lambda: _wrong(sealed(_message()), msg_signature=WORD, nonce=WORD),
    "signature of another time": lambda: _wrong(sealed(_message()), timestamp=str(int(time.time()) - 5)),
    "long query": lambda: _wrong(sealed(_message()), nonce=WORD * 300),
    "stale": lambda: sealed(_message(), age=_STALE_SECONDS),
    "of the future": lambda: sealed(_message(), age=-_STALE_SECONDS),
    "time is a word": lambda: _wrong(sealed(_message()), timestamp=WORD),
    "another app": lambda: sealed(_message(), app_id="wxffffffffffffffff"),
    "no ciphertext": lambda: _ours(WORD.encode()),
    "ciphertext of nothing": lambda: _ours(b"\0" * 64),
    "a mebibyte": lambda: _unsigned(WORD.encode() * (MEBIBYTE // len(WORD))),
    "a mebibyte, signed": lambda: _ours(WORD.encode() * (MEBIBYTE // len(WORD))),
    "a mebibyte of zeros, packed": lambda: _unsigned(gzip.compress(b"\0" * 64 * MEBIBYTE), **PACKED),
    "packed word": lambda: _unsigned(gzip.compress(_message().encode()), **PACKED),
    "not what it says": lambda: _unsigned(WORD.encode(), **PACKED),
    "form": lambda: _unsigned(f"a={WORD}".encode(), **{"Content-Type": "application/x-www-form-urlencoded"}),
    "not utf-8": lambda: _unsigned(b"\xff\xfe" + WORD.encode()),
    "64 KiB of openings": lambda: _unsigned(b"<Encrypt>" * 7_000 + WORD.encode()),
    "64 KiB of base64": lambda: _unsigned(b"<Encrypt><![CDATA[" + b"A" * 65_000 + WORD.encode()),
}
"""Refused for what is around the message."""


NAMES = (*OUTER, *(f"{name}, {how}" for how in ("bare", "sealed") for name in INNER))
"""Every kind of request."""


def post(name: str) -> Post:
    """A request of this kind, made now."""
    if name in OUTER:
        return OUTER[name]()
    inner, how = name.rsplit(", ", 1)
    return sealed(INNER[inner]()) if how == "sealed" else _unsigned(INNER[inner]().encode())


RAW: Mapping[str, bytes] = {
    "no http": f"{WORD}\r\n\r\n".encode(),
    "bad header": f"POST /wechat HTTP/1.1\r\nHost: a\r\n{WORD}\0\r\n\r\n".encode(),
    "header with controls": f"POST /wechat HTTP/1.1\r\nHost: a\r\nX: {WORD}\x01\x02\0\r\n\r\n".encode(),
    "long header": f"POST /wechat HTTP/1.1\r\nHost: a\r\nX: {WORD * 1_000}\r\n\r\n".encode(),
    "long path": f"POST /wechat?{WORD * 1_000} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "bad length": f"POST /wechat HTTP/1.1\r\nHost: a\r\nContent-Length: {WORD}\r\n\r\n".encode(),
    "bad version": f"POST /wechat {WORD}/9\r\nHost: a\r\n\r\n".encode(),
    "bad chunk": f"POST /wechat HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{WORD}\r\n".encode(),
    "both lengths": f"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{WORD}".encode(),
    "unknown path": f"GET /{WORD} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(),
    "unknown method": f"PUT /wechat?{WORD} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode(),
    "another host": f"GET http://{WORD}/ HTTP/1.1\r\nHost: {WORD}\r\nConnection: close\r\n\r\n".encode(),
}
"""Bytes that are hardly HTTP."""


async def raw(url: str, content: bytes) -> bytes:
    """What the server of a URL answers to bytes."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answer = b""
    with contextlib.suppress(ConnectionError):
        writer.write(content)
        writer.write_eof()
        answer = await reader.read()
    writer.close()
    return answer
