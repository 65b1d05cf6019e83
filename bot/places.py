"""The organisation's places for the extractors: from the backend, and from Redis while the backend is away."""

import json
import logging
from datetime import datetime

from connectors.backend import BackendClient, Unreachable
from connectors.extractors import Gazetteer, extract
from connectors.sessions.releases import ReleaseStore
from dialogs.kernel.words import Entity

_log = logging.getLogger(__name__)


class Places:
    """The places as last heard of; none at first."""

    def __init__(self, backend: BackendClient, store: ReleaseStore) -> None:
        self._backend = backend
        self._store = store
        self._known = b"[]"
        self._fresh = True
        self._gazetteer = Gazetteer.from_areas([])

    @property
    def are_known(self) -> bool:
        """Whether there are any places yet."""
        return self._known != b"[]"

    async def refresh(self) -> None:
        """Ask the backend; without an answer, take what is stored."""
        try:
            areas = await self._backend.areas()
            await self._store.put_areas(areas)
            self._fresh = True
        except Unreachable as problem:
            if self._fresh:
                _log.warning("places not refreshed: %s", problem)
            self._fresh = False
            areas = self._known if self.are_known else await self._store.areas() or self._known
        if areas != self._known:
            self._gazetteer = Gazetteer.from_areas(json.loads(areas))
            self._known = areas

    def extract(self, text: str, now: datetime) -> tuple[Entity, ...]:
        """Pick the entities out of a text."""
        return extract(text, now, self._gazetteer)
