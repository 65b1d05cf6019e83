"""Personal data at rest: AES-256-GCM with the key's id in the value, and a keyed blind index for look-ups.

PII_KEY holds one or several `id:base64` keys of 32 bytes, separated by commas. The first is current: it seals. All of
them open, so a new key is put in front, `python -m backend reseal` rewrites what older keys sealed, and the old key is
dropped.

The context (table, column, row) is bound to each value as associated data: moved elsewhere it does not open.

The blind index must stay the same when keys rotate, or a person would no longer be found. Its own random key is
therefore kept in the database, sealed by PII_KEY: the database alone, or PII_KEY alone, tells nothing.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
_MARK = "s1"
_BLOB_MARK = b"s1"


class SealError(Exception):
    """PII_KEY is malformed, lacks a key, or a sealed value was tampered with. Never holds the value."""


@dataclass(frozen=True)
class Keyring:
    """The keys of PII_KEY by id; `current` seals."""

    current: str
    keys: Mapping[str, AESGCM] = field(repr=False)

    def seal(self, text: str, context: str) -> str:
        """The text as `s1.<key id>.<base64>`."""
        return f"{_MARK}.{self.current}.{_encode(self._encrypt(text.encode(), context))}"

    def open(self, value: str, context: str) -> str:
        """What was sealed in the same context; SealError if it cannot be opened."""
        mark, _, rest = value.partition(".")
        key_id, _, body = rest.partition(".")
        if mark != _MARK:
            raise SealError("not a sealed value")
        return self._decrypt(key_id, _decode(body), context).decode()

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """Bytes sealed, the key's id in front."""
        return b".".join((_BLOB_MARK, self.current.encode(), self._encrypt(data, context)))

    def open_bytes(self, value: bytes, context: str) -> bytes:
        """What seal_bytes sealed."""
        mark, _, rest = value.partition(b".")
        key_id, _, body = rest.partition(b".")
        if mark != _BLOB_MARK:
            raise SealError("not a sealed value")
        return self._decrypt(key_id.decode(errors="replace"), body, context)

    @property
    def prefix(self) -> str:
        """How every value sealed by the current key begins, bytes too."""
        return f"{_MARK}.{self.current}."

    def _encrypt(self, data: bytes, context: str) -> bytes:
        # os.urandom is the one source of chance that must not be an argument: a repeated nonce would break the cipher.
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.keys[self.current].encrypt(nonce, data, context.encode())

    def _decrypt(self, key_id: str, body: bytes, context: str) -> bytes:
        if key_id not in self.keys:
            raise SealError(f"PII_KEY 里没有编号为 {key_id} 的密钥,这条数据打不开")
        try:
            return self.keys[key_id].decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError(f"sealed value for {context.split('/', maxsplit=1)[0]} does not open") from error


def parse(text: str) -> Keyring:
    """PII_KEY as a keyring; SealError says what is wrong with it without showing it."""
    keys: dict[str, AESGCM] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, colon, body = part.partition(":")
        if not colon or not key_id.isalnum() or key_id in keys:
            raise SealError("PII_KEY 的写法是 编号:base64,多把密钥用逗号隔开,编号用字母或数字且不能重复")
        keys[key_id] = AESGCM(_key(body, key_id))
    if not keys:
        raise SealError("PII_KEY 是空的")
    return Keyring(next(iter(keys)), keys)


@dataclass(frozen=True)
class Vault:
    """The keyring with the index key: all that records need to keep and find personal data."""

    keyring: Keyring
    index_key: bytes = field(repr=False)

    def seal(self, text: str, context: str) -> str:
        """See Keyring.seal."""
        return self.keyring.seal(text, context)

    def open(self, value: str, context: str) -> str:
        """See Keyring.open."""
        return self.keyring.open(value, context)

    def index(self, kind: str, value: str) -> str:
        """A keyed hash that is equal for equal values of one kind and tells nothing without the key."""
        return hmac.new(self.index_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def _key(body: str, key_id: str) -> bytes:
    try:
        key = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealError(f"PII_KEY 里编号为 {key_id} 的密钥不是 base64") from error
    if len(key) != KEY_BYTES:
        raise SealError(f"PII_KEY 里编号为 {key_id} 的密钥应为 {KEY_BYTES} 字节")
    return key


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise SealError("sealed value is damaged") from error
