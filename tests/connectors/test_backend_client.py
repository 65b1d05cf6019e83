"""Tests: our backend's client against a server that answers as told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from connectors.backend import ROUTES, BackendClient, Unreachable
from dialogs.kernel.words import Returned


class Told:
    """A server with one answer; it records requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.status = 200
        self.body = '{"outcome": "done"}'
        self.silent = False

    async def handle(self, request: web.Request) -> web.Response:
        """Answer as told."""
        body = await request.json() if request.can_read_body else None
        self.requests.append((request.method, request.raw_path, dict(request.headers), body))
        if self.silent:
            await asyncio.Event().wait()
        return web.Response(status=self.status, text=self.body, content_type="application/json")


@pytest.fixture
def told() -> Told:
    """The server's behaviour."""
    return Told()


@pytest.fixture
async def client(told: Told) -> AsyncIterator[BackendClient]:
    """A client of that server."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", told.handle)
    async with TestServer(app) as server, ClientSession() as http:
        yield BackendClient(http, str(server.make_url("/")), "secret", ClientTimeout(total=0.3))


@pytest.mark.parametrize("status", [401, 405, 408, 429, 500, 502, 503])
async def test_no_answer_that_counts_is_unreachable(client: BackendClient, told: Told, status: int) -> None:
    """A server in trouble, or one that does not accept us, has not answered."""
    told.status, told.body = status, '{"error": "…", "code": "unauthorized"}'
    with pytest.raises(Unreachable):
        await client.call("action_list_cases", {}, "p", "k")


@pytest.mark.parametrize("body", ["", "[]", "not json", '{"slots": 1}', '{"outcome": 3}'])
async def test_an_answer_without_outcome_is_none(client: BackendClient, told: Told, body: str) -> None:
    """What is not an answer in the agreed form counts as no answer."""
    told.body = body
    with pytest.raises(Unreachable):
        await client.call("action_list_cases", {}, "p", "k")


async def test_a_refusal_without_code_is_none(client: BackendClient, told: Told) -> None:
    """A refusal that names no code is no answer."""
    told.status, told.body = 404, '{"detail": "?"}'
    with pytest.raises(Unreachable):
        await client.call("action_show_case", {"case_number": "AH1"}, "p", "k")


async def test_silence_is_unreachable(client: BackendClient, told: Told) -> None:
    """A server that does not answer in time is unreachable."""
    told.silent = True
    with pytest.raises(Unreachable):
        await client.call("action_list_cases", {}, "p", "k")


async def test_a_refusal_is_an_outcome(client: BackendClient, told: Told) -> None:
    """The code of a refusal is the call's outcome; what it brings along fills slots."""
    told.status, told.body = 409, '{"error": "才催过", "code": "urged_recently", "next_urge_text": "明天"}'
    returned = await client.call("action_urge_case", {"case_number": "AH1"}, "p", "k")
    assert returned == Returned("urged_recently", {"next_urge_text": "明天"})


async def test_a_write_carries_its_key(client: BackendClient, told: Told) -> None:
    """A write goes to its path with the person, the token and the key; path words are not repeated in the body."""
    told.body = '{"outcome": "done", "due_text": "明天"}'
    arguments = {"case_number": "AH 1/2", "contact_note": "打过电话"}
    returned = await client.call("action_log_contact", arguments, "person", "s:1:2")
    ((method, path, headers, body),) = told.requests
    assert returned == Returned("done", {"due_text": "明天"})
    assert (method, path, body) == ("POST", "/api/v1/tasks/AH%201%2F2/contacts", {"contact_note": "打过电话"})
    assert (headers["X-Openid"], headers["Idempotency-Key"]) == ("person", "s:1:2")
    assert headers["Authorization"] == "Bearer secret"


async def test_a_question_carries_none(client: BackendClient, told: Told) -> None:
    """What changes nothing carries no key, and a GET no body."""
    await client.call("action_list_cases", {}, "person", "s:1:2")
    ((method, path, headers, body),) = told.requests
    assert (method, path, body, "Idempotency-Key" in headers) == ("GET", "/api/v1/cases", None, False)


async def test_what_the_host_tells(client: BackendClient, told: Told) -> None:
    """Leaving and results of notices are told at their own paths; places come as they are."""
    await client.forget("person")
    await client.delivery_finished("7", "success")
    told.body = '{"areas": [{"code": "AH"}]}'
    assert await client.areas() == b'[{"code": "AH"}]'
    assert [(path, body) for _, path, _, body in told.requests] == [
        ("/api/v1/people/forget", {}),
        ("/api/v1/deliveries/finished", {"msg_id": "7", "status": "success"}),
        ("/api/v1/areas", None),
    ]


async def test_places_must_be_a_list(client: BackendClient, told: Told) -> None:
    """An answer without places does not replace those we have."""
    told.body = '{"areas": null}'
    with pytest.raises(Unreachable):
        await client.areas()


def test_routes_name_what_is_in_their_path() -> None:
    """A case number in a path is taken from the arguments."""
    assert ROUTES["action_show_task"].in_path == ["case_number"]
    assert ROUTES["action_list_tasks"].in_path == []
