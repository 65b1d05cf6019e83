"""What a button does when it is tapped: `/intent`, `/intent{"entity": "value"}`, `/SetSlots(a=1, b="x")`, or text.

The engine's own buttons use `/StartFlow(flow)`, `/Correct(slot)` and `/done` (a list is complete).
Only payloads of buttons that we offered are read; typed text never is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.kernel.words import Value

_COMMAND = re.compile(r"/(SetSlots|StartFlow|Correct)\((.*)\)", re.DOTALL)
_INTENT = re.compile(r"/([^\W\d]\w*)\s*(\{.*\})?", re.DOTALL)
_PAIR = re.compile(r"""\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,]*)\s*(?:,|$)""")
_CONSTANTS: Mapping[str, Value] = {"": None, "null": None, "none": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload taken apart; kind is intent, set_slots, start_flow, correct or text, `name` by kind."""

    kind: str
    name: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


def parse(payload: str) -> Payload:
    """Take a payload apart; what is no command is text."""
    text = payload.strip()
    if found := _COMMAND.fullmatch(text):
        if found[1] == "SetSlots":
            return Payload("set_slots", values=_pairs(found[2]))
        return Payload("start_flow" if found[1] == "StartFlow" else "correct", found[2].strip())
    if found := _INTENT.fullmatch(text):
        return Payload("intent", found[1], _object(found[2]))
    return Payload("text", payload)


def _pairs(text: str) -> dict[str, Value]:
    return {pair[1]: _value(pair[2].strip()) for pair in _PAIR.finditer(text)}


def _value(word: str) -> Value:
    if word[:1] in ('"', "'"):
        return word[1:-1].replace("\\" + word[0], word[0])
    if word.lower() in _CONSTANTS:
        return _CONSTANTS[word.lower()]
    return word


def _object(text: str | None) -> dict[str, Value]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
