"""Receptions put straight into the records, and residents who book them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from backend.domain.reception.sessions import Leader, Reception, Shown, Slot
from backend.records import reception_tables as tables
from backend.records.store import Store
from backend.services.desk import Desk
from backend.services.reception.due import expire_holds, lapse_offers
from tests.backend.world import CHINA, PHONE, World

RULE, AREA, UNIT = "test_rule", "AH", "u-county-centre"
FRIDAY = date(2026, 3, 6)
MATTER = "小区门口的路坏了半年没人修"
FORM = {"visit_matter": MATTER, "contact_name": "李大姐", "contact_phone": PHONE}


@dataclass(frozen=True, slots=True)
class Plan:
    """A reception to make: seats a slot, hours at which half-hour slots begin."""

    day: date = FRIDAY
    hours: Sequence[int] = (9,)
    seats: int = 1
    leader: str = "l-test"
    rule: str = RULE


async def a_reception(store: Store, desk: Desk, plan: Plan) -> tuple[str, list[str]]:
    """Make a published reception; its id and its slots' ids."""
    leader = Leader(plan.leader, "张示范", "副区长", "城乡建设", "county", AREA)
    slots = tuple(_slot(desk, plan, hour) for hour in plan.hours)
    now = desk.now()
    made = Reception(
        id=desk.new_id(),
        day=plan.day,
        rule=plan.rule,
        level="county",
        area_code=AREA,
        unit_id=UNIT,
        title="领导接访",
        state=Shown.PUBLISHED,
        updated_at=now,
        published_at=now,
        leaders=(leader,),
        slots=slots,
    )
    async with store.write() as work:
        await work.leaders.put(leader)
        await work.receptions.add([made], desk.new_id)
    return made.id, [one.id for one in slots]


def _slot(desk: Desk, plan: Plan, hour: int) -> Slot:
    starts_at = datetime(plan.day.year, plan.day.month, plan.day.day, hour, tzinfo=CHINA)
    return Slot(desk.new_id(), starts_at, starts_at + timedelta(minutes=30), seats=plan.seats)


async def made(world: World, **plan: Any) -> tuple[str, list[str]]:
    """Make a reception in a world."""
    return await a_reception(world.store, world.desk, Plan(**plan))


async def hold(world: World, openid: str, slot_id: str, **more: object) -> dict[str, Any]:
    """Somebody who has agreed holds a seat; the answer."""
    await world.consent(openid)
    return (await world.call("POST", "/bookings/holds", openid, {"slot_id": slot_id, **more}))[1]


async def book(world: World, openid: str, slot_id: str, **more: object) -> dict[str, Any]:
    """Somebody holds a seat and confirms; the last answer."""
    held = await hold(world, openid, slot_id, **more)
    if held.get("outcome") != "held":
        return held
    body = {**FORM, "hold_id": held["hold_id"], "slot_id": slot_id, **more}
    return (await world.call("POST", "/bookings", openid, body))[1]


async def wait(world: World, openid: str, slot_id: str, **more: object) -> dict[str, Any]:
    """Somebody goes on the waiting list; the answer."""
    await world.consent(openid)
    return (await world.call("POST", "/waiting", openid, {**FORM, "slot_id": slot_id, **more}))[1]


async def waits_at(world: World, openid: str) -> list[str]:
    """The ids of somebody's places on waiting lists, as the choices name them."""
    listed = (await world.call("GET", "/bookings", openid))[1]["waiting_choices"]
    return [one["payload"].removeprefix("/SetSlots(waiting_id=").removesuffix(")") for one in listed]


async def states(store: Store) -> dict[str, int]:
    """How many bookings there are in each state."""
    async with store.read() as work:
        query = select(tables.bookings.c.state, func.count()).group_by(tables.bookings.c.state)
        return {str(row.state): int(row[1]) for row in await work.connection.execute(query)}


async def the_clock_works(store: Store, desk: Desk) -> None:
    """All that is due for seats is done."""
    async with store.write() as work:
        await expire_holds(desk, work)
    async with store.write() as work:
        await lapse_offers(desk, work)


async def facts(store: Store) -> list[str]:
    """The facts that were written down, in order."""
    async with store.read() as work:
        rows = await work.connection.execute(select(work.outbox.table.c.name).order_by(work.outbox.table.c.id))
        return list(rows.scalars())
