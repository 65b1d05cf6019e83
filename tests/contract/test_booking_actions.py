"""Seats as the bot's own client asks for them: every outcome of its actions about bookings happens, as promised."""

from datetime import date, timedelta

from aiohttp import ClientSession

from backend.worker.clock import work_clock
from connectors.backend import BackendClient
from tests.backend.receptions_made import MATTER, book, made, wait
from tests.backend.world import PHONE, TOKEN, World
from tests.contract.asking import Asker, handled

OURS = (
    *("action_hold_slot", "action_confirm_booking", "action_release_hold", "action_list_bookings"),
    *("action_show_booking", "action_change_booking", "action_cancel_booking", "action_join_waiting"),
    *("action_leave_waiting", "action_answer_offer", "action_answer_move"),
)
RESIDENT, OTHER, STRANGER, DESK = "o-resident", "o-other", "o-stranger", "o-desk"
BUSY, ABSENT = "o-busy", "o-absent"
TODAY, FRIDAY = date(2026, 3, 6), date(2026, 3, 13)
UNKNOWN_CASE, UNKNOWN_BOOKING = "AH2026030499993", "AAAAAA"
LONGEST_LIST = 10
ABOUT: dict[str, object] = {"case_number": None, "dispute_type": None}
WISH: dict[str, object] = {
    **ABOUT,
    "visit_matter": MATTER,
    "contact_name": "李大姐",
    "contact_phone": PHONE,
    "on_behalf_of": None,
    "companions": None,
    "group_size": None,
}


async def test_every_outcome_of_booking_happens(world: World) -> None:
    """Each outcome that the flows handle can happen, and fills the slots of its example with the same types."""
    async with ClientSession() as http:
        asker = Asker(BackendClient(http, str(world.http.make_url("/")), TOKEN))
        await _who_may_not(world, asker)
        await _what_is_wrong(world, asker)
        await _held(world, asker)
        code, other = await _booked(world, asker)
        await _changed(world, asker, code, other)
        await _waited(world, asker)
        await _moved(world, asker)
        await _too_late(world, asker, code)
    assert handled(OURS) - asker.seen == set()


async def _who_may_not(world: World, asker: Asker) -> None:
    """Who has not agreed, has booked this or enough, or stayed away too often: no hold, booking or place on a list."""
    _, missed = await _slots(world, "missed", TODAY, 9, 10)
    _, (first, second, free) = await _slots(world, "busy", FRIDAY, 9, 10, 11)
    for openid, slots in ((ABSENT, missed), (BUSY, (first, second))):
        for slot, matter in zip(slots, ("labour", "neighbour"), strict=True):
            assert (await book(world, openid, slot, dispute_type=matter))["outcome"] == "done"
    world.clock.time = world.clock.time.replace(day=TODAY.day, hour=11)
    await work_clock(world.tools)
    for openid, about, outcome in (
        (STRANGER, None, "consent_missing"),
        (BUSY, "labour", "matter_booked"),
        (BUSY, None, "too_many_bookings"),
        (ABSENT, None, "suspended"),
    ):
        wish = {**WISH, "slot_id": free, "dispute_type": about}
        await asker.ask(openid, "action_hold_slot", outcome, slot_id=free, case_number=None, dispute_type=about)
        await asker.ask(openid, "action_confirm_booking", outcome, **wish, hold_id=None)
        await asker.ask(openid, "action_join_waiting", outcome, **wish)


async def _what_is_wrong(world: World, asker: Asker) -> None:
    """A form that cannot be, a slot that cannot be had."""
    await world.consent(RESIDENT)
    _, (near,) = await _slots(world, "soon", TODAY, 15)
    _, (free,) = await _slots(world, "free", FRIDAY, 14)
    for wrong, outcome in (({"contact_phone": "1"}, "invalid"), ({"companions": 3}, "too_many_companions")):
        wish = {**WISH, "slot_id": free, **wrong}
        await asker.ask(RESIDENT, "action_confirm_booking", outcome, **wish, hold_id=None)
        await asker.ask(RESIDENT, "action_join_waiting", outcome, **wish)
    for slot, number, outcome in (
        ("nothing", None, "slot_closed"),
        (near, None, "too_soon"),
        (free, UNKNOWN_CASE, "invalid"),
    ):
        await asker.ask(RESIDENT, "action_hold_slot", outcome, slot_id=slot, case_number=number, dispute_type=None)
    await asker.ask(RESIDENT, "action_confirm_booking", "slot_taken", **WISH, slot_id="nothing", hold_id=None)
    await asker.ask(RESIDENT, "action_join_waiting", "too_late", **WISH, slot_id="nothing")
    await asker.ask(RESIDENT, "action_join_waiting", "seat_free", **WISH, slot_id=free)


async def _held(world: World, asker: Asker) -> None:
    """A seat is held, so that nobody else gets it, and given back; there is no booking yet."""
    _, (slot,) = await _slots(world, "held", FRIDAY, 15)
    held = await asker.ask(RESIDENT, "action_hold_slot", "held", **ABOUT, slot_id=slot)
    await world.consent(OTHER)
    assert (await asker.ask(OTHER, "action_hold_slot", "slot_taken", **ABOUT, slot_id=slot))["full_slot_id"] == slot
    await asker.ask(OTHER, "action_confirm_booking", "slot_taken", **WISH, slot_id=slot, hold_id=None)
    await asker.ask(RESIDENT, "action_list_bookings", "none")
    await asker.ask(RESIDENT, "action_release_hold", "done", hold_id=held["hold_id"])
    await asker.ask(OTHER, "action_hold_slot", "held", **ABOUT, slot_id=slot)


