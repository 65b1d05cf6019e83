"""Puts the backend's parts together: the one place where the real clock, ids and chance come in."""

import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from backend import rules, wording, workdays
from backend.config import MissingError, Settings
from backend.pii import parse
from backend.records.store import Store, open_store
from backend.services.desk import Desk


def make_desk(settings: Settings | None = None) -> Desk:
    """The desk of the place, with the real clock; without settings, the public calendar has its default address."""
    policy = rules.load(rules.read("texts.yml"))
    return Desk(
        policy=policy,
        texts=wording.load(policy.office.zone),
        calendar=workdays.china,
        now=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().hex,
        draw=secrets.randbelow,
        site=(settings or Settings("", "", "")).site,
    )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """The store, closed again at the end."""
    settings.require("PII_KEY")
    try:
        store = await open_store(settings.database_url, parse(settings.pii_key))
    except OSError as error:
        raise MissingError(
            f"连不上数据库（{type(error).__name__}）：请检查 DATABASE_URL，并看看数据库有没有启动。"
        ) from error
    try:
        yield store
    finally:
        await store.close()
