"""Understanding: speech to words, our extractors for what can be picked out of them, Rasa for what is meant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.metrics import Meters
from bot.turns import CHINA
from dialogs.kernel.words import Entity, Input, Understanding

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
        """Pick out the entities; ask for the intent if it matters."""
        entities = self._extract(text, datetime.fromtimestamp(at, CHINA))
        if not intent:
            return Understanding(entities=entities)
        meant = await self._parser.parse(text)
        if meant is None:
            self._meters.rasa_silent.inc()
            return Understanding(entities=entities)
        return replace(meant, entities=(*meant.entities, *entities))
