"""Buttons: by tap, by number, by title; those of earlier turns are still understood where that is safe."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.kernel import payloads
from dialogs.kernel.commands import Command, Correct, Fill, Repair, StartFlow
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.payloads import Payload
from dialogs.kernel.session import Thread
from dialogs.kernel.slots import Heard, coerce
from dialogs.kernel.triggers import allowed, by_menu, by_scene, by_whole, opening
from dialogs.kernel.wording import key, place, storable
from dialogs.kernel.words import Button, Entity, InputKind, Value

INTENTS: Mapping[str, str] = {
    "cancel": "cancel",
    "back": "back",
    "review": "review",
    "repeat": "repeat",
    "skip": "skip",
    "done": "done",
    "help": "help",
    "request_human": "human",
}
"""Intents that are repairs, unless a flow is begun by them."""


_CLAUSE = re.compile(r"[，,；;。！!？?、/]\s*")
NOTICE = "notice"
"""The id of a line in a notice (来 K7M4QX): nobody asked in this talk, the line stands for its words."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A button that stands for words: hear them as if typed."""

    text: str


def tapped(hearing: Hearing) -> Command | Typed | None:
    """Obey a tapped button, found by its id, or by its title where the platform lost the id."""
    if hearing.input.kind is not InputKind.BUTTON:
        return None
    if hearing.input.payload == NOTICE:
        return _noticed(hearing)
    for button in hearing.session.offers:
        if button.id == hearing.input.payload:
            return _obey(hearing, button)
    for button in reversed(hearing.session.earlier):
        if button.id == hearing.input.payload:
            return _obey_late(hearing, button)
    return offered(hearing) or Repair("stale")


def _noticed(hearing: Hearing) -> Command | Typed:
    """A line of a notice begins what its word alone begins, whatever is asked; else it stands for its words."""
    flow = by_whole(hearing.release, hearing.word)
    whole = flow is not None and hearing.word in map(key, flow.whole) and allowed(hearing, flow)
    return opening(hearing, flow) if flow is not None and whole else Typed(hearing.text)


def offered(hearing: Hearing) -> Command | Typed | None:
    """Take a typed title or number for the button it names; a number is the place in the button's id."""
    offers = hearing.session.offers
    word = hearing.word
    if not word or not offers:
        return None
    for button in offers:
        if key(button.title) == word:
            return _obey(hearing, button)
    number = place(hearing.text)
    for button in offers:
        if number is not None and button.id.rpartition("-")[2] == str(number):
            return _obey(hearing, button)
    return _partly(hearing, word)


def _partly(hearing: Hearing, word: str) -> Command | Typed | None:
    """Take words that are a clause of one title only (换一个 of 不对，换一个).

    Among choices whose titles nobody would type whole (周二 9:00 …) it is enough that they stand in one.
    """
    listed = hearing.slot is not None and hearing.slot.titles_from is not None and len(word) > 1
    found = [
        button
        for button in hearing.session.offers
        if (word in key(button.title) if listed else word in map(key, _CLAUSE.split(button.title)))
    ]
    return _obey(hearing, found[0]) if len(found) == 1 else None


def entered(hearing: Hearing) -> Command | None:
    """Begin the flow of a menu entry, a scanned code or a followed account."""
    kind, entry = hearing.input.kind, hearing.input.payload
    if kind not in (InputKind.MENU, InputKind.SCAN, InputKind.SUBSCRIBE):
        return None
    found = payloads.parse(entry)
    if kind is InputKind.MENU and found.kind == "intent":
        return intended(hearing, found)
    if kind is not InputKind.MENU and (scanned := by_scene(hearing.release, entry)) is not None:
        return StartFlow(scanned[0].id, scanned[1]) if allowed(hearing, scanned[0]) else Repair("refused")
    flow = by_menu(hearing.release, entry, kind)
    return Repair("help") if flow is None else opening(hearing, flow)


def intended(hearing: Hearing, found: Payload) -> Command:
    """Obey `/intent`: an answer of yes or no, a flow it begins, a repair, or a flow of that very id."""
    slot = hearing.slot
    if slot is not None and slot.type == "bool" and found.name in ("affirm", "deny"):
        return Fill({slot.name: found.name == "affirm"})
    entities = tuple(Entity(name, storable(value)) for name, value in found.values.items())
    heard = Heard("", entities, found.name, 1.0)
    for flow in lexicon(hearing.release).begun_by(found.name, 1.0):
        return opening(hearing, flow, heard)
    if found.name in INTENTS:
        return Repair(INTENTS[found.name])
    if found.name == "correct":
        return Correct()
    by_id = hearing.release.flows.get(found.name)
    return Repair("unclear") if by_id is None else opening(hearing, by_id, heard)


def _obey(hearing: Hearing, button: Button) -> Command | Typed:
    found = payloads.parse(button.payload)
    match found.kind:
        case "set_slots":
            return _set(hearing, found)
        case "start_flow":
            return _start(hearing, found.name)
        case "correct":
            return Correct(found.name)
        case "intent":
            return intended(hearing, found)
        case _:
            return Typed(button.payload)


def _obey_late(hearing: Hearing, button: Button) -> Command:
    """A button of an earlier turn: a subject may still be begun, an answer of this form changed."""
    found = payloads.parse(button.payload)
    if found.kind == "start_flow":
        return _start(hearing, found.name)
    if found.kind == "intent" and (
        lexicon(hearing.release).begun_by(found.name, 1.0) or found.name in ("help", "request_human")
    ):
        return intended(hearing, found)
    if found.kind != "set_slots" or len(found.values) != 1 or hearing.thread is None:
        return Repair("stale")
    return _changed(hearing, hearing.thread, _typed(hearing, found))


def _changed(hearing: Hearing, thread: Thread, values: Mapping[str, Value]) -> Command:
    for name, value in values.items():
        if hearing.session.slots.get(name) == value:
            return Repair("again")
        if hearing.slot is not None and name == hearing.slot.name:
            return Fill(values)
        if any(slot == name for slot, _, _ in thread.trail):
            return Correct(name, value)
    return Repair("stale")


def _start(hearing: Hearing, flow_id: str) -> Command:
    """Begin the flow that cleared up what was meant, with the words that were unclear."""
    flow = hearing.release.flows.get(flow_id)
    if flow is None:
        return Repair("stale")
    kept = hearing.session.heard
    if kept is None:
        return opening(hearing, flow)
    entities = tuple(Entity(*one) for one in kept["entities"])
    return opening(hearing, flow, Heard(str(kept["text"]), entities, None, 1.0))


def _set(hearing: Hearing, found: Payload) -> Command:
    values = _typed(hearing, found)
    if hearing.thread is None or not values:
        return Repair("stale")
    return Fill(values)


def _typed(hearing: Hearing, found: Payload) -> dict[str, Value]:
    """Values as their slots' types want them; what fits no slot is dropped."""
    values: dict[str, Value] = {}
    for name, value in found.values.items():
        slot = hearing.release.slots.get(name)
        fitting = None if slot is None else coerce(hearing.release, slot, value, str(value))
        if slot is not None and (fitting is not None or value is None):
            values[name] = fitting
    return values
