"""Booking under load, through real backend processes: everybody at once for the same seats, and how many a second."""

import asyncio
import operator
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from sqlalchemy import func, select

from backend.composition import make_desk
from backend.pii import parse
from backend.records import reception_tables as tables
from backend.records.store import Store, open_store
from backend.services import people
from backend.services.desk import Desk
from tests.backend.receptions_made import FORM, Plan, a_reception
from tests.benchmarks import servers
from tests.benchmarks.figure import Figure

CROWD, SEATS = 1000, 20
BOOKERS, AT_ONCE = 400, 32
CONNECTIONS = 100
"""To each backend, as the bot's client keeps at most."""
BACKENDS = 2
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who have agreed, slots to book, and how to ask the backends."""

    urls: Sequence[str]
    slots: Sequence[str]
    http: ClientSession

    async def ask(self, who: int, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One request of one person, to one backend or another."""
        headers = {
            "Authorization": f"Bearer {servers.BACKEND_TOKEN}",
            "X-Openid": f"o-{who}",
            "Idempotency-Key": f"bench:{who}:{path}",
        }
        url = f"{self.urls[who % len(self.urls)]}/api/v1{path}"
        async with self.http.post(url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def book(self, who: int, slot_id: str) -> tuple[str, float]:
        """Hold and confirm: the last outcome or refusal, and when it was known."""
        _, answer = await self.ask(who, "/bookings/holds", {"slot_id": slot_id})
        if answer.get("outcome") == "held":
            _, answer = await self.ask(who, "/bookings", {**FORM, "hold_id": answer["hold_id"]})
        waits = "+waiting" if answer.get("full_slot_id") == slot_id else ""
        return str(answer.get("outcome") or answer.get("code")) + waits, time.perf_counter()


def storm(folder: Path) -> Iterator[Figure]:
    """Seconds until 1,000 people who want the same 20 seats at once all know: 20 booked, 980 may wait, none doubled."""
    with servers.postgres(folder) as url, servers.backends(folder, url, BACKENDS) as running:
        yield _storm("postgresql", url, [one for one, _ in running])
    with servers.backends(folder) as running:
        yield _storm("sqlite", f"sqlite+aiosqlite:///{folder / 'bench.db'}", [one for one, _ in running])


def per_second(folder: Path) -> Iterator[Figure]:
    """Bookings a second, each held and confirmed by somebody else, over many slots on PostgreSQL."""
    with servers.postgres(folder) as url, servers.backends(folder, url, BACKENDS) as running:
        plan = Plan(hours=tuple(range(8, 18)), seats=BOOKERS // 10)
        outcomes, seconds, _ = asyncio.run(_with_crowd(url, [one for one, _ in running], BOOKERS, plan, _steadily))
    booked = outcomes["done"]
    detail = {"bookings": booked, "people_at_once": AT_ONCE, "backends": BACKENDS}
    yield Figure("booking.per_s", booked / seconds, 20, operator.ge, detail)


def _storm(database: str, url: str, urls: list[str]) -> Figure:
    plan = Plan(hours=(9,), seats=SEATS)
    outcomes, seconds, doubles = asyncio.run(_with_crowd(url, urls, CROWD, plan, _all_at_once))
    told = outcomes["slot_taken+waiting"]
    right = (outcomes["done"], told, doubles) == (SEATS, CROWD - SEATS, 0)
    detail = {
        "database": database,
        "backends": len(urls),
        "people": CROWD,
        "confirmed": outcomes["done"],
        "told_and_offered_waiting": told,
        "doubles": doubles,
        "others": CROWD - outcomes["done"] - told,
        "duration_s": round(seconds, 2),
    }
    return Figure("booking.storm", seconds, 10, lambda value, goal: right and value <= goal, detail)


async def _all_at_once(crowd: Crowd) -> Counter[str]:
    found = await asyncio.gather(*(crowd.book(who, crowd.slots[0]) for who in range(CROWD)))
    return Counter(outcome for outcome, _ in found)


async def _steadily(crowd: Crowd) -> Counter[str]:
    """So many at a time; whoever is done is followed by the next."""
    waiting, found = iter(range(BOOKERS)), Counter[str]()

    async def one_after_the_other() -> None:
        for who in waiting:
            found[(await crowd.book(who, crowd.slots[who % len(crowd.slots)]))[0]] += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return found


async def _with_crowd(
    url: str, urls: list[str], count: int, plan: Plan, doing: Callable[[Crowd], Awaitable[Counter[str]]]
) -> tuple[Counter[str], float, int]:
    """What came of it, in how many seconds, and how many seats are taken twice."""
    store, desk = await open_store(url, parse(servers.PII_KEY)), make_desk()
    day = (desk.now() + SOON).date()
    _, slots = await a_reception(store, desk, Plan(day, plan.hours, plan.seats))
    await _agree(store, desk, count)
    connector = TCPConnector(limit_per_host=CONNECTIONS, limit=0)
    async with ClientSession(connector=connector, timeout=ClientTimeout(total=120)) as http:
        began = time.perf_counter()
        outcomes = await doing(Crowd(urls, slots, http))
        seconds = time.perf_counter() - began
    doubles = await _doubles(store)
    await store.close()
    return outcomes, seconds, doubles


async def _agree(store: Store, desk: Desk, count: int) -> None:
    async with store.write() as work:
        for who in range(count):
            await people.record_consent(desk, work, f"o-{who}", "1")


async def _doubles(store: Store) -> int:
    taken = tables.bookings.c.state.in_(tables.SEATED)
    async with store.read() as work:
        query = select(func.count() - func.count(tables.bookings.c.seat_id.distinct())).where(taken)
        return int((await work.connection.execute(query)).scalar_one())
