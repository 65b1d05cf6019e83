"""Rasa's NLU server as a process of ours: its command line, and a short-lived one for commands and tests."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

START_SECONDS = 120.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.2
PROBE = ClientTimeout(total=2.0)
QUIET = ("RASA_TELEMETRY_ENABLED=false", "TF_CPP_MIN_LOG_LEVEL=3", "LOG_LEVEL=WARNING", "PYTHONWARNINGS=ignore")
"""No telemetry, no warnings of old libraries about older ones. Set through env(1): all else is handed on as it is."""
_OK = 200


class RasaDidNotStartError(Exception):
    """Says why there is no server."""


def command(environment: Path, model: Path, port: int) -> list[str]:
    """What starts the server on the loopback interface."""
    rasa = [str(environment / "bin" / "rasa"), "run", "--enable-api", "-m", str(model)]
    return ["env", *QUIET, *rasa, "-i", "127.0.0.1", "-p", str(port)]


async def is_ready(http: ClientSession, url: str) -> bool:
    """Whether a server with a loaded model answers there."""
    try:
        async with http.get(f"{url.rstrip('/')}/status", timeout=PROBE) as response:
            return response.status == _OK
    except (ClientError, TimeoutError, OSError):
        return False


@contextlib.asynccontextmanager
async def running(environment: Path, model: Path, log: Path) -> AsyncIterator[str]:
    """A server on a free port, ready to answer; it ends with the block. Yields its URL; raises RasaDidNotStartError."""
    port = _free_port()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command(environment, model, port), stdout=output, stderr=output, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        await _wait_until_ready(process, url, log)
        yield url
    finally:
        await _end(process)


async def _wait_until_ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    try:
        async with asyncio.timeout(START_SECONDS), ClientSession() as http:
            while not await is_ready(http, url):
                if process.returncode is not None:
                    raise RasaDidNotStartError(f"Rasa ended at once; see {log}.")
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError as error:
        raise RasaDidNotStartError(f"Rasa is not ready after {START_SECONDS:.0f} s; see {log}.") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            # The whole group: Rasa may have started workers.
            os.killpg(process.pid, sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
