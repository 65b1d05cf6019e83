"""The worker's loop: it goes on until it is stopped, and waits for a database out of reach."""

import asyncio

import pytest

from backend.worker import loop
from tests.backend.world import MEDIATOR, World

PATIENCE_S = 20


class Watched(asyncio.Event):
    """Stops the loop at its `turns`-th look."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self._left = turns

    def is_set(self) -> bool:
        """One look less."""
        self._left -= 1
        return self._left < 0


async def test_a_stopped_loop_does_nothing(world: World) -> None:
    """Told to stop before it begins, it begins nothing."""
    await world.bind()
    await world.submit()
    await loop.run(world.tools, Watched(0))
    assert world.messenger.sent == []


async def test_the_loop_does_what_is_due_and_ends_while_idle(world: World) -> None:
    """It works until nothing is due, waits, and ends at once when told to stop while waiting."""
    await world.bind()
    await world.submit()
    stop = asyncio.Event()
    running = asyncio.create_task(loop.run(world.tools, stop))
    async with asyncio.timeout(PATIENCE_S):
        await world.messenger.arrived.wait()
        stop.set()
        await running
    assert len(world.said_to(MEDIATOR)) == 1


async def test_a_database_out_of_reach_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the database does not end the worker; when it is back, what was due is done."""
    monkeypatch.setattr(loop, "TROUBLE_S", 0)
    monkeypatch.setattr(loop, "IDLE_S", 0)
    await world.bind()
    await world.submit()
    async with world.store.write() as work:
        await work.connection.exec_driver_sql("alter table outbox rename to gone")
    await loop.run(world.tools, Watched(3))
    async with world.store.write() as work:
        await work.connection.exec_driver_sql("alter table gone rename to outbox")
    await loop.run(world.tools, Watched(5))
    assert len(world.said_to(MEDIATOR)) == 1
