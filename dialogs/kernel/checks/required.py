"""What must have happened on every path before something else (domain `x-required`).

    x-required:
      personal: [slots.consent]                       # before a collect of a slot marked x-personal
      action_submit_case: [slots.consent, utter_who_sees_it or 个人信息保护法第十七条]

The left side is an action, a response or `personal`. Each item on the right must be met on every path, by any of its
alternatives (joined by `or`): the name of an action, response, collected slot, called flow or step that was passed, the
x-law of a step that was passed, or a condition on slots that a branch has asked (and that nothing has changed since).
A path begins wherever its flow can begin, and comes through calls and links.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogs.kernel import predicates
from dialogs.kernel.checks.logic import implies
from dialogs.kernel.checks.references import DOMAIN, started_alone
from dialogs.kernel.limits import CALLS_DEEP
from dialogs.kernel.predicates import Predicate, PredicateError
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import END, Flow, Release, Step

PERSONAL = "personal"
_PASSING = ("call", "link")

Facts = Mapping[str, frozenset[str]]
"""Item → the alternatives by which it is met, one or another on each path; absent: there is a path without."""


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement: its text, the names that meet it, the conditions that do."""

    text: str
    names: frozenset[str]
    conditions: Mapping[str, Predicate]


def check(release: Release) -> Iterator[Problem]:
    """Walk over requirements that name nothing, and over steps that a path reaches without what is required."""
    items = {text: _item(text) for text in dict.fromkeys(text for texts in release.required.values() for text in texts)}
    yield from _unknown(release, items)
    if items:
        walk = _Walk(release, items)
        for flow in release.flows.values():
            for step, facts in walk.facts(flow).items():
                here = flow.steps[step]
                where = Where(flow.file, here.line, flow.id, step)
                missing = (text for text in _needed(release, here) if text not in facts)
                yield from (problem("required_missing", where, name=here.name, needed=text) for text in missing)


def _item(text: str) -> Item:
    alternatives = [part.strip() for part in text.split(" or ")]
    conditions = {part: predicate for part in alternatives if (predicate := _condition(part)) is not None}
    return Item(text, frozenset(part for part in alternatives if part not in conditions), conditions)


def _condition(text: str) -> Predicate | None:
    try:
        return predicates.parse(text)
    except (PredicateError, OverflowError, RecursionError):
        return None


def _unknown(release: Release, items: Mapping[str, Item]) -> Iterator[Problem]:
    steps = [step for flow in release.flows.values() for step in flow.steps.values()]
    known = {*release.responses, *release.actions, *release.flows, *(name for step in steps for name in _marks(step))}
    for target in release.required:
        if target != PERSONAL and target not in release.actions and target not in release.responses:
            yield problem("unknown_requirement", Where(DOMAIN), text=target)
    for item in items.values():
        for name in sorted(item.names - known):
            yield problem("unknown_requirement", Where(DOMAIN), text=name)
        for text, condition in item.conditions.items():
            looked_at = {name.key if name.root == "slots" else "" for name in condition.names} or {""}
            if looked_at - set(release.slots):
                yield problem("unknown_requirement", Where(DOMAIN), text=text)


def _marks(step: Step) -> set[str]:
    """Return what passing a step amounts to; the question of a collect counts only if it is surely asked."""
    asked = step.utter if step.ask_before_filling else None
    return {mark for mark in (step.id, step.name, step.law, asked) if mark}


def _needed(release: Release, step: Step) -> tuple[str, ...]:
    if step.kind == "collect":
        slot = release.slots.get(step.name)
        own = release.required.get(PERSONAL, ()) if slot is not None and slot.personal else ()
        return (*own, *release.required.get(step.utter or "", ()))
    return release.required.get(step.name, ()) if step.kind == "action" else ()


def _written(release: Release, step: Step) -> set[str]:
    """Return the slots a step may change."""
    names = {name for name, _ in step.assignments}
    if step.kind == "collect":
        names.add(step.name)
    if step.kind == "action" and step.name in release.actions:
        names |= set(release.actions[step.name].sets)
    return names


def _merge(facts: Facts | None, more: Facts) -> Facts:
    """Join two paths: what is met on both stays met."""
    if facts is None:
        return more
    return {text: facts[text] | more[text] for text in facts if text in more}


