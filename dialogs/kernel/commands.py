"""What an input asks of the engine, in the imperative: `listening` finds commands, `obeying` carries them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from dialogs.kernel.words import Value


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Begin a flow, or go back to it if it is under way; `values` are what the same message already says."""

    flow: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fill:
    """Set slots: the answer asked for, and whatever else the message holds. more: a list may still grow."""

    values: Mapping[str, Value]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Correct:
    """Change an earlier answer: to a value, or ask again when there is none; without a slot, ask which."""

    slot: str | None = None
    value: Value = None


@dataclass(frozen=True, slots=True)
class Repair:
    """Mend the conversation: cancel, back, human, review ... (see `repairs.REPAIRS`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Clarify:
    """Ask which of these flows was meant; `heard` is kept until the person has said."""

    flows: tuple[str, ...]
    heard: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Several:
    """Take up the first of several matters told at once, and keep the others for afterwards; `titles` name them."""

    matters: tuple[StartFlow, ...]
    titles: tuple[str, ...]


Command: TypeAlias = StartFlow | Fill | Correct | Repair | Clarify | Several
