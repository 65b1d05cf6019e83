"""Two bots, two backends, two workers on PostgreSQL: many people at once, every delivery three times."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from tests.contract.door import Door
from tests.contract.people import STORY, number_in
from tests.contract.platform import TEMPLATE, Answer, Delivery, text
from tests.contract.product import Product, running, until

RESIDENTS = 30
BOTS = ("bot", "second")
LONGEST_FORM = 20


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """Everything twice, over one Redis and one PostgreSQL."""
    async with running(tmp_path, database_url=postgres_url) as product:
        other = await product.stack.start_backend("other backend")
        await asyncio.gather(product.stack.start_bot("second", other), product.stack.start_worker("other worker"))
        yield product


async def thrice(product: Product, delivery: Delivery, first: int) -> Answer:
    """Three deliveries to either bot at once; all are answered alike."""
    bots = itertools.islice(itertools.cycle(BOTS), first, first + 3)
    answers = await asyncio.gather(*(product.client(bot).deliver(delivery) for bot in bots))
    assert {answer.text for answer in answers} == {answers[0].text}
    return answers[0]


async def report(product: Product, openid: str, first: int) -> str:
    """One resident's whole road; the case number."""
    resident = product.person(openid)
    words = STORY
    for _ in range(LONGEST_FORM):
        resident.heard = (await thrice(product, text(openid, words), first)).text
        if "登记好了" in resident.heard:
            return number_in(resident.heard)
        words = resident.answer()
    raise AssertionError(f"the form does not end; it asks: {resident.heard}")


async def test_thirty_people_at_once_are_thirty_cases(pair: Product) -> None:
    """Thirty residents, each delivery three times to either bot: thirty cases, thirty pushes, each once."""
    await pair.bound_mediator()
    people = [f"crowd-{n}" for n in range(RESIDENTS)]
    numbers = await asyncio.gather(*(report(pair, openid, n) for n, openid in enumerate(people)))
    assert len(set(numbers)) == RESIDENTS
    assert await asyncio.gather(*(pair.cases_of(openid) for openid in people)) == [1] * RESIDENTS
    await pair.platform.until(lambda: len(pair.platform.phone("mediator")) >= RESIDENTS)
    pushed = [body["data"]["character_string1"]["value"] for body in pair.platform.sent(TEMPLATE, "mediator")]
    assert sorted(pushed) == sorted(numbers)


async def test_one_persons_messages_keep_their_order(product: Product) -> None:
    """Messages that arrive at two bots while the first one's turn is held are heard in the order they arrived."""
    async with Door(product.stack.values["BACKEND_URL"]) as door:
        await asyncio.gather(*(product.stack.start_bot(name, door.url) for name in ("one", "two")))
        resident = product.person("order", "one")
        await resident.until_submit()
        door.shut("out")
        turns = []
        for place, (words, bot) in enumerate((("提交", "one"), ("查进度", "two"), ("帮助", "one")), start=1):
            turns.append(asyncio.create_task(product.client(bot).deliver(text("order", words))))
            await until(partial(waiting, product, "order", place))
        door.open()
        first, second, third = (answer.text for answer in await asyncio.gather(*turns))
        assert number_in(first)
        assert "您提交了这件事" in second
        assert "登记好了" not in third


async def waiting(product: Product, openid: str, count: int) -> bool:
    """Whether so many messages of a person are taken in and not yet dealt with."""
    async with redis.asyncio.Redis.from_url(product.stack.redis.url) as client:
        return bool(await client.llen(f"hwg:{{{openid}}}:inbox") == count)


async def test_a_backend_killed_in_the_middle_of_storing_a_case(tmp_path: Path, postgres_url: str) -> None:
    """Killed with half a case written: nothing of it is there; made again after the start, the case is there once."""
    async with running(tmp_path, database_url=postgres_url) as product:
        resident = product.person("half")
        await resident.until_submit()
        lock = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        await lock.execute("begin; lock table case_events in exclusive mode")
        turn = asyncio.create_task(product.client().deliver(text("half", "提交")))
        await until(lambda: lock.fetchval("select count(*) from pg_locks where not granted"))
        await product.stack.stop("backend", signal.SIGKILL)
        assert "记下了" in (await turn).text
        await lock.close()
        await product.stack.start_backend()
        await product.platform.until(lambda: product.platform.phone("half"))
        assert await product.cases_of("half") == 1
