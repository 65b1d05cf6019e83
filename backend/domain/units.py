"""Which unit a name means that somebody typed, and which names come nearest to it."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from backend.domain.organisation import Unit

NEAR_MAX = 5
"""So many are offered to choose from."""
RUN_MIN = 2
"""So many characters in a row must be the same; one alone says nothing."""


def named(said: str, units: Sequence[Unit]) -> Unit | None:
    """The unit by its id or name, or by a part of the name that only one has."""
    wanted = "".join(said.split())
    exact = [unit for unit in units if wanted in (unit.id, unit.name)]
    some = exact or _with(wanted, units)
    return some[0] if len(some) == 1 else None


def nearest(said: str, units: Sequence[Unit]) -> Sequence[Unit]:
    """Units that have the words in their name, else those that share most characters of them, at least half."""
    wanted = "".join(said.split())
    if len(wanted) < RUN_MIN:
        return []
    if some := _with(wanted, units):
        return some[:NEAR_MAX]
    scored = [(unit, _shared(wanted, unit.name)) for unit in units]
    best = max((score for _, score in scored), default=0)
    return [unit for unit, score in scored if score == best and 2 * score >= len(wanted)][:NEAR_MAX]


def _with(wanted: str, units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if wanted and wanted in unit.name]


def _shared(wanted: str, name: str) -> int:
    """How many characters of the words the name has in their order; none without a run of them."""
    blocks = [block.size for block in SequenceMatcher(None, wanted, name, autojunk=False).get_matching_blocks()]
    return sum(blocks) if max(blocks) >= RUN_MIN else 0
