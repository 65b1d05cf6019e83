"""What goes in and out of a person's keys in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


# Not frozen: freezing makes an object three times as dear, and these are made in every turn.
@dataclass(slots=True)
class Held:
    """A locked person: the oldest unfinished message (id and entry, empty if none) and what is stored.

    late: replies not yet sent; kept: replies that could not be sent; chores: what the backend must still be told.
    """

    person: str
    token: str
    message: str
    entry: bytes
    session: bytes | None
    more: bytes | None
    late: tuple[bytes, ...]
    kept: tuple[bytes, ...]
    chores: tuple[bytes, ...]


@dataclass(slots=True)
class Claim:
    """What became of a message: it was answered before (the answer), or it is ours to work on, or neither: busy."""

    answer: bytes | None = None
    held: Held | None = None
    busy_seconds: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether somebody else holds the person."""
        return self.answer is None and self.held is None


class Ticket(Protocol):
    """Which lock, on whom, for which message (empty: none)."""

    @property
    def person(self) -> str:
        """The person's openid."""

    @property
    def token(self) -> str:
        """Who owns the lock."""

    @property
    def message(self) -> str:
        """The message worked on."""


class Saving(Protocol):
    """The outcome of a turn, saved in one step."""

    @property
    def session(self) -> bytes | None:
        """The conversation; None: there is none any more."""

    @property
    def forget(self) -> bool:
        """Whether the person has left: nothing that was said or answered may stay."""

    @property
    def answer(self) -> bytes:
        """What the platform is answered; empty: `success`."""

    @property
    def more(self) -> bytes:
        """What is left to be shown; empty: nothing."""

    @property
    def pending(self) -> bool | None:
        """Whether a call must be tried again; None: as before."""

    @property
    def foreign(self) -> bool:
        """Whether the one who saves is not the one who answers the platform."""

    @property
    def may_be_late(self) -> bool:
        """Whether the answer goes another way if it can no longer be given."""

    @property
    def also(self) -> Sequence[bytes]:
        """Late replies to be sent in any case."""

    @property
    def chores(self) -> Sequence[bytes]:
        """What the backend must be told, from now on."""

    @property
    def shown_late(self) -> int:
        """How many of the late replies are dealt with by this turn."""

    @property
    def shown_kept(self) -> int:
        """How many of the kept replies are dealt with by this turn."""

    @property
    def done_chores(self) -> int:
        """How many of the chores are done."""

    @property
    def again_at(self) -> float | None:
        """When (ms) to look at this person again; None: no need."""
