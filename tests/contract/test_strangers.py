"""What the surfaces beside the conversation give away to whoever has no right to it: nothing."""

import secrets

import pytest
import pytest_asyncio

from tests.contract.hostile import RAW, WORD, raw
from tests.contract.people import CASE_NUMBER
from tests.contract.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE_END = "8000"
SAID = ("漏水", "王大姐", "13800138000", "owner-of-it", "mediator", "阳光小区")
WRITES = ("materials", "urge", "withdraw")
TASKS = ("accept", "refuse", "contacts", "resolve")
BODY = {
    "material_text": "照片",
    "withdraw_reason": "不想办了",
    "refuse_reason": "不归我",
    "contact_note": "打过电话",
    "resolve_result": "agreed",
    "resolve_note": "修好了",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def number(shared: Product) -> str:
    """The number of a case of somebody, which a mediator has."""
    await shared.bound_mediator()
    return await shared.person("owner-of-it").report()


def fields(path: str) -> dict[str, str]:
    """The body that a path wants."""
    return {name: value for name, value in BODY.items() if name.startswith(path.rstrip("s") + "_")}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "contract-service-token"])
async def test_without_the_service_token_nothing_answers(shared: Product, number: str, authorization: str) -> None:
    """No token, a wrong one, or one nearly right: 401 for what exists and what does not."""
    for path in (f"/cases/{number}", "/cases", "/tasks", "/areas", "/nothing", "/people/forget"):
        for method in ("GET", "POST", "DELETE"):
            status, answer = await shared.ask(method, path, "owner-of-it", {}, Authorization=authorization)
            assert (status, answer["code"]) == (401, "unauthorized")


async def test_another_persons_case_does_not_exist(shared: Product, number: str) -> None:
    """Looking, adding, urging, withdrawing: the same answer as for a number that nobody has."""
    for given in (number, "AH2026010199990"):
        answers = [await shared.ask("GET", f"/cases/{given}", "nosy")]
        for path in WRITES:
            key = secrets.token_hex(8)
            there = f"/cases/{given}/{path}"
            answers.append(await shared.ask("POST", there, "nosy", fields(path), Idempotency_Key=key))
        assert [(status, answer["code"]) for status, answer in answers] == [(404, "case_not_found")] * 4
        assert [word for word in SAID for _, answer in answers if word in str(answer)] == []


async def test_a_resident_is_no_mediator(shared: Product, number: str) -> None:
    """Neither a stranger nor the case's own resident gets at tasks."""
    for openid in ("nosy", "owner-of-it"):
        answers = [await shared.ask("GET", path, openid) for path in ("/tasks", f"/tasks/{number}")]
        for path in TASKS:
            key = secrets.token_hex(8)
            there = f"/tasks/{number}/{path}"
            answers.append(await shared.ask("POST", there, openid, fields(path), Idempotency_Key=key))
        assert [answer["code"] for _, answer in answers] == ["not_bound"] * 6


async def test_guessing_the_phones_end_is_over_soon(shared: Product, number: str) -> None:
    """Five wrong tries in an hour, whatever the numbers: then even the right one is refused, for this person only."""
    tries = [
        await shared.ask("POST", "/cases/find", "guesser", {"case_number": number, "phone_last4": f"000{n}"})
        for n in range(5)
    ]
    assert [answer["code"] for _, answer in tries] == ["case_not_found"] * 5
    right = {"case_number": number, "phone_last4": PHONE_END}
    assert (await shared.ask("POST", "/cases/find", "guesser", right))[1]["code"] == "too_many_attempts"
    assert (await shared.ask("POST", "/cases/find", "grandson", right))[1]["outcome"] == "found"


async def test_guessing_in_the_conversation_is_over_soon(shared: Product, number: str) -> None:
    """The same holds for who writes to the account, whose words the engine hears."""
    guesser = shared.person("guesser-by-chat")
    heard = []
    for n in range(7):
        await guesser.say("取消")
        await guesser.say("用编号查")
        await guesser.say(number)
        heard.append(await guesser.say(f"000{n}"))
    assert [said for said in heard if any(word in said for word in SAID[:4])] == []
    assert [count for (count,) in shared.rows("select tries from attempts where tries > 0")] == [5, 5]


@pytest.mark.parametrize("page", ["metrics", "healthz"])
async def test_status_pages_are_about_nobody(shared: Product, number: str, page: str) -> None:
    """Bot and backend tell how they are, and nothing that leads to a person or a case."""
    for url in (shared.stack.bot_urls["bot"].replace("/wechat", ""), shared.stack.values["BACKEND_URL"]):
        async with shared.http.get(f"{url}/{page}") as response:
            body = await response.text()
        assert response.status == 200
        assert [word for word in (*SAID, number, *CASE_NUMBER.findall(body)) if word in body] == []


@pytest.mark.parametrize("name", RAW)
async def test_the_backend_logs_no_words_of_broken_requests(shared: Product, number: str, name: str) -> None:
    """What is hardly HTTP leaves no word in the backend's log either."""
    assert number
    await raw(shared.stack.values["BACKEND_URL"], RAW[name])
    assert WORD not in shared.stack.log("backend")
