"""Understanding of free text: our extractors for what can be picked out, Rasa for what is meant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.metrics import Meters
from bot.turns import CHINA
from dialogs.kernel.words import Entity, Understanding

Extract: TypeAlias = Callable[[str, datetime], tuple[Entity, ...]]


class Parser(Protocol):
    """Whoever knows what a text means."""

    async def parse(self, text: str) -> Understanding | None:
        """The meaning; None is silence."""


class Understander:
    """Both together; `extract` always works, the parser may be silent."""

    def __init__(self, parser: Parser, extract: Extract, meters: Meters) -> None:
        self._parser = parser
        self._extract = extract
        self._meters = meters

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
