"""Brings a database to the newest step; several processes may do it at once, and to a database that is up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from backend.records.store import create_engine, writing

FOLDER = Path(__file__).parent
_LOCK = 0x48_57_47  # any number, the same in every process: only one migrates at a time


def configuration(connection: Connection) -> Config:
    """Alembic's settings for a connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


async def migrate(url: str, revision: str = "head") -> None:
    """Walk up to `revision`, all steps in one transaction."""
    engine = create_engine(url)
    try:
        async with writing(engine) as connection:
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    command.upgrade(configuration(connection), revision)
