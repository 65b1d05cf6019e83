"""The command line as a person and a process manager see it: real processes, one sentence when something is wrong."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from backend.config import VARIABLES, MissingError, load
from connectors.local.redis_server import free_port
from tests.backend.world import KEY_1, KEY_2, TOKEN

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30
GIVEN = {"PII_KEY": KEY_1, "BACKEND_TOKEN": TOKEN}
OURS = {*VARIABLES, "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_MODE"}


def environment(**given: str) -> dict[str, str]:
    """The machine's environment with ours replaced by what is given."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | given


async def run(*arguments: str, **given: str) -> tuple[int, str, str]:
    """Run a command to its end: status, what it printed, and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "backend",
        *arguments,
        cwd=ROOT,
        env=environment(**given),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@asynccontextmanager
async def running(command: str, **given: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has said that it is up; it is ended by SIGTERM and must end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "backend", command, cwd=ROOT, env=environment(**given), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        assert "已启动" in (await process.stdout.readline()).decode()
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_S):
        assert await process.wait() == 0


@pytest.fixture
async def database(sqlite_url: str) -> str:
    """A database that the commands have migrated and seeded."""
    assert (await run("migrate", DATABASE_URL=sqlite_url))[0] == 0
    status, out, _ = await run("seed", DATABASE_URL=sqlite_url, **GIVEN)
    assert status == 0
    assert re.search(r"^code \d{6}  酒仙桥街道矛调中心  王调解员$", out, re.MULTILINE)
    assert len(out.splitlines()) == 42
    return sqlite_url


@pytest.mark.parametrize(
    ("command", "given", "words"),
    [
        (["serve"], {}, ["PII_KEY", "BACKEND_TOKEN"]),
        (["serve"], {"PII_KEY": KEY_1}, ["BACKEND_TOKEN"]),
        (["seed"], {}, ["PII_KEY"]),
        (["work"], {"PII_KEY": KEY_1}, ["WECHAT_APP_ID", "WECHAT_APP_SECRET", "REDIS_URL"]),
        (["serve"], {**GIVEN, "PII_KEY": "short"}, ["PII_KEY"]),
        (["serve"], {**GIVEN, "BACKEND_PORT": "many"}, ["BACKEND_PORT"]),
        (["code"], GIVEN, ["code"]),
        (["seed"], GIVEN, ["migrate"]),
    ],
)
async def test_what_is_missing_is_named_in_one_sentence(
    command: list[str], given: dict[str, str], words: list[str], sqlite_url: str
) -> None:
    """A missing or wrong variable, or a database without tables, ends the command with one line that names it."""
    status, _, err = await run(*command, **{"DATABASE_URL": sqlite_url, **given})
    assert status == 1
    assert len(err.strip().splitlines()) == 1
    assert all(word in err for word in words)
    assert KEY_1 not in err


async def test_help_lists_every_variable() -> None:
    """--help names all commands and all variables."""
    status, out, _ = await run("--help")
    assert status == 0
    for word in [*VARIABLES, "serve", "work", "migrate", "seed", "code", "resend", "reseal"]:
        assert word in out


async def test_serving_ends_cleanly_and_says_when_the_port_is_taken(database: str) -> None:
    """A served backend answers, a second one on its port says so in one sentence, and SIGTERM ends it well."""
    given = {**GIVEN, "DATABASE_URL": database, "BACKEND_PORT": str(free_port())}
    async with running("serve", **given), aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{given['BACKEND_PORT']}/healthz"
        async with http.get(url) as response:
            assert response.status == 200
        status, _, err = await run("serve", **given)
        assert (status, len(err.strip().splitlines())) == (1, 1)
        assert given["BACKEND_PORT"] in err


async def test_the_worker_ends_cleanly(database: str, redis_url: str) -> None:
    """The worker starts with what it needs and ends well on SIGTERM."""
    account = {"WECHAT_APP_ID": "wx1", "WECHAT_APP_SECRET": "s", "REDIS_URL": redis_url}
    async with running("work", **GIVEN, **account, DATABASE_URL=database):
        pass


async def test_codes_and_repairs(database: str) -> None:
    """A fresh code for one member, a second seeding, sending again and rotating keys all work from the command line."""
    given = {**GIVEN, "DATABASE_URL": database}
    status, out, _ = await run("code", "s-ah01-centre-1", **given)
    assert status == 0
    assert re.fullmatch(r"code \d{6}  酒仙桥街道矛调中心  王调解员\n", out)
    assert (await run("code", "s-nobody", **given))[0] == 1
    assert (await run("seed", **given))[0] == 0
    assert "0 件" in (await run("resend", **given))[1]
    rotated = {**given, "PII_KEY": f"{KEY_2},{KEY_1}"}
    assert "43 个" in (await run("reseal", **rotated))[1]
    assert (await run("seed", **{**given, "PII_KEY": KEY_2}))[0] == 0


async def test_serving_loads_only_what_it_needs() -> None:
    """Neither Alembic nor Redis nor WeChat's libraries are in the serving process."""
    script = "import sys, backend.__main__, backend.commands.serve; print(*sys.modules)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=ROOT, env=environment(), stdout=asyncio.subprocess.PIPE
    )
    modules = set((await process.communicate())[0].decode().split())
    assert {name.split(".")[0] for name in modules} & {"alembic", "redis", "wechatpy", "jionlp", "dialogs"} == set()
    assert {name for name in modules if name.startswith("connectors.")} == {"connectors.masks", "connectors.sealing"}


def test_settings_have_defaults_and_hide_secrets() -> None:
    """Without variables the backend listens at home on 8001 over SQLite, and no secret shows in its repr."""
    settings = load({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8001)
    assert settings.database_url.startswith("sqlite+aiosqlite:///.data/")
    assert not re.search(
        "geheim", repr(load({"PII_KEY": "geheim", "BACKEND_TOKEN": "geheim", "DATABASE_URL": "geheim"}))
    )
    with pytest.raises(MissingError, match="PII_KEY"):
        settings.require("PII_KEY", "BACKEND_TOKEN")
