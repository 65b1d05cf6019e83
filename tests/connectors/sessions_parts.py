"""Parts for tests of sessions: as many processes as wanted, each with its own connection and name."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from connectors.sealing import Keyring, derive
from connectors.sessions.bells import Bells
from connectors.sessions.late import LateReplies
from connectors.sessions.link import RedisLink
from connectors.sessions.releases import ReleaseStore
from connectors.sessions.sealing import PersonalSeal
from connectors.sessions.store import Sessions

KEYRING = derive("a secret", "tests", "SESSION_KEY")


@dataclass
class Outcome:
    """What a turn saves; every field has a harmless default."""

    session: bytes | None = b"{}"
    answer: bytes = b""
    more: bytes = b""
    pending: bool | None = None
    foreign: bool = False
    may_be_late: bool = False
    also: list[bytes] = field(default_factory=list)
    chores: list[bytes] = field(default_factory=list)
    shown_late: int = 0
    shown_kept: int = 0
    done_chores: int = 0
    again_at: float | None = None
    forget: bool = False


@dataclass(frozen=True)
class Process:
    """What one bot process has of Redis."""

    link: RedisLink
    bells: Bells
    sessions: Sessions
    late: LateReplies
    releases: ReleaseStore


@contextlib.asynccontextmanager
async def process(
    url: str, name: str, retry_seconds: float = 4.0, keyring: Keyring = KEYRING
) -> AsyncIterator[Process]:
    """One process, until the end of the block."""
    seal = PersonalSeal(keyring)
    link = RedisLink(url, retry_seconds)
    bells = Bells(url, name)
    await bells.open()
    try:
        yield Process(link, bells, Sessions(link, bells, seal, name), LateReplies(link, seal), ReleaseStore(link))
    finally:
        await bells.close()
        await link.close()