async def _booked(world: World, asker: Asker) -> tuple[str, str]:
    """One booking after a hold and one without; both codes."""
    _, slots = await _slots(world, "book", FRIDAY, 9, 10)
    held = await asker.ask(RESIDENT, "action_hold_slot", "held", **ABOUT, slot_id=slots[0])
    done = await asker.ask(
        RESIDENT, "action_confirm_booking", "done", **WISH, slot_id=slots[0], hold_id=held["hold_id"]
    )
    listed = await asker.ask(RESIDENT, "action_list_bookings", "one")
    assert listed["booking_code"] == done["booking_code"]
    again = await asker.ask(RESIDENT, "action_confirm_booking", "done", **WISH, slot_id=slots[1], hold_id=None)
    await asker.ask(RESIDENT, "action_list_bookings", "some")
    shown = await asker.ask(RESIDENT, "action_show_booking", "found", booking_code=done["booking_code"].lower())
    assert shown["booking_code"] == done["booking_code"]
    await asker.ask(OTHER, "action_show_booking", "booking_not_found", booking_code=done["booking_code"])
    return str(done["booking_code"]), str(again["booking_code"])


async def _changed(world: World, asker: Asker, code: str, other: str) -> None:
    """The first of two bookings goes to another time, the second is cancelled; then nothing can be done about it."""
    _, (near,) = await _slots(world, "near", TODAY, 16)
    _, (there, full) = await _slots(world, "there", FRIDAY, 9, 10)
    await book(world, OTHER, full)
    ask = asker.ask
    await ask(RESIDENT, "action_change_booking", "done", booking_code=code, slot_id=there)
    await ask(RESIDENT, "action_change_booking", "slot_taken", booking_code=code, slot_id=full)
    await ask(RESIDENT, "action_change_booking", "too_soon", booking_code=code, slot_id=near)
    await ask(OTHER, "action_change_booking", "booking_not_found", booking_code=code, slot_id=there)
    await ask(OTHER, "action_cancel_booking", "booking_not_found", booking_code=UNKNOWN_BOOKING, cancel_reason=None)
    await ask(RESIDENT, "action_cancel_booking", "done", booking_code=other, cancel_reason="不去了")
    await ask(RESIDENT, "action_cancel_booking", "booking_over", booking_code=other, cancel_reason=None)
    await ask(RESIDENT, "action_change_booking", "booking_over", booking_code=other, slot_id=there)


async def _waited(world: World, asker: Asker) -> None:
    """A list as long as may be; the seat given back is declined by the first and taken by the second."""
    ask, who = asker.ask, [f"o-waiting-{n}" for n in range(LONGEST_LIST)]
    _, (slot,) = await _slots(world, "full", FRIDAY, 16)
    code = (await book(world, "o-lucky", slot))["booking_code"]
    await world.consent(who[0])
    await ask(who[0], "action_join_waiting", "done", **WISH, slot_id=slot)
    await ask(who[0], "action_join_waiting", "already_waiting", **WISH, slot_id=slot)
    assert "您排在第1位" in (await ask(who[0], "action_list_bookings", "none"))["waiting_text"]
    for openid in who[1:]:
        assert (await wait(world, openid, slot))["outcome"] == "done"
    await ask(RESIDENT, "action_join_waiting", "waiting_full", **WISH, slot_id=slot)
    await ask(who[-1], "action_leave_waiting", "done", waiting_id=None)
    await ask(who[-1], "action_leave_waiting", "not_waiting", waiting_id=None)
    await ask(who[0], "action_answer_offer", "offer_lapsed", waiting_id=None, offer_answer=True)
    await world.call("POST", f"/bookings/{code}/cancel", "o-lucky", {})
    await ask(who[0], "action_answer_offer", "declined", waiting_id=None, offer_answer=False)
    await ask(who[1], "action_answer_offer", "accepted", waiting_id=None, offer_answer=True)


async def _moved(world: World, asker: Asker) -> None:
    """A reception is called off: its two visitors are asked whether another time suits."""
    await world.bind("s-county-centre-reception", DESK)
    monday = FRIDAY + timedelta(days=3)
    off, slots = await _slots(world, "off", monday, 9, 10)
    await _slots(world, "off", monday + timedelta(days=1), 14, 15)
    first, second = "o-first", "o-second"
    await book(world, first, slots[0])
    code = (await book(world, second, slots[1]))["booking_code"]
    await asker.ask(DESK, "action_leader_away", "done", reception_id=off, away_when=None, away_reason="开会")
    ask = asker.ask
    await ask(STRANGER, "action_answer_move", "booking_not_found", booking_code=None, move_answer=True)
    await ask(first, "action_answer_move", "accepted", booking_code=None, move_answer=True)
    await ask(first, "action_answer_move", "booking_not_found", booking_code=None, move_answer=True)
    await ask(second, "action_answer_move", "declined", booking_code=code, move_answer=False)
    await ask(second, "action_answer_move", "booking_over", booking_code=code, move_answer=True)


async def _too_late(world: World, asker: Asker, code: str) -> None:
    """On the morning itself nothing can be changed or cancelled any more; to say that one does not come is all."""
    _, (later,) = await _slots(world, "later", FRIDAY + timedelta(days=7), 9)
    world.clock.time = world.clock.time.replace(day=FRIDAY.day, hour=6)
    await asker.ask(RESIDENT, "action_change_booking", "too_late", booking_code=code, slot_id=later)
    await asker.ask(RESIDENT, "action_cancel_booking", "too_late", booking_code=code, cancel_reason=None)


async def _slots(world: World, name: str, day: date, *hours: int) -> tuple[str, list[str]]:
    """A reception of its own, with one seat at each of these hours; its id and its slots' ids."""
    return await made(world, day=day, hours=hours, rule=f"{name}_rule", leader=f"l-{name}")
