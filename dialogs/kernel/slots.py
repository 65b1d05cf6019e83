"""From words, entities and attachments to the value of a slot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.release import Release, Slot, SlotMapping
from dialogs.kernel.wording import key, number
from dialogs.kernel.words import Entity, Understanding, Value

_ANSWER = 40
"""Characters of an answer that is kept as it was said; longer, it is a story around what was recognised."""
_FROM_TEXT = (SlotMapping("from_text"),)


@dataclass(slots=True)
class Heard:
    """A text and what is known of it; `text` is clean, `flow` is the flow that listens."""

    text: str
    entities: tuple[Entity, ...] = ()
    intent: str | None = None
    confidence: float = 0.0
    flow: str = ""

    @classmethod
    def of(cls, text: str, understanding: Understanding | None, flow: str = "") -> "Heard":
        """Join a text with its understanding, if there is one."""
        if understanding is None:
            return cls(text, flow=flow)
        return cls(text, understanding.entities, understanding.intent, understanding.confidence, flow)


def coerce(release: Release, slot: Slot, value: Value, said: str = "") -> Value:  # noqa: PLR0911 - one return a type
    """Make a value fit the slot's type; null when it cannot. `said` is how the value was worded, if it was."""
    if value is None:
        return None
    match slot.type:
        case "text":
            return _text(value, said)
        case "bool":
            return value if isinstance(value, bool) else _bool(release, slot, value)
        case "float":
            return _float(value)
        case "categorical":
            return _category(release, slot, value)
        case "list":
            return value if isinstance(value, list) else [value]
        case _:
            return value


def requested(release: Release, slot: Slot, heard: Heard) -> tuple[Value, bool]:
    """Read an answer to the question for this slot: the value (null: none) and whether any text would have done."""
    for mapping in slot.mappings or _FROM_TEXT:
        value = None
        if not _listens(mapping, heard):
            continue
        if mapping.kind == "from_entity":
            value = _whole(slot, heard, _from_entity(release, slot, mapping, heard))
        elif mapping.kind == "from_intent" and mapping.intents and heard.confidence >= release.thresholds.trigger:
            value = coerce(release, slot, mapping.value)
        elif mapping.kind == "from_text" and heard.text:
            value = coerce(release, slot, heard.text, heard.text)
        if value is not None:
            return value, mapping.kind == "from_text" and slot.type in ("text", "any", "list")
    return titled(release, slot, heard), slot.type == "categorical"


def _whole(slot: Slot, heard: Heard, value: Value) -> Value:
    """Keep all the words of an answer beside what was recognised in it (the street, where the house is named too)."""
    worded = isinstance(value, dict) and "text" in value and len(heard.text) <= _ANSWER
    if not worded or not any(mapping.kind == "from_text" for mapping in slot.mappings):
        return value
    return {**value, "text": heard.text}


def volunteered(release: Release, heard: Heard, names: Iterable[str], known: Mapping[str, Value]) -> dict[str, Value]:
    """Read values for slots still empty that were not asked for: only what an entity says, each entity once."""
    found: dict[str, Value] = {}
    used: set[tuple[str, str | None]] = set()
    for name in names:
        slot = release.slots.get(name)
        if slot is None or name in found or known.get(name) is not None:
            continue
        for mapping in slot.mappings:
            mark = (mapping.entity or "", mapping.role)
            if mapping.kind != "from_entity" or mark in used or not _listens(mapping, heard):
                continue
            value = _from_entity(release, slot, mapping, heard)
            if value is not None:
                found[name] = value
                used.add(mark)
                break
    return found


def triggering(release: Release, heard: Heard, names: Iterable[str]) -> dict[str, Value]:
    """Read what the message that begins a flow says as a whole.

    from_trigger_intent gives the mapping's value, or the very message when it has none; so does a from_text that names
    the intent (`{type: from_text, intent: report_dispute}`).
    """
    found: dict[str, Value] = {}
    for name in names:
        slot = release.slots.get(name)
        for mapping in () if slot is None else slot.mappings:
            named = mapping.kind == "from_text" and heard.intent in mapping.intents
            if slot is None or not (named or mapping.kind == "from_trigger_intent") or not _listens(mapping, heard):
                continue
            said = heard.text if mapping.value is None else mapping.value
            value = coerce(release, slot, said, heard.text) if said else None
            if value is not None:
                found.setdefault(name, value)
    return found


def _listens(mapping: SlotMapping, heard: Heard) -> bool:
    if mapping.flows and heard.flow not in mapping.flows:
        return False
    if heard.intent is not None and heard.intent in mapping.not_intents:
        return False
    return not mapping.intents or heard.intent in mapping.intents


def _from_entity(release: Release, slot: Slot, mapping: SlotMapping, heard: Heard) -> Value:
    for entity in heard.entities:
        if entity.entity == mapping.entity and (mapping.role is None or mapping.role == entity.role):
            value = coerce(release, slot, entity.value, heard.text[entity.start : entity.end])
            if value is not None:
                return value
    return None


def titled(release: Release, slot: Slot, heard: Heard) -> Value:
    """Yes and no answer any yes-or-no question, and the name of a choice any choice, however the slot is mapped."""
    if slot.type == "categorical":
        return _category(release, slot, heard.text)
    if slot.type != "bool":
        return None
    if heard.intent in ("affirm", "deny") and heard.confidence >= release.thresholds.trigger:
        return heard.intent == "affirm"
    return _bool(release, slot, heard.text)


def _text(value: Value, said: str) -> str | None:
    if isinstance(value, dict):
        value = value.get("text") or said
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = said
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _bool(release: Release, slot: Slot, value: Value) -> bool | None:
    if not isinstance(value, str):
        return None
    words, word = lexicon(release), key(value)
    stored = words.titles[slot.name].get(word, word)
    if stored in ("true", "false"):
        return stored == "true"
    if words.means("affirm", word):
        return True
    return False if words.means("deny", word) else None


def _float(value: Value) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return number(value) if isinstance(value, str) else None


def _category(release: Release, slot: Slot, value: Value) -> str | None:
    if not isinstance(value, str):
        return None
    word, names = key(value), lexicon(release).titles[slot.name]
    if word in names:
        return names[word]
    held = {name for title, name in names.items() if title in word or (len(word) > 1 and word in title)}
    return held.pop() if len(held) == 1 else None
