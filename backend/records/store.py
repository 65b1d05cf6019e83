"""The database: one engine, read and write transactions, and the index key kept inside it.

PostgreSQL locks rows. SQLite has one writer: BEGIN IMMEDIATE between processes, a lock within one, so that nobody has
to poll for a database that is busy with us. Reads never wait for writes (WAL).
"""

import asyncio
import secrets as chance
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from backend.pii import Vault
from backend.records import tables
from backend.records.statements import insert_or_ignore
from backend.records.work import Work
from connectors.sealing import KEY_BYTES, Keyring

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 5
POOL_OVERFLOW = 5
POOL_WAIT_S = 5
COMMAND_TIMEOUT_S = 10
_WRITES = "heweigui_writes"
_INDEX_KEY = "index_key"


class Store:
    """Hands out units of work; close it when done."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        # The pool lets newcomers overtake those who wait for a connection; in a rush these would wait for ever.
        self._turn = asyncio.Semaphore(POOL_SIZE + POOL_OVERFLOW)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """A transaction that changes nothing."""
        async with self._turn, self._engine.connect() as connection, connection.begin():
            yield Work(connection, self._vault)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        """A transaction that is committed when the block ends and undone when it raises."""
        async with self._writer or nullcontext(), self._turn, writing(self._engine) as connection:
            yield Work(connection, self._vault)

    @property
    def vault(self) -> Vault:
        """What seals and opens personal data."""
        return self._vault

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def create_engine(url: str) -> AsyncEngine:
    """An engine for the URL. Parameters never appear in its errors: they may be personal."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=POOL_WAIT_S,
            pool_pre_ping=True,
            connect_args={"timeout": POOL_WAIT_S, "command_timeout": COMMAND_TIMEOUT_S},
        )
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, hide_parameters=True, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_timeout=POOL_WAIT_S
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that may write: on SQLite it is the one writer from its first statement on."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(**{_WRITES: True})
        async with connection.begin():
            yield connection


async def open_store(url: str, keyring: Keyring) -> Store:
    """The store at `url`, whose tables must exist. SealError if PII_KEY does not open this database."""
    engine = create_engine(url)
    try:
        async with writing(engine) as connection:
            index_key = await _index_key(connection, keyring)
    except BaseException:
        await engine.dispose()
        raise
    return Store(engine, Vault(keyring, index_key))


async def _index_key(connection: AsyncConnection, keyring: Keyring) -> bytes:
    fresh = keyring.seal(chance.token_hex(KEY_BYTES), f"secrets/{_INDEX_KEY}")
    await connection.execute(insert_or_ignore(connection, tables.secrets).values(name=_INDEX_KEY, value_sealed=fresh))
    query = select(tables.secrets.c.value_sealed).where(tables.secrets.c.name == _INDEX_KEY)
    return bytes.fromhex(keyring.open((await connection.execute(query)).scalar_one(), f"secrets/{_INDEX_KEY}"))


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: BEGIN is ours, see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {setting}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Readers and the writer side by side.

    Those who open a new file together do not wait for each other here of themselves: whoever comes second asks again
    until the first has made the switch.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")
