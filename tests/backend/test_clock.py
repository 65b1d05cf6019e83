"""The worker's clock: many at once, one that dies, one task that fails, and the drafts of coming months."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.domain.reception.sessions import Shown
from backend.pii import parse
from backend.records.store import Store, open_store
from backend.records.work import Work
from backend.worker.clock import EVERY, Clock, work_clock
from tests.backend.receptions_made import book, facts, made
from tests.backend.test_visits import at, tick
from tests.backend.world import KEY_1, RESIDENT, Killed, World


@pytest.fixture
async def booked(world: World) -> str:
    """The code of a booking on Friday at nine; the resident's window is open for texts."""
    world.messenger.windows.add(RESIDENT)
    _, (slot,) = await made(world)
    return str((await book(world, RESIDENT, slot))["booking_code"])


@pytest.fixture
async def other_store(made_url: str) -> AsyncIterator[Store]:
    """The same database as another process opens it."""
    opened = await open_store(made_url, parse(KEY_1))
    yield opened
    await opened.close()


async def test_many_clocks_tell_each_thing_once(world: World, booked: str, other_store: Store) -> None:
    """Workers of two processes that look at the same moment remind once and mark an absence once."""
    assert booked
    stores = (world.store, other_store, world.store, other_store)
    for day, hour, minute in ((5, 16, 0), (6, 8, 0), (6, 9, 30)):
        world.clock.time = world.clock.time.replace(day=day, hour=hour, minute=minute)
        await asyncio.gather(*(work_clock(replace(world.tools, store=store)) for store in stores))
    happened = Counter(await facts(world.store))
    assert (happened["ReminderDue"], happened["NoShow"]) == (2, 1)


async def test_a_hold_that_runs_out_is_freed_by_one_of_them(world: World, other_store: Store) -> None:
    """Two clocks at once on many holds: each is marked once, and every seat is free again."""
    _, slots = await made(world, hours=(9, 10, 11), seats=2)
    for number, slot in enumerate(slots * 2):
        await world.consent(f"o-{number}")
        await world.call("POST", "/bookings/holds", f"o-{number}", {"slot_id": slot})
    world.clock.forward(minutes=15)
    counts = await asyncio.gather(
        *(work_clock(replace(world.tools, store=store)) for store in (world.store, other_store))
    )
    assert sum(counts) <= len(slots) * 2
    await work_clock(world.tools)
    friday = world.clock.now().date().replace(day=6)
    async with world.store.read() as work:
        receptions = await work.receptions.on(friday, friday, world.clock.now())
    assert [slot.free for one in receptions for slot in one.slots] == [2, 2, 2]


async def test_a_clock_that_dies_loses_nothing(world: World, booked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies between the note and the fact leaves neither; the next one reminds."""
    assert booked
    world.clock.time = world.clock.time.replace(day=5, hour=16)

    async def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Work, "tell", dies)
        with pytest.raises(Killed):
            await work_clock(world.tools)
    await tick(world)
    await tick(world)
    assert len(world.said_to(RESIDENT)) == 1


async def test_a_task_that_fails_does_not_stop_the_others(
    world: World, booked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When one kind of work breaks, the reminders go out all the same."""
    assert booked

    async def breaks(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr("backend.records.visits.Visits.missed", breaks)
    await at(world, 5, 16)
    assert len(world.said_to(RESIDENT)) == 1


async def test_the_clock_is_looked_at_once_in_a_while(world: World, booked: str) -> None:
    """Between two looks nothing is done; the next look does what has become due."""
    assert booked
    clock = Clock()
    world.clock.time = world.clock.time.replace(day=5, hour=15, minute=59, second=58)
    await clock.work(world.tools)
    world.clock.forward(seconds=2)
    await clock.work(world.tools)
    assert "ReminderDue" not in await facts(world.store)
    world.clock.forward(seconds=EVERY.total_seconds() - 2)
    await clock.work(world.tools)
    assert "ReminderDue" in await facts(world.store)


async def months(world: World) -> dict[str, set[Shown]]:
    """The states of the receptions of March and April."""
    async with world.store.read() as work:
        found = {month: await work.receptions.month(month, world.clock.now()) for month in ("2026-03", "2026-04")}
    return {month: {one.state for one in some} for month, some in found.items()}


async def test_the_next_months_draft_is_made_on_the_policys_day(world: World) -> None:
    """A month without a calendar gets one; the next from the 25th on, once; nobody sees it before it is published."""
    clock = Clock()
    await clock.work(world.tools)
    assert await months(world) == {"2026-03": {Shown.DRAFT}, "2026-04": set()}
    world.clock.time = world.clock.time.replace(day=24, hour=23)
    await clock.work(world.tools)
    assert (await months(world))["2026-04"] == set()
    world.clock.forward(hours=1)
    await clock.work(world.tools)
    assert (await months(world))["2026-04"] == {Shown.DRAFT}


async def test_a_place_may_publish_without_a_hand(world: World) -> None:
    """Where the policy says automatic, the month is public as soon as it is made."""
    rules = world.desk.policy.reception
    publishing = replace(rules.publishing, automatic=True)
    policy = replace(world.desk.policy, reception=replace(rules, publishing=publishing))
    await Clock().work(replace(world.tools, desk=replace(world.desk, policy=policy)))
    assert (await months(world))["2026-03"] == {Shown.PUBLISHED}
