"""Fixtures of the contract tests: a seeded database to begin with, and the product, for one test or for a module."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

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
