"""`make demo` as a process: what stops it is one sentence, what it starts is gone when it ends."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from connectors.local import config
from connectors.local.redis_server import free_port

ROOT = Path(__file__).parents[2]
PORTS = ("BOT_PORT", "BACKEND_PORT", "SIMULATOR_PORT", "REDIS_PORT", "RASA_PORT")
PATIENCE_SECONDS = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to run in, with the project's processes and dialogs."""
    (tmp_path / "dialogs").symlink_to(ROOT / "dialogs")
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    (tmp_path / "Procfile").write_text(procfile.replace(".venv/bin/python", sys.executable), encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment() -> dict[str, str]:
    """The machine's environment without variables of ours, and free ports."""
    rest = {name: value for name, value in os.environ.items() if name not in config.OURS}
    return {**rest, "PYTHONPATH": str(ROOT), **{name: str(free_port()) for name in PORTS}}


@contextlib.asynccontextmanager
async def started(folder: Path, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A running demo; it is stopped at the end if it still runs."""
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "connectors.local", "demo"),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield demo
    finally:
        with contextlib.suppress(ProcessLookupError):
            demo.terminate()
        await demo.communicate()


async def refusal(folder: Path, environment: dict[str, str]) -> str:
    """The only line on standard error of a demo that ends at once with status 1."""
    async with started(folder, environment) as demo:
        _, complaint = await demo.communicate()
        assert demo.returncode == 1
    (line,) = complaint.decode().splitlines()
    return line


async def until(demo: asyncio.subprocess.Process, piece: str) -> str:
    """Read what the demo prints up to a line with this piece; return all of it."""
    assert demo.stdout is not None
    printed = ""
    while piece not in printed:
        line = await demo.stdout.readline()
        assert line, f"the demo ended after:\n{printed}"
        printed += line.decode()
    return printed


async def test_a_strange_folder_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    """Outside the project's root the demo says where to go, and leaves nothing behind."""
    assert "根目录" in await refusal(tmp_path, environment)
    assert not (tmp_path / ".data").exists()


@pytest.mark.parametrize("name", PORTS)
async def test_a_taken_port_is_named(folder: Path, environment: dict[str, str], name: str) -> None:
    """A port of another program is named, together with the variable that chooses another one."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = await refusal(folder, {**environment, name: str(port)})
    assert line.startswith(f"端口 {port} 已被别的程序占用")
    assert f"{name}=" in line


async def test_what_is_no_port_is_named(folder: Path, environment: dict[str, str]) -> None:
    """A port that is none is one sentence too."""
    assert await refusal(folder, {**environment, "REDIS_PORT": "redis"}) == "REDIS_PORT 应是 1 到 65535 的端口号。"


async def test_a_step_that_fails_stops_everything(folder: Path, environment: dict[str, str], rasa_url: str) -> None:
    """A database that cannot be used ends the demo with the database's own sentence, and Redis with it."""
    unusable = {**environment, "RASA_URL": rasa_url, "DATABASE_URL": f"sqlite+aiosqlite:///{folder}"}
    assert "DATABASE_URL" in await refusal(folder, unusable)
    assert processes_in(folder) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_stopped_while_it_comes_up(
    folder: Path, environment: dict[str, str], rasa_url: str, number: signal.Signals
) -> None:
    """Ctrl-C, a service's stop and a closed terminal end it in the middle of its preparations, with nothing left."""
    async with started(folder, {**environment, "RASA_URL": rasa_url}) as demo:
        await until(demo, "准备数据库")
        demo.send_signal(number)
        await until(demo, "都停好了")
        assert await demo.wait() == 0
    assert processes_in(folder) == []


async def test_the_whole_demo(folder: Path, environment: dict[str, str], rasa_url: str) -> None:
    """It plays the conversation, prints addresses and codes, brings back a killed bot, and stops with nothing left."""
    async with started(folder, {**environment, "RASA_URL": rasa_url}) as demo:
        printed = await until(demo, "其余")
        for piece in ("【通知】新的调解任务", "有人接手了", f"http://127.0.0.1:{environment['SIMULATOR_PORT']}"):
            assert piece in printed
        codes = folder / ".data" / "binding-codes.txt"
        assert stat.S_IMODE(codes.stat().st_mode) == 0o600
        bot = next(each for each in processes_in(folder) if "bot" in each.cmdline())
        bot.kill()
        await until(demo, "bot 停了（代码 -9）")
        demo.send_signal(signal.SIGINT)
        await until(demo, "都停好了")
        assert await demo.wait() == 0
    assert processes_in(folder) == []


def processes_in(folder: Path) -> list[psutil.Process]:
    """Processes that run in the folder, or with files of it."""
    return [process for process in psutil.process_iter() if _is_in(process, folder)]


def _is_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in {process.cwd(), *process.cmdline()} or any(
            part.startswith(str(folder)) for part in process.cmdline()
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False
