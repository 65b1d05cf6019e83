"""The day of a reception as the bot's own client asks for it: every outcome of its actions happens, as promised."""

from datetime import timedelta

from aiohttp import ClientSession

from connectors.backend import BackendClient
from tests.backend.receptions_made import book, made
from tests.backend.world import TOKEN, World
from tests.contract.asking import Asker, handled

OURS = (
    *("action_answer_reminder", "action_check_in", "action_desk_today", "action_desk_check_in", "action_walk_in"),
    *("action_find_unit", "action_record_decision", "action_leader_away", "action_desk_cancel"),
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


async def test_every_outcome_of_the_day_happens(world: World) -> None:
    """Each outcome that the flows handle can happen, and fills the slots of its example with the same types."""
    async with ClientSession() as http:
        asker = Asker(BackendClient(http, str(world.http.make_url("/")), TOKEN))
        code, second = await _before(world, asker)
        await _on_the_day(world, asker, code, second)
    assert handled(OURS) - asker.seen == set()


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
    await ask(STRANGER, "action_find_unit", "not_allowed", decision_unit="酒仙桥街道矛调中心")
    for named, outcome in (("酒仙桥街道矛", "found"), ("化雨", "unclear"), ("城建公司", "unknown_unit")):
        await ask(DESK, "action_find_unit", outcome, decision_unit=named)
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
