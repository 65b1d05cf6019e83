"""Calendars in the records: made again without harm, changed by hand, published."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.domain.reception.sessions import Reception, Shown
from backend.domain.refusal import Code, Refused
from backend.records.tables import outbox
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception import adjusting, calendar
from backend.services.reception.calendar import Generated
from tests.backend.receptions_made import book
from tests.backend.world import CHINA, RESIDENT, World

MONTH, NEXT = "2026-03", "2026-04"
FRIDAY = date(2026, 3, 6)
Deed = Callable[[Desk, Work], Awaitable[object]]


async def make(world: World, month: str = MONTH) -> Generated:
    """Generate a month."""
    async with world.store.write() as work:
        return await calendar.generate(world.desk, work, month)


async def publish(world: World, month: str = MONTH) -> int:
    """Publish a month."""
    async with world.store.write() as work:
        return await calendar.publish(world.desk, work, month)


async def month(world: World, name: str = MONTH) -> list[Reception]:
    """All receptions of a month."""
    async with world.store.read() as work:
        return await work.receptions.month(name, world.desk.now())


async def one(world: World, rule: str = "county_daily", day: date = FRIDAY) -> Reception:
    """The reception of a rule on a day in the first area."""
    return next(found for found in await month(world) if (found.rule, found.day) == (rule, day))


async def do(world: World, deed: Deed) -> Code | None:
    """Do something in a transaction; how it was refused."""
    try:
        async with world.store.write() as work:
            await deed(world.desk, work)
    except Refused as refused:
        return refused.code
    return None


async def facts(world: World) -> list[str]:
    """The names of the facts in the outbox."""
    async with world.store.read() as work:
        return list((await work.connection.execute(select(outbox.c.name).order_by(outbox.c.id))).scalars())


async def test_generating_again_changes_nothing(world: World) -> None:
    """A month is made once: seats, slots and leaders as the rules want them."""
    first = await make(world)
    before = await month(world)
    again = await make(world)
    assert (again.added, again.changed, again.removed, again.kept) == (0, 0, 0, first.added)
    assert await month(world) == before
    assert {found.state for found in before} == {Shown.DRAFT}
    daily = await one(world)
    assert (len(daily.slots), {slot.seats for slot in daily.slots}) == (10, {1})
    assert daily.slots[0].starts_at == datetime(2026, 3, 6, 9, tzinfo=CHINA)


async def test_rotation_goes_on_in_the_next_month(world: World) -> None:
    """Whoever follows the last of March begins April, in every area."""
    await make(world)
    await make(world, NEXT)
    order = world.desk.policy.reception.sittings[0].leaders
    last = [found for found in await month(world) if found.rule == "county_daily"][-1].leaders[0].id
    first = next(found for found in await month(world, NEXT) if found.rule == "county_daily").leaders[0].id
    assert first == order[(order.index(last) + 1) % len(order)]


async def test_other_rules_change_drafts_only(world: World) -> None:
    """What is a draft follows the rules; what is published, changed or added by hand stays as it is."""
    await make(world)
    moved, extra = (
        await one(world),
        adjusting.Extra(
            FRIDAY, ("l-court",), ((time(18), time(19)),), timedelta(minutes=30), 1, "u-county-centre", "夜间接访"
        ),
    )
    await do(world, lambda d, w: adjusting.move_leader(d, w, moved.id, "l-court"))
    await do(world, lambda d, w: adjusting.add(d, w, extra))
    rules = world.desk.policy.reception
    county, joint, _ = rules.sittings
    narrower = replace(rules, sittings=(replace(county, seats=3), joint))
    other = replace(world.desk, policy=replace(world.desk.policy, reception=narrower))
    async with world.store.write() as work:
        made = await calendar.generate(other, work, MONTH)
    assert (made.added, made.kept) == (0, 7), "five Tuesdays, one changed by hand, one added"
    there = await month(world)
    assert {found.rule for found in there} == {"county_daily", "county_joint", "added_1"}
    kept = next(found for found in there if found.id == moved.id)
    assert ([leader.id for leader in kept.leaders], {slot.seats for slot in kept.slots}) == (["l-court"], {1})
    assert {
        slot.seats for found in there if found.rule == "county_daily" and found.id != moved.id for slot in found.slots
    } == {3}
    await publish(world)
    async with world.store.write() as work:
        assert (await calendar.generate(world.desk, work, MONTH)).changed == 0


async def test_many_may_generate_and_publish_at_once(world: World) -> None:
    """Several workers in the same moment make one calendar."""
    done = await asyncio.gather(*(make(world) for _ in range(4)))
    assert sorted(one.added for one in done)[:3] == [0, 0, 0]
    counts = await asyncio.gather(*(publish(world) for _ in range(3)))
    assert sorted(counts)[:2] == [0, 0]
    assert (await facts(world)).count("MonthPublished") == 1


async def test_publishing(world: World) -> None:
    """Nothing to publish is refused; publishing again publishes what was added since."""
    assert await do(world, lambda d, w: calendar.publish(d, w, MONTH)) is Code.NO_CALENDAR
    made = await make(world)
    assert await publish(world) == made.added
    assert await publish(world) == 0
    extra = adjusting.Extra(
        date(2026, 3, 7), ("l-court",), ((time(9), time(10)),), timedelta(minutes=30), 2, "u-county-centre", "周末接访"
    )
    assert await do(world, lambda d, w: adjusting.add(d, w, extra)) is None
    assert await publish(world) == 1
    assert (await do(world, lambda d, w: calendar.generate(d, w, "2026-13"))) is Code.INVALID


async def test_the_demo_publishes_two_months_once(world: World) -> None:
    """Seeding twice leaves the same calendar."""
    for _ in range(2):
        await do(world, calendar.keep_published)
    assert (await facts(world)).count("MonthPublished") == 2
    assert {found.state for found in [*await month(world), *await month(world, NEXT)]} == {Shown.PUBLISHED}


async def test_the_next_month_is_drafted_on_its_day(world: World) -> None:
    """Before the day only this month is made, from it on the next too, and nothing is published by itself."""
    await do(world, calendar.prepare)
    assert await month(world, NEXT) == []
    world.clock.time = datetime(2026, 3, 25, 8, tzinfo=CHINA)
    await do(world, calendar.prepare)
    assert {found.state for found in await month(world, NEXT)} == {Shown.DRAFT}


async def test_another_leader_receives_and_who_booked_is_told_once(world: World) -> None:
    """The sequence grows, and each who has booked hears who receives now."""
    await make(world)
    await publish(world)
    daily = await one(world)
    await book(world, RESIDENT, daily.slots[0].id)
    world.messenger.windows = {RESIDENT}
    assert await do(world, lambda d, w: adjusting.move_leader(d, w, daily.id, "l-court")) is None
    after = await one(world)
    assert ([leader.id for leader in after.leaders], after.sequence, after.adjusted) == (["l-court"], 1, True)
    await world.work()
    told = [said for said in world.said_to(RESIDENT) if "换了一位领导" in said]
    assert len(told) == 1
    assert "孙示范法院院长" in told[0]


async def test_a_team_member_may_be_replaced(world: World) -> None:
    """One of a team is replaced in their place; who is elsewhere at that time cannot come."""
    await make(world)
    tuesday = await one(world, "county_joint", date(2026, 3, 10))
    due = await one(world, day=date(2026, 3, 10))
    busy = due.leaders[0].id

    def replaced(leader: str, instead: str) -> Deed:
        return lambda d, w: adjusting.move_leader(d, w, tuesday.id, leader, instead)

    assert await do(world, replaced(busy, "l-police")) is Code.LEADER_BUSY
    assert await do(world, replaced("l-court", "l-police")) is Code.LEADER_BUSY
    assert await do(world, replaced("l-nobody", "l-police")) is Code.LEADER_NOT_FOUND
    assert await do(world, replaced("l-ah01-head", "l-nobody")) is Code.LEADER_NOT_FOUND
    free = next(name for name in world.desk.policy.reception.sittings[0].leaders if name != busy)
    assert await do(world, replaced(free, "l-police")) is None
    after = await one(world, "county_joint", date(2026, 3, 10))
    assert [leader.id for leader in after.leaders] == ["l-political-legal", free, "l-procuratorate", "l-court"]


async def test_seats_never_fall_below_what_is_booked(world: World) -> None:
    """More and fewer seats, but nobody loses theirs; a seat once booked and given back can go."""
    await make(world)
    await publish(world)
    slot = (await one(world)).slots[0].id

    def seats(count: int) -> Deed:
        return lambda d, w: adjusting.change_seats(d, w, slot, count)

    assert await do(world, seats(3)) is None
    codes = [(await book(world, name, slot))["booking_code"] for name in ("o-a", "o-b")]
    assert await do(world, seats(1)) is Code.BELOW_BOOKED
    assert await do(world, seats(2)) is None
    assert (await book(world, "o-c", slot))["code"] == "slot_taken"
    assert (await world.call("POST", f"/bookings/{codes[0]}/cancel", "o-a", {}))[1]["outcome"] == "done"
    assert await do(world, seats(1)) is None
    found = (await one(world)).slots[0]
    assert (found.seats, found.taken) == (1, 1)
    assert await do(world, seats(0)) is Code.INVALID


async def test_a_hold_that_ran_out_does_not_keep_its_seat(world: World) -> None:
    """Fewer seats are possible as soon as the hold is over, marked or not."""
    await make(world)
    await publish(world)
    slot = (await one(world)).slots[0].id
    await do(world, lambda d, w: adjusting.change_seats(d, w, slot, 2))
    for name in ("o-a", "o-b"):
        await world.consent(name)
        assert (await world.call("POST", "/bookings/holds", name, {"slot_id": slot}))[0] == 200
    assert await do(world, lambda d, w: adjusting.change_seats(d, w, slot, 1)) is Code.BELOW_BOOKED
    world.clock.forward(minutes=16)
    assert await do(world, lambda d, w: adjusting.change_seats(d, w, slot, 1)) is None


async def test_slots_close_and_open(world: World) -> None:
    """A closed slot takes no bookings; one that is booked is not closed."""
    await make(world)
    await publish(world)
    first, second = [slot.id for slot in (await one(world)).slots[:2]]
    await book(world, RESIDENT, first)
    assert await do(world, lambda d, w: adjusting.close_slot(d, w, first)) is Code.HAS_BOOKINGS
    assert await do(world, lambda d, w: adjusting.close_slot(d, w, second)) is None
    assert (await book(world, "o-b", second))["code"] == "slot_closed"
    assert await do(world, lambda d, w: adjusting.open_slot(d, w, second)) is None
    assert (await book(world, "o-b", second))["outcome"] == "done"
    assert await do(world, lambda d, w: adjusting.close_slot(d, w, "nothing")) is Code.SLOT_NOT_FOUND


async def test_a_reception_that_nobody_booked_is_called_off(world: World) -> None:
    """One with bookings is not, nor one that is off or over."""
    await make(world)
    await publish(world)
    booked, empty = await one(world), await one(world, day=date(2026, 3, 9))
    await book(world, RESIDENT, booked.slots[0].id)

    def cancelled(found: Reception) -> Deed:
        return lambda d, w: adjusting.cancel(d, w, found.id, "停电")

    assert await do(world, cancelled(booked)) is Code.HAS_BOOKINGS
    assert await do(world, cancelled(empty)) is None
    assert await do(world, cancelled(empty)) is Code.RECEPTION_OVER
    assert await do(world, cancelled(await one(world, day=date(2026, 3, 2)))) is Code.RECEPTION_OVER
    assert await do(world, lambda d, w: adjusting.cancel(d, w, "nothing", "")) is Code.RECEPTION_NOT_FOUND
    assert (await make(world)).added == 0, "it is not made again"
    off = await one(world, day=date(2026, 3, 9))
    assert (off.state, off.sequence, off.note) == (Shown.CANCELLED, 1, "停电")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"leaders": ("l-nobody",)}, Code.LEADER_NOT_FOUND),
        ({"leaders": ()}, Code.INVALID),
        ({"unit_id": "u-nowhere"}, Code.UNKNOWN_UNIT),
        ({"day": date(2026, 3, 3)}, Code.INVALID),
        ({"hours": ((time(9), time(9, 10)),)}, Code.INVALID),
        ({"seats": 0}, Code.INVALID),
        ({"leaders": ("l-court", "l-police"), "day": date(2026, 3, 10)}, Code.LEADER_BUSY),
    ],
)
async def test_what_cannot_be_added_is_refused(world: World, change: dict[str, Any], code: Code) -> None:
    """Nobody, nowhere, no time, the past, or somebody who is elsewhere."""
    await make(world)
    extra = adjusting.Extra(
        FRIDAY, ("l-court",), ((time(9), time(10)),), timedelta(minutes=30), 1, "u-county-centre", "加一场"
    )
    assert await do(world, lambda d, w: adjusting.add(d, w, replace(extra, **change))) is code
