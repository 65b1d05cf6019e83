"""One person's conversation, as small as it can be: where it stands, what is known, nothing of what was said before.

A session is one JSON envelope, written whole. Values inside are never changed in place, so a shallow copy is a copy.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from dialogs.kernel.words import Button, Call, Value

VERSION = 1


Visit: TypeAlias = list[Any]
"""A collect that was passed: its slot, where it stands (flows and steps, outermost first), whether it was asked.

A plain list, as JSON gives it: a long form holds a dozen, and all are read at every turn.
"""


@dataclass(slots=True)
class Thread:
    """A flow that the person began, with the flows it called inside itself: `frames` are [flow, step], innermost last.

    asked: the present collect has been put to the person. more: a list that may still grow.
    touched: slots to be emptied at the end. aside: values of the threads below that this one does not see; they come
    back when it ends. settled: answers already handed over, that can no longer be changed. skipped: optional questions
    passed over. context: `context.x`.
    """

    frames: list[list[str]]
    asked: bool = False
    more: bool = False
    waited: bool = False
    rejected: int = 0
    trail: list[Visit] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    aside: dict[str, Value] = field(default_factory=dict)
    settled: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    context: dict[str, Value] = field(default_factory=dict)
    call: Call | None = None
    postponed: bool = False

    @property
    def root(self) -> str:
        """The flow that the person began."""
        return self.frames[0][0]

    @property
    def flow(self) -> str:
        """The innermost flow."""
        return self.frames[-1][0]

    @property
    def step(self) -> str:
        """The step in the innermost flow."""
        return self.frames[-1][1]

    def path(self) -> list[list[str]]:
        """Where it stands, as a copy."""
        return [list(frame) for frame in self.frames]

    def copy(self) -> "Thread":
        """Return a thread that can be changed without changing this one."""
        return Thread(
            self.path(),
            self.asked,
            self.more,
            self.waited,
            self.rejected,
            list(self.trail),
            list(self.touched),
            dict(self.aside),
            list(self.settled),
            list(self.skipped),
            dict(self.context),
            self.call,
            self.postponed,
        )


@dataclass(slots=True)
class Session:
    """One person's conversation.

    release: the edition it is pinned to while something is under way. turn counts inputs, steps those run in this turn.
    offers: buttons that may be answered by number or title; earlier: buttons of turns before, known when tapped.
    heard: the message that was unclear, kept until the person has said what was meant. likely: by slot the values
    to be offered first when its question is put. matters: what else the person told at once and waits for its turn.
    """

    id: str
    person: str
    release: str | None = None
    turn: int = 0
    steps: int = 0
    busy: int = 0
    misses: int = 0
    seen: str | None = None
    slots: dict[str, Value] = field(default_factory=dict)
    stack: list[Thread] = field(default_factory=list)
    offered: int = 0
    offers: list[Button] = field(default_factory=list)
    earlier: list[Button] = field(default_factory=list)
    said: list[list[str]] = field(default_factory=list)
    heard: dict[str, Value] | None = None
    likely: dict[str, list[str]] = field(default_factory=dict)
    matters: list[dict[str, Value]] = field(default_factory=list)

    @classmethod
    def new(cls, id: str, person: str, release_id: str | None = None) -> "Session":  # noqa: A002 - the word of the contract
        """Begin a conversation."""
        return cls(id=id, person=person, release=release_id)

    @property
    def is_idle(self) -> bool:
        """Nothing is under way, so any release may take over."""
        return not self.stack

    @property
    def pending(self) -> Call | None:
        """The call the host still owes an answer to: the latest one."""
        thread = self.caller
        return None if thread is None else thread.call

    @property
    def caller(self) -> Thread | None:
        """The thread that waits for `pending`."""
        return next((thread for thread in reversed(self.stack) if thread.call is not None), None)

    def copy(self) -> "Session":
        """Return a session that can be changed without changing this one."""
        return Session(
            self.id,
            self.person,
            self.release,
            self.turn,
            self.steps,
            self.busy,
            self.misses,
            self.seen,
            self.slots.copy(),
            [thread.copy() for thread in self.stack],
            self.offered,
            list(self.offers),
            list(self.earlier),
            list(self.said),
            self.heard,
            dict(self.likely),
            list(self.matters),
        )


def write(session: Session) -> bytes:
    """Write a session as canonical JSON: the same session is always the same bytes."""
    envelope = {
        "version": VERSION,
        "id": session.id,
        "person": session.person,
        "release": session.release,
        "turn": session.turn,
        "steps": session.steps,
        "busy": session.busy,
        "misses": session.misses,
        "seen": session.seen,
        "slots": session.slots,
        "stack": [_thread_out(thread) for thread in session.stack],
        "offered": session.offered,
        "offers": list(map(list, session.offers)),
        "earlier": list(map(list, session.earlier)),
        "said": session.said,
        "heard": session.heard,
    }
    if session.likely:
        envelope["likely"] = session.likely
    if session.matters:
        envelope["matters"] = session.matters
    return orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)


def read(data: bytes) -> Session:
    """Read a session back; raises ValueError for what is not one, or is of another version."""
    try:
        envelope = orjson.loads(data)
        if envelope.pop("version") != VERSION:
            raise ValueError("a session of another version")
        envelope["stack"] = [_thread_in(thread) for thread in envelope["stack"]]
        envelope["offers"] = [Button(*button) for button in envelope["offers"]]
        envelope["earlier"] = [Button(*button) for button in envelope["earlier"]]
        return Session(**envelope)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a session") from error


def _thread_out(thread: Thread) -> dict[str, Any]:
    out: dict[str, Any] = {"frames": thread.frames}
    for name in (
        "asked",
        "more",
        "waited",
        "rejected",
        "touched",
        "aside",
        "settled",
        "skipped",
        "context",
        "postponed",
    ):
        value = getattr(thread, name)
        if value:
            out[name] = value
    if thread.trail:
        out["trail"] = thread.trail
    if thread.call is not None:
        call = thread.call
        out["call"] = [call.action, dict(call.arguments), call.key, call.durable]
    return out


def _thread_in(data: dict[str, Any]) -> Thread:
    if "call" in data:
        data["call"] = Call(*data["call"])
    return Thread(**data)
