"""Structure: every name stands for something, every value fits its slot, nothing is said twice.

Runs on a draft that may have any of these wrong; what the reader found while reading is not repeated.
"""

from collections.abc import Iterator, Mapping

from dialogs.kernel import payloads
from dialogs.kernel.buttons import INTENTS
from dialogs.kernel.checks.graph import called_flows
from dialogs.kernel.checks.outcomes import unknown_outcomes
from dialogs.kernel.checks.references import ACTIONS, DOMAIN, INTERPOLATION, references
from dialogs.kernel.checks.values import fits, wanted
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Choice, Flow, Release, Slot
from dialogs.kernel.slots import coerce
from dialogs.kernel.words import POSTPONED, UNAVAILABLE

BUILT_IN_RESPONSES = (
    *("utter_cancelled", "utter_nothing_to_cancel", "utter_back_at_start", "utter_corrected", "utter_correct_which"),
    *("utter_review", "utter_nothing_to_review", "utter_clarify", "utter_cannot_handle_1", "utter_cannot_handle_menu"),
    *("utter_cannot_handle_human", "utter_completed", "utter_internal_error", "utter_release_changed", "utter_resume"),
    *("utter_resume_flow", "utter_skipped", "utter_cannot_skip", "utter_too_many_rejections", "utter_repeat_nothing"),
    *("utter_call_postponed", "utter_call_still_pending", "utter_stale_button", "utter_limit", "utter_no_permission"),
    *("utter_help",),
)
"""What the engine itself may have to say."""
REPAIRS = (
    *("cancel", "back", "human", "review", "repeat", "skip", "done", "correct", "help", "affirm", "deny", "more"),
    *("single",),
)
"""Repairs whose words the domain may list."""
_CHOSEN_BY = ("from_intent", "from_trigger_intent")


def check(release: Release) -> Iterator[Problem]:
    """Walk over the structure problems of a release or draft."""
    yield from _unknown_names(release)
    yield from _built_in(release)
    for slot in release.slots.values():
        yield from _slot(slot)
    yield from _payloads(release)
    yield from _actions(release)
    yield from _starts(release)
    for flow in release.flows.values():
        yield from _returns(flow)
        yield from _steps(release, flow)
    yield from _calls(release)


def _unknown_names(release: Release) -> Iterator[Problem]:
    declared: Mapping[str, object] = {
        "flow": release.flows,
        "slot": release.slots,
        "response": release.responses,
        "action": release.actions,
        "intent": release.intents,
        "entity": release.entities,
    }
    known = {kind: set(names) for kind, names in declared.items() if isinstance(names, Mapping | tuple)}
    for reference in references(release):
        if reference.name and reference.name not in known[reference.kind] and reference.owner != "x-safety":
            yield problem(f"unknown_{reference.kind}", reference.where, name=reference.name)
    for kind in release.safety:
        if f"utter_safety_{kind}" not in release.responses:
            yield problem("safety_without_response", Where(DOMAIN), name=kind)


def _built_in(release: Release) -> Iterator[Problem]:
    for name in BUILT_IN_RESPONSES:
        if name not in release.responses:
            yield problem("builtin_response_missing", Where(DOMAIN), name=name)
    for name in release.repairs:
        if name not in REPAIRS:
            yield problem("unknown_repair", Where(DOMAIN), name=name, known=REPAIRS)


def _slot(slot: Slot) -> Iterator[Problem]:
    where = Where(DOMAIN, slot.line)
    if slot.type == "categorical" and not slot.values:
        yield problem("categorical_without_values", where, name=slot.name)
    elif not fits(slot, slot.initial):
        yield problem("wrong_value", where, name=slot.name, wanted=wanted(slot))
    if slot.type != "categorical" and slot.values:
        yield problem("values_without_categorical", where, name=slot.name)
    for value in (*slot.titles, *slot.words) if slot.type == "categorical" else ():
        if value not in slot.values:
            yield problem("unknown_title", where, name=slot.name, value=value)
    for mapping in slot.mappings:
        if mapping.kind in _CHOSEN_BY and not mapping.intents:
            yield problem("mapping_intent", where, name=slot.name)
        if not fits(slot, mapping.value):
            yield problem("wrong_value", where, name=slot.name, wanted=wanted(slot))


