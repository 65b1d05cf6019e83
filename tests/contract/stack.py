"""The whole product as processes on this machine, each with its own share of the environment, on free ports."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
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
        self,
        folder: Path,
        api_base: str,
        database_url: str | None = None,
        rasa_url: str | None = None,
        seed: "Seed | None" = None,
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
            "BACKEND_URL": f"http://127.0.0.1:{free_port()}",
            "PII_KEY": PII_KEY,
        }
        self.backend_urls = {"backend": self.values["BACKEND_URL"]}
        self.bot_backends: dict[str, str] = {}
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.bot_urls: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self._seed = seed

    async def __aenter__(self) -> "Stack":
        self.redis.start()
        await self.fill()
        await asyncio.gather(self.start_backend(), self.start_worker())
        return self

    async def fill(self) -> None:
        """Make the tables and the demo organisation, or take a copy of what a seed holds."""
        if self._seed is not None:
            self.codes = self._seed.copy_to(self.folder / "stack.db")
            return
        await self.run("backend", "migrate")
        self.codes = _codes(await self.run("backend", "seed"))

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

    async def start_backend(self, name: str = "backend") -> str:
        """Start one API process, wait until it answers, and return where; the same name keeps its port."""
        url = self.backend_urls.setdefault(name, f"http://127.0.0.1:{free_port()}")
        extra = {"BACKEND_PORT": url.rsplit(":", 1)[1]}
        await self._start(name, "backend", "-m", "backend", "serve", extra=extra)
        await self._answers(url + "/healthz")
        return url

    async def start_worker(self, name: str = "worker") -> None:
        """Start one more worker."""
        await self._start(name, "worker", "-m", "backend", "work")

    async def start_bot(self, name: str = "bot", backend_url: str | None = None) -> str:
        """Start one bot process and return where it takes messages; the same name keeps its port and its backend."""
        backend = self.bot_backends.setdefault(name, backend_url or self.values["BACKEND_URL"])
        port = self.bot_urls[name].rsplit(":", 1)[1].split("/")[0] if name in self.bot_urls else str(free_port())
        await self._start(name, "bot", "-m", "bot", "serve", extra={"BOT_PORT": port, "BACKEND_URL": backend})
        self.bot_urls[name] = f"http://127.0.0.1:{port}/wechat"
        await self._answers(f"http://127.0.0.1:{port}/healthz")
        return self.bot_urls[name]

    async def start_simulator(self) -> str:
        """Start our own stand-in for WeChat at `api_base`, driving all bots started so far; return its page."""
        port = self.values["WECHAT_API_BASE"].rsplit(":", 1)[1]
        extra = {"SIMULATOR_PORT": port, "BOT_URL": ",".join(self.bot_urls.values())}
        await self._start("simulator", "simulator", "-m", "connectors.simulator", extra=extra)
        await self._answers(self.values["WECHAT_API_BASE"] + "/healthz")
        return self.values["WECHAT_API_BASE"] + "/"

    async def make_menu(self) -> None:
        """Create the account's menu where the parts look for WeChat."""
        await self.run("connectors.wechat", "menu")

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


@dataclass(frozen=True, slots=True)
class Seed:
    """A migrated and seeded SQLite database that stacks may begin with, and its binding codes."""

    file: Path
    codes: dict[str, str]

    @classmethod
    def of(cls, stack: Stack) -> "Seed":
        """What a filled stack, of which nothing runs, has."""
        return cls(stack.folder / "stack.db", stack.codes)

    def copy_to(self, file: Path) -> dict[str, str]:
        """Copy the database and return the codes."""
        shutil.copyfile(self.file, file)
        return dict(self.codes)


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
