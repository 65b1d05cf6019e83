"""Content: what must be said first is said first, gaps can be filled, conditions mean one thing and matter."""

from collections.abc import Iterator

from dialogs.kernel.checks import required
from dialogs.kernel.checks.logic import cases
from dialogs.kernel.checks.references import DOMAIN, ENGINE_WORDS, gaps
from dialogs.kernel.predicates import Predicate
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Flow, Release, Step


def check(release: Release) -> Iterator[Problem]:
    """Walk over the content problems."""
    yield from required.check(release)
    yield from _gaps(release)
    for where, condition in conditions(release):
        if condition.mixed is not None:
            yield problem("ambiguous_condition", where, text=condition.text)
    for flow in release.flows.values():
        for step in flow.steps.values():
            yield from _branches(release, flow, step)


def conditions(release: Release) -> Iterator[tuple[Where, Predicate]]:
    """Walk over every condition and its place."""
    for flow in release.flows.values():
        where = Where(flow.file, flow.line, flow.id)
        if flow.guard is not None:
            yield where, flow.guard
        for step in flow.steps.values():
            here = Where(flow.file, step.line, flow.id, step.id)
            yield from ((here.at(way.line), way.condition) for way in step.next if way.condition is not None)
            yield from ((here.at(each.line), each.condition) for each in step.rejections)
    for slot in release.slots.values():
        yield from ((Where(DOMAIN, each.line), each.condition) for each in slot.rejections)
    for variations in release.responses.values():
        yield from ((Where(DOMAIN, each.line), each.condition) for each in variations if each.condition is not None)


def _gaps(release: Release) -> Iterator[Problem]:
    for name, variations in release.responses.items():
        for variation in variations:
            for gap in gaps(variation):
                if gap not in release.slots and gap not in ENGINE_WORDS:
                    yield problem("undefined_interpolation", Where(DOMAIN, variation.line), name=name, slot=gap)


def _branches(release: Release, flow: Flow, step: Step) -> Iterator[Problem]:
    """Find branches that are always or never taken when it is their turn."""
    asked = [branch.condition for branch in step.next if branch.condition is not None]
    filled = [step.name] if step.kind == "collect" and not step.optional else []
    left = cases(release, asked, filled) if asked else None
    if left is None:
        return
    for branch in step.next:
        where = Where(flow.file, branch.line, flow.id, step.id)
        if branch.condition is None:
            if not left:
                yield problem("else_never", where)
            continue
        taken = [case.holds(branch.condition.root) for case in left]
        if not any(taken):
            yield problem("branch_never", where, text=branch.condition.text)
        elif all(taken) and branch is step.next[0]:
            yield problem("branch_always", where, text=branch.condition.text)
            return
        left = [case for case, held in zip(left, taken, strict=True) if not held]
