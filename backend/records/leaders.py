"""The leaders who receive, as the organisation knows them. They hold public office: nothing here is sealed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.reception.sessions import Leader
from backend.records.reception_tables import leaders
from backend.records.statements import insert_or_update


class Leaders:
    """The table of leaders."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def all(self) -> list[Leader]:
        """All who are in office, in their order."""
        return list((await self.known()).values())

    async def known(self) -> dict[str, Leader]:
        """All who are in office by id, in their order."""
        query = select(leaders).where(leaders.c.active).order_by(leaders.c.rank, leaders.c.id)
        return {row.id: as_leader(row) for row in await self._db.execute(query)}

    async def put(self, leader: Leader) -> None:
        """Add a leader or correct what is known; the area must be there already."""
        change = {
            "name": leader.name,
            "post": leader.post,
            "portfolio": leader.portfolio,
            "types": list(leader.types),
            "aliases": list(leader.aliases),
            "level": leader.level,
            "area_code": leader.area_code,
            "rank": leader.rank,
            "active": True,
        }
        await self._db.execute(insert_or_update(self._db, leaders, {"id": leader.id, **change}, change))

    async def keep_only(self, ids: Iterable[str]) -> None:
        """Who is not among these is out of office; past calendars still name them."""
        await self._db.execute(update(leaders).where(leaders.c.id.not_in(tuple(ids))).values(active=False))


def as_leader(row: Any) -> Leader:  # noqa: ANN401 - a row of the table
    """A row that holds the table's columns."""
    return Leader(
        id=row.id,
        name=row.name,
        post=row.post,
        portfolio=row.portfolio,
        level=row.level,
        area_code=row.area_code,
        rank=row.rank,
        types=tuple(row.types),
        aliases=tuple(row.aliases),
        active=row.active,
    )
