"""Personal data at rest: sealed by PII_KEY (connectors/sealing.py), found by a keyed blind index.

`python -m backend reseal` rewrites with a new key what older keys sealed.

The blind index must stay the same when keys rotate, or a person would no longer be found. Its own random key is
therefore kept in the database, sealed by PII_KEY: the database alone, or PII_KEY alone, tells nothing.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from connectors import sealing
from connectors.sealing import Keyring


def parse(text: str) -> Keyring:
    """The value of PII_KEY as a keyring; connectors.sealing.SealError says what is wrong with it."""
    return sealing.parse(text, "PII_KEY")


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
