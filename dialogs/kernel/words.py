"""The words that cross the kernel's wall: inputs, understanding, replies, calls, events and sprints.

All are frozen and made of plain JSON values, so that a run can be written down and replayed byte for byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Value: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, or a list or dict of them. Checked where it enters, not by type."""


NOTHING: Mapping[str, Value] = {}
"""The default of what is never changed in place."""


class InputKind(StrEnum):
    """What a person did."""

    TEXT = "text"
    BUTTON = "button"
    MENU = "menu"
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    SCAN = "scan"
    SUBSCRIBE = "subscribe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece picked out of a text, shaped as Rasa shapes it; `start` and `end` count characters."""

    entity: str
    value: Value
    start: int = 0
    end: int = 0
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text seems to mean: best intent, its confidence 0..1, the runners-up, and the entities.

    The kind of dispute is an entity `dispute_type`. `intent` is None when nobody could be asked. rivals: where one
    entity is the likeliest of several, all of them with their confidences, the likeliest first; not all need be sure
    enough for the entity to be there. parts: where the text
    may tell of several matters, each stretch of it with its own understanding.
    """

    intent: str | None = None
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    rivals: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text that may be a matter of its own."""

    text: str
    understanding: Understanding


class Input(NamedTuple):
    """The meaning of one message for the engine. A named tuple, as all that is made in every turn: it costs a third.

    text: what was typed, or recognised from voice, or the title on a tapped button.
    payload: the id of a tapped button, the key of a menu entry, or the scene of a scanned or followed code.
    attachment: a photo, voice or video {"kind", "media_id", "format"?} or a location {"kind", "lat", "lng", "label"}.
    """

    kind: InputKind
    text: str = ""
    payload: str = ""
    attachment: Mapping[str, Value] | None = None
    understanding: Understanding | None = None


class Button(NamedTuple):
    """One thing to tap; `id` is unique within the session's recent turns (turn and place: "12-3")."""

    id: str
    title: str
    payload: str


class Reply(NamedTuple):
    """One thing said. `custom` carries what a channel may understand: {"article": {...}}, {"handover": true}."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: Mapping[str, Value] = NOTHING
    response: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What the host is asked to do. `key` is the idempotency key `session:turn:step`.

    durable: the person counts on it, so an unreachable backend means later, not never (see `POSTPONED`).
    """

    action: str
    arguments: Mapping[str, Value]
    key: str
    durable: bool = False


UNAVAILABLE = "unavailable"
"""Outcome of a call that could not be made and need not be made later."""
POSTPONED = "postponed"
"""Outcome of a durable call that could not be made yet: it stays pending and the host tries again."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came of a call: an outcome named in the action's contract, and the slots it fills."""

    outcome: str
    slots: Mapping[str, Value] = field(default_factory=dict)


class Event(NamedTuple):
    """A line of the turn's record: `name` is past tense (flow_started, slot_set, said, failed ...)."""

    name: str
    data: Mapping[str, Value]
