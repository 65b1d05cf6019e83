"""Tests: several bot processes on one Redis behave as one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio

from bot.config import Config
from tests.bot.host_parts import Backend, Client, host, somebody
from tests.contract.platform import Delivery, text


@pytest.fixture
async def other(settings: Config, folder: Path) -> AsyncIterator[Client]:
    """A second bot process."""
    async with host(settings, folder) as it:
        yield it


async def until_waiting(store: redis.asyncio.Redis, person: str) -> None:
    """Return when a delivery waits for this person's turn."""
    while not await store.exists(f"hwg:{{{person}}}:waiting"):  # noqa: ASYNC110 - Redis has no event
        await asyncio.sleep(0)


async def begun(client: Client, backend: Backend, me: str) -> tuple[Delivery, "asyncio.Task[object]"]:
    """A turn that waits for the backend: its message and its delivery."""
    await client.deliver(text(me, "反映"))
    backend.hold.clear()
    backend.arrived.clear()
    message = text(me, "楼上漏水")
    running = asyncio.create_task(client.deliver(message))
    await backend.arrived.wait()
    return message, running


async def test_repeats_at_both_processes_are_one_case(
    client: Client, other: Client, backend: Backend, redis_client: redis.asyncio.Redis
) -> None:
    """Deliveries repeated to both processes while the turn runs all get its answer; the case is submitted once."""
    me = somebody()
    message, running = await begun(client, backend, me)
    repeats = [asyncio.create_task(each.deliver(message)) for each in (client, other, other)]
    await until_waiting(redis_client, me)
    backend.hold.set()
    answers = await asyncio.gather(running, *repeats)
    assert len({str(answer) for answer in answers}) == 1
    assert len(backend.of("/cases")) == 1


async def test_a_second_message_waits_for_the_first(
    client: Client, other: Client, backend: Backend, redis_client: redis.asyncio.Redis
) -> None:
    """A message sent to another process while the first is worked on is heard after it."""
    me = somebody()
    _, running = await begun(client, backend, me)
    second = asyncio.create_task(other.deliver(text(me, "反映")))
    await until_waiting(redis_client, me)
    assert not second.done()
    backend.hold.set()
    await running
    assert (await second).text == "请说经过"


async def test_a_flood_of_one_person_is_answered_in_order(client: Client, other: Client, backend: Backend) -> None:
    """Ten messages at once, to both processes, lead to ten turns of one conversation, none lost."""
    me = somebody()
    messages = [text(me, "反映" if number % 2 == 0 else "楼上漏水") for number in range(10)]
    answers = await asyncio.gather(
        *((client if at % 2 else other).deliver(message) for at, message in enumerate(messages))
    )
    assert all(answer.status == 200 for answer in answers)
    assert len({key for _, _, key, _ in backend.of("/cases")}) == len(backend.of("/cases"))


async def test_a_turn_of_a_dead_process_is_run_again(
    client: Client, other: Client, backend: Backend, redis_client: redis.asyncio.Redis
) -> None:
    """When the owner's lease ends, the platform's repeat runs the turn again from the same session: the same key."""
    me = somebody()
    message, running = await begun(client, backend, me)
    await redis_client.delete(f"hwg:{{{me}}}:lock")
    repeat = asyncio.create_task(other.deliver(message))
    while len(backend.of("/cases")) < 2:
        backend.arrived.clear()
        await backend.arrived.wait()
    backend.hold.set()
    first, second = await asyncio.gather(running, repeat)
    assert str(first) == str(second)
    assert len(backend.cases) == 1
