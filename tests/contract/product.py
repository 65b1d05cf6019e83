"""The running product with the platform around it, and what a test does to it and asks of it."""

import asyncio
import contextlib
import inspect
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from tests.contract.people import Person
from tests.contract.platform import Client, Platform
from tests.contract.stack import Seed, Stack

LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
QUEUES = ("outbox", "deliveries", "attachments")


@dataclass(frozen=True)
class Product:
    """Stack, platform and a session for deliveries."""

    stack: Stack
    platform: Platform
    http: ClientSession

    def client(self, bot: str = "bot") -> Client:
        """Who delivers to one of the bots."""
        return Client(self.http, self.stack.bot_urls[bot])

    def person(self, openid: str, bot: str = "bot") -> Person:
        """Somebody with a phone."""
        return Person(openid, self.client(bot))

    async def bound_mediator(self, openid: str = "mediator") -> Person:
        """A mediator of the town centre who has bound the phone."""
        mediator = self.person(openid)
        unit = next(name for name in self.stack.codes if "酒仙桥" in name)
        assert "绑定好了" in await mediator.say(f"绑定 {self.stack.codes.pop(unit)}")
        return mediator

    async def ask(
        self, method: str, path: str, openid: str = "", body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Ask the backend's API as the bot does: status and JSON. Headers are named with _ for -."""
        given = {"Authorization": f"Bearer {self.stack.values['BACKEND_TOKEN']}", "X-Openid": openid}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.stack.values['BACKEND_URL']}/api/v1{path}"
        async with self.http.request(method, url, json=body, headers=given) as response:
            return response.status, await response.json()

    async def cases_of(self, openid: str) -> int:
        """How many cases the backend holds of a person."""
        _, answer = await self.ask("GET", "/cases", openid)
        return len(answer.get("case_choices", []))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the stack's SQLite database, read beside the product."""
        with contextlib.closing(sqlite3.connect(self.stack.folder / "stack.db", timeout=10)) as database:
            found = database.execute(query, values).fetchall()
            database.commit()
        return found

    def time_passes(self) -> None:
        """Every lease of a worker has run out, and every pause before another try is over."""
        for queue in QUEUES:
            self.rows(
                f"update {queue} set available_at = '2000-01-01 00:00:00.000000',"  # noqa: S608 - names of ours
                " lease_until = case when lease_until is null then null else '2000-01-01 00:00:00.000000' end"
                " where state = 'waiting'"
            )

    def deliveries(self, openid_of: str = "staff") -> list[tuple[Any, ...]]:
        """(state, error, channel, attempts) of the notices to `staff` or `person`, in order."""
        return self.rows(
            "select state, error, channel, attempts from deliveries where audience = ? order by created_at", openid_of
        )


async def until(ask: Callable[[], object]) -> None:
    """Ask again and again until the answer is yes; it is another process's doing, which has no event to await."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = ask()
            if await answer if inspect.isawaitable(answer) else answer:
                return
            await asyncio.sleep(LOOK_SECONDS)


@contextlib.asynccontextmanager
async def running(
    folder: Path, *, seed: Seed | None = None, database_url: str | None = None, bots: tuple[str, ...] = ("bot",)
) -> AsyncIterator[Product]:
    """The product with these bots, until the end of the block."""
    async with (
        Platform() as platform,
        ClientSession(timeout=ClientTimeout(total=30)) as http,
        Stack(folder, platform.base, database_url, seed=seed) as stack,
    ):
        await asyncio.gather(*(stack.start_bot(name) for name in bots))
        yield Product(stack, platform, http)
