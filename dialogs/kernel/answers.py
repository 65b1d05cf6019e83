"""An answer to the question that waits: words, entities, photos, voice, a place on the map."""

from collections.abc import Iterator

from dialogs.kernel.commands import Command, Fill, Repair, StartFlow
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.limits import LIST_ITEMS
from dialogs.kernel.release import Flow, Slot
from dialogs.kernel.slots import requested, volunteered
from dialogs.kernel.sprint import returning
from dialogs.kernel.triggers import allowed, by_keyword, opening, stands
from dialogs.kernel.wording import storable
from dialogs.kernel.words import InputKind, Value

MEDIA = (InputKind.PHOTO, InputKind.VIDEO, InputKind.VOICE, InputKind.LOCATION)


def sent(hearing: Hearing) -> Command | None:
    """Take a photo, a video, a voice or a place: for the question that waits, else for a slot of this form."""
    kind = hearing.input.kind
    if kind is InputKind.LINK:
        return Repair("unread")
    if kind not in MEDIA:
        return None
    slot = _receiver(hearing)
    if slot is None:
        return None if hearing.text else _unasked(hearing)
    value = _attachment(hearing)
    if slot.type == "any":
        return Fill({slot.name: value})
    return added(hearing, slot, value)


def _unasked(hearing: Hearing) -> Command | None:
    """Something sent that no question wants: kept by a flow for it (`x-sent`) if nothing is under way; or the menu."""
    kind, idle = hearing.input.kind, hearing.thread is None
    flow = lexicon(hearing.release).sent.get(kind.value)
    slot = None if flow is None else hearing.release.slots.get(flow.sent[kind.value])
    if idle and flow is not None and slot is not None and allowed(hearing, flow):
        value = _attachment(hearing)
        return StartFlow(flow.id, added(hearing, slot, value).values if slot.type == "list" else {slot.name: value})
    if kind is InputKind.VOICE:
        return Repair("unheard")
    return Repair("help") if idle else None


def answered(hearing: Hearing) -> Command | None:
    """Take the words as the answer, with all else that they hold; a clear change of subject is not an answer."""
    slot = hearing.slot
    if slot is None or not hearing.text:
        return None
    value, free = requested(hearing.release, slot, hearing.heard)
    if value is None:
        return None
    if free and not is_sure(hearing, slot, value) and (elsewhere := _elsewhere(hearing)) is not None:
        return elsewhere
    others = _others(hearing, slot)
    if slot.type == "list":
        listed = added(hearing, slot, *value)
        return Fill({**others, **listed.values}, more=True)
    return Fill({**others, slot.name: value})


def is_sure(hearing: Hearing, slot: Slot, value: Value) -> bool:
    """Say whether free words are the answer all the same: all is; a choice's name; what an exacting slot wants."""
    words = lexicon(hearing.release)
    exacting = slot.name in words.exacting
    if slot.type == "categorical" and hearing.word in words.titles[slot.name]:
        return True
    return hearing.forced or (exacting and _stands(hearing, slot.name, value))


def mentioned(hearing: Hearing) -> Command | None:
    """Keep what the words hold for other questions of this form."""
    if hearing.thread is None or not hearing.text:
        return None
    others = {**_told(hearing), **_others(hearing, hearing.slot), **anew(hearing)}
    return Fill(others, more=hearing.thread.more) if others else None


def repeated(hearing: Hearing) -> bool:
    """Say whether the words only say again what this form already holds (the same number once more)."""
    said = volunteered(hearing.release, hearing.heard, [slot.name for slot in _slots(hearing)], {})
    return any(hearing.session.slots.get(name) == value for name, value in said.items())


def _told(hearing: Hearing) -> dict[str, Value]:
    """The story itself, told when something else was asked first, if this form begins with one."""
    flow = None if hearing.thread is None else hearing.release.flows.get(hearing.thread.root)
    heard = hearing.heard
    if flow is None or flow not in lexicon(hearing.release).begun_by(heard.intent, heard.confidence):
        return {}
    said = opening(hearing, flow, heard)
    values = said.values if isinstance(said, StartFlow) else {}
    return {name: value for name, value in values.items() if hearing.session.slots.get(name) is None}


def anew(hearing: Hearing) -> dict[str, Value]:
    """What the words say anew of slots that lead back (`x-returns`): another day, another leader; 最近的, 谁都行."""
    names = (slot.name for slot in _returned(hearing))
    return volunteered(hearing.release, hearing.heard, names, {}) | in_words(hearing)


