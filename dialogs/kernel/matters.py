"""Several matters in one message: which they are, and in which order they are taken up.

What stands apart in the message is understood apart (`Understanding.parts`). Two stretches are two matters when they
begin different flows, or the same flow with different values of its first choice that an entity names (the kind of a
dispute); what is not that clear belongs to its neighbour, so that nothing said is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogs.kernel.commands import Several, StartFlow
from dialogs.kernel.doubts import settled
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.limits import MATTERS
from dialogs.kernel.release import Flow, Release
from dialogs.kernel.slots import Heard, volunteered
from dialogs.kernel.triggers import allowed, by_keyword, opening
from dialogs.kernel.wording import clean, key
from dialogs.kernel.words import Entity, Part, Value

SEVERAL = "utter_several_matters"
"""What is said of them; dialogs without it take a message as one matter."""
_SEVERAL = 2
_COMMA = "，"


@dataclass(slots=True)
class _Matter:
    """One of them: how it was told, the flow it begins, and its kind, if it was named."""

    heard: Heard
    flow: Flow
    slot: str = ""
    kind: Value = None

    def tell(self, heard: Heard) -> None:
        """Take in what else is said of it."""
        self.heard = _joined(self.heard, heard)

    def title(self, release: Release) -> str:
        """What it is called."""
        return release.slots[self.slot].titles.get(self.kind, self.flow.name) if self.kind else self.flow.name


def several(hearing: Hearing) -> Several | None:
    """Find several matters in one message, when nothing is under way or the story itself is asked for."""
    understanding = hearing.input.understanding
    if understanding is None or len(understanding.parts) < _SEVERAL or SEVERAL not in hearing.release.responses:
        return None
    if hearing.thread is not None and (hearing.slot is None or hearing.forced):
        return None
    matters = _told(hearing, understanding.parts)
    if hearing.thread is not None:
        root = hearing.thread.root
        matters.sort(key=lambda matter: matter.flow.id != root)
    if len(matters) < _SEVERAL:
        return None
    starts = [opening(hearing, matter.flow, matter.heard) for matter in matters]
    begun = tuple(start for start in starts if isinstance(start, StartFlow))
    asked = hearing.slot
    if asked is not None and asked.name not in begun[0].values:
        return None
    return Several(begun, tuple(matter.title(hearing.release) for matter in matters))


def _told(hearing: Hearing, parts: tuple[Part, ...]) -> list[_Matter]:
    matters: list[_Matter] = []
    before: Heard | None = None
    for heard in _heard(hearing, parts):
        found = _matter(hearing, heard)
        known = None if found is None else _same(matters, found)
        if found is None and not matters:
            before = heard if before is None else _joined(before, heard)
        elif found is None or (known is None and len(matters) == MATTERS):
            matters[-1].tell(heard)
        elif known is not None:
            known.tell(heard)
            known.slot, known.kind = known.slot or found.slot, known.kind or found.kind
        else:
            found.heard = heard if before is None else _joined(before, heard)
            before = None
            matters.append(found)
    return matters


def _heard(hearing: Hearing, parts: tuple[Part, ...]) -> Iterator[Heard]:
    for part in parts:
        entities = settled(part.understanding, hearing.release.thresholds)
        heard = Heard.of(clean(part.text), replace(part.understanding, entities=entities))
        if heard.text:
            yield heard


def _matter(hearing: Hearing, heard: Heard) -> _Matter | None:
    words = lexicon(hearing.release)
    flows = words.begun_by(heard.intent, heard.confidence)
    flows = flows if heard.intent is not None else by_keyword(hearing.release, key(heard.text))
    flow = next((one for one in flows if one.offered and allowed(hearing, one)), None)
    if flow is None:
        return None
    for step in words.collects[flow.id]:
        slot = hearing.release.slots.get(step.name)
        if slot is not None and slot.type == "categorical" and any(mapping.entity for mapping in slot.mappings):
            kind = volunteered(hearing.release, heard, (slot.name,), {}).get(slot.name)
            return _Matter(heard, flow, slot.name, kind)
    return _Matter(heard, flow)


def _same(matters: list[_Matter], found: _Matter) -> _Matter | None:
    alike = (one for one in matters if one.flow is found.flow)
    return next((one for one in alike if None in (one.kind, found.kind) or one.kind == found.kind), None)


def _joined(first: Heard, second: Heard) -> Heard:
    """One after the other; the meaning is that of whichever has one."""
    behind = len(first.text) + len(_COMMA)
    moved = (
        Entity(one.entity, one.value, one.start + behind, one.end + behind, one.role) if one.end else one
        for one in second.entities
    )
    clearer = first if first.intent is not None else second
    return Heard(
        first.text + _COMMA + second.text, (*first.entities, *moved), clearer.intent, clearer.confidence, first.flow
    )
