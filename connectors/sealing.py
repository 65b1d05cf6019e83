"""Sealing what is personal where it is kept: AES-256-GCM with the key's id in the value.

A variable such as PII_KEY holds one or several `id:base64` keys of 32 bytes, separated by commas. The first is current:
it seals. All of them open, so a new key is put in front, what older keys sealed is rewritten or expires, and the old
key is dropped.

The context (where a value stands, or whose it is) is bound to it as associated data: moved elsewhere it does not open.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
NONCES_DRAWN = 64
_MARK = "s1"
_BLOB_MARK = b"s1"
_NONCES: list[bytes] = []


class SealError(Exception):
    """A key is malformed or missing, or a sealed value was tampered with. Never holds the value."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id; `current` seals. `variable` is where they come from, for whoever must mend it."""

    variable: str
    current: str
    keys: Mapping[str, AESGCM] = field(repr=False)
    _head: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_head", self.prefix.encode())

    def seal(self, text: str, context: str) -> str:
        """The text as `s1.<key id>.<base64>`."""
        nonce = _nonce()
        sealed = self.keys[self.current].encrypt(nonce, text.encode(), context.encode())
        return f"{self.prefix}{_encode(nonce + sealed)}"

    def open(self, value: str, context: str) -> str:
        """What was sealed in the same context; SealError if it cannot be opened."""
        mark, _, rest = value.partition(".")
        key_id, _, body = rest.partition(".")
        if mark != _MARK:
            raise SealError("not a sealed value")
        return self._decrypt(key_id, _decode(body), context).decode()

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """Bytes sealed, the key's id in front."""
        nonce = _nonce()
        return b"".join((self._head, nonce, self.keys[self.current].encrypt(nonce, data, context.encode())))

    def open_bytes(self, value: bytes, context: str) -> bytes:
        """What seal_bytes sealed."""
        mark, _, rest = value.partition(b".")
        key_id, _, body = rest.partition(b".")
        if mark != _BLOB_MARK:
            raise SealError("not a sealed value")
        return self._decrypt(key_id.decode(errors="replace"), body, context)

    def opening_also(self, other: "Keyring") -> "Keyring":
        """The same keyring, which opens what the other one sealed too."""
        return replace(self, keys={**other.keys, **self.keys})

    @property
    def prefix(self) -> str:
        """How every value sealed by the current key begins, bytes too."""
        return f"{_MARK}.{self.current}."

    def _decrypt(self, key_id: str, body: bytes, context: str) -> bytes:
        if key_id not in self.keys:
            raise SealError(f"{self.variable} 里没有编号为 {key_id} 的密钥，这条数据打不开")
        try:
            return self.keys[key_id].decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError(f"sealed value for {context.split('/', maxsplit=1)[0]} does not open") from error


def _nonce() -> bytes:
    """Twelve bytes that were never used before: os.urandom, asked for many at once, as each asking costs as a sealing.

    It is the one source of chance that must not be an argument: a repeated nonce would break the cipher.
    """
    try:
        return _NONCES.pop()
    except IndexError:
        drawn = os.urandom(NONCE_BYTES * NONCES_DRAWN)
        first, *rest = (drawn[at : at + NONCE_BYTES] for at in range(0, len(drawn), NONCE_BYTES))
        _NONCES.extend(rest)
        return first


# Two processes must never use the same ones: a child of ours draws its own.
os.register_at_fork(after_in_child=_NONCES.clear)


def parse(text: str, variable: str) -> Keyring:
    """The value of a variable as a keyring; SealError says what is wrong with it without showing it."""
    keys: dict[str, AESGCM] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, colon, body = part.partition(":")
        if not colon or not key_id.isalnum() or key_id in keys:
            raise SealError(f"{variable} 的写法是 编号:base64，多把密钥用逗号隔开，编号用字母或数字且不能重复")
        keys[key_id] = AESGCM(_key(body, f"{variable} 里编号为 {key_id} 的密钥"))
    if not keys:
        raise SealError(f"{variable} 是空的")
    return Keyring(variable, next(iter(keys)), keys)


def derive(secret: str, purpose: str, variable: str) -> Keyring:
    """A keyring of one key made from another secret (HKDF-SHA256, RFC 5869), `purpose` keeping it apart from others."""
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(secret.encode())
    return Keyring(variable, "derived", {"derived": AESGCM(key)})


def _key(body: str, name: str) -> bytes:
    try:
        key = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealError(f"{name}不是 base64") from error
    if len(key) != KEY_BYTES:
        raise SealError(f"{name}应为 {KEY_BYTES} 字节")
    return key


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise SealError("sealed value is damaged") from error
