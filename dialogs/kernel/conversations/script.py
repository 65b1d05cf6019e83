"""A conversation as written in dialogs/tests/*.yml: what is given, what the person does, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.kernel.words import Input, Value

NOW = "2026-11-23T09:00:00+08:00"
"""The time of a conversation that gives none: a Monday morning."""
CONFIDENCE = 0.95
"""Confidence of an intent that is given by name only."""


@dataclass(frozen=True, slots=True)
class Stub:
    """How one call comes out; slots None means the example of that outcome in actions.yml."""

    outcome: str
    slots: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is given before the first line."""

    slots: Mapping[str, Value] = field(default_factory=dict)
    stubs: Mapping[str, tuple[Stub, ...]] = field(default_factory=dict)
    now: str = ""

    def over(self, other: "Setting") -> "Setting":
        """Lay this over another one: what both give, this gives."""
        return Setting({**other.slots, **self.slots}, {**other.stubs, **self.stubs}, self.now or other.now)


@dataclass(frozen=True, slots=True)
class Said:
    """One reply expected: `bot` compares the text, `utter` the response's name."""

    kind: str
    text: str
    buttons: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something else that holds after a turn; `exact` says whether the value counts.

    kind: slot_was_set, slot_was_not_set, x-called, x-not-called.
    """

    kind: str
    name: str
    value: Value
    exact: bool
    line: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person does and what comes of it; `tap` names a button, `given` None and no tap is a retry of the host."""

    line: int
    given: Input | None
    tap: str = ""
    now: str = ""
    said: tuple[Said, ...] = ()
    expected: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """One test case."""

    file: str
    line: int
    name: str
    setting: Setting
    turns: tuple[Turn, ...]
