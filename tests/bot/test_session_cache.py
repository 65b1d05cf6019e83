"""What this process wrote last is remembered; everything else is read."""

import pytest

from bot.session_cache import SessionCache
from dialogs.kernel import session as sessions
from dialogs.kernel.session import Session


def test_what_is_no_conversation_is_refused() -> None:
    """Bytes that nobody here wrote are read, and may be none."""
    with pytest.raises(ValueError, match="not a session"):
        SessionCache().read(b"[]")


def test_what_another_process_wrote_is_read() -> None:
    """The same person at another turn is other bytes."""
    cache, mine = SessionCache(), Session.new("s", "p")
    cache.write(mine)
    theirs = sessions.write(Session("s", "p", turn=1))
    assert cache.read(theirs).turn == 1


def test_what_was_written_here_is_not_read_again() -> None:
    """It is given away once: whoever goes on from it owns it."""
    cache, mine = SessionCache(), Session.new("s", "p")
    data = cache.write(mine)
    assert cache.read(data) is mine
    assert cache.read(data) is not mine
    assert cache.read(data) == mine


def test_only_the_latest_are_remembered() -> None:
    """Memory is bounded: the oldest goes first."""
    cache, people = SessionCache(most=2), [Session.new("s", str(number)) for number in range(3)]
    written = [cache.write(person) for person in people]
    assert [cache.read(data) is person for data, person in zip(written, people, strict=True)] == [False, True, True]
