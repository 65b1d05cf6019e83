"""The edge of the backend's API: who gets in, what is refused before anything is done, and how it describes itself."""

import asyncio
import json
import logging

import pytest
from aiohttp import ClientSession
from openapi_spec_validator import validate

from backend.api import app as api
from backend.api.app import BODY_BYTES_MAX
from backend.api.route import PREFIX
from backend.api.routes import ROUTES
from connectors.backend import BackendClient
from tests.backend.world import REPORT, RESIDENT, STATEMENT, TOKEN, World

GIVEN = {"Authorization": f"Bearer {TOKEN}", "X-Openid": RESIDENT, "Idempotency-Key": "k:1:1"}


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer 令牌"])
async def test_without_the_token_nothing_is_told(world: World, authorization: str | None) -> None:
    """No path answers, known or unknown, to whoever does not hold the token."""
    headers = {"X-Openid": RESIDENT} | ({} if authorization is None else {"Authorization": authorization})
    for path in [*(PREFIX + route.path for route in ROUTES), f"{PREFIX}/nothing", "/", "/console/"]:
        async with world.http.get(path, headers=headers) as response:
            assert response.status == 401
            assert (await response.json())["code"] == "unauthorized"


async def test_unknown_paths_and_methods_are_told_to_who_may_know(world: World) -> None:
    """With the token an unknown path is 404 and a wrong method 405, in Chinese."""
    assert (await world.call("GET", "/nothing"))[1]["code"] == "not_found"
    assert (await world.call("PUT", "/cases"))[1]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"X-Openid": ""}, "哪位用户"),
        ({"X-Openid": "a b"}, "哪位用户"),
        ({"X-Openid": "o" * 65}, "哪位用户"),
        ({"Idempotency-Key": ""}, "编号"),
        ({"Idempotency-Key": "k" * 201}, "编号"),
    ],
)
async def test_a_request_says_who_and_which(world: World, changes: dict[str, str], words: str) -> None:
    """Without a usable openid or key nothing is done."""
    async with world.http.post(f"{PREFIX}/cases", json=dict(REPORT), headers={**GIVEN, **changes}) as response:
        answer = await response.json()
    assert (response.status, answer["code"]) == (400, "invalid")
    assert words in answer["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"null", b"\xff\xfe", b"[" * 100_000, b'{"statement": {}}'])
async def test_odd_bodies_are_refused(world: World, body: bytes) -> None:
    """What is no JSON object, or nested without end, is refused as invalid."""
    async with world.http.post(f"{PREFIX}/cases", data=body, headers=GIVEN) as response:
        assert (response.status, (await response.json())["code"]) == (400, "invalid")


async def test_a_body_beyond_the_cap_is_refused(world: World) -> None:
    """More bytes than the cap are not read to the end."""
    async with world.http.post(f"{PREFIX}/cases", data=b" " * (BODY_BYTES_MAX + 1), headers=GIVEN) as response:
        assert (response.status, (await response.json())["code"]) == (413, "invalid")


async def test_what_takes_too_long_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that waits for a lock beyond the time-out gets an answer, and does nothing later."""
    monkeypatch.setattr(api, "REQUEST_TIMEOUT_S", 0.05)
    async with world.store.write():
        status, answer = await world.call("POST", "/consents", RESIDENT, {"consent_version": "1"})
    assert (status, answer["code"]) == (504, "timeout")
    monkeypatch.undo()
    assert (await world.call("POST", "/cases", RESIDENT, REPORT))[1]["code"] == "consent_missing"


async def test_a_database_that_fails_is_no_answer_of_ours(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Without its tables a request gets 503, and neither answer nor log holds what was sent."""
    caplog.set_level(logging.DEBUG, "backend")
    async with world.store.write() as work:
        await work.connection.exec_driver_sql("alter table people rename to gone")
    status, answer = await world.call("POST", "/cases", RESIDENT, REPORT)
    assert (status, answer["code"]) == (503, "unavailable")
    assert STATEMENT not in caplog.text
    assert RESIDENT not in caplog.text
    assert "OperationalError" in caplog.text


async def test_health_and_metrics_are_open_and_tell_nothing_personal(world: World) -> None:
    """Whoever watches the process sees counts by route and state, and no openid, number or word."""
    number = await world.submit()
    await world.call("GET", f"/cases/{number}")
    async with world.http.get("/healthz") as response:
        assert await response.json() == {"status": "ok"}
    async with world.http.get("/metrics") as response:
        text = await response.text()
    assert 'heweigui_backend_queue_rows{queue="outbox",state="waiting"} 3.0' in text
    assert 'heweigui_backend_cases{state="waiting"} 1.0' in text
    assert 'route="/api/v1/cases/{case_number}"' in text
    assert number not in text
    assert RESIDENT not in text


async def test_the_description_is_valid_and_complete(world: World) -> None:
    """The OpenAPI document is valid and has every route."""
    async with world.http.get(f"{PREFIX}/openapi.json") as response:
        description = json.loads(await response.text())
    validate(description)
    described = {(method.upper(), path) for path, item in description["paths"].items() for method in item}
    assert described == {(route.method, PREFIX + route.path) for route in ROUTES}


async def test_the_bots_own_calls_work(world: World) -> None:
    """The gazetteer, forgetting and receipts are answered as the bot's client expects."""
    async with ClientSession() as http:
        client = BackendClient(http, str(world.http.make_url("/")), TOKEN)
        areas = json.loads(await client.areas())
        await client.forget(RESIDENT)
        await client.delivery_finished("m1", "success")
    assert {"code", "name", "level", "parent", "aliases", "lat", "lng"} == set(areas[0])
    assert len(areas) == 43


async def test_logs_hold_nothing_personal(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A whole road at the most talkative level leaves no name, number, openid or word in the logs."""
    caplog.set_level(logging.DEBUG)
    await world.bind()
    number = await world.submit()
    world.messenger.failures["template"] = [RuntimeError(STATEMENT)]
    await asyncio.gather(world.work(), world.call("GET", f"/cases/{number}"))
    for word in (STATEMENT, "李大姐", "13800138000", RESIDENT, "o-mediator"):
        assert word not in caplog.text
