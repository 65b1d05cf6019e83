"""Understanding: speech to words, our extractors for what can be picked out of them, Rasa for what is meant."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.metrics import Meters
from bot.turns import CHINA
from connectors.extractors.matters import split
from dialogs.kernel.words import NOTHING, Entity, Input, Part, Understanding

_TRIFLE = 2
"""Characters beside a place that add nothing (在…, …呢)."""
Extract: TypeAlias = Callable[[str, datetime], tuple[Entity, ...]]


class Parser(Protocol):
    """Whoever knows what a text means."""

    async def parse(self, text: str) -> Understanding | None:
        """The meaning; None is silence."""


class Recogniser(Protocol):
    """Whoever makes words of speech."""

    async def words(self, given: Input) -> str:
        """The words of a voice message; empty: it could not be made out."""


class Understander:
    """All together; `extract` always works, the parser and the recogniser may be silent."""

    def __init__(self, parser: Parser, recogniser: Recogniser, extract: Extract, meters: Meters) -> None:
        self._parser = parser
        self._recogniser = recogniser
        self._extract = extract
        self._meters = meters

    async def words(self, given: Input) -> str:
        """What a voice message says; where nobody can make it out, it goes on as a recording."""
        words = await self._recogniser.words(given)
        if not words:
            self._meters.unheard.inc()
        return words

    async def understand(self, text: str, at: float, *, intent: bool) -> Understanding:
        """Pick out the entities; ask for the intent if it matters, of each stretch that may be its own matter too."""
        if not intent:
            return Understanding(entities=self._extract(text, datetime.fromtimestamp(at, CHINA)))
        stretches = split(text)
        several = stretches if len(stretches) > 1 else []
        whole, *parts = await asyncio.gather(*(self._meaning(each, at) for each in (text, *several)))
        return replace(whole, parts=tuple(map(Part, several, parts)))

    async def _meaning(self, text: str, at: float) -> Understanding:
        entities = self._extract(text, datetime.fromtimestamp(at, CHINA))
        meant = await self._parser.parse(text)
        if meant is None:
            self._meters.rasa_silent.inc()
            return Understanding(entities=entities)
        if any(_is_all(one, text) for one in entities):
            meant = replace(meant, entities=(), rivals=NOTHING)
        return replace(meant, entities=(*meant.entities, *entities))


def _is_all(one: Entity, text: str) -> bool:
    """Whether a message is nothing but a place: what kind of dispute its name sounds like (小区, 村) is no kind."""
    return one.entity == "location" and len(text) - (one.end - one.start) <= _TRIFLE
