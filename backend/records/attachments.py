"""Photos, voice, videos and places that residents sent; their content is fetched later and kept sealed in the database.

In the database and not in a folder, so that any worker on any machine can store it and one backup holds everything.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.pii import Vault
from backend.records.queues import CANCELLED, DONE, WAITING, Queue, fresh
from backend.records.tables import attachments


@dataclass(frozen=True, slots=True)
class Content:
    """A fetched attachment."""

    data: bytes = field(repr=False)
    content_type: str


class Attachments(Queue):
    """The table of attachments."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        super().__init__(connection, attachments)
        self._vault = vault

    async def add(self, new_id: str, case_id: str, detail: Mapping[str, Any], now: datetime) -> None:
        """Keep what was sent; only what has a media_id has to be fetched."""
        values = {
            "id": new_id,
            "case_id": case_id,
            "kind": detail["kind"],
            "detail_sealed": self._vault.seal(json.dumps(dict(detail), ensure_ascii=False), _detail(new_id)),
            **fresh(now),
            "state": WAITING if detail.get("media_id") else DONE,
        }
        await self._db.execute(insert(attachments).values(values))

    def media_id(self, attachment_id: str, detail_sealed: str) -> str:
        """What to ask the platform for."""
        return str(json.loads(self._vault.open(detail_sealed, _detail(attachment_id)))["media_id"])

    async def store(self, attachment_id: str, claim: str, content: Content, now: datetime) -> None:
        """Keep the fetched content, sealed. Raises LeaseLostError."""
        sealed = self._vault.keyring.seal_bytes(content.data, _content(attachment_id))
        more = {"content_sealed": sealed, "content_type": content.content_type, "size": len(content.data)}
        await self.finish(attachment_id, claim, now, **more)

    async def content(self, attachment_id: str) -> Content | None:
        """The fetched content, None before it is fetched and after it is erased."""
        row = (await self._db.execute(select(attachments).where(attachments.c.id == attachment_id))).first()
        if row is None or row.content_sealed is None:
            return None
        return Content(self._vault.keyring.open_bytes(row.content_sealed, _content(attachment_id)), row.content_type)

    async def count_of(self, case_id: str) -> int:
        """How many a case has."""
        query = select(func.count()).where(attachments.c.case_id == case_id, attachments.c.detail_sealed.is_not(None))
        return int((await self._db.execute(query)).scalar_one())

    async def erase(self, case_ids: Iterable[str], now: datetime) -> None:
        """Erase what was sent in these cases; what is not yet fetched never will be."""
        chosen = attachments.c.case_id.in_(tuple(case_ids))
        await self.cancel(now, CANCELLED, chosen)
        nothing = {"detail_sealed": None, "content_sealed": None}
        await self._db.execute(update(attachments).where(chosen).values(nothing))


def _detail(attachment_id: str) -> str:
    return f"attachments/detail/{attachment_id}"


def _content(attachment_id: str) -> str:
    return f"attachments/content/{attachment_id}"
