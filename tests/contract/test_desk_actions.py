"""The day of a reception as the bot's own client asks for it: every outcome of its actions happens, as promised."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

from backend import rules
from backend.api.app import create_app
from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.store import open_store
from backend.services.seeding import seed
from connectors.backend import BackendClient
from tests.backend.receptions_made import book, made
from tests.backend.world import KEY_1, TOKEN, Clock, FakeMessenger, World, make_desk

ACTIONS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "dialogs" / "actions.yml").read_text(encoding="utf-8")
)["actions"]
OURS = (
    *("action_answer_reminder", "action_check_in", "action_desk_today", "action_desk_check_in", "action_walk_in"),
    *("action_record_decision", "action_leader_away", "action_desk_cancel"),
)
RESIDENT, OTHER, STRANGER, DESK, MEDIATOR = "o-resident", "o-other", "o-stranger", "o-desk", "o-mediator"
HERE, THERE = "u-county-centre", "u-ah01-centre"
WALK: dict[str, object] = {
    "visitor_name": "王大爷",
    "visitor_phone": None,
    "visitor_matter": None,
    "visitor_count": None,
}
ORDER: dict[str, object] = {
    "decision_kind": "instructed",
    "decision_text": None,
    "decision_unit": "安和区物业纠纷调解委员会",
    "decision_due": {"start": "2026-03-13T00:00:00+08:00", "text": "13日"},
}


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A served backend with the demo organisation."""
    await migrate(sqlite_url)
    store = await open_store(sqlite_url, parse(KEY_1))
    clock = Clock()
    desk = make_desk(clock)
    async with store.write() as work:
        await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))
    async with TestClient(TestServer(create_app(desk, store, TOKEN))) as http:
        yield World(clock, desk, store, FakeMessenger(), http)
    await store.close()


class Asker:
    """The bot's own client, which checks every answer against the action's contract."""

    def __init__(self, client: BackendClient) -> None:
        self._client = client
        self._count = 0
        self.seen: set[tuple[str, str]] = set()

    async def ask(self, openid: str, action: str, expected: str, **arguments: object) -> dict[str, Any]:
        """Ask with a key of its own; the slots that came back."""
        self._count += 1
        returned = await self._client.call(action, arguments, openid, f"s:{self._count}:1")
        assert (action, returned.outcome) == (action, expected)
        example = ACTIONS[action]["outcomes"][expected] or {}
        assert set(example) <= set(returned.slots) <= set(ACTIONS[action]["sets"]), (action, returned)
        assert [type(returned.slots[name]) for name in example] == [type(value) for value in example.values()]
        self.seen.add((action, expected))
        return dict(returned.slots)


async def test_every_outcome_of_the_day_happens(world: World) -> None:
    """Each outcome that the flows handle can happen, and fills the slots of its example with the same types."""
    async with ClientSession() as http:
        asker = Asker(BackendClient(http, str(world.http.make_url("/")), TOKEN))
        code, second = await _before(world, asker)
        await _on_the_day(world, asker, code, second)
    handled = {(action, outcome) for action in OURS for outcome in ACTIONS[action]["outcomes"]}
    assert handled - asker.seen == set()


