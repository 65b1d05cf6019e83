"""The demo organisation: put in once or again, nothing is doubled and no account already bound is lost."""

from collections.abc import Mapping
from typing import Any

from backend.domain.organisation import Area
from backend.domain.reception.sessions import Leader
from backend.records.staff import MEDIATOR
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.staff import new_code


async def seed(work: Work, organisation: Mapping[str, Any]) -> None:
    """Put areas, units, staff and leaders in, as read from a place's organisation file (larger areas come first)."""
    for area in organisation["areas"]:
        await work.places.put_area(Area(**{**area, "aliases": tuple(area["aliases"])}))
    for unit in organisation["units"]:
        values = {"address": "", "hours": "", **unit}
        values["area_code"] = values.pop("area")
        await work.places.put_unit(values)
    for member in organisation["staff"]:
        role = member.get("role", MEDIATOR)
        await work.staff.put(member["id"], member["unit"], member["name"], member.get("duty_days", ()), role)
    leaders = [_leader(rank, raw) for rank, raw in enumerate(organisation.get("leaders", ()))]
    for leader in leaders:
        await work.leaders.put(leader)
    await work.leaders.keep_only(leader.id for leader in leaders)


def _leader(rank: int, raw: Mapping[str, Any]) -> Leader:
    return Leader(
        id=raw["id"],
        name=raw["name"],
        post=raw["post"],
        portfolio=raw["portfolio"],
        level=raw["level"],
        area_code=raw["area"],
        rank=rank,
        types=tuple(raw["types"]),
        aliases=tuple(raw["aliases"]),
    )


async def fresh_codes(desk: Desk, work: Work) -> list[tuple[str, str, str]]:
    """A new code for everybody whose account is not yet known: code, unit, name."""
    codes: list[tuple[str, str, str]] = []
    for member in await work.staff.unbound():
        made = await new_code(desk, work, member.id)
        if made is not None:
            codes.append((made[1], member.unit_name, member.name))
    return codes
