"""Idempotency keys with the answers they got, and counters of wrong attempts, both by a person's keyed hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.pii import Vault
from backend.records.statements import insert_or_ignore, insert_or_update
from backend.records.tables import answers, attempts


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was first given: HTTP status and JSON text."""

    status: int
    body: str


class KeyReusedError(Exception):
    """The key was used before with another request."""


class Answers:
    """The table of idempotency keys."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def claim(self, openid: str, key: str, request: str, now: datetime) -> Kept | None:
        """Take the key for this transaction: None if new, else its first answer. KeyReusedError for another request.

        On PostgreSQL a twin waits here until the first one's transaction ends; on SQLite it has waited already.
        """
        who, digest = self._vault.index("openid", openid), self._vault.index("request", request)
        values = {"who_index": who, "key": key, "body_index": digest, "created_at": now}
        if (await self._db.execute(insert_or_ignore(self._db, answers).values(values))).rowcount == 1:
            return None
        query = select(answers).where(answers.c.who_index == who, answers.c.key == key)
        row = (await self._db.execute(query)).one()
        if row.body_index != digest:
            raise KeyReusedError
        return Kept(row.status, self._vault.open(row.body_sealed, _context(who, key)))

    async def keep(self, openid: str, key: str, answer: Kept) -> None:
        """Store the answer with its key, in the transaction of what it reports."""
        who = self._vault.index("openid", openid)
        values = {"status": answer.status, "body_sealed": self._vault.seal(answer.body, _context(who, key))}
        mine = (answers.c.who_index == who) & (answers.c.key == key)
        await self._db.execute(update(answers).where(mine).values(values))

    async def forget(self, openid: str) -> None:
        """Erase a person's answers."""
        await self._db.execute(delete(answers).where(answers.c.who_index == self._vault.index("openid", openid)))

    async def clear(self, before: datetime) -> None:
        """Delete answers given before then."""
        await self._db.execute(delete(answers).where(answers.c.created_at < before))


class Attempts:
    """The table of wrong attempts."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def count(self, openid: str, kind: str, now: datetime, window: timedelta) -> int:
        """How many wrong attempts in the running window. Others of the same person wait until the transaction ends."""
        who = self._vault.index("openid", openid)
        start = {"who_index": who, "kind": kind, "tries": 0, "since": now}
        await self._db.execute(insert_or_update(self._db, attempts, start, {"tries": attempts.c.tries}))
        mine = (attempts.c.who_index == who) & (attempts.c.kind == kind)
        row = (await self._db.execute(select(attempts).where(mine))).one()
        if row.since + window > now:
            return int(row.tries)
        await self._db.execute(update(attempts).where(mine).values(tries=0, since=now))
        return 0

    async def add(self, openid: str, kind: str) -> None:
        """One more wrong attempt; count() must have been asked in this transaction."""
        mine = (attempts.c.who_index == self._vault.index("openid", openid)) & (attempts.c.kind == kind)
        await self._db.execute(update(attempts).where(mine).values(tries=attempts.c.tries + 1))

    async def clear(self, before: datetime) -> None:
        """Delete counters begun before then."""
        await self._db.execute(delete(attempts).where(attempts.c.since < before))

    async def forget(self, openid: str) -> None:
        """Erase a person's counters."""
        await self._db.execute(delete(attempts).where(attempts.c.who_index == self._vault.index("openid", openid)))


def _context(who: str, key: str) -> str:
    return f"answers/body/{who}/{key}"
