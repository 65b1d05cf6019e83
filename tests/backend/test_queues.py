"""Work that is claimed: by one at a time, for as long as its lease, and never lost with its worker."""

import asyncio
from datetime import timedelta

import pytest

from backend.domain.facts import ConsentGiven, StaffBound
from backend.records.queues import GAVE_UP, LeaseLostError, Terms
from backend.records.store import Store
from tests.backend.world import Clock, World

TERMS = Terms(timedelta(seconds=60), 5, attempts_max=3)


async def fill(store: Store, clock: Clock, count: int) -> None:
    """Put facts into the outbox."""
    async with store.write() as work:
        await work.outbox.add([ConsentGiven(f"p{n}") for n in range(count)], clock.now())


async def claim(store: Store, clock: Clock, name: str) -> list[int]:
    """Claim and commit; the ids."""
    async with store.write() as work:
        return [row.id for row in await work.outbox.claim(clock.now(), name, TERMS)]


async def test_nobody_else_gets_what_is_claimed(store: Store) -> None:
    """Two workers that claim at the same moment share the rows, and each row goes to one."""
    clock = Clock()
    await fill(store, clock, 9)
    one, two = await asyncio.gather(claim(store, clock, "a"), claim(store, clock, "b"))
    assert (len(set(one) | set(two)), len(one) + len(two)) == (9, 9)
    assert await claim(store, clock, "c") == []


async def test_two_claims_do_not_wait_for_each_other(made_url: str, store: Store) -> None:
    """On PostgreSQL a worker passes over rows that another is just claiming."""
    clock = Clock()
    await fill(store, clock, 9)
    if made_url.startswith("sqlite"):
        assert len(await claim(store, clock, "a")) == 5
        return
    async with store.write() as work:
        mine = await work.outbox.claim(clock.now(), "a", TERMS)
        assert len(mine) == 5
        assert len(await claim(store, clock, "b")) == 4


async def test_a_dead_workers_lease_expires(store: Store) -> None:
    """What a worker left unfinished is another's once the lease is over, and the first can no longer finish it."""
    clock = Clock()
    await fill(store, clock, 1)
    (row_id,) = await claim(store, clock, "dead")
    clock.forward(seconds=60)
    assert await claim(store, clock, "early") == []
    clock.forward(seconds=1)
    assert await claim(store, clock, "alive") == [row_id]
    with pytest.raises(LeaseLostError):
        async with store.write() as work:
            await work.outbox.finish(row_id, "dead", clock.now())
    async with store.write() as work:
        await work.outbox.finish(row_id, "alive", clock.now())
        assert await work.outbox.count() == {"done": 1}


async def test_what_kills_its_workers_is_buried(store: Store) -> None:
    """After the last permitted claim the row is buried with its reason, and can be dug up again."""
    clock = Clock()
    await fill(store, clock, 1)
    for _ in range(TERMS.attempts_max):
        assert len(await claim(store, clock, "dead")) == 1
        clock.forward(minutes=2)
    assert await claim(store, clock, "alive") == []
    async with store.write() as work:
        rows = (await work.connection.execute(work.outbox.table.select())).all()
        assert [(row.state, row.error) for row in rows] == [("buried", GAVE_UP)]
        assert await work.outbox.dig_up(clock.now()) == 1
    assert len(await claim(store, clock, "alive")) == 1


async def test_what_is_put_off_comes_back(store: Store) -> None:
    """A row to be tried later is not claimed before its time."""
    clock = Clock()
    await fill(store, clock, 1)
    (row_id,) = await claim(store, clock, "a")
    async with store.write() as work:
        await work.outbox.retry(row_id, "a", clock.now() + timedelta(minutes=5), "Busy")
    assert await claim(store, clock, "b") == []
    clock.forward(minutes=5)
    assert await claim(store, clock, "b") == [row_id]


async def test_a_worker_killed_between_claim_and_end_loses_nothing(world: World) -> None:
    """A fact claimed by a worker that died is acted upon by the next one, once."""
    number = await world.submit()
    await world.bind()
    async with world.store.write() as work:
        await work.outbox.claim(world.clock.now(), "dead", Terms(timedelta(seconds=60), 50, 12))
    await world.work()
    assert world.messenger.sent == []
    world.clock.forward(seconds=61)
    await world.work()
    await world.work()
    assert [number in message.text for message in world.messenger.sent] == [True]


async def test_two_workers_at_once_send_once(world: World) -> None:
    """Any number of workers over one database push a task once."""
    await world.bind()
    await world.submit()
    await asyncio.gather(*(world.work() for _ in range(4)))
    await world.work()
    assert len(world.messenger.sent) == 1


async def test_a_fact_that_cannot_be_acted_upon_is_kept_and_the_others_go_on(world: World) -> None:
    """A handler that fails puts its fact off without holding up the rest, and at last buries it where it is seen."""
    async with world.store.write() as work:
        await work.outbox.add([StaffBound("s-x")], world.clock.now())
        await work.connection.execute(
            work.outbox.table.update().values(name="CaseAccepted", payload={"case_id": "none", "staff_id": "s"})
        )
    await world.bind()
    await world.submit()
    for _ in range(20):
        await world.work()
        world.clock.forward(hours=1)
    assert len(world.messenger.sent) == 1
    async with world.store.read() as work:
        assert (await work.outbox.count())["buried"] == 1
