"""What the conversation needs from the world, as narrow as can be. Adapters are joined to it in the composition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.heard import Heard
from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import Call, Input, Reply, Returned, Understanding, Value

Note: TypeAlias = tuple[bytes | str | int | float, ...]
"""A command that the store sends along with a turn."""
Piece: TypeAlias = dict[str, Value]
"""One thing to show, ready for the channel: {"text"}, {"article"}, {"image"} or {"transfer": true}."""


@dataclass(slots=True)
class Saving:
    """The outcome of a turn, saved in one step; whoever knows more fills it in.

    session None: there is none any more. answer empty: nothing to say. more: what 更多 shows next.
    pending: whether a call is owed, None: as before.
    foreign: the message came another way than the one who saves. may_be_late: an answer that comes too late goes
    another way. also: late replies in any case. shown_*, done_chores: how many stored ones are dealt with.
    again_at: ms, or None. forget: the person has left, nothing that was said or answered may stay.
    """

    session: bytes | None
    answer: bytes = b""
    more: bytes = b""
    pending: bool | None = None
    foreign: bool = False
    may_be_late: bool = False
    also: Sequence[bytes] = ()
    chores: Sequence[bytes] = ()
    shown_late: int = 0
    shown_kept: int = 0
    done_chores: int = 0
    again_at: float | None = None
    forget: bool = False


class Held(Protocol):
    """A locked person and what is stored about them; `message` is the oldest unfinished one, empty if there is none."""

    @property
    def person(self) -> str:
        """The openid."""

    @property
    def token(self) -> str:
        """Who owns the lock."""

    @property
    def message(self) -> str:
        """Which message is to be worked on."""

    @property
    def entry(self) -> bytes:
        """That message, as it was taken in."""

    @property
    def session(self) -> bytes | None:
        """The conversation so far."""

    @property
    def more(self) -> bytes | None:
        """What is left to be shown."""

    @property
    def late(self) -> tuple[bytes, ...]:
        """Replies not yet sent."""

    @property
    def kept(self) -> tuple[bytes, ...]:
        """Replies that could not be sent."""

    @property
    def chores(self) -> tuple[bytes, ...]:
        """What the backend must still be told."""


class Claim(Protocol):
    """A message that was answered before (its answer), or a person who is ours to work on."""

    @property
    def answer(self) -> bytes | None:
        """The stored answer."""

    @property
    def held(self) -> Held | None:
        """The locked person."""


class Store(Protocol):
    """People's conversations; its own error says that nothing could be stored, and passes through."""

    async def claim(self, person: str, message: str, entry: bytes, now_ms: float) -> Claim:
        """Take a message in, once; return when it is answered or its person is ours."""

    async def attend(self, person: str) -> Held | None:
        """Lock a person without a message; None: somebody else is at it."""

    async def finish(self, held: Held, saving: Saving, notes: Sequence[Note] = ()) -> bool | None:
        """Save and unlock. True: the replies must go another way; None: the lock was lost, nothing is saved."""

    async def release(self, held: Held) -> None:
        """Unlock without saving."""

    async def acknowledge(self, person: str, message: str) -> bytes | None:
        """Note that `success` is being answered; or the answer, if there is one by now. LookupError: not stored."""


class Engine(Protocol):
    """The flow engine (dialogs.kernel.engine)."""

    def start(self, release: Release, session: Session, given: Input, now: str, /) -> Sprint:
        """Hear one input."""

    def resume(self, release: Release, session: Session, returned: Returned, now: str, /) -> Sprint:
        """Go on after a call."""

    def wants_intent(self, release: Release, session: Session, given: Input, /) -> bool:
        """Say whether the intent of a text would matter."""

    def wants_entities(self, release: Release, session: Session, given: Input, /) -> bool:
        """Say whether anything picked out of a text would matter; where the intent does, so do they."""


class Releases(Protocol):
    """The dialogs."""

    @property
    def current(self) -> Release:
        """The newest release."""

    async def find(self, release_id: str) -> Release | None:
        """A release by its id; None if it is gone."""


class Mind(Protocol):
    """Understanding of free text, and of speech."""

    async def words(self, given: Input) -> str:
        """What a voice message says, fit to be read; empty: it could not be made out. Never raises."""

    async def understand(self, text: str, at: float, *, intent: bool) -> Understanding:
        """Pick out the entities, and ask for the intent if it matters. Never raises; silence is no intent."""


class Calls(Protocol):
    """What is done outside on a person's behalf."""

    async def perform(self, call: Call, person: str, seconds: float) -> Returned:
        """Make the call within so many seconds; what cannot be reached is `postponed` or `unavailable`."""

    async def do_chore(self, person: str, chore: bytes) -> bool:
        """Tell the backend something that nobody waits for; False: not now."""


class Voice(Protocol):
    """How replies look on the channel."""

    def compose(self, replies: Sequence[Reply]) -> list[Piece]:
        """Replies as pieces, texts first, a handover last, each small enough to be sent."""

    def join(self, texts: Sequence[str]) -> list[str]:
        """Composed texts put together again where they fit into one, in order."""


class Sender(Protocol):
    """Sends late replies."""

    async def send(self, person: str) -> None:
        """Send what waits for this person, as far as the platform permits. Never raises."""


class Notes(Protocol):
    """What a message entitles us to."""

    def of(self, heard: Heard) -> Sequence[Note]:
        """Commands to store along with the turn."""


class Meter(Protocol):
    """Counts and times."""

    def turn(self, outcome: str, seconds: float) -> None:
        """One turn ended: answered, late, more, duplicate, errand, failed, lost."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The few sentences that the host itself says."""

    busy: str
    broken: str
