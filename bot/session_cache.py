"""The conversations that this process saved last: what it wrote itself, it need not read again."""

from dialogs.kernel import session as sessions
from dialogs.kernel.session import Session

MOST = 500
"""Conversations kept, some ten kilobytes each."""


class SessionCache:
    """Conversations by their stored bytes: whatever another process wrote is other bytes, so it is read."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[bytes, Session] = {}

    def read(self, data: bytes) -> Session:
        """The conversation that these bytes hold, given away for good; raises ValueError if they hold none."""
        return self._known.pop(data, None) or sessions.read(data)

    def write(self, session: Session) -> bytes:
        """Write a conversation, and remember it; it must not be changed any more."""
        data = sessions.write(session)
        self._known[data] = session
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return data