def _payloads(release: Release) -> Iterator[Problem]:
    for variations in release.responses.values():
        for variation in variations:
            for choice in variation.buttons:
                if not INTERPOLATION.search(choice.payload):
                    yield from _payload(release, choice, Where(DOMAIN, variation.line))


def _payload(release: Release, choice: Choice, where: Where) -> Iterator[Problem]:
    payload = payloads.parse(choice.payload)
    for name, value in payload.values.items() if payload.kind == "set_slots" else ():
        slot = release.slots.get(name)
        if slot is None:
            yield problem("unknown_slot", where, name=name)
        elif value is not None and coerce(release, slot, value) is None:
            yield problem("payload_value", where, title=choice.title, name=name, wanted=wanted(slot))
    known = {
        "intent": (*release.intents, *release.flows, *INTENTS),
        "start_flow": release.flows,
        "correct": release.slots,
        "set_slots": payload.values and ("",),
        "text": () if choice.payload.startswith("/") else (payload.name,),
    }
    if payload.name not in known[payload.kind]:
        yield problem("unknown_payload", where, title=choice.title, payload=choice.payload)


def _actions(release: Release) -> Iterator[Problem]:
    for action in release.actions.values():
        where = Where(ACTIONS, action.line)
        for outcome, example in action.outcomes.items():
            if outcome in (UNAVAILABLE, POSTPONED):
                yield problem("outcome_reserved", where, name=outcome)
            for name, value in example.items():
                slot = release.slots.get(name)
                if name not in action.sets:
                    yield problem("example_not_set", where, action=action.name, name=name)
                elif slot is not None and not fits(slot, value):
                    yield problem("wrong_value", where, name=name, wanted=wanted(slot))


def _starts(release: Release) -> Iterator[Problem]:
    taken: dict[tuple[str, str], str] = {}
    for flow in release.flows.values():
        for code, name, line in _starters(flow):
            first = taken.setdefault((code, name), flow.id)
            if first != flow.id:
                yield problem(code, Where(flow.file, line, flow.id), name=name, first=first)


def _starters(flow: Flow) -> Iterator[tuple[str, str, int]]:
    yield from (("duplicate_trigger", trigger.intent, trigger.line) for trigger in flow.triggers)
    yield from (("duplicate_keyword", word, flow.line) for word in (*flow.keywords, *flow.whole))
    if flow.menu is not None:
        yield "duplicate_menu", flow.menu, flow.line


def _returns(flow: Flow) -> Iterator[Problem]:
    for target in flow.returns.values():
        if target not in flow.steps:
            yield problem("unknown_step", Where(flow.file, flow.line, flow.id), name=target, known=tuple(flow.steps))


def _steps(release: Release, flow: Flow) -> Iterator[Problem]:
    for step in flow.steps.values():
        where = Where(flow.file, step.line, flow.id, step.id)
        for name, value in step.assignments:
            slot = release.slots.get(name)
            if slot is not None and not fits(slot, value):
                yield problem("wrong_value", where, name=name, wanted=wanted(slot))
        if step.ask_action is not None and f"utter_ask_{step.name}" in release.responses:
            yield problem("ask_twice", where, name=step.name)
        action = release.actions.get(step.name)
        if step.kind == "action" and action is not None:
            yield from unknown_outcomes(step, action, where)


def _calls(release: Release) -> Iterator[Problem]:
    children = {flow.id: called_flows(flow) for flow in release.flows.values()}
    for flow in release.flows.values():
        for step, child in children[flow.id].items():
            where = Where(flow.file, flow.steps[step].line, flow.id, step)
            if child in release.flows and any(each.kind == "link" for each in release.flows[child].steps.values()):
                yield problem("child_links", where, child=child)
            way = _way_back(flow.id, child, children)
            if way:
                yield problem("call_cycle", where, names=" → ".join((flow.id, *way)))


def _way_back(flow: str, child: str, children: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Find a chain of calls from the child back to the flow; empty when there is none."""
    ways: list[tuple[str, ...]] = [(child,)]
    seen = {child}
    for way in ways:
        if way[-1] == flow:
            return way
        for name in children.get(way[-1], {}).values():
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
