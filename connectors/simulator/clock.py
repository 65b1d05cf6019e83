"""The simulator's own time: the machine's, moved forward on request so that windows and tokens can run out."""

from collections.abc import Callable


class Clock:
    """A source of seconds since 1970 that can be moved; `source` is the machine's clock or a test's."""

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self.moved_by = 0.0

    def now(self) -> float:
        """Say what time it is in the simulated world."""
        return self._source() + self.moved_by

    def outside(self) -> float:
        """Say what time it is outside: pushes are signed with it, or the bot would refuse them as stale."""
        return self._source()

    def advance(self, seconds: float) -> None:
        """Move the simulated time by so many seconds; backwards with a negative number."""
        self.moved_by += seconds

    def reset(self) -> None:
        """Go back to the outside time."""
        self.moved_by = 0.0
