"""Fixtures of the bot's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio

from bot.config import Config
from tests.bot import host_parts
from tests.contract.platform import Platform


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """WeChat's API."""
    async with Platform() as it:
        yield it


@pytest.fixture
async def backend() -> AsyncIterator[host_parts.Backend]:
    """Our backend."""
    async with host_parts.backend() as it:
        yield it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set of dialogs."""
    return host_parts.write_dialogs(tmp_path / "dialogs")


@pytest.fixture
async def settings(
    redis_url: str, redis_client: redis.asyncio.Redis, platform: Platform, backend: host_parts.Backend
) -> Config:
    """One account on an empty Redis."""
    await redis_client.ping()
    return host_parts.config(redis_url, platform.base, backend.url)


@pytest.fixture
async def client(settings: Config, folder: Path) -> AsyncIterator[host_parts.Client]:
    """A bot process, and who delivers to it."""
    async with host_parts.host(settings, folder) as it:
        yield it
