"""Signing and encrypting of pushes and replies, written from the platform's description.

Key: base64 of the 43 characters and `=`; AES-256-CBC, first 16 bytes of the key as the vector; before the message stand
16 random bytes and its length in four bytes, behind it the app id; PKCS#7 filling to blocks of 32 bytes.
Source: developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
"""

import base64
import binascii
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher as AesCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32
PREFIX = 16
VECTOR = 16
LENGTH_FIELD = 4


class CryptoError(Exception):
    """A message cannot be opened; the text says which step failed."""


def signature(*parts: str) -> str:
    """Sign token, timestamp, nonce (and ciphertext): SHA-1 over the parts in sorted order, 40 hex digits."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


class Cipher:
    """Closes and opens messages of one account."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher = AesCipher(algorithms.AES(key), modes.CBC(key[:VECTOR]))
        self._app_id = app_id.encode()

    def seal(self, message: str, prefix: bytes) -> str:
        """Encrypt a message behind 16 random bytes; gives base64."""
        body = message.encode()
        plain = prefix + struct.pack(">I", len(body)) + body + self._app_id
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()

    def open(self, encrypted: str) -> str:
        """Decrypt a message, check its filling, length and app id, or raise CryptoError."""
        plain = self._unfilled(self._decrypted(encrypted))
        start = PREFIX + LENGTH_FIELD
        if len(plain) < start:
            raise CryptoError("the decrypted message is too short")
        (length,) = struct.unpack(">I", plain[PREFIX:start])
        if start + length > len(plain):
            raise CryptoError("the length field is larger than the message")
        if plain[start + length :] != self._app_id:
            raise CryptoError("the message is for another app id")
        try:
            return plain[start : start + length].decode()
        except UnicodeDecodeError as error:
            raise CryptoError("the message is not UTF-8") from error

    def _decrypted(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise CryptoError("the ciphertext is not base64") from error
        if not sealed or len(sealed) % VECTOR:
            raise CryptoError("the ciphertext is not whole blocks")
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    @staticmethod
    def _unfilled(plain: bytes) -> bytes:
        fill = plain[-1]
        if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
            raise CryptoError("the filling is wrong (another key?)")
        return plain[:-fill]
