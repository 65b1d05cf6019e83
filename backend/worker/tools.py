"""What every kind of work in the worker shares: the desk, the store, the messenger and the terms of a claim."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend.records.store import Store
from backend.services.desk import Desk
from backend.worker.port import Messenger

LEASE = timedelta(seconds=60)
"""A worker that has not finished by then is taken for dead; longer than any one send with its time-outs."""
BATCH = 20


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a worker works with; `chance` gives 0..1 for the jitter of pauses."""

    desk: Desk
    store: Store
    messenger: Messenger
    chance: Callable[[], float]
