"""What is not quite sure: whether the likeliest of several values is taken, and which ones are offered instead."""

from collections.abc import Sequence

from dialogs.kernel.limits import CANDIDATES
from dialogs.kernel.release import Release, Thresholds
from dialogs.kernel.words import Entity, Understanding


def settled(understanding: Understanding, thresholds: Thresholds) -> tuple[Entity, ...]:
    """The entities without those that are only the likeliest of several, with none far enough ahead."""
    if not understanding.rivals:
        return understanding.entities
    open_ones = {name for name, ranked in understanding.rivals.items() if not _is_sure(ranked, thresholds)}
    return tuple(entity for entity in understanding.entities if entity.entity not in open_ones)


def likely(release: Release, understanding: Understanding | None) -> dict[str, list[str]]:
    """By slot the values worth offering, should its question be put; one that is taken is not among them."""
    if understanding is None or not understanding.rivals:
        return {}
    found: dict[str, list[str]] = {}
    taken = [(entity.entity, entity.value) for entity in settled(understanding, release.thresholds)]
    for name, ranked in understanding.rivals.items():
        values = [value for value in _likely(ranked, release.thresholds) if (name, value) not in taken]
        for slot in release.slots.values():
            offered = [value for value in values if value in slot.values]
            if offered and any(mapping.entity == name for mapping in slot.mappings):
                found[slot.name] = offered
    return found


def _likely(ranked: Sequence[tuple[str, float]], thresholds: Thresholds) -> list[str]:
    return [value for value, confidence in ranked if confidence >= thresholds.likely][:CANDIDATES]


def _is_sure(ranked: Sequence[tuple[str, float]], thresholds: Thresholds) -> bool:
    """One is sure enough by itself, or by its lead, or because no other is worth a question."""
    if len(_likely(ranked, thresholds)) <= 1:
        return True
    first, second = ranked[0][1], ranked[1][1]
    return first >= thresholds.sure or first - second >= thresholds.lead
