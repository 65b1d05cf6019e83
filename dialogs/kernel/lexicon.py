"""What a release listens for, made ready once: its words as they are compared, its triggers, its questions by flow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dialogs.kernel.limits import CALLS_DEEP
from dialogs.kernel.release import Flow, Release, Slot, Step
from dialogs.kernel.wording import forms, key
from dialogs.kernel.words import Value

HUMAN = "pattern_human"
"""The flow that brings in a person."""
URGENT = "urgent"
"""The slot that marks danger; it is handed over with the first case submitted and then emptied."""
_LONG = 3
"""Characters of a word that is understood anywhere in a short message."""
_ORDINARY = "这是一句很平常的话"
"""What a slot for numbers and codes refuses, and a slot for words takes."""
_NONE: frozenset[str] = frozenset()
_RELEASES = 16
"""Releases kept ready: the present one and those that people are still on."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words and tables of one release.

    said: what a key means, as names of repairs; heads: the first two characters of each. people: long words for a
    person. named: whole texts that begin a flow. keywords: (key, flow) in file order. danger: any word of danger;
    dangers: (kind, pattern). menus: lower case. scans: (beginning of a scene, flow). collects: of a flow and of those
    it calls. returns: slots that may be said anew in it. owned: slots these collect, set or return to. sent: by kind of
    what is sent, the flow that keeps it. urgent: flows that hand the danger mark over. exacting: slots that refuse
    ordinary words. titles: by slot, keys of values and titles to the value.
    """

    initial: Mapping[str, Value]
    said: Mapping[str, frozenset[str]]
    heads: frozenset[str]
    people: tuple[str, ...]
    named: Mapping[str, Flow]
    keywords: tuple[tuple[str, Flow], ...]
    danger: re.Pattern[str]
    dangers: tuple[tuple[str, re.Pattern[str]], ...]
    intents: Mapping[str, tuple[tuple[float, Flow], ...]]
    menus: Mapping[str, Flow]
    scans: tuple[tuple[str, Flow], ...]
    collects: Mapping[str, tuple[Step, ...]]
    returns: Mapping[str, tuple[str, ...]]
    owned: Mapping[str, frozenset[str]]
    sent: Mapping[str, Flow]
    urgent: frozenset[str]
    exacting: frozenset[str]
    titles: Mapping[str, Mapping[str, str]]

    def means(self, repair: str, word: str) -> bool:
        """Say whether a key is exactly one of the words for a repair, politeness aside."""
        return repair in self.meanings(word)

    def meanings(self, word: str) -> frozenset[str]:
        """Return the repairs of which a key is exactly a word, politeness aside."""
        found = _NONE
        for form in forms(word):
            found |= self.said.get(form, _NONE)
        return found

    def begun_by(self, intent: str | None, confidence: float) -> list[Flow]:
        """Flows that an intent of this confidence begins, in the file's order."""
        return [flow for threshold, flow in self.intents.get(intent or "", ()) if confidence >= threshold]


@lru_cache(maxsize=_RELEASES)
def lexicon(release: Release) -> Lexicon:
    """Make a release's tables; kept for as long as it is in use."""
    flows = tuple(release.flows.values())
    walks = {flow.id: tuple(_walk(release, flow.id)) for flow in flows}
    returns = {name: tuple(_returns(release, name, walk)) for name, walk in walks.items()}
    return Lexicon(
        initial={name: slot.initial for name, slot in release.slots.items() if slot.initial is not None},
        said=(said := _said(release.repairs)),
        heads=frozenset(word[:2] for word in said),
        people=tuple(word for word in map(key, release.repairs.get("human", ())) if len(word) >= _LONG),
        named=_named(flows),
        keywords=tuple((word, flow) for flow in flows for word in map(key, flow.keywords) if word),
        danger=_any_of(tuple(word for words in release.safety.values() for word in words)),
        dangers=tuple((kind, _any_of(words)) for kind, words in release.safety.items()),
        intents=_intents(flows),
        menus=_menus(flows),
        scans=tuple((beginning, flow) for flow in flows for beginning in flow.scans),
        collects={name: tuple(step for step in walk if step.kind == "collect") for name, walk in walks.items()},
        returns=returns,
        owned={name: frozenset((*_written(walk), *returns[name])) for name, walk in walks.items()},
        sent={kind: flow for flow in reversed(flows) for kind in flow.sent},
        urgent=frozenset(name for name, walk in walks.items() if any(_submits(release, step) for step in walk)),
        exacting=frozenset(_exacting(release)),
        titles={slot.name: _titles(slot) for slot in release.slots.values() if slot.type in ("categorical", "bool")},
    )


def _said(repairs: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    said: dict[str, frozenset[str]] = {}
    for name, words in repairs.items():
        for word in filter(None, map(key, words)):
            said[word] = said.get(word, _NONE) | {name}
    return said


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of these words; without words, for nothing."""
    return re.compile("|".join(re.escape(word) for word in map(key, words) if word) or r"(?!)")


def _walk(release: Release, flow_id: str, depth: int = 0) -> Iterator[Step]:
    flow = release.flows.get(flow_id)
    if flow is None or depth > CALLS_DEEP:
        return
    for step in flow.steps.values():
        yield step
        if step.kind == "call":
            yield from _walk(release, step.name, depth + 1)


def _returns(release: Release, flow_id: str, steps: tuple[Step, ...]) -> Iterator[str]:
    names = (flow_id, *(step.name for step in steps if step.kind == "call"))
    yield from dict.fromkeys(slot for name in names if name in release.flows for slot in release.flows[name].returns)


def _written(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if step.kind == "collect":
            yield step.name
        yield from (name for name, _ in step.assignments)


def _submits(release: Release, step: Step) -> bool:
    action = release.actions.get(step.name) if step.kind == "action" else None
    return action is not None and URGENT in action.inputs


def _named(flows: tuple[Flow, ...]) -> dict[str, Flow]:
    named: dict[str, Flow] = {}
    for flow in flows:
        for word in map(key, (*flow.keywords, *flow.whole, flow.name)):
            if word:
                named.setdefault(word, flow)
    return named


def _intents(flows: tuple[Flow, ...]) -> dict[str, tuple[tuple[float, Flow], ...]]:
    intents: dict[str, tuple[tuple[float, Flow], ...]] = {}
    for flow in flows:
        for trigger in flow.triggers:
            intents[trigger.intent] = (*intents.get(trigger.intent, ()), (trigger.threshold, flow))
    return intents


def _menus(flows: tuple[Flow, ...]) -> dict[str, Flow]:
    menus: dict[str, Flow] = {}
    for flow in flows:
        if flow.menu is not None:
            menus.setdefault(flow.menu.lower(), flow)
    return menus


def _exacting(release: Release) -> Iterator[str]:
    rules = [(slot.name, slot.rejections) for slot in release.slots.values()]
    rules += [(step.name, step.rejections) for flow in release.flows.values() for step in flow.steps.values()]
    texts = {slot.name for slot in release.slots.values() if slot.type == "text"}
    for name, rejections in rules:
        if name in texts and any(rejection.condition.holds({"slots": {name: _ORDINARY}}) for rejection in rejections):
            yield name


def _titles(slot: Slot) -> dict[str, str]:
    values = {key(value): value for value in slot.values}
    titles = {key(title): value for value, title in slot.titles.items()}
    others = {key(word): value for value, words in slot.words.items() for word in words}
    return {word: value for word, value in (others | values | titles).items() if word}
