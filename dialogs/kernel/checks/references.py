"""Who names whom: every place where the files name a flow, slot, response, action, intent or entity."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dialogs.kernel import payloads
from dialogs.kernel.predicates import Predicate
from dialogs.kernel.problems import Where
from dialogs.kernel.release import Action, Choice, Flow, Rejection, Release, Slot, Step, Variation
from dialogs.kernel.words import Value

Kind = Literal["flow", "slot", "response", "action", "intent", "entity"]
DOMAIN = "domain.yml"
ACTIONS = "actions.yml"
INTERPOLATION = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)


ENGINE_WORDS = ("review", "example", "count", "label", "value", "buttons", "matters", "matter", "first", "rest")
"""Names that the engine fills in its own responses."""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One place that names something. `owner` is the flow, slot, response or action it stands in."""

    kind: Kind
    name: str
    where: Where
    owner: str = ""


def references(release: Release) -> Iterator[Reference]:
    """Walk over all references of a release but those inside texts and buttons (see `spoken`)."""
    for flow in release.flows.values():
        yield from _of_flow(flow)
    for slot in release.slots.values():
        yield from _of_slot(slot)
    for name, variations in release.responses.items():
        for variation in variations:
            yield from _of_variation(name, variation)
    for action in release.actions.values():
        yield from _of_action(action)
    for kind in release.safety:
        yield Reference("response", f"utter_safety_{kind}", Where(DOMAIN), "x-safety")


def spoken(release: Release) -> Iterator[Reference]:
    """Walk over what texts and button titles interpolate and what taps name."""
    for name, variations in release.responses.items():
        for variation in variations:
            where = Where(DOMAIN, variation.line)
            for slot in gaps(variation):
                yield Reference("slot", slot, where, name)
            for choice in variation.buttons:
                yield from _of_choice(choice, where, name)


def _of_choice(choice: Choice, where: Where, owner: str) -> Iterator[Reference]:
    """Walk over what a tap names; an intent that is no flow's name is left to the structure check."""
    if INTERPOLATION.search(choice.payload):
        return
    payload = payloads.parse(choice.payload)
    kinds: dict[str, Kind] = {"start_flow": "flow", "correct": "slot", "intent": "intent"}
    if payload.kind in kinds:
        yield Reference(kinds[payload.kind], payload.name, where, owner)
    if payload.kind == "set_slots":
        yield from _slots(payload.values, where, owner)


def started_alone(release: Release) -> set[str]:
    """Return the flows that a person can begin: by meaning, word, menu or button."""
    tapped = {found.name for found in spoken(release) if found.kind in ("flow", "intent")}
    own = {
        flow.id
        for flow in release.flows.values()
        if flow.triggers or flow.keywords or flow.whole or flow.menu or flow.sent or flow.scans or flow.entities
    }
    return own | (tapped & set(release.flows))


def gaps(variation: Variation) -> list[str]:
    """Return the names between braces in what is said, in order."""
    texts = [variation.text, *(part for choice in variation.buttons for part in (choice.title, choice.payload))]
    texts += _texts(variation.custom)
    return list(dict.fromkeys(INTERPOLATION.findall("\n".join(texts))))


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for member in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(member)


def slots_in(condition: Predicate | None) -> list[str]:
    """Return the slots a condition looks at."""
    return [] if condition is None else [name.key for name in condition.names if name.root == "slots"]


def _slots(names: Iterable[str], where: Where, owner: str) -> Iterator[Reference]:
    return (Reference("slot", name, where, owner) for name in names)


def _of_flow(flow: Flow) -> Iterator[Reference]:
    where = Where(flow.file, flow.line, flow.id)
    yield from (Reference("intent", item.intent, where.at(item.line), flow.id) for item in flow.triggers)
    yield from (Reference("entity", name, where, flow.id) for name in flow.entities)
    named = (*flow.persisted_slots, *flow.sent.values(), *flow.scans.values(), *flow.returns)
    yield from _slots([*slots_in(flow.guard), *named], where, flow.id)
    for step in flow.steps.values():
        yield from _of_step(step, Where(flow.file, step.line, flow.id, step.id))


def _of_step(step: Step, where: Where) -> Iterator[Reference]:
    owner = where.flow
    if step.kind == "action":
        yield Reference("response" if step.name.startswith("utter_") else "action", step.name, where, owner)
    elif step.kind == "collect":
        yield Reference("slot", step.name, where, owner)
    elif step.kind in ("link", "call"):
        yield Reference("flow", step.name, where, owner)
    if step.utter is not None:
        yield Reference("response", step.utter, where, owner)
    if step.ask_action is not None:
        yield Reference("action", step.ask_action, where, owner)
    yield from _slots([name for name, _ in step.assignments], where, owner)
    for branch in step.next:
        yield from _slots(slots_in(branch.condition), where.at(branch.line), owner)
    yield from _of_rejections(step.rejections, where, owner)


def _of_rejections(rejections: tuple[Rejection, ...], where: Where, owner: str) -> Iterator[Reference]:
    for rejection in rejections:
        yield Reference("response", rejection.utter, where.at(rejection.line), owner)
        yield from _slots(slots_in(rejection.condition), where.at(rejection.line), owner)


def _of_slot(slot: Slot) -> Iterator[Reference]:
    where = Where(DOMAIN, slot.line)
    yield from _slots([slot.titles_from] if slot.titles_from else [], where, slot.name)
    yield from _of_rejections(slot.rejections, where, slot.name)
    for mapping in slot.mappings:
        if mapping.entity is not None:
            yield Reference("entity", mapping.entity, where, slot.name)
        for intent in (*mapping.intents, *mapping.not_intents):
            yield Reference("intent", intent, where, slot.name)
        for flow in mapping.flows:
            yield Reference("flow", flow, where, slot.name)


def _of_variation(name: str, variation: Variation) -> Iterator[Reference]:
    where = Where(DOMAIN, variation.line)
    yield from _slots(slots_in(variation.condition), where, name)
    if variation.buttons_from is not None and variation.buttons_from not in ENGINE_WORDS:
        yield Reference("slot", variation.buttons_from, where, name)


def _of_action(action: Action) -> Iterator[Reference]:
    where = Where(ACTIONS, action.line)
    yield from _slots([*action.inputs, *action.sets], where, action.name)
