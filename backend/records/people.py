"""Residents: the link between a WeChat identity and a person of ours, and what they agreed to.

An openid is personal data. It is found by a keyed blind index and kept sealed (we must send to it). Cases hold the
person's own id only, so deleting this one row cuts everything else off from WeChat.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.pii import Vault
from backend.records.statements import insert_or_ignore
from backend.records.tables import consents, people


@dataclass(frozen=True, slots=True)
class Person:
    """A resident; `consent_version` is None before consent and after its withdrawal."""

    id: str
    consent_version: str | None


class People:
    """The table of residents."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    def index(self, openid: str) -> str:
        """What a person is found by."""
        return self._vault.index("openid", openid)

    async def find(self, openid: str, *, lock: bool = False) -> Person | None:
        """The person behind an openid; `lock` holds others off until the transaction ends."""
        query = select(people.c.id, people.c.consent_version).where(people.c.openid_index == self.index(openid))
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return Person(row.id, row.consent_version) if row else None

    async def ensure(self, openid: str, new_id: str, now: datetime) -> Person:
        """The person behind an openid, locked; made with `new_id` if not yet known."""
        values = {
            "id": new_id,
            "openid_index": self.index(openid),
            "openid_sealed": self._vault.seal(openid, _context(new_id)),
            "created_at": now,
        }
        await self._db.execute(insert_or_ignore(self._db, people).values(values))
        found = await self.find(openid, lock=True)
        return found or Person(new_id, None)

    async def openid_of(self, person_id: str) -> str | None:
        """Where to send to, None once forgotten."""
        query = select(people.c.openid_sealed).where(people.c.id == person_id)
        sealed = (await self._db.execute(query)).scalar_one_or_none()
        return None if sealed is None else self._vault.open(sealed, _context(person_id))

    async def set_consent(self, person_id: str, version: str | None, now: datetime) -> None:
        """Record that consent was given (a version) or taken back (None)."""
        await self._db.execute(update(people).where(people.c.id == person_id).values(consent_version=version))
        line = {"person_id": person_id, "version": version, "given": version is not None, "at": now}
        await self._db.execute(insert(consents).values(line))

    async def forget(self, person_id: str) -> None:
        """Delete the link to the WeChat identity."""
        await self._db.execute(delete(people).where(people.c.id == person_id))


def _context(person_id: str) -> str:
    return f"people/openid/{person_id}"
