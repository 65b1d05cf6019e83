"""A short memory of signatures, so that a captured request cannot be sent again long after the platform's retries.

It lies in one process and is a second line only: the bot's deduplication, which all processes share, answers a replay
with the stored reply and does nothing twice.
"""

RETRY_WINDOW_S = 60
"""The platform repeats a push within about 20 s; the same signature later than this is not a retry."""
MAX_REMEMBERED = 8_000
"""Signatures in one half of the memory (about three megabytes); in a quiet hour that is the whole window."""


class Replays:
    """Remembers which message each signature brought and when, for `window_s` seconds, within a bounded size."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._young: dict[bytes, tuple[str, float]] = {}
        self._old: dict[bytes, tuple[str, float]] = {}
        self._turned = 0.0

    def admit(self, signed: bytes, message: str, now: float) -> bool:
        """Whether this signature is new, or a prompt retry of the same message (a plain signature covers no body)."""
        seen = self._young.get(signed) or self._old.get(signed)
        if seen is not None:
            return seen[0] == message and now - seen[1] <= RETRY_WINDOW_S
        if len(self._young) >= MAX_REMEMBERED or now - self._turned > self._window_s:
            self._old, self._young, self._turned = self._young, {}, now
        self._young[signed] = (message, now)
        return True
