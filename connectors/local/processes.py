"""A supervisor for the Procfile's processes: starts them, brings back one that dies, stops all it started.

honcho, which reads the Procfile here, ends every process when one ends; here a killed part must come back.
"""

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from connectors.local.messages import say

STOP_SECONDS = 8.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
STEADY_SECONDS = 30.0
"""A process that lived this long is started again without a growing pause."""


class Supervisor:
    """Processes in groups of their own; their output goes to files in `logs`."""

    def __init__(
        self, logs: Path, *, pause_seconds: float = FIRST_PAUSE_SECONDS, stop_seconds: float = STOP_SECONDS
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._pause_seconds = pause_seconds
        self._stop_seconds = stop_seconds
        self._commands: Mapping[str, str] = parse_procfile(Path("Procfile").read_text(encoding="utf-8")).processes
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}

    async def start(self, name: str, environment: Mapping[str, str]) -> None:
        """Start the Procfile's process `name` and keep it alive until stop."""
        await self._spawn(name, environment)
        self._keepers[name] = asyncio.create_task(self._keep(name, environment))

    async def stop(self) -> None:
        """Stop everything started here: gently, then, after a while, by force."""
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        await asyncio.gather(*(_end(process, self._stop_seconds) for process in reversed(self._running.values())))
        self._running.clear()

    def log(self, name: str) -> Path:
        """The file that holds what the process prints."""
        return self._logs / f"{name}.log"

    async def _spawn(self, name: str, environment: Mapping[str, str]) -> None:
        with self.log(name).open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                *shlex.split(self._commands[name]),
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _keep(self, name: str, environment: Mapping[str, str]) -> None:
        loop = asyncio.get_running_loop()
        pause = self._pause_seconds / 2
        while True:
            began = loop.time()
            code = await self._running[name].wait()
            pause = self._pause_seconds if loop.time() - began > STEADY_SECONDS else pause * 2
            pause = min(pause, LONGEST_PAUSE_SECONDS)
            say("restarted", name=name, code=code, pause=pause, log=self.log(name))
            await asyncio.sleep(pause)
            await self._spawn(name, environment)


async def _end(process: asyncio.subprocess.Process, seconds: float) -> None:
    _signal(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
