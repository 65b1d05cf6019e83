"""What people said and were told lies sealed in Redis: its append-only file outlives the conversation."""

import logging
from collections.abc import Sequence

from connectors.sealing import Keyring, SealError

KNOWN_MOST = 500
"""Values remembered, a few kilobytes each."""
_SEALED = b"s1."
_TAG_BYTES = 16
"""What AES-GCM ends with: no two sealed values end alike."""
_NOTHING = (b"", b"")

_log = logging.getLogger(__name__)


class PersonalSeal:
    """Seals what belongs to one person, so that nothing opens as another's. Nothing (empty) stays nothing."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: dict[tuple[str, bytes], tuple[bytes, bytes]] = {}

    def seal(self, person: str, value: bytes) -> bytes:
        """The value as Redis keeps it."""
        return self._keyring.seal_bytes(value, f"sessions/{person}") if value else value

    def seal_known(self, person: str, value: bytes) -> bytes:
        """Seal what this process will probably be the next to open: it is not opened then, but recognised."""
        if not value:
            return value
        sealed = self._keyring.seal_bytes(value, f"sessions/{person}")
        self._known[person, sealed[-_TAG_BYTES:]] = sealed, value
        if len(self._known) > KNOWN_MOST:
            del self._known[next(iter(self._known))]
        return sealed

    def open(self, person: str, value: bytes) -> bytes:
        """What was sealed; SealError if no key opens it. What was kept before anything was sealed is given as it is."""
        if not value.startswith(_SEALED):
            return value
        sealed, opened = self._known.pop((person, value[-_TAG_BYTES:]), _NOTHING)
        return opened if sealed == value else self._keyring.open_bytes(value, f"sessions/{person}")

    def opens(self, person: str, value: bytes) -> bool:
        """Whether a key opens it; where none does that is logged: nothing can be done with it any more."""
        try:
            self.open(person, value)
        except SealError as error:
            _log.error("something kept in Redis cannot be read and is dropped: %s", error)
            return False
        return True

    def seal_all(self, person: str, values: Sequence[bytes]) -> Sequence[bytes]:
        """Each value sealed."""
        return [self.seal(person, value) for value in values] if values else ()

    def open_all(self, person: str, values: Sequence[bytes]) -> tuple[bytes, ...]:
        """What was sealed, each; SealError if no key opens one of them."""
        return tuple([self.open(person, value) for value in values]) if values else ()
