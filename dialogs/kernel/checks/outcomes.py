"""Outcomes of actions against the conditions that ask for them (`context.outcome = "x"`)."""

from collections.abc import Iterator

from dialogs.kernel.predicates import Compare, Every, Name, Node, Not, Predicate, Some
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Action, Step
from dialogs.kernel.words import UNAVAILABLE


def outcomes_of(action: Action) -> tuple[str, ...]:
    """Return every outcome a flow can meet; a durable call is made sooner or later, so it is never unavailable."""
    return tuple(action.outcomes) if action.durable else (*action.outcomes, UNAVAILABLE)


def named_outcomes(condition: Predicate | None) -> set[str]:
    """Return the outcomes a condition names."""
    return set() if condition is None else set(_named(condition.root))


def unknown_outcomes(step: Step, action: Action, where: Where) -> Iterator[Problem]:
    """Walk over outcomes that are named but not in the action's contract."""
    known = outcomes_of(action)
    for branch in step.next:
        for name in sorted(named_outcomes(branch.condition) - set(known)):
            yield problem("unknown_outcome", where.at(branch.line), action=action.name, name=name, known=known)


def unhandled_outcomes(step: Step, action: Action) -> list[str]:
    """Return the outcomes no condition names, where that is more than the one `else` may take."""
    named = set[str]().union(*(named_outcomes(branch.condition) for branch in step.next))
    rest = [name for name in outcomes_of(action) if name not in named]
    return rest if len(rest) > 1 else []


def _named(node: Node) -> Iterator[str]:
    if isinstance(node, Every | Some):
        for inner in node.nodes:
            yield from _named(inner)
    elif isinstance(node, Not):
        yield from _named(node.node)
    elif isinstance(node, Compare) and _is_outcome(node.left):
        value = None if isinstance(node.right, Name) else node.right.value
        members = value if isinstance(value, tuple) else (value,)
        yield from (member for member in members if isinstance(member, str))


def _is_outcome(operand: object) -> bool:
    return isinstance(operand, Name) and (operand.root, operand.key) == ("context", "outcome")
