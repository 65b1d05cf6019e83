"""Encrypted callbacks as the platform sends them, made beforehand so that making them is not measured."""

import hashlib
import itertools
import time
from dataclasses import dataclass

from wechatpy.crypto import WeChatCrypto

from tests.contract.platform import AES_KEY, APP_ID, TOKEN

_ids = itertools.count(1_000_000)


@dataclass(frozen=True, slots=True)
class Account:
    """The account whose callbacks are made, and where they go."""

    host: str
    port: int
    path: str


def text_callback(account: Account, openid: str, text: str) -> bytes:
    """One whole HTTP/1.1 request: a signed, encrypted text message with a fresh id."""
    now = int(time.time())
    plain = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{next(_ids)}</MsgId></xml>"
    )
    nonce = str(next(_ids))
    sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(plain, nonce, str(now))
    signature = _between(sealed, "<MsgSignature><![CDATA[", "]]>")
    encrypted = _between(sealed, "<Encrypt><![CDATA[", "]]>")
    plain_signature = hashlib.sha1("".join(sorted([TOKEN, str(now), nonce])).encode()).hexdigest()  # noqa: S324 - the platform's rule
    body = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    )
    query = (
        f"signature={plain_signature}&timestamp={now}&nonce={nonce}&openid={openid}"
        f"&encrypt_type=aes&msg_signature={signature}"
    )
    head = (
        f"POST {account.path}?{query} HTTP/1.1\r\nHost: {account.host}\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _between(text: str, before: str, after: str) -> str:
    return text.split(before, 1)[1].split(after, 1)[0]
