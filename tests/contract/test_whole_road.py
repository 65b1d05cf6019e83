"""The whole road with real processes and a platform that is not ours: case, push, acceptance, and what may break it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import redis.asyncio

from tests.contract.people import STORY, number_in
from tests.contract.platform import CUSTOM, TEMPLATE, event, text
from tests.contract.product import Product, running, until

shares_one_product = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def either(database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """The product, on each database."""
    async with running(tmp_path, database_url=database_url) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def staffed(shared: Product) -> Product:
    """The shared product with a second bot and a mediator who has bound the phone."""
    await shared.stack.start_bot("second")
    await shared.bound_mediator()
    return shared


async def test_a_message_becomes_a_case_on_a_mediators_phone(either: Product) -> None:
    """A resident gets a number, the mediator a template message, and the acceptance reaches the resident."""
    platform = either.platform
    mediator = await either.bound_mediator()
    number = await either.person("resident").report()
    await platform.until(lambda: platform.sent(TEMPLATE, "mediator"))
    assert number in str(platform.sent(TEMPLATE, "mediator")[0]["data"])
    told = len(platform.sent(CUSTOM, "resident"))
    assert "已接受" in await mediator.say("接受")
    assert "13800138000" in mediator.heard
    await platform.until(lambda: len(platform.sent(CUSTOM, "resident")) > told)
    assert await either.cases_of("resident") == 1


@shares_one_product
async def test_repeated_deliveries_to_two_bots_are_one_conversation(staffed: Product) -> None:
    """Three deliveries of each message, also to two processes at once: the same reply, one case, one push."""
    bots = [staffed.client("bot"), staffed.client("second")]
    resident = staffed.person("thrice")
    words = STORY
    for _ in range(20):
        delivery = text("thrice", words)
        answers = await asyncio.gather(*(bots[i % 2].deliver(delivery) for i in range(3)))
        assert {answer.text for answer in answers} == {answers[0].text}
        resident.heard = answers[0].text
        if "登记好了" in resident.heard:
            break
        words = resident.answer()
    await pushed_once(staffed, number_in(resident.heard))
    assert await staffed.cases_of("thrice") == 1


@shares_one_product
@pytest.mark.parametrize("trouble", ["bot", "backend", "worker", "redis"])
async def test_trouble_between_any_two_turns_loses_nothing(staffed: Product, trouble: str) -> None:
    """Killed and started again between each two turns, the conversation goes on where it was, to one case."""
    resident = staffed.person(f"troubled-{trouble}")
    words = STORY
    for _ in range(20):
        await resident.say(words)
        if "登记好了" in resident.heard:
            break
        words = resident.answer()
        await crash(staffed, trouble)
    await pushed_once(staffed, number_in(resident.heard))
    assert await staffed.cases_of(resident.openid) == 1


async def pushed_once(product: Product, number: str) -> None:
    """Wait until the mediator's phone shows the case; it shows it once."""

    def shown() -> list[str]:
        return [str(body["data"]) for body in product.platform.phone("mediator") if number in str(body["data"])]

    await product.platform.until(shown)
    assert len(shown()) == 1


async def crash(product: Product, part: str) -> None:
    """Kill a part without warning and start it again."""
    stack = product.stack
    if part == "redis":
        await asyncio.to_thread(stack.redis.kill)
        await asyncio.to_thread(stack.redis.start)
        return
    await stack.stop(part, signal.SIGKILL)
    if part == "bot":
        await stack.start_bot()
    elif part == "backend":
        await stack.start_backend()
    else:
        await stack.start_worker()


@shares_one_product
async def test_every_bot_hears_when_the_others_turns_end(staffed: Product) -> None:
    """Each bot process listens for the end of the other's turns, so that nobody waits for a lease to run out."""

    async def all_listen() -> bool:
        async with redis.asyncio.Redis.from_url(staffed.stack.redis.url) as client:
            return len(await client.pubsub_channels("hwg:bell:*")) == len(staffed.stack.bot_urls)

    await until(all_listen)


@shares_one_product
async def test_backend_away_at_submission_is_made_up_for(staffed: Product) -> None:
    """Submitted while the backend is away: the resident is told so, and gets the number once it is back; one case."""
    resident = staffed.person("patient")
    await resident.until_submit()
    await staffed.stack.stop("backend", signal.SIGKILL)
    assert "记下了" in await resident.say("提交")
    await staffed.stack.start_backend()
    platform = staffed.platform
    await platform.until(lambda: any("编号" in str(body) for body in platform.sent(CUSTOM, "patient")))
    assert await staffed.cases_of("patient") == 1


@shares_one_product
async def test_a_follower_is_welcomed_and_a_leaver_forgotten(staffed: Product) -> None:
    """Following is answered with a welcome; leaving with silence, after which nothing of the session is left."""
    resident = staffed.person("leaver")
    assert "和为贵" in await resident.hear(event("leaver", "subscribe"))
    await resident.say("楼上漏水半年了物业不管")
    assert await resident.hear(event("leaver", "unsubscribe")) in {"success", ""}
    assert "还没有填过" in await resident.say("我填了什么")
