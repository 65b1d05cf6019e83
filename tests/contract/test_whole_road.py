"""The whole road with real processes and a platform that is not ours: case, push, acceptance, and what may break it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout

from tests.contract.people import Person, number_in
from tests.contract.platform import Client, Platform, event, text
from tests.contract.stack import Stack

TEMPLATE = "/cgi-bin/message/template/send"
CUSTOM = "/cgi-bin/message/custom/send"


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """The platform's API."""
    async with Platform() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """A client session for deliveries."""
    async with ClientSession(timeout=ClientTimeout(total=15)) as session:
        yield session


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def stack(database_url: str, tmp_path: Path, platform: Platform) -> AsyncIterator[Stack]:
    """The product, on each database."""
    async with Stack(tmp_path, platform.base, database_url) as running:
        await running.start_bot()
        yield running


@pytest.fixture
async def sqlite_stack(tmp_path: Path, platform: Platform) -> AsyncIterator[Stack]:
    """The product on SQLite."""
    async with Stack(tmp_path, platform.base) as running:
        await running.start_bot()
        yield running


async def bound_mediator(stack: Stack, http: ClientSession, openid: str = "mediator") -> Person:
    """A mediator of the town centre who has bound the phone."""
    mediator = Person(openid, Client(http, stack.bot_urls["bot"]))
    code = next(code for name, code in stack.codes.items() if "酒仙桥" in name)
    assert "绑定好了" in await mediator.say(f"绑定 {code}")
    return mediator


async def cases_of(stack: Stack, http: ClientSession, openid: str) -> int:
    """How many cases the backend holds of a person."""
    headers = {"Authorization": f"Bearer {stack.values['BACKEND_TOKEN']}", "X-Openid": openid}
    async with http.get(stack.values["BACKEND_URL"] + "/api/v1/cases", headers=headers) as response:
        answer = await response.json()
    counts = {"none": 0, "one": 1, "some": len(answer.get("case_choices", []))}
    return counts[answer["outcome"]]


async def test_a_message_becomes_a_case_on_a_mediators_phone(
    stack: Stack, platform: Platform, http: ClientSession
) -> None:
    """A resident gets a number, the mediator a template message, and the acceptance reaches the resident."""
    mediator = await bound_mediator(stack, http)
    resident = Person("resident", Client(http, stack.bot_urls["bot"]))
    number = await resident.report()
    await platform.until(lambda: platform.sent(TEMPLATE, "mediator"))
    assert number in str(platform.sent(TEMPLATE, "mediator")[0]["data"])
    told = len(platform.sent(CUSTOM, "resident"))
    assert "已接受" in await mediator.say("接受")
    assert "13800138000" in mediator.heard
    await platform.until(lambda: len(platform.sent(CUSTOM, "resident")) > told)
    assert await cases_of(stack, http, "resident") == 1


async def test_repeated_deliveries_to_two_bots_are_one_conversation(
    sqlite_stack: Stack, platform: Platform, http: ClientSession
) -> None:
    """Three deliveries of each message, also to two processes at once: the same reply, one case, one push."""
    await bound_mediator(sqlite_stack, http)
    bots = [Client(http, sqlite_stack.bot_urls["bot"]), Client(http, await sqlite_stack.start_bot("second"))]
    resident = Person("resident", bots[0])
    words = "楼上漏水半年了物业不管,我在酒仙桥街道阳光小区"
    for _ in range(20):
        delivery = text("resident", words)
        answers = await asyncio.gather(*(bots[i % 2].deliver(delivery) for i in range(3)))
        assert {answer.text for answer in answers} == {answers[0].text}
        resident.heard = answers[0].text
        if "登记好了" in resident.heard:
            break
        words = resident.answer()
    number_in(resident.heard)
    await platform.until(lambda: platform.sent(TEMPLATE, "mediator"))
    assert await cases_of(sqlite_stack, http, "resident") == 1
    assert len(platform.sent(TEMPLATE, "mediator")) == 1


@pytest.mark.parametrize("trouble", ["bot", "backend", "worker", "redis"])
async def test_trouble_between_any_two_turns_loses_nothing(
    sqlite_stack: Stack, platform: Platform, http: ClientSession, trouble: str
) -> None:
    """Killed and started again between each two turns, the conversation goes on where it was, to one case."""
    await bound_mediator(sqlite_stack, http)
    resident = Person("resident", Client(http, sqlite_stack.bot_urls["bot"]))
    words = "楼上漏水半年了物业不管,我在酒仙桥街道阳光小区"
    for _ in range(20):
        await resident.say(words)
        if "登记好了" in resident.heard:
            break
        words = resident.answer()
        await crash(sqlite_stack, trouble)
    number_in(resident.heard)
    await platform.until(lambda: platform.sent(TEMPLATE, "mediator"))
    assert await cases_of(sqlite_stack, http, "resident") == 1


async def crash(stack: Stack, part: str) -> None:
    """Kill a part without warning (Redis: stop it) and start it again."""
    if part == "redis":
        stack.redis.stop()
        stack.redis.start()
        return
    await stack.stop(part, signal.SIGKILL)
    await {"bot": stack.start_bot, "backend": stack.start_backend, "worker": stack.start_worker}[part]()  # type: ignore[operator]


async def test_backend_away_at_submission_is_made_up_for(
    sqlite_stack: Stack, platform: Platform, http: ClientSession
) -> None:
    """Submitted while the backend is away: the resident is told so, and gets the number once it is back; one case."""
    await bound_mediator(sqlite_stack, http)
    resident = Person("resident", Client(http, sqlite_stack.bot_urls["bot"]))
    await resident.until_submit()
    await sqlite_stack.stop("backend", signal.SIGKILL)
    assert "记下了" in await resident.say("提交")
    await sqlite_stack.start_backend()
    await platform.until(lambda: any("编号" in str(body) for body in platform.sent(CUSTOM, "resident")))
    assert await cases_of(sqlite_stack, http, "resident") == 1


async def test_an_api_that_always_refuses_the_token_sees_two_calls(
    sqlite_stack: Stack, platform: Platform, http: ClientSession
) -> None:
    """One send against an API that answers 40001 to everything is at most two calls."""
    await bound_mediator(sqlite_stack, http)
    platform.fault = lambda path: 40001 if path == TEMPLATE else 0
    resident = Person("resident", Client(http, sqlite_stack.bot_urls["bot"]))
    await resident.report()
    await platform.until(lambda: len(platform.sent(TEMPLATE, "mediator")) >= 1)
    await platform.until(lambda: len([path for path, _ in platform.calls if path.endswith("token")]) >= 2)
    assert len(platform.sent(TEMPLATE, "mediator")) <= 2


async def test_a_follower_is_welcomed_and_a_leaver_forgotten(sqlite_stack: Stack, http: ClientSession) -> None:
    """Following is answered with a welcome; leaving with silence, after which nothing of the session is left."""
    resident = Person("resident", Client(http, sqlite_stack.bot_urls["bot"]))
    assert "和为贵" in await resident.hear(event("resident", "subscribe"))
    await resident.say("楼上漏水半年了物业不管")
    assert await resident.hear(event("resident", "unsubscribe")) in {"success", ""}
    assert "还没有填过" in await resident.say("我填了什么")
