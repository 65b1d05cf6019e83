"""Killed in the middle, slow, or away: what was taken in is done once, and said once."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientError, ClientTimeout

from tests.contract.door import Door
from tests.contract.people import CASE_NUMBER, Person, number_in
from tests.contract.platform import CUSTOM, Answer, Delivery, text
from tests.contract.product import Product, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(shared: Product) -> AsyncIterator[Door]:
    """What stands between the backend and the bots `one` and `two`; nobody is bound, so no notice goes out."""
    async with Door(shared.stack.values["BACKEND_URL"]) as it:
        await asyncio.gather(*(shared.stack.start_bot(name, it.url) for name in ("one", "two")))
        yield it


async def ready(product: Product, openid: str) -> tuple[Person, Delivery]:
    """Somebody who has answered everything, and the message that submits it."""
    person = product.person(openid, "one")
    await person.until_submit()
    return person, text(openid, "提交")


def told(product: Product, openid: str) -> list[str]:
    """The customer-service messages on a person's phone."""
    return [body["text"]["content"] for body in product.platform.phone(openid)]


async def cut(product: Product, delivery: Delivery, bot: str = "one") -> None:
    """One delivery whose connection the platform cuts; it is not told anything."""
    query, body = delivery.post()
    brief = ClientTimeout(total=0.2)
    with contextlib.suppress(TimeoutError, ClientError):
        async with product.http.post(product.stack.bot_urls[bot], params=query, data=body, timeout=brief):
            raise AssertionError("answered, though the backend was held")


@pytest.mark.parametrize("way", ["in", "out"])
async def test_a_bot_killed_in_a_turn_is_replaced_by_another(shared: Product, door: Door, way: str) -> None:
    """Killed while the backend is asked, or has answered: the retry at another process gets the one case's number."""
    resident, submit = await ready(shared, f"killed-{way}")
    door.shut(way)
    first = asyncio.create_task(shared.client("one").deliver(submit))
    await door.knocked.wait()
    await shared.stack.stop("one", signal.SIGKILL)
    with pytest.raises(ClientError):
        await first
    door.open()
    number = number_in((await shared.client("two").deliver(submit)).text)
    await shared.stack.start_bot("one")
    assert number in (await shared.client("one").deliver(submit)).text
    assert await shared.cases_of(resident.openid) == 1
    assert told(shared, resident.openid) == []


async def slow(product: Product, door: Door, submit: Delivery) -> list[Answer]:
    """A backend slower than the platform waits: two deliveries are cut, two more wait; what those two are told."""
    door.shut("out")
    await cut(product, submit, "one")
    await door.knocked.wait()
    await cut(product, submit, "two")
    return list(await asyncio.gather(*(product.client(bot).deliver(submit) for bot in ("one", "two"))))


async def test_a_slow_backend_is_told_about_once(shared: Product, door: Door) -> None:
    """Four deliveries join one turn, the platform is told `success`, and the reply comes once, in another way."""
    resident, submit = await ready(shared, "slow")
    answers = await slow(shared, door, submit)
    assert {answer.kind for answer in answers} == {"success"}
    door.open()
    await shared.platform.until(lambda: told(shared, "slow"))
    again = await shared.client("two").deliver(submit)
    assert again.kind == "success"
    await resident.say("帮助")
    (sent,) = told(shared, "slow")
    assert number_in(sent) not in resident.heard
    assert await shared.cases_of("slow") == 1


@pytest.mark.parametrize("code", [45047, 45015])
async def test_a_late_reply_that_may_not_be_sent_is_shown_next(shared: Product, door: Door, code: int) -> None:
    """No quota, or no window: the reply stands before the answer to the next message, and is tried once only."""
    openid = f"slow-{code}"
    resident, submit = await ready(shared, openid)
    shared.platform.fault = lambda path: code if path == CUSTOM else 0
    await slow(shared, door, submit)
    door.open()
    await shared.platform.until(lambda: shared.platform.sent(CUSTOM, openid))
    shared.platform.fault = lambda _path: 0

    async def shown() -> bool:
        return CASE_NUMBER.search(await resident.say("帮助")) is not None

    await until(shown)  # the refusal may still be on its way to the bot
    number = number_in(resident.heard)
    assert number not in await resident.say("帮助")
    assert len(shared.platform.sent(CUSTOM, openid)) == 1
    assert told(shared, openid) == []
    assert await shared.cases_of(openid) == 1


async def test_a_backend_killed_after_it_stored_a_case_stores_no_second(shared: Product, door: Door) -> None:
    """Its answer is lost with it; the call is made again with the same key and gets the first answer."""
    resident, submit = await ready(shared, "answer-lost")
    door.shut("out")
    turn = asyncio.create_task(shared.client("one").deliver(submit))
    await door.knocked.wait()
    await until(lambda: shared.cases_of("answer-lost"))
    await shared.stack.stop("backend", signal.SIGKILL)
    door.break_off()
    door.open()
    assert "记下了" in (await turn).text
    await shared.stack.start_backend()
    await shared.platform.until(lambda: told(shared, "answer-lost"))
    assert number_in("".join(told(shared, "answer-lost")))
    assert await shared.cases_of(resident.openid) == 1


async def test_without_redis_nothing_is_acknowledged(shared: Product, door: Door) -> None:
    """While Redis is away a message is not taken for stored: it is asked for again, and then done once."""
    assert door.url
    resident, submit = await ready(shared, "no-redis")
    await asyncio.to_thread(shared.stack.redis.kill)
    answers = await asyncio.gather(*(shared.client(bot).deliver(submit) for bot in ("one", "two")))
    assert [(answer.status, answer.kind) for answer in answers] == [(200, "text")] * 2
    assert all("再" in answer.text and "登记" not in answer.text for answer in answers)
    assert await shared.cases_of("no-redis") == 0
    await asyncio.to_thread(shared.stack.redis.start)
    number = number_in((await shared.client("two").deliver(submit)).text)
    assert number in (await shared.client("one").deliver(submit)).text
    assert await shared.cases_of(resident.openid) == 1


async def test_a_short_absence_of_redis_goes_unnoticed(shared: Product, door: Door) -> None:
    """A message that arrives while Redis restarts is answered as ever."""
    assert door.url
    _, submit = await ready(shared, "restarted")
    await asyncio.to_thread(shared.stack.redis.kill)
    turn = asyncio.create_task(shared.client("one").deliver(submit))
    await asyncio.to_thread(shared.stack.redis.start)
    assert number_in((await turn).text)
    assert await shared.cases_of("restarted") == 1
