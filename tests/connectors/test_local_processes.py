"""The supervisor and single steps: what dies comes back, what is stopped is gone with all it started."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.local.messages import CannotGoOnError
from connectors.local.prepare import run
from connectors.local.processes import Supervisor

CALLER = """
import os, signal, socket, subprocess, sys
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("called", flush=True)
if "parent" in sys.argv:
    subprocess.Popen([sys.executable, sys.argv[0], sys.argv[1], "child"])
else:
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    line.sendall(f"{os.getpid()} {os.environ.get('SHARE', '')}\\n".encode())
signal.pause()
"""
"""A process that calls the test and then waits for a signal; its line is cut when it is gone."""


class Switchboard:
    """Takes the calls of processes."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[int, str, asyncio.StreamReader]] = asyncio.Queue()
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note who calls, and hold the line until the caller is gone."""
        pid, _, share = (await reader.readline()).decode().strip().partition(" ")
        gone = asyncio.StreamReader()
        await self.calls.put((int(pid), share, gone))
        await reader.read()
        gone.feed_eof()
        writer.close()


@pytest.fixture
async def switchboard() -> AsyncIterator[Switchboard]:
    """A switchboard on a free port."""
    board = Switchboard()
    async with await asyncio.start_server(board.answer, "127.0.0.1", 0) as server:
        board.port = server.sockets[0].getsockname()[1]
        yield board


@pytest.fixture
def caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switchboard: Switchboard) -> Path:
    """A folder whose Procfile has three processes that call."""
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "caller.py"
    script.write_text(CALLER)
    line = f"{sys.executable} {script} {switchboard.port}"
    (tmp_path / "Procfile").write_text(f"plain: {line}\ndeaf: {line} deaf\nparent: {line} parent\n")
    return script


async def test_a_killed_process_comes_back(caller: Path, switchboard: Switchboard) -> None:
    """Killed three times, a process is started three times more, with the same environment and log."""
    supervisor = Supervisor(caller.parent / "logs", pause_seconds=0)
    await supervisor.start("plain", {"SHARE": "mine"})
    pids = set()
    for _ in range(3):
        pid, share, _gone = await switchboard.calls.get()
        pids.add(pid)
        assert share == "mine"
        os.kill(pid, signal.SIGKILL)
    pid, _, gone = await switchboard.calls.get()
    assert len(pids | {pid}) == 4
    await supervisor.stop()
    assert await gone.read() == b""
    assert supervisor.log("plain").read_text().startswith("called\n")


@pytest.mark.parametrize("name", ["plain", "deaf", "parent"])
async def test_nothing_is_left_after_stop(caller: Path, switchboard: Switchboard, name: str) -> None:
    """Stopped, a process is gone: also one that does not listen to SIGTERM, and one that another process started."""
    supervisor = Supervisor(caller.parent / "logs", stop_seconds=0.2)
    await supervisor.start(name, {})
    _, _, gone = await switchboard.calls.get()
    await supervisor.stop()
    assert await gone.read() == b""
    assert switchboard.calls.empty()


async def test_stop_twice_is_stop_once(caller: Path, switchboard: Switchboard) -> None:
    """Stopping what has been stopped does nothing."""
    supervisor = Supervisor(caller.parent / "logs")
    await supervisor.start("plain", {})
    await switchboard.calls.get()
    await supervisor.stop()
    await supervisor.stop()


@pytest.mark.parametrize("noise", ["", "Traceback (most recent call last):\\n  File 一", "Exception in thread 二"])
async def test_a_failed_step_says_its_own_reason(noise: str) -> None:
    """A command that fails gives its own sentence, whatever a thread cries after it, and which command it was."""
    script = f"import sys; sys.exit('W: careful\\n下载失败：请检查网络。\\n{noise}')"
    with pytest.raises(CannotGoOnError) as trouble:
        await run([sys.executable, "-c", script], {}, capture=True)
    assert str(trouble.value).startswith("下载失败：请检查网络。（停在 python")
    assert "\n" not in str(trouble.value)


async def test_a_step_that_fails_silently_is_named() -> None:
    """A command that fails without a word is named all the same."""
    with pytest.raises(CannotGoOnError, match="停在 false"):
        await run(["false"], {"PATH": os.environ["PATH"]})


async def test_a_step_that_is_cancelled_is_gone_with_all_it_started(caller: Path, switchboard: Switchboard) -> None:
    """Ctrl-C during a long step ends the step and the processes it started."""
    step = asyncio.create_task(run([sys.executable, str(caller), str(switchboard.port), "parent"], {}, capture=True))
    _, _, gone = await switchboard.calls.get()
    step.cancel()
    await asyncio.gather(step, return_exceptions=True)
    assert await gone.read() == b""


async def test_what_a_step_printed_is_returned() -> None:
    """A captured command's output is handed back."""
    assert await run([sys.executable, "-c", "print('code 1')"], {}, capture=True) == "code 1\n"
