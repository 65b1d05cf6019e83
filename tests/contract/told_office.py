"""The product with a backend and a worker whose clock a test tells the time; bot, Redis and platform are real.

The backend listens over HTTP like any other, in the test's own process; the worker works when it is told to, until
nothing is left that is due: nobody waits, and the day of a reception comes when the test says so.
"""

import contextlib
import html
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web

from backend import rules
from backend.api.app import create_app
from backend.commands.work import messenger
from backend.composition import make_desk, opened
from backend.config import load
from backend.domain.reception.booking import Booking
from backend.migrations.runner import migrate
from backend.records.store import Store
from backend.services.desk import Desk
from backend.services.reception.calendar import keep_published
from backend.services.seeding import fresh_codes, seed
from backend.worker.clock import work_clock
from backend.worker.loop import run_once
from backend.worker.tools import Tools
from connectors.wechat import config
from tests.contract.people import Person
from tests.contract.platform import Client, Platform, text
from tests.contract.stack import Stack

CHINA = timezone(timedelta(hours=8))
BEGINNING = datetime(2026, 12, 2, 10, 0, tzinfo=CHINA)
"""A Wednesday morning on which nothing is special, whatever day it really is."""
_LINE = re.compile(r"msgmenucontent=([^&\"]+)&msgmenuid=notice")


@dataclass
class ToldClock:
    """The time is what the test says."""

    time: datetime = BEGINNING

    def now(self) -> datetime:
        """What time it is."""
        return self.time


@dataclass(frozen=True)
class Office:
    """What the tests of a reception do to the product and ask of it."""

    clock: ToldClock
    tools: Tools
    platform: Platform
    stack: Stack
    http: ClientSession
    codes: dict[str, str]

    def person(self, openid: str) -> Person:
        """Somebody with a phone."""
        return Person(openid, Client(self.http, self.stack.bot_urls["bot"]))

    async def comes(self, time: datetime) -> None:
        """It is that time, and the worker has done all that is due."""
        self.clock.time = time
        await self.work()

    async def work(self) -> None:
        """The worker works until nothing is left to do now."""
        await work_clock(self.tools)
        while await run_once(self.tools):
            pass

    async def booking(self, code: str) -> tuple[Booking, datetime]:
        """A booking and when its slot begins."""
        async with self.tools.store.read() as work:
            booking = await work.bookings.by_code(code)
            assert booking is not None
            slot = await work.seats.slot(booking.slot_id or "")
        assert slot is not None
        return booking, slot.starts_at.astimezone(CHINA)

    def shown(self, openid: str) -> list[str]:
        """The words of each notice on a phone, whatever channel it came by."""
        return [_words(body) for body in self.platform.phone(openid)]

    async def tap(self, person: Person, words: str) -> str:
        """Tap the line of the latest notice that says these words; where it came without lines, type them."""
        offered = [html.unescape(line) for line in _LINE.findall(self.shown(person.openid)[-1])]
        line = next((line for line in offered if line.startswith(words)), None)
        return await person.hear(text(person.openid, line or words, "notice" if line else None))


@contextlib.asynccontextmanager
async def office(folder: Path, database_url: str) -> AsyncIterator[Office]:
    """The product, seeded with its receptions published, at `BEGINNING`."""
    clock = ToldClock()
    async with (
        Platform() as platform,
        ClientSession(timeout=ClientTimeout(total=30)) as http,
        contextlib.AsyncExitStack() as later,
    ):
        stack = Stack(folder, platform.base, database_url)
        stack.redis.start()
        later.callback(stack.redis.stop)
        await migrate(database_url)
        settings = load(stack.values)
        desk = replace(make_desk(settings), now=clock.now)
        store = await later.enter_async_context(opened(settings))
        codes = await _seeded(desk, store)
        await later.enter_async_context(_serving(desk, store, stack))
        wechat = await later.enter_async_context(messenger(config.read(stack.values, callbacks=False)))
        await stack.start_bot()
        later.push_async_callback(stack.stop, "bot")
        yield Office(clock, Tools(desk, store, wechat, random.random), platform, stack, http, codes)


async def _seeded(desk: Desk, store: Store) -> dict[str, str]:
    """Binding codes by "unit name"."""
    async with store.write() as work:
        await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))
        await keep_published(desk, work)
        return {f"{unit} {name}": code for code, unit, name in await fresh_codes(desk, work)}


@contextlib.asynccontextmanager
async def _serving(desk: Desk, store: Store, stack: Stack) -> AsyncIterator[None]:
    app = create_app(desk, store, stack.values["BACKEND_TOKEN"])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = int(stack.values["BACKEND_URL"].rsplit(":", 1)[1])
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _words(body: dict[str, object]) -> str:
    """All texts in a message of the platform's API, however deep."""
    parts: list[str] = []
    todo: list[object] = [value for key, value in body.items() if key != "touser"]
    while todo:
        one = todo.pop(0)
        if isinstance(one, str):
            parts.append(one)
        elif isinstance(one, dict):
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return "\n".join(parts)
