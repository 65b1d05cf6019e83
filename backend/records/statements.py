"""The two statements that SQLite and PostgreSQL share but SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_or_ignore(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that does nothing (rowcount 0) where a unique value is taken.

    On PostgreSQL it waits for a transaction that is inserting the same value, and then sees its outcome.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_or_update(
    connection: AsyncConnection, table: Table, values: dict[str, Any], change: dict[str, Any]
) -> postgresql.Insert | sqlite.Insert:
    """Insert `values`, or where the primary key exists already apply `change` to that row."""
    key = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(values).on_conflict_do_update(index_elements=key, set_=change)
    return postgresql.insert(table).values(values).on_conflict_do_update(index_elements=key, set_=change)
