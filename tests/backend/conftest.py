"""Every test that keeps records runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from backend.api.app import create_app
from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.store import Store, open_store
from tests.backend.world import KEY_1, TOKEN, Clock, FakeMessenger, World, make_desk


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store with all tables."""
    await migrate(database_url)
    opened = await open_store(database_url, parse(KEY_1))
    yield opened
    await opened.close()


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A backend with the demo organisation, served over HTTP."""
    clock = Clock()
    desk = make_desk(clock)
    async with TestClient(TestServer(create_app(desk, store, TOKEN))) as http:
        made = World(clock, desk, store, FakeMessenger(), http)
        await made.seed()
        yield made
