"""Names in the shapes that the platform gives them: openids, tokens, tickets, message ids."""

import base64
from collections.abc import Callable

FIRST_MESSAGE_ID = 24_870_000_000_000_000


class Ids:
    """Makes identifiers out of a source of bytes (`secrets.token_bytes`, or a test's own)."""

    def __init__(self, source: Callable[[int], bytes]) -> None:
        self._source = source
        self._last_message = FIRST_MESSAGE_ID + int.from_bytes(source(4), "big") * 1000

    def letters(self, count: int) -> str:
        """Give `count` characters out of A-Z a-z 0-9 _ and -."""
        return base64.urlsafe_b64encode(self._source(count)).decode()[:count]

    def digits(self, count: int) -> str:
        """Give a decimal number of exactly `count` digits, the first not zero."""
        low = 10 ** (count - 1)
        return str(low + int.from_bytes(self._source(count), "big") % (9 * low))

    def prefix(self) -> bytes:
        """Give the 16 bytes that stand before an encrypted message."""
        return self._source(16)

    def openid(self) -> str:
        """Give an openid: `o` and 27 characters."""
        return "o" + self.letters(27)

    def message_id(self) -> int:
        """Give the next message id: a number of 17 digits that grows."""
        self._last_message += 1
        return self._last_message

    def rid(self) -> str:
        """Give the request id that ends an error message."""
        return "-".join(self._source(4).hex() for _ in range(3))
