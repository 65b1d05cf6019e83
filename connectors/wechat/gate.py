"""The gate: lets in what WeChat signed for our account, and nothing else; verifies before it parses.

Order: size, where the signed part is (a search in the capped bytes, no parsing), signature, time, replay, and only
then decrypting and reading. Whether a request must be encrypted is our configuration's word, never the request's.
"""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Literal

from connectors.wechat.errors import BAD_SIGNATURE, MALFORMED, REPLAYED, STALE, TOO_LARGE, Refused
from connectors.wechat.message import Message
from connectors.wechat.replays import Replays
from connectors.wechat.wire import RANDOM_BYTES, Envelope, read, signature

Mode = Literal["encrypted", "plain"]

MAX_BODY_BYTES = 64 * 1024
"""The platform's largest push is a few kilobytes."""
WINDOW_S = 600
"""Seconds a request's timestamp may lie before or after our clock."""
DEDUP_TTL_S = 2 * WINDOW_S + 60
"""Seconds a stored reply must be kept so that no replay the gate still lets in is handled anew."""
MAX_QUERY_CHARS = 128
"""Characters of a timestamp, nonce or signature."""
MAX_STAMP_DIGITS = 12
"""Digits of a timestamp in seconds."""
MAX_ECHO_CHARS = 512
"""Characters of an echostr."""
SUCCESS = b"success"
"""The answer that says: received, nothing to say."""

# possessive: no step back, so the search is linear whatever the body holds
_BASE64 = rb"[A-Za-z0-9+/=\\]{24,}+"
_XML_ENCRYPT = re.compile(rb"<Encrypt>\s{0,9}(?:<!\[CDATA\[)?(" + _BASE64 + rb")(?:\]\]>)?\s{0,9}</Encrypt>")
_JSON_ENCRYPT = re.compile(rb'"Encrypt"\s{0,9}:\s{0,9}"(' + _BASE64 + rb')"')
_UNSAFE_NONCE = re.compile(r"[^A-Za-z0-9_-]")


class Gate:
    """Opens what the platform posts and seals what we answer; one for each account, without I/O.

    aes_key: the 43 characters of EncodingAESKey, needed in mode "encrypted". chance: 16 random bytes at a call.
    """

    def __init__(
        self,
        app_id: str,
        token: str,
        aes_key: str = "",
        mode: Mode = "encrypted",
        chance: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._token = token.encode()
        self._envelope = Envelope(app_id, aes_key) if mode == "encrypted" else None
        self._chance = chance
        self._replays = Replays(WINDOW_S)

    def verify_url(self, query: Mapping[str, str]) -> str:
        """Answer the platform's question when the address is registered: its echostr; Refused if it is not signed."""
        echo = query.get("echostr", "")
        if len(echo) > MAX_ECHO_CHARS or not (echo.isascii() and echo.isprintable()):
            raise Refused(MALFORMED)
        self._check_signature(query, "signature")
        return echo

    def open(self, query: Mapping[str, str], body: bytes, now: float) -> Message:
        """Return the message of a POST; `now` in seconds since 1970. Refused(code) for everything else."""
        if len(body) > MAX_BODY_BYTES:
            raise Refused(TOO_LARGE)
        if self._envelope is None:
            signed = self._check_signature(query, "signature")
            self._check_time(query, now)
            message = read(body)
            identity = message.dedup_id  # this signature covers no body, so it is remembered along with its message
        else:
            encrypted = _encrypted_part(body)
            signed = self._check_signature(query, "msg_signature", encrypted)
            self._check_time(query, now)
            message, identity = read(self._envelope.open(encrypted)), ""
        if not self._replays.admit(signed, identity, now):
            raise Refused(REPLAYED)
        return message

    def seal(self, content: str, now: float, nonce: str) -> bytes:
        """Return the bytes to answer: encrypted and signed if the account is in safe mode, in the content's format.

        Nothing to say ("") becomes `success`.
        """
        if not content:
            return SUCCESS
        if self._envelope is None:
            return content.encode()
        stamp, nonce = str(int(now)), _UNSAFE_NONCE.sub("", nonce)[:MAX_QUERY_CHARS]
        encrypted = self._envelope.seal(content.encode(), self._chance(RANDOM_BYTES))
        signed = signature(self._token, stamp.encode(), nonce.encode(), encrypted.encode())
        if content.startswith("{"):
            answer = {"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": int(now), "Nonce": nonce}
            return json.dumps(answer).encode()
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def _check_signature(self, query: Mapping[str, str], name: str, *content: bytes) -> bytes:
        """Return the signature, in bytes, if it is ours."""
        given, stamp, nonce = query.get(name, ""), query.get("timestamp", ""), query.get("nonce", "")
        if len(given) + len(stamp) + len(nonce) > 3 * MAX_QUERY_CHARS:
            raise Refused(BAD_SIGNATURE)
        claimed = given.encode(errors="replace")
        parts = (self._token, stamp.encode(errors="replace"), nonce.encode(errors="replace"), *content)
        if not hmac.compare_digest(claimed, signature(*parts).encode()):
            raise Refused(BAD_SIGNATURE)
        return claimed

    def _check_time(self, query: Mapping[str, str], now: float) -> None:
        stamp = query.get("timestamp", "")
        digits = stamp.isascii() and stamp.isdigit() and len(stamp) <= MAX_STAMP_DIGITS
        if not digits or abs(now - int(stamp)) > WINDOW_S:
            raise Refused(STALE)


def _encrypted_part(body: bytes) -> bytes:
    """Find the one encrypted value without parsing: a linear search in at most 64 KiB."""
    pattern = _JSON_ENCRYPT if body.lstrip()[:1] == b"{" else _XML_ENCRYPT
    found = pattern.search(body)
    if found is None:
        raise Refused(MALFORMED)
    return found[1].replace(b"\\/", b"/")
