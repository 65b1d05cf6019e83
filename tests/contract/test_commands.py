"""Every process that cannot start says why in one sentence, without a traceback or a secret, and ends with an error."""

import asyncio
import os
import socket
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.contract.platform import AES_KEY, APP_ID, APP_SECRET, TOKEN
from tests.contract.stack import PII_KEY

PATIENCE_SECONDS = 60
SECRET = "hunter2hunter2hunter2"
ACCOUNT = {
    "WECHAT_APP_ID": APP_ID,
    "WECHAT_APP_SECRET": APP_SECRET,
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "REDIS_URL": "redis://127.0.0.1:9/0",
}
BOT = {**ACCOUNT, "BACKEND_TOKEN": SECRET}
BACKEND = {"PII_KEY": PII_KEY, "BACKEND_TOKEN": SECRET}
SERVE, API, WORK, SIMULATOR = ("bot", "serve"), ("backend", "serve"), ("backend", "work"), ("connectors.simulator",)

WRONG: tuple[tuple[tuple[str, ...], Mapping[str, str], Mapping[str, str], str], ...] = (
    (SERVE, {}, {}, "WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN, REDIS_URL, BACKEND_TOKEN, WECHAT_AES_KEY"),
    (SERVE, BOT, {"WECHAT_AES_KEY": SECRET}, "WECHAT_AES_KEY"),
    (SERVE, BOT, {"WECHAT_MODE": SECRET}, "WECHAT_MODE"),
    (SERVE, BOT, {"REDIS_URL": SECRET}, "REDIS_URL"),
    (SERVE, BOT, {"REDIS_URL": f"redis://:{SECRET}@127.0.0.1:many/0"}, "REDIS_URL"),
    (SERVE, BOT, {"BOT_PORT": SECRET}, "BOT_PORT"),
    (SERVE, BOT, {"BOT_PORT": "65536"}, "BOT_PORT"),
    (SERVE, BOT, {"BACKEND_URL": SECRET}, "BACKEND_URL"),
    (SERVE, BOT, {"RASA_URL": SECRET}, "RASA_URL"),
    (SERVE, BOT, {"WECHAT_API_BASE": SECRET}, "WECHAT_API_BASE"),
    (API, {}, {}, "PII_KEY"),
    (API, BACKEND, {"PII_KEY": SECRET}, "PII_KEY"),
    (API, BACKEND, {"BACKEND_PORT": SECRET}, "BACKEND_PORT"),
    (API, BACKEND, {"DATABASE_URL": SECRET}, "DATABASE_URL"),
    (API, BACKEND, {"DATABASE_URL": f"mongodb://u:{SECRET}@127.0.0.1/x"}, "DATABASE_URL"),
    (API, BACKEND, {"DATABASE_URL": f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:9/x"}, "DATABASE_URL"),
    (WORK, {"PII_KEY": PII_KEY}, {}, "WECHAT_APP_ID, WECHAT_APP_SECRET, REDIS_URL"),
    (WORK, {**BACKEND, **ACCOUNT}, {"REDIS_URL": SECRET}, "REDIS_URL"),
    (WORK, {**BACKEND, **ACCOUNT}, {"REDIS_URL": f"redis://:{SECRET}@127.0.0.1:many/0"}, "REDIS_URL"),
    (WORK, {**BACKEND, **ACCOUNT}, {"DATABASE_URL": f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:9/x"}, "DATABASE_URL"),
    (SIMULATOR, {}, {}, "WECHAT_APP_ID"),
    (SIMULATOR, ACCOUNT, {"WECHAT_AES_KEY": SECRET}, "WECHAT_AES_KEY"),
    (SIMULATOR, ACCOUNT, {"WECHAT_MODE": SECRET}, "WECHAT_MODE"),
    (SIMULATOR, ACCOUNT, {"SIMULATOR_PORT": SECRET}, "SIMULATOR_PORT"),
    (SIMULATOR, ACCOUNT, {"SIMULATOR_FORMAT": SECRET}, "SIMULATOR_FORMAT"),
    (SIMULATOR, ACCOUNT, {"BOT_URL": SECRET}, "BOT_URL"),
)


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


async def run(command: tuple[str, ...], given: Mapping[str, str]) -> tuple[int, str]:
    """Run a process to its end: exit code and what it complained of."""
    surroundings = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *command),
        env={**surroundings, **given},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, errors.decode()


@pytest.mark.parametrize(("command", "given", "changed", "named"), WRONG)
async def test_what_is_wrong_is_said_in_one_sentence(
    command: tuple[str, ...], given: Mapping[str, str], changed: Mapping[str, str], named: str, sqlite_url: str
) -> None:
    """What is missing or makes no sense is named; its value, which may be a secret, is not repeated."""
    code, errors = await run(command, {"DATABASE_URL": sqlite_url, **given, **changed})
    assert code in {1, 2}
    assert len(errors.strip().splitlines()) == 1, errors
    assert all(name in errors for name in named.split(", "))
    assert SECRET not in errors


async def test_a_host_that_is_not_here_is_said_in_one_sentence() -> None:
    """An address that this machine does not have is named with its variable."""
    code, errors = await run(SERVE, {**BOT, "BOT_HOST": "no.such.host.invalid"})
    assert code == 1
    assert "Traceback" not in errors
    assert "BOT_HOST" in errors.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("command", "given", "port"),
    [(SERVE, BOT, "BOT_PORT"), (SIMULATOR, ACCOUNT, "SIMULATOR_PORT")],
)
async def test_a_taken_port_is_said_in_one_sentence(
    command: tuple[str, ...], given: Mapping[str, str], port: str, taken: str
) -> None:
    """Where somebody listens already, the last line says so and names the variable to change."""
    code, errors = await run(command, {**given, port: taken})
    last = errors.strip().splitlines()[-1]
    assert code in {1, 2}
    assert "Traceback" not in errors
    assert port in last
    assert taken in last