class _Walk:
    """What is met before each step, over all flows, calls and links."""

    def __init__(self, release: Release, items: Mapping[str, Item]) -> None:
        self.release = release
        self.flows = tuple(release.flows.values())
        self.items = items
        self.told = {(flow.id, step.id): self.branches(step) for flow in self.flows for step in flow.steps.values()}
        self.gains: dict[str, Facts] = {}
        self.writes: dict[str, set[str]] = {}
        # Calls never go round, so children are right after as many rounds as they lie deep.
        for _ in range(CALLS_DEEP):
            self.writes = {flow.id: self.written_in(flow) for flow in self.flows}
        for _ in range(CALLS_DEEP):
            self.gains = {flow.id: self.run(flow, {})[1] or {} for flow in self.flows}
        self.entries = self.settle()

    def facts(self, flow: Flow) -> dict[str, Facts]:
        """Return what is met before each reachable step."""
        return self.run(flow, self.entries.get(flow.id, {}))[0]

    def written_in(self, flow: Flow) -> set[str]:
        inner = [self.writes.get(step.name, set()) for step in flow.steps.values() if step.kind == "call"]
        return set[str]().union(*(_written(self.release, step) for step in flow.steps.values()), *inner)

    def settle(self) -> dict[str, Facts]:
        """Take away from what is met at each flow's beginning until nothing changes."""
        linked = {step.name for flow in self.flows for step in flow.steps.values() if step.kind in _PASSING}
        alone = started_alone(self.release)
        roots = {flow.id: self.guarded(flow) for flow in self.flows if flow.id in alone or flow.id not in linked}
        begun: dict[str, Facts] = {}
        entries = roots
        while entries != begun:
            begun, entries = entries, dict(entries)
            for flow in (self.release.flows[name] for name in begun):
                for name, facts in self.run(flow, begun[flow.id])[0].items():
                    step = flow.steps[name]
                    if step.kind in _PASSING:
                        entries[step.name] = _merge(entries.get(step.name), facts)
        return entries

    def guarded(self, flow: Flow) -> Facts:
        return {} if flow.guard is None else self.learned(flow.guard, [])

    def run(self, flow: Flow, entry: Facts) -> tuple[dict[str, Facts], Facts | None]:
        """Walk one flow until nothing changes: what is met before each step, and at its end (None: it never ends)."""
        before: dict[str, Facts] = {flow.first: entry}
        ended: Facts | None = None
        todo = [flow.first]
        while todo:
            step = flow.steps[todo.pop()]
            if step.kind in ("collect", "call"):
                todo += self.returned(flow, step, before)
            after = self.passed(step, before[step.id])
            for at, branch in enumerate(step.next):
                facts = {**self.told[flow.id, step.id][at], **after}
                if branch.target == END:
                    ended = _merge(ended, facts)
                    continue
                merged = _merge(before.get(branch.target), facts)
                if merged != before.get(branch.target):
                    before[branch.target] = merged
                    todo.append(branch.target)
        return before, ended

    def returned(self, flow: Flow, step: Step, before: dict[str, Facts]) -> Iterator[str]:
        """Walk back from a question to where something said anew leads: what was not met there is not met here."""
        for target in flow.returns.values():
            merged = _merge(before.get(target), before[step.id])
            if merged != before.get(target):
                before[target] = merged
                yield target

    def passed(self, step: Step, facts: Facts) -> Facts:
        """Return what is met once a step is done."""
        written = self.writes.get(step.name, set()) if step.kind == "call" else _written(self.release, step)
        kept = {text: how for text, how in facts.items() if not self.is_undone(text, how, written)}
        marks = _marks(step)
        met = {text: frozenset(item.names & marks) for text, item in self.items.items() if item.names & marks}
        return {**(self.gains.get(step.name, {}) if step.kind == "call" else {}), **kept, **met}

    def is_undone(self, text: str, how: frozenset[str], written: set[str]) -> bool:
        conditions = self.items[text].conditions
        return any(name.key in written for part in how if part in conditions for name in conditions[part].names)

    def branches(self, step: Step) -> list[Facts]:
        """Return what taking each branch of a step says."""
        return [self.learned(branch.condition, _refused(step, at)) for at, branch in enumerate(step.next)]

    def learned(self, given: Predicate | None, refused: list[Predicate]) -> Facts:
        """Return what holds where `given` does and none of `refused`."""
        return {
            item.text: frozenset([part])
            for item in self.items.values()
            for part, condition in item.conditions.items()
            if (given or refused) and implies(self.release, given, refused, condition)
        }


def _refused(step: Step, at: int) -> list[Predicate]:
    """Return the conditions that did not hold when the branch at this place is taken."""
    return [each.condition for each in step.next[:at] if each.condition is not None]
