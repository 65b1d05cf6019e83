"""What conditions can amount to, found by trying every combination of the values that matter.

A slot's values are those of its type and those it is compared with; `matches`, `contains`, comparisons of two names
and whatever asks for a member (`slots.x.y`) count as either. So nothing is called certain that is not; where there are
too many combinations, nothing is.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.kernel.predicates import Compare, Every, Literal, Name, Node, Not, Operand, Predicate, Some, Truth
from dialogs.kernel.release import Release
from dialogs.kernel.words import Value

MOST_TRIALS = 4_000
"""Combinations tried for one question."""
_OTHER = "\x00another"
_ORDERED = ("<", "<=", ">", ">=")


Mark: TypeAlias = tuple[tuple[str, str], str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One combination: what names stand for, and which opaque comparisons hold."""

    names: Mapping[str, Mapping[str, Value]]
    opaque: Mapping[Mark, bool]

    def holds(self, node: Node) -> bool:
        """Say whether a condition holds in this case."""
        if isinstance(node, Every):
            return all(self.holds(inner) for inner in node.nodes)
        if isinstance(node, Some):
            return any(self.holds(inner) for inner in node.nodes)
        if isinstance(node, Not):
            return not self.holds(node.node)
        if _is_opaque(node):
            return self.opaque[_mark(node)]
        return node.holds(self.names)


def cases(release: Release, conditions: Sequence[Predicate], filled: Iterable[str] = ()) -> list[Case] | None:
    """Return every combination for these conditions; slots in `filled` are not null. None if there are too many."""
    atoms = [atom for condition in conditions for atom in _atoms(condition.root)]
    opaque = list(dict.fromkeys(_mark(atom) for atom in atoms if _is_opaque(atom)))
    values = _values(release, atoms, set(filled))
    trials = 2 ** len(opaque)
    for choices in values.values():
        trials *= len(choices)
    if trials > MOST_TRIALS:
        return None
    return [
        Case(_scopes(dict(zip(values, chosen, strict=True))), dict(zip(opaque, truth, strict=True)))
        for chosen in itertools.product(*values.values())
        for truth in itertools.product((True, False), repeat=len(opaque))
    ]


def implies(release: Release, given: Predicate | None, refused: Sequence[Predicate], wanted: Predicate) -> bool:
    """Say whether `wanted` must hold where `given` does (None: nothing is known) and none of `refused` does."""
    conditions = [*refused, wanted, *([] if given is None else [given])]
    tried = cases(release, conditions)
    return tried is not None and all(
        case.holds(wanted.root)
        for case in tried
        if (given is None or case.holds(given.root)) and not any(case.holds(each.root) for each in refused)
    )


def _mark(atom: Truth | Compare) -> Mark:
    """Return what is asked of which, wherever it stands."""
    sides = _sides(atom)
    left, right = (_side(sides[0]), _side(sides[1])) if isinstance(atom, Compare) else (_side(sides[0]), ("", ""))
    return left, atom.op if isinstance(atom, Compare) else "", right


def _sides(atom: Truth | Compare) -> tuple[Operand, ...]:
    return (atom.operand,) if isinstance(atom, Truth) else (atom.left, atom.right)


def _side(side: Operand) -> tuple[str, str]:
    return (side.root, f"{side.key}.{side.member}") if isinstance(side, Name) else ("", repr(side.value))


def _atoms(node: Node) -> Iterator[Truth | Compare]:
    if isinstance(node, Every | Some):
        for inner in node.nodes:
            yield from _atoms(inner)
    elif isinstance(node, Not):
        yield from _atoms(node.node)
    else:
        yield node


def _is_opaque(atom: Truth | Compare) -> bool:
    if any(isinstance(side, Name) and side.member for side in _sides(atom)):
        return True
    if isinstance(atom, Truth):
        return False
    if atom.op in ("contains", "matches") or (isinstance(atom.left, Name) and isinstance(atom.right, Name)):
        return True
    texts = [side.value for side in (atom.left, atom.right) if isinstance(side, Literal)]
    return atom.op in _ORDERED and any(isinstance(value, str) for value in texts)


def _values(release: Release, atoms: Iterable[Truth | Compare], filled: set[str]) -> dict[Name, list[Value]]:
    compared: dict[tuple[str, str], list[Value]] = {}
    names: dict[tuple[str, str], Name] = {}
    for atom in atoms:
        sides = _sides(atom)
        literals = [side.value for side in sides if isinstance(side, Literal)]
        for side in sides:
            if isinstance(side, Name):
                names.setdefault((side.root, side.key), side)
                compared.setdefault((side.root, side.key), []).extend(literals)
    return {name: _choices(release, name, compared[key], filled) for key, name in names.items()}


def _choices(release: Release, name: Name, compared: list[Value], filled: set[str]) -> list[Value]:
    slot = release.slots.get(name.key) if name.root == "slots" else None
    nothing = [] if slot is not None and name.key in filled else [None]
    if slot is not None and slot.type == "bool":
        return [*nothing, True, False]
    if slot is not None and slot.type == "categorical":
        return [*nothing, *slot.values]
    literals = [each for value in compared for each in (value if isinstance(value, tuple) else (value,))]
    numbers = [value for value in literals if isinstance(value, int | float) and not isinstance(value, bool)]
    around = [value + step for value in numbers for step in (-0.5, 0, 0.5)]
    if slot is not None and slot.type == "float":
        return [*nothing, *dict.fromkeys([0, 1, *around])]
    if slot is not None and slot.type == "list":
        return [*nothing, [], [_OTHER]]
    texts = [value for value in literals if isinstance(value, str)]
    others = [] if slot is not None and slot.type == "text" else [True, False, *around]
    return [*nothing, _OTHER, *dict.fromkeys(texts), *others]


def _scopes(values: Mapping[Name, Value]) -> dict[str, dict[str, Value]]:
    scopes: dict[str, dict[str, Value]] = {"slots": {}, "context": {}}
    for name, value in values.items():
        scopes[name.root][name.key] = value
    return scopes
