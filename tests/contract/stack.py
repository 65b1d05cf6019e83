"""The whole product as processes on this machine, each with its own share of the environment, on free ports."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.local.config import PRIVILEGES
from connectors.local.redis_server import RedisServer, free_port
from tests.contract import platform

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
PII_KEY = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


class Stack:
    """Redis, backend, worker and any number of bots; `api_base` is where they find WeChat."""

    def __init__(
        self, folder: Path, api_base: str, database_url: str | None = None, rasa_url: str | None = None
    ) -> None:
        self.folder = folder
        self.redis = RedisServer(folder / "redis")
        self.values = {
            "WECHAT_APP_ID": platform.APP_ID,
            "WECHAT_APP_SECRET": platform.APP_SECRET,
            "WECHAT_TOKEN": platform.TOKEN,
            "WECHAT_AES_KEY": platform.AES_KEY,
            "WECHAT_MODE": "encrypted",
            "WECHAT_API_BASE": api_base,
            "REDIS_URL": self.redis.url,
            "DATABASE_URL": database_url or f"sqlite+aiosqlite:///{folder / 'stack.db'}",
            "RASA_URL": rasa_url or f"http://127.0.0.1:{free_port()}",
            "BACKEND_TOKEN": "contract-service-token",
            "BACKEND_PORT": str(free_port()),
            "PII_KEY": PII_KEY,
        }
        self.values["BACKEND_URL"] = f"http://127.0.0.1:{self.values['BACKEND_PORT']}"
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.bot_urls: dict[str, str] = {}
        self.codes: dict[str, str] = {}

    async def __aenter__(self) -> "Stack":
        self.redis.start()
        await self.run("backend", "migrate")
        self.codes = _codes(await self.run("backend", "seed"))
        await self.start_backend()
        await self.start_worker()
        return self

    async def __aexit__(self, *_: object) -> None:
        for name in list(self.processes):
            await self.stop(name)
        self.redis.stop()

    async def run(self, room: str, command: str, *arguments: str) -> str:
        """Run a command to its end and return what it printed; it must succeed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", room, command, *arguments),
            env=self._environment({**self.values}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{room} {command} failed:\n{out.decode()}")
        return out.decode()

    async def start_backend(self) -> None:
        """Start the API and wait until it answers."""
        await self._start("backend", "backend", "-m", "backend", "serve")
        await self._answers(self.values["BACKEND_URL"] + "/healthz")

    async def start_worker(self, name: str = "worker") -> None:
        """Start one more worker."""
        await self._start(name, "worker", "-m", "backend", "work")

    async def start_bot(self, name: str = "bot") -> str:
        """Start one bot process and return where it takes messages; the same name keeps its port."""
        port = self.bot_urls[name].rsplit(":", 1)[1].split("/")[0] if name in self.bot_urls else str(free_port())
        await self._start(name, "bot", "-m", "bot", "serve", extra={"BOT_PORT": port})
        self.bot_urls[name] = f"http://127.0.0.1:{port}/wechat"
        await self._answers(f"http://127.0.0.1:{port}/healthz")
        return self.bot_urls[name]

    async def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal (SIGKILL is a crash) and wait for the end."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        await asyncio.wait_for(process.wait(), STOP_SECONDS)

    def log(self, name: str) -> str:
        """What the process has printed so far."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    async def _start(self, name: str, share: str, *arguments: str, extra: Mapping[str, str] | None = None) -> None:
        values = {key: value for key, value in self.values.items() if key in PRIVILEGES[share]}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, env=self._environment({**values, **(extra or {})}), stdout=log, stderr=log
            )

    def _environment(self, values: Mapping[str, str]) -> dict[str, str]:
        return {**{k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}, **values}

    async def _answers(self, url: str) -> None:
        async with ClientSession(timeout=ClientTimeout(total=2)) as http, asyncio.timeout(READY_SECONDS):
            while not await _is_up(http, url):  # noqa: ASYNC110 - another process, which has no event to await
                await asyncio.sleep(0.05)


async def _is_up(http: ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == 200
    except (ClientError, TimeoutError):
        return False


def _codes(printed: str) -> dict[str, str]:
    """Binding codes by "unit name" from the lines `code 123456  unit  name` that seeding prints."""
    lines = (line.split(maxsplit=3) for line in printed.splitlines() if line.startswith("code "))
    return {f"{unit} {name}": code for _, code, unit, name in lines}
