"""How long to wait before trying again: longer each time, never all at once, and not for ever."""

from datetime import timedelta

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 1800.0
ATTEMPTS_MAX = 12
"""Attempts before burying: with these pauses, about four hours."""


def pause(attempts: int, chance: float, at_least_s: float = 0.0) -> timedelta:
    """The pause after the `attempts`-th attempt (1...); `chance` 0..1 takes up to half of it off."""
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (min(attempts, ATTEMPTS_MAX) - 1))
    return timedelta(seconds=max(at_least_s, longest * (1 - chance / 2)))


def exhausted(attempts: int) -> bool:
    """Whether it is time to give up."""
    return attempts >= ATTEMPTS_MAX