def in_words(hearing: Hearing) -> dict[str, Value]:
    """What the whole message says anew by a word of its own (最近的, 谁都行)."""
    slots = _returned(hearing)
    return {slot.name: value for slot in slots for value, words in slot.words.items() if hearing.word in words}


def _returned(hearing: Hearing) -> list[Slot]:
    slots = [] if hearing.thread is None else returning(hearing.release, hearing.thread)
    return [slot for slot in slots if slot is not hearing.slot]


def added(hearing: Hearing, slot: Slot, *values: Value) -> Fill:
    """Put things at the end of a list."""
    held = hearing.session.slots.get(slot.name)
    listed = [*(held if isinstance(held, list) else ()), *values][:LIST_ITEMS]
    return Fill({slot.name: listed}, more=hearing.slot is slot and len(listed) < LIST_ITEMS)


def _others(hearing: Hearing, asked: Slot | None) -> dict[str, Value]:
    """What entities say for slots not asked, except those that the asked slot takes for itself."""
    if not hearing.heard.entities:
        return {}
    taken = {mapping.entity for mapping in asked.mappings} if asked else set()
    names = [
        slot.name
        for slot in _slots(hearing)
        if slot is not asked and not any(mapping.entity in taken for mapping in slot.mappings if mapping.entity)
    ]
    found = volunteered(hearing.release, hearing.heard, names, hearing.session.slots)
    return {name: value for name, value in found.items() if _stands(hearing, name, value)}


def _stands(hearing: Hearing, name: str, value: Value) -> bool:
    return hearing.thread is None or stands(hearing, hearing.thread.root, name, value)


def _slots(hearing: Hearing) -> Iterator[Slot]:
    """Slots of the form under way that need no asking first."""
    if hearing.thread is None:
        return
    for step in lexicon(hearing.release).collects.get(hearing.thread.frames[0][0], ()):
        slot = hearing.release.slots.get(step.name)
        if slot is not None and not step.ask_before_filling:
            yield slot


def _elsewhere(hearing: Hearing) -> Command | None:
    """A clear change of subject: by meaning, or by a keyword beside the name of another thing than the one in hand."""
    heard, flows = hearing.heard, list[Flow]()
    under_way = {frame[0] for frame in hearing.thread.frames} if hearing.thread else set()
    if heard.confidence >= hearing.release.thresholds.interrupt:
        flows += lexicon(hearing.release).begun_by(heard.intent, heard.confidence)
    if another := _another(hearing):
        owned = lexicon(hearing.release).owned
        flows += [flow for flow in by_keyword(hearing.release, hearing.word) if another & owned[flow.id]]
    return next((opening(hearing, one, heard) for one in flows if one.offered and one.id not in under_way), None)


def _another(hearing: Hearing) -> set[str]:
    """Slots of this form for which the message names another value than the one they hold."""
    if not hearing.heard.entities:
        return set()
    slots = [slot.name for slot in _slots(hearing) if slot is not hearing.slot]
    named = volunteered(hearing.release, hearing.heard, slots, {})
    return {name for name, value in named.items() if hearing.session.slots.get(name) not in (None, value)}


def _receiver(hearing: Hearing) -> Slot | None:
    """The slot that takes an attachment. Recognised voice is words, unless a list is asked for."""
    asked, kind = hearing.slot, hearing.input.kind
    if asked is not None and asked.type == "list" and kind is not InputKind.LOCATION:
        return asked
    if kind is InputKind.VOICE and hearing.text:
        return None
    if asked is not None and asked.type == "any" and kind is InputKind.LOCATION:
        return asked
    wanted = "any" if kind is InputKind.LOCATION else "list"
    for slot in _slots(hearing):
        if slot.type == wanted and not (wanted == "any" and hearing.session.slots.get(slot.name) is not None):
            return slot
    return asked if asked is not None and asked.type in ("any", "list") else None


def _attachment(hearing: Hearing) -> Value:
    kind, given = hearing.input.kind, hearing.input.attachment
    value = storable(dict(given)) if given else {}
    if kind is InputKind.LOCATION:
        value = {name: value.get(name) for name in ("lat", "lng", "label")}
    else:
        value = {"kind": kind.value, **value}
    return value
