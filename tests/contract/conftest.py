"""Fixtures of the contract tests: a seeded database, the product for a test or a module, a backend of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from backend.api.app import create_app
from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.store import open_store
from tests.backend.world import KEY_1, TOKEN, Clock, FakeMessenger, World, make_desk
from tests.contract.product import Product, running
from tests.contract.stack import Seed, Stack


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """A migrated and seeded database, made once: each stack on SQLite begins with a copy."""
    stack = Stack(tmp_path_factory.mktemp("seed"), "http://127.0.0.1:9")
    asyncio.run(stack.fill())
    return Seed.of(stack)


@pytest.fixture
async def product(tmp_path: Path, seed: Seed) -> AsyncIterator[Product]:
    """The product on SQLite, for one test."""
    async with running(tmp_path, seed=seed) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, seed: Seed) -> AsyncIterator[Product]:
    """The product on SQLite, for all tests of a module that leave it as they found it."""
    async with running(tmp_path_factory.mktemp("shared"), seed=seed) as it:
        yield it


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A served backend with the demo organisation, in the test's own process."""
    await migrate(sqlite_url)
    store = await open_store(sqlite_url, parse(KEY_1))
    clock = Clock()
    desk = make_desk(clock)
    async with TestClient(TestServer(create_app(desk, store, TOKEN))) as http:
        it = World(clock, desk, store, FakeMessenger(), http)
        await it.seed()
        yield it
    await store.close()
