"""Releases of the dialogs by id, and the list of places: what every process of the bot may need and none may change."""

import json
from collections.abc import Mapping

from connectors.sessions import keys
from connectors.sessions.link import RedisLink

KEPT_MS = 2 * keys.SESSION_KEPT_MS
"""Longer than the longest session that may still run on it."""


class ReleaseStore:
    """Sources of releases, immutable, and the places as the backend last told them."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    async def put(self, release_id: str, sources: Mapping[str, str]) -> None:
        """Store the sources of a release; what is stored already stays as it is."""
        name = keys.release(release_id)
        body = json.dumps(dict(sources), ensure_ascii=False, sort_keys=True)
        await self._link.run(("SET", name, body, "NX"), ("PEXPIRE", name, KEPT_MS))

    async def get(self, release_id: str) -> dict[str, str] | None:
        """The sources of a release; None if it is not stored."""
        (body,) = await self._link.run(("GET", keys.release(release_id)))
        return None if body is None else {str(name): str(text) for name, text in json.loads(body).items()}

    async def put_areas(self, body: bytes) -> None:
        """Store the list of places."""
        await self._link.run(("SET", keys.AREAS, body))

    async def areas(self) -> bytes | None:
        """The list of places as last stored."""
        (body,) = await self._link.run(("GET", keys.AREAS))
        return None if body is None else bytes(body)
