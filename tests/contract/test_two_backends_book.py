"""Two backend processes and two workers over one PostgreSQL: many people at once for the same few seats."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout
from sqlalchemy import select

from backend.composition import make_desk
from backend.pii import parse
from backend.records import reception_tables as tables
from backend.records.store import Store, open_store
from backend.services import people
from tests.backend.receptions_made import FORM, Plan, a_reception
from tests.contract.product import until
from tests.contract.stack import PII_KEY, Stack

SEATS, WAITING, CROWD = 4, 6, 40
WEEK = timedelta(days=7)
NO_WECHAT = "http://127.0.0.1:9"
BUSY, TRIES = (503, 504), 10
"""What a backend answers that is too busy: what has become of it is told when it is asked again, as the bot does."""


class Town:
    """The stack, a slot with a few seats, and people who have agreed."""

    def __init__(self, stack: Stack, store: Store, http: ClientSession, slots: list[str]) -> None:
        self.urls = list(stack.backend_urls.values())
        self.token = stack.values["BACKEND_TOKEN"]
        self.store = store
        self.http = http
        self.slots = slots

    async def ask(self, at: int, who: int, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request of one person to one of the backends; when it is too busy, again with the same key."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Openid": f"o-{who}",
            "Idempotency-Key": f"{who}:{path}",
        }
        url = f"{self.urls[at % 2]}/api/v1{path}"
        for _ in range(TRIES):
            async with self.http.request(method, url, json=body, headers=headers) as response:
                assert response.status < 500 or response.status in BUSY, path
                answer: dict[str, Any] = await response.json()
            if response.status not in BUSY:
                return answer
        raise AssertionError(f"{path}: too busy, however often it was asked")

    async def both(self, who: int, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The same request to both at the same moment: they answer alike."""
        one, other = await asyncio.gather(*(self.ask(at, who, method, path, body) for at in range(2)))
        assert one == other
        return one

    async def seats_taken(self) -> list[str]:
        """On which seats of the slots somebody sits."""
        taken = tables.bookings.c.state.in_(tables.SEATED) & tables.bookings.c.slot_id.in_(self.slots)
        async with self.store.read() as work:
            return list((await work.connection.execute(select(tables.bookings.c.seat_id).where(taken))).scalars())

    async def list_of(self, slot_id: str) -> list[str]:
        """How everybody on a slot's waiting list stands, the longest waiting first."""
        query = select(tables.waiting.c.state).where(tables.waiting.c.slot_id == slot_id)
        async with self.store.read() as work:
            return list((await work.connection.execute(query.order_by(tables.waiting.c.position))).scalars())


@pytest.fixture
async def stack(postgres_url: str, tmp_path: Path) -> Any:
    """Backend, worker and Redis; the second of each joins."""
    async with Stack(tmp_path, NO_WECHAT, postgres_url) as running:
        await asyncio.gather(running.start_backend("other backend"), running.start_worker("other worker"))
        yield running


@pytest.fixture
async def town(stack: Stack, postgres_url: str) -> Any:
    """A reception in a week."""
    store, desk = await open_store(postgres_url, parse(PII_KEY)), make_desk()
    day = (desk.now() + WEEK).date()
    _, slots = await a_reception(store, desk, Plan(day, (9, 10), SEATS))
    async with store.write() as work:
        for who in range(CROWD):
            await people.record_consent(desk, work, f"o-{who}", "1")
    async with ClientSession(timeout=ClientTimeout(total=60)) as http:
        yield Town(stack, store, http, slots)
    await store.close()


def by_day() -> bool:
    """Whether seats may be offered now: the processes go by the real clock."""
    desk = make_desk()
    opens, closes = desk.policy.reception.offer_hours
    return opens <= desk.now().astimezone(desk.policy.office.zone).time() < closes


async def test_two_backends_never_give_a_seat_twice(town: Town) -> None:
    """Everybody asks both at once: as many as there are seats have one, all others are told; then all change places."""
    first, second = town.slots
    calls = [town.both(who, "POST", "/bookings/holds", {"slot_id": first}) for who in range(CROWD)]
    answers = await asyncio.gather(*calls)
    assert Counter(one.get("outcome", one.get("code")) for one in answers) == {
        "held": SEATS,
        "slot_taken": CROWD - SEATS,
    }
    winners = [who for who, one in enumerate(answers) if one.get("outcome") == "held"]
    booked = await asyncio.gather(
        *(town.both(who, "POST", "/bookings", {**FORM, "hold_id": answers[who]["hold_id"]}) for who in winners)
    )
    codes = [one["booking_code"] for one in booked]
    assert len(set(codes)) == SEATS
    losers = [who for who in range(CROWD) if who not in winners]
    others = [town.ask(who, who, "POST", "/bookings", {**FORM, "slot_id": second}) for who in losers]
    changes = [
        town.ask(n, who, "POST", f"/bookings/{code}/change", {"slot_id": second})
        for n, (who, code) in enumerate(zip(winners, codes, strict=True))
    ]
    outcomes = Counter(one.get("outcome", one.get("code")) for one in await asyncio.gather(*changes, *others))
    assert outcomes == {"done": SEATS, "slot_taken": CROWD - SEATS}
    taken = await town.seats_taken()
    assert len(set(taken)) == len(taken)


async def test_a_freed_seat_is_offered_once_by_two_workers(town: Town) -> None:
    """All seats are cancelled at once at both backends: each goes to one of those who wait, in their order."""
    slot, daytime = town.slots[0], {by_day()}
    booked = [await town.ask(who, who, "POST", "/bookings", {**FORM, "slot_id": slot}) for who in range(SEATS)]
    for who in range(SEATS, SEATS + WAITING):
        await town.ask(who, who, "POST", "/waiting", {**FORM, "slot_id": slot})
    cancels = [
        town.ask(who, who, "POST", f"/bookings/{one['booking_code']}/cancel", {}) for who, one in enumerate(booked)
    ]
    assert {one["outcome"] for one in await asyncio.gather(*cancels)} == {"done"}

    async def settled() -> bool:
        daytime.add(by_day())
        offered = (await town.list_of(slot)).count("offered")
        return offered in (range(SEATS + 1) if len(daytime) > 1 else [SEATS * all(daytime)])

    await until(settled)
    taken, states = await town.seats_taken(), await town.list_of(slot)
    assert len(set(taken)) == len(taken) <= SEATS
    assert len(taken) == states.count("offered") or len(daytime) > 1
    assert states == sorted(states), "offered before waiting: nobody is passed over"
    assert len(states) == WAITING
