"""Areas and units as the organisation knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.organisation import Area, Organisation, Unit
from backend.records.statements import insert_or_update
from backend.records.tables import areas, units


@dataclass(frozen=True, slots=True)
class Office:
    """A unit with what visitors need."""

    id: str
    name: str
    phone: str
    address: str
    hours: str


class Places:
    """The tables of areas and units."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def organisation(self) -> Organisation:
        """The whole organisation, areas in the order of their codes."""
        area_rows = await self._db.execute(select(areas).order_by(areas.c.code))
        unit_rows = await self._db.execute(select(units).order_by(units.c.id))
        return _organisation(area_rows, unit_rows)

    async def around(self, code: str | None) -> Organisation:
        """The part of it that answers for one area: what contains the area, up to the root, and the units there."""
        start = (areas.c.code == code) | areas.c.parent.is_(None)
        first = select(areas.c.code, areas.c.parent).where(start).cte(recursive=True)
        lineage = first.union(select(areas.c.code, areas.c.parent).join(first, areas.c.code == first.c.parent))
        area_rows = (await self._db.execute(select(areas).where(areas.c.code.in_(select(lineage.c.code))))).all()
        near = units.c.area_code.in_([row.code for row in area_rows])
        return _organisation(area_rows, await self._db.execute(select(units).where(near).order_by(units.c.id)))

    async def office(self, unit_id: str) -> Office:
        """One unit; NoResultFound if there is none."""
        row = (await self._db.execute(select(units).where(units.c.id == unit_id))).one()
        return Office(row.id, row.name, row.phone, row.address, row.hours)

    async def offices(self) -> list[Office]:
        """All units with what visitors need."""
        rows = await self._db.execute(select(units).order_by(units.c.id))
        return [Office(row.id, row.name, row.phone, row.address, row.hours) for row in rows]

    async def put_area(self, area: Area) -> None:
        """Add or correct an area; what contains it must be there already."""
        change = {
            "name": area.name,
            "level": area.level,
            "parent": area.parent,
            "aliases": list(area.aliases),
            "lat": area.lat,
            "lng": area.lng,
        }
        await self._db.execute(insert_or_update(self._db, areas, {"code": area.code, **change}, change))

    async def put_unit(self, values: Mapping[str, str]) -> None:
        """Add or correct a unit."""
        change = {name: value for name, value in values.items() if name != "id"}
        await self._db.execute(insert_or_update(self._db, units, dict(values), change))


def _organisation(area_rows: Iterable[Any], unit_rows: Iterable[Any]) -> Organisation:
    return Organisation(
        {row.code: _area(row) for row in area_rows},
        tuple(Unit(row.id, row.name, row.kind, row.area_code, row.phone) for row in unit_rows),
    )


def _area(row: Any) -> Area:  # noqa: ANN401 - a row of the table
    return Area(row.code, row.name, row.level, row.parent, tuple(row.aliases), row.lat, row.lng)
