"""The steps of a flow as a graph: where each leads, what can be reached, what goes round in circles."""

from collections.abc import Callable, Iterable, Mapping

from dialogs.kernel.release import Flow


def ways(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return each step's targets, END among them; a link leads nowhere in this flow."""
    return {step.id: tuple(dict.fromkeys(branch.target for branch in step.next)) for step in flow.steps.values()}


def called_flows(flow: Flow) -> dict[str, str]:
    """Return the child each call step runs."""
    return {step.id: step.name for step in flow.steps.values() if step.kind == "call"}


def reached(starts: Iterable[str], onward: Mapping[str, Iterable[str]]) -> set[str]:
    """Return everything reachable from the starts, themselves included."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo.extend(onward.get(here, ()))
    return seen


def backward(onward: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Turn every way round."""
    turned: dict[str, list[str]] = {}
    for here, targets in onward.items():
        for target in targets:
            turned.setdefault(target, []).append(here)
    return turned


def circles(onward: Mapping[str, Iterable[str]], keep: Callable[[str], bool]) -> list[list[str]]:
    """Return the groups of kept steps that can run round among themselves, in the order of the mapping."""
    inner = {
        here: [to for to in targets if to in onward and keep(to)] for here, targets in onward.items() if keep(here)
    }
    found: list[list[str]] = []
    done: set[str] = set()
    for here, targets in inner.items():
        ahead = reached(targets, inner)
        if here in ahead and here not in done:
            group = [step for step in inner if step in ahead and here in reached(inner[step], inner)]
            done.update(group)
            found.append(group)
    return found
