"""Reach: every step can be arrived at and left, nothing turns in circles, everyone can get out."""

from collections.abc import Iterable, Iterator

from dialogs.kernel import payloads
from dialogs.kernel.checks.graph import backward, circles, reached, ways
from dialogs.kernel.checks.logic import cases
from dialogs.kernel.checks.outcomes import unhandled_outcomes
from dialogs.kernel.checks.references import DOMAIN, references, started_alone
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import END, Flow, Release, Slot, Step, Variation

PATTERN = "pattern_"
"""Flows with this prefix are begun by the engine itself."""
_BY_ATTACHMENT = ("list", "any", "bool")
"""Slot types that a photo, a place or a yes can always fill."""


def check(release: Release) -> Iterator[Problem]:
    """Walk over the reach problems."""
    for repair in ("cancel", "human"):
        if not release.repairs.get(repair):
            yield problem(f"no_{repair}", Where(DOMAIN))
    begun = _begun(release)
    for flow in release.flows.values():
        if flow.id not in begun and not flow.id.startswith(PATTERN):
            yield problem("unreachable_flow", Where(flow.file, flow.line, flow.id))
        yield from _steps(release, flow)
        yield from _loops(release, flow)


def where(flow: Flow, step: Step) -> Where:
    """Return the place of a step."""
    return Where(flow.file, step.line, flow.id, step.id)


def _begun(release: Release) -> set[str]:
    """Return the flows that something begins: a trigger, a word, a menu, another flow, a button."""
    named = {reference.name for reference in references(release) if reference.kind == "flow"}
    return named | started_alone(release)


def _steps(release: Release, flow: Flow) -> Iterator[Problem]:
    onward = ways(flow)
    live = reached([flow.first], onward)
    ends = [END, *(step.id for step in flow.steps.values() if step.kind == "link")]
    leaving = reached(ends, backward(onward))
    stuck = [step for name, step in flow.steps.items() if name in live and name not in leaving]
    for step in flow.steps.values():
        if step.id not in live:
            yield problem("unreachable_step", where(flow, step))
        if step.kind == "collect":
            yield from _collect(release, flow, step)
        action = release.actions.get(step.name) if step.kind == "action" else None
        rest = [] if action is None else unhandled_outcomes(step, action)
        if rest:
            yield problem("outcome_not_handled", where(flow, step), action=step.name, names=rest)
    for step in stuck[:1]:
        yield problem("dead_end", where(flow, step))


def _collect(release: Release, flow: Flow, step: Step) -> Iterator[Problem]:
    slot = release.slots[step.name]
    if not (_can_hear(slot, flow) or step.ask_action is not None or _has_buttons(release, step)):
        yield problem("unsatisfiable_collect", where(flow, step), name=slot.name)
    for rejection in (*slot.rejections, *step.rejections):
        tried = cases(release, [rejection.condition], [slot.name])
        if tried is not None and all(case.holds(rejection.condition.root) for case in tried):
            yield problem("rejects_everything", where(flow, step).at(step.line), name=slot.name)


def _can_hear(slot: Slot, flow: Flow) -> bool:
    if not slot.mappings or slot.type in _BY_ATTACHMENT:
        return True
    return any(
        mapping.kind not in ("controlled", "from_trigger_intent") and (not mapping.flows or flow.id in mapping.flows)
        for mapping in slot.mappings
    )


def _has_buttons(release: Release, step: Step) -> bool:
    return any(_sets(variation, step.name) for variation in release.responses.get(step.utter or "", ()))


def _sets(variation: Variation, slot: str) -> bool:
    if variation.buttons_from is not None:
        return True
    parsed = [payloads.parse(choice.payload) for choice in variation.buttons]
    return any(slot in payload.values or payload.kind == "text" for payload in parsed)


def _loops(release: Release, flow: Flow) -> Iterator[Problem]:
    onward = ways(flow)
    silent = circles(onward, lambda name: not _waits(release, flow.steps[name]))
    for group in silent:
        yield problem("loop_without_wait", where(flow, flow.steps[group[0]]), names=group)
    for whole in circles(onward, lambda _: True):
        steps = [flow.steps[name] for name in whole]
        emptied = _emptied(release, steps)
        inner = {name: onward[name] for name in whole}
        for group in circles(inner, lambda name, emptied=emptied: not _asks(release, flow.steps[name], emptied)):  # type: ignore[misc]
            if any(_waits(release, flow.steps[name]) for name in group):
                yield problem("loop_without_asking", where(flow, flow.steps[group[0]]), names=group)


def _inside(release: Release, steps: Iterable[Step]) -> Iterator[Step]:
    """Walk over steps and those of the flows they call; calls never go round (structure)."""
    for step in steps:
        yield step
        if step.kind == "call":
            yield from _inside(release, release.flows[step.name].steps.values())


def _waits(release: Release, step: Step) -> bool:
    return any(inner.kind == "collect" for inner in _inside(release, [step]))


def _asks(release: Release, step: Step, emptied: set[str]) -> bool:
    """Say whether coming here again asks again, rather than passing over what is already known."""
    own = emptied | _emptied(release, [step])
    return any(
        inner.kind == "collect" and (inner.ask_before_filling or inner.name in own)
        for inner in _inside(release, [step])
    )


def _emptied(release: Release, steps: Iterable[Step]) -> set[str]:
    """Return the slots that steps may empty, by null or by what an action returns."""
    emptied: set[str] = set()
    for step in _inside(release, steps):
        emptied |= {name for name, value in step.assignments if value is None}
        if step.kind == "action" and step.name in release.actions:
            emptied |= set(release.actions[step.name].sets)
    return emptied
