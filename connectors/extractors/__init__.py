"""Pieces picked out of Chinese text without Rasa, shaped as its entities: numbers, amounts, times, places, people."""

from collections.abc import Iterable
from datetime import datetime

from connectors.extractors import amounts, leaders, numbers, parties, times
from connectors.extractors.numerals import narrow
from connectors.extractors.places import Area, Gazetteer
from dialogs.kernel.words import Entity

MAX_CHARACTERS = 500
"""More of a text is not searched: its length must not decide how long a turn takes."""

__all__ = ["MAX_CHARACTERS", "Area", "Gazetteer", "extract"]


def extract(text: str, now: datetime, gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """All entities in the order of the text; what stands inside a long number or an address (3号楼) is nothing else."""
    plain = narrow(text[:MAX_CHARACTERS])
    long_numbers = tuple(numbers.find(plain))
    without_numbers = _blanked(plain, long_numbers)
    places = tuple(gazetteer.find(without_numbers))
    rest = _blanked(without_numbers, places)
    others = (
        *amounts.find(rest),
        *times.find(rest, now),
        *parties.find(without_numbers),
        *leaders.find(without_numbers),
    )
    return tuple(sorted((*long_numbers, *places, *others), key=lambda each: (each.start, each.end, each.entity)))


def _blanked(text: str, found: Iterable[Entity]) -> str:
    """The text with what was found made unreadable, so that all else keeps its place."""
    rest = list(text)
    for each in found:
        rest[each.start : each.end] = "#" * (each.end - each.start)
    return "".join(rest)
