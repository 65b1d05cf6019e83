"""Names of the keys and the limits of this room. All that concerns one person shares one hash tag (Redis Cluster)."""

from collections.abc import Sequence

LEASE_MS = 3_000
"""How long a person stays locked by a process that no longer renews."""
RENEW_SECONDS = 1.0
ANSWER_KEPT_MS = 25 * 60 * 1_000
"""How long the answer to a message is kept: longer than the gate lets any replay in (21 min)."""
SESSION_KEPT_MS = 30 * 24 * 3_600 * 1_000
LATE_KEPT_MS = SESSION_KEPT_MS
WAITERS_KEPT_MS = 60_000
SENDING_STALE_MS = 30_000
"""A message that was being sent this long ago, by a process that never said how it went."""
FIRST_LOOK_SECONDS = 6.0
"""How long after a message was taken in somebody looks for it: after the platform's own retry at 5 s."""
NEXT_LOOK_SECONDS = 5.0
RETRY_SECONDS = 4.0
"""How long one request to Redis is tried again while the server is away."""
RETRY_PAUSE_SECONDS = 0.05
LONGEST_RETRY_PAUSE_SECONDS = 0.4
COMMAND_SECONDS = 2.0
"""Time-out of one request to Redis."""

DUE = "hwg:late"
"""A sorted set: people with something unfinished, by the time (ms) when to look again."""
AREAS = "hwg:areas"


def of(person: str, name: str) -> str:
    """The key `name` of a person."""
    return f"hwg:{{{person}}}:{name}"


def of_all(person: str, names: Sequence[str]) -> list[str]:
    """Several keys of a person."""
    prefix = f"hwg:{{{person}}}:"
    return [prefix + name for name in names]


def said(person: str, message: str) -> str:
    """Where the answer to one message is kept: `?` running, `A` acknowledged and running, `=` and the answer."""
    return f"hwg:{{{person}}}:said:{message}"


def release(release_id: str) -> str:
    """Where the sources of a release are kept."""
    return f"hwg:release:{release_id}"
