"""What people said and were told lies sealed in Redis: its append-only file outlives the conversation."""

import logging
from collections.abc import Iterable

from connectors.sealing import Keyring, SealError

_SEALED = b"s1."

_log = logging.getLogger(__name__)


class PersonalSeal:
    """Seals what belongs to one person, so that nothing opens as another's. Nothing (empty) stays nothing."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, person: str, value: bytes) -> bytes:
        """The value as Redis keeps it."""
        return self._keyring.seal_bytes(value, f"sessions/{person}") if value else value

    def open(self, person: str, value: bytes) -> bytes:
        """What was sealed; SealError if no key opens it. What was kept before anything was sealed is given as it is."""
        if not value.startswith(_SEALED):
            return value
        return self._keyring.open_bytes(value, f"sessions/{person}")

    def opens(self, person: str, value: bytes) -> bool:
        """Whether a key opens it; where none does that is logged: nothing can be done with it any more."""
        try:
            self.open(person, value)
        except SealError as error:
            _log.error("something kept in Redis cannot be read and is dropped: %s", error)
            return False
        return True

    def seal_all(self, person: str, values: Iterable[bytes]) -> list[bytes]:
        """Each value sealed."""
        return [self.seal(person, value) for value in values]