async def _before(world: World, asker: Asker) -> tuple[str, str]:
    """What may be done, and by whom, days before; two bookings for Friday."""
    ask = asker.ask
    await world.bind("s-county-centre-reception", DESK)
    await world.bind()
    _, (nine, ten) = await made(world, hours=(9, 10))
    away_id, (there,) = await made(world, day=world.clock.now().date() + timedelta(days=5))
    await made(world, day=world.clock.now().date() + timedelta(days=5), rule="other_rule", leader="l-other")
    code = str((await book(world, RESIDENT, nine))["booking_code"])
    second = str((await book(world, OTHER, ten))["booking_code"])
    gone = str((await book(world, RESIDENT, there, dispute_type="labour"))["booking_code"])
    await ask(RESIDENT, "action_check_in", "too_early", booking_code=code, place_scene=HERE)
    await ask(DESK, "action_desk_check_in", "too_early", booking_code=code)
    await ask(STRANGER, "action_desk_today", "not_bound")
    await ask(MEDIATOR, "action_desk_today", "not_allowed")
    await ask(DESK, "action_desk_today", "none")
    await ask(DESK, "action_walk_in", "no_reception_today", **WALK)
    await ask(DESK, "action_walk_in", "invalid", **{**WALK, "visitor_phone": "1"})
    await ask(MEDIATOR, "action_walk_in", "not_allowed", **WALK)
    await ask(MEDIATOR, "action_desk_check_in", "not_allowed", booking_code=code)
    await ask(MEDIATOR, "action_record_decision", "not_allowed", booking_code=code, **ORDER)
    why: dict[str, object] = {"cancel_reason": "材料不全"}
    await ask(MEDIATOR, "action_desk_cancel", "not_allowed", booking_code=gone, **why)
    await ask(DESK, "action_desk_cancel", "booking_not_found", booking_code="AAAAAA", **why)
    await ask(DESK, "action_desk_cancel", "done", booking_code=gone, **why)
    await ask(DESK, "action_desk_cancel", "booking_over", booking_code=gone, **why)
    await ask(RESIDENT, "action_answer_reminder", "booking_over", booking_code=gone, coming=True)
    day: dict[str, object] = {"away_when": {"start": "2026-03-09T00:00:00+08:00"}, "away_reason": None}
    await ask(MEDIATOR, "action_leader_away", "not_allowed", reception_id=None, **day)
    await ask(DESK, "action_leader_away", "which_reception", reception_id=None, **day)
    await ask(DESK, "action_leader_away", "done", reception_id=away_id, **day)
    await ask(DESK, "action_leader_away", "already_away", reception_id=away_id, **day)
    await ask(DESK, "action_leader_away", "reception_not_found", reception_id="nothing", **day)
    return code, second


async def _on_the_day(world: World, asker: Asker, code: str, second: str) -> None:
    """From the reminder to the decision, with those who stay away."""
    ask = asker.ask
    world.clock.time = world.clock.time.replace(day=6, hour=8, minute=30)
    await ask(STRANGER, "action_answer_reminder", "booking_not_found", booking_code=None, coming=True)
    await ask(RESIDENT, "action_answer_reminder", "coming", booking_code=None, coming=True)
    await ask(OTHER, "action_answer_reminder", "cancelled", booking_code=second, coming=False)
    await ask(OTHER, "action_check_in", "booking_over", booking_code=second, place_scene=HERE)
    await ask(DESK, "action_desk_check_in", "booking_over", booking_code=second)
    await ask(DESK, "action_desk_check_in", "booking_not_found", booking_code="AAAAAA")
    await ask(STRANGER, "action_check_in", "booking_not_found", booking_code=None, place_scene=HERE)
    await ask(RESIDENT, "action_check_in", "wrong_place", booking_code=None, place_scene=THERE)
    await ask(RESIDENT, "action_check_in", "arrived", booking_code=None, place_scene=HERE)
    await ask(RESIDENT, "action_check_in", "already_arrived", booking_code=None, place_scene=HERE)
    await ask(DESK, "action_desk_check_in", "already_arrived", booking_code=code)
    await ask(DESK, "action_desk_today", "some")
    await ask(DESK, "action_walk_in", "done", **WALK)
    await ask(DESK, "action_record_decision", "booking_not_found", booking_code="AAAAAA", **ORDER)
    for wrong, outcome in (({"decision_unit": "没有"}, "unknown_unit"), ({"decision_due": "2026-03-01"}, "invalid")):
        await ask(DESK, "action_record_decision", outcome, booking_code=code, **{**ORDER, **wrong})
    await ask(DESK, "action_record_decision", "done", booking_code=code, **ORDER)
    await ask(DESK, "action_record_decision", "already_decided", booking_code=code, **ORDER)
    late = str((await book(world, OTHER, await _slot_on(world, 20)))["booking_code"])
    world.clock.time = world.clock.time.replace(day=20, hour=9, minute=5)
    await ask(DESK, "action_desk_check_in", "arrived", booking_code=late)


async def _slot_on(world: World, day: int) -> str:
    _, (slot,) = await made(world, day=world.clock.now().date().replace(day=day))
    return slot
