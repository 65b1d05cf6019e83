"""Rewriting sealed values with the current key, a batch at a time, so that old keys can be dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, func, select, update

from backend.records import reception_tables, tables
from backend.records.store import Store
from connectors.sealing import Keyring

BATCH = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed column, and the context its values are bound to."""

    column: Column[Any]
    context: Callable[[Row[Any]], str]


def _by_id(column: Column[Any], name: str) -> Sealed:
    return Sealed(column, lambda row: f"{name}/{row.id}")


SEALED = (
    Sealed(tables.secrets.c.value_sealed, lambda row: f"secrets/{row.name}"),
    _by_id(tables.staff.c.name_sealed, "staff/name"),
    _by_id(tables.staff.c.openid_sealed, "staff/openid"),
    _by_id(tables.people.c.openid_sealed, "people/openid"),
    Sealed(tables.answers.c.body_sealed, lambda row: f"answers/body/{row.who_index}/{row.key}"),
    _by_id(tables.cases.c.words_sealed, "cases/words"),
    _by_id(tables.cases.c.contact_sealed, "cases/contact"),
    _by_id(tables.notes.c.text_sealed, "notes/text"),
    _by_id(tables.attachments.c.detail_sealed, "attachments/detail"),
    _by_id(tables.attachments.c.content_sealed, "attachments/content"),
    _by_id(reception_tables.bookings.c.details_sealed, "bookings/details"),
    _by_id(reception_tables.waiting.c.details_sealed, "waiting/details"),
    _by_id(reception_tables.decisions.c.words_sealed, "decisions/words"),
)
"""Every sealed column there is; a test compares this with the tables."""


async def reseal(store: Store) -> int:
    """Rewrite all values that are not sealed by the current key; how many those were."""
    count = 0
    for sealed in SEALED:
        while changed := await _batch(store, sealed):
            count += changed
    return count


async def _batch(store: Store, sealed: Sealed) -> int:
    column, keyring = sealed.column, store.vault.keyring
    table = tables.metadata.tables[str(column.table)]
    async with store.write() as work:
        query = select(table).where(column.is_not(None), _is_old(column, keyring)).limit(BATCH)
        rows = (await work.connection.execute(query.with_for_update())).all()
        for row in rows:
            mine = [key == getattr(row, key.name) for key in table.primary_key.columns]
            value = _again(keyring, getattr(row, column.name), sealed.context(row))
            await work.connection.execute(update(table).where(*mine).values({column.name: value}))
    return len(rows)


def _is_old(column: Column[Any], keyring: Keyring) -> ColumnElement[bool]:
    prefix: str | bytes = keyring.prefix
    if isinstance(column.type, LargeBinary):
        prefix = keyring.prefix.encode()
    return func.substr(column, 1, len(prefix), type_=column.type) != prefix


def _again(keyring: Keyring, value: str | bytes, context: str) -> str | bytes:
    if isinstance(value, bytes):
        return keyring.seal_bytes(keyring.open_bytes(value, context), context)
    return keyring.seal(keyring.open(value, context), context)
