"""Every test that keeps records runs on SQLite and on PostgreSQL, each on a copy of a database made once."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.engine import URL, make_url

from backend import rules
from backend.api.app import create_app
from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.store import Store, open_store
from backend.services.seeding import seed
from tests.backend.world import KEY_1, TOKEN, Clock, FakeMessenger, World, make_desk


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(scope="session")
def sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and the demo organisation."""
    path = tmp_path_factory.mktemp("made") / "made.db"
    asyncio.run(_make(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_made(postgres_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables and the demo organisation."""
    name = f"made{uuid.uuid4().hex}"
    asyncio.run(_execute(_plain(postgres_server, "postgres"), f'create database "{name}"'))
    asyncio.run(_make(_plain(postgres_server, name).replace("postgresql://", "postgresql+asyncpg://", 1)))
    yield _plain(postgres_server, name)
    asyncio.run(_execute(_plain(postgres_server, "postgres"), f'drop database "{name}" with (force)'))


@pytest.fixture(params=["sqlite", "postgres"])
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of the made database of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_made"), tmp_path / "copy.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'copy.db'}"
        return
    made = make_url(request.getfixturevalue("postgres_made"))
    name, admin = f"copy{uuid.uuid4().hex}", _text(made.set(database="postgres"))
    asyncio.run(_execute(admin, f'create database "{name}" template "{made.database}"'))
    yield _text(made.set(database=name, drivername="postgresql+asyncpg"))
    asyncio.run(_execute(admin, f'drop database "{name}" with (force)'))


@pytest.fixture
async def store(made_url: str) -> AsyncIterator[Store]:
    """A store with the demo organisation."""
    opened = await open_store(made_url, parse(KEY_1))
    yield opened
    await opened.close()


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """A backend with the demo organisation, served over HTTP."""
    clock = Clock()
    desk = make_desk(clock)
    async with TestClient(TestServer(create_app(desk, store, TOKEN))) as http:
        yield World(clock, desk, store, FakeMessenger(), http)


async def _make(url: str) -> None:
    await migrate(url)
    store = await open_store(url, parse(KEY_1))
    async with store.write() as work:
        await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))
    await store.close()


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(statement)
    await connection.close()


def _plain(server: str, database: str) -> str:
    return _text(make_url(server).set(database=database, drivername="postgresql"))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
