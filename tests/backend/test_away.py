"""A leader who cannot come: one action, and everybody is moved and asked, or told; each once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.records import tables
from backend.worker.facts import work_facts
from tests.backend.receptions_made import FRIDAY, book, facts, hold, made, states, the_clock_works, wait
from tests.backend.world import RESIDENT, World

DESK, FIRST, SECOND, THIRD = "o-desk", "o-first", "o-second", "o-third"
RECEPTIONIST = "s-county-centre-reception"
WEEK = timedelta(days=7)


async def away(world: World, reception_id: str, openid: str = DESK) -> dict[str, Any]:
    """The desk calls a reception off."""
    body = {"reception_id": reception_id, "away_reason": "临时开会"}
    return (await world.call("POST", "/reception_desk/away", openid, body))[1]


async def notices(world: World) -> Counter[str]:
    """Which notices are on their way."""
    while await work_facts(world.tools):
        pass
    async with world.store.read() as work:
        rows = await work.connection.execute(select(tables.deliveries.c.notice))
        return Counter(rows.scalars())


async def moved_to(world: World, openid: str, code: str) -> str:
    """What a booking says."""
    return str((await world.call("GET", f"/bookings/{code}", openid))[1]["booking_text"])


async def test_everybody_is_moved_or_told(world: World) -> None:
    """Same leader first, then the nearest; without a seat the booking is off; waiting ends; each is told once."""
    await world.bind(RECEPTIONIST, DESK)
    reception_id, slots = await made(world, hours=(9, 10, 11, 15))
    _, (near,) = await made(world, day=FRIDAY + timedelta(days=1), leader="l-other")
    _, (same,) = await made(world, day=FRIDAY + WEEK)
    codes = [
        (await book(world, who, slot))["booking_code"]
        for who, slot in zip((RESIDENT, FIRST, SECOND), slots, strict=False)
    ]
    await hold(world, THIRD, slots[3])
    await wait(world, "o-waits", slots[0])
    answer = await away(world, reception_id)
    assert (answer["outcome"], "1 人" in answer["away_summary"]) == ("done", True)
    assert "3月13日" in await moved_to(world, RESIDENT, codes[0])
    assert "3月7日" in await moved_to(world, FIRST, codes[1])
    assert (await world.call("GET", f"/bookings/{codes[2]}", SECOND))[1]["booking_state"] == "cancelled"
    assert await states(world.store) == {"booked": 2, "cancelled": 2}
    assert await notices(world) == Counter({"booking_moved": 2, "booking_cancelled": 1, "waiting_ended": 1})
    assert (await away(world, reception_id))["code"] == "already_away"
    assert await notices(world) == Counter({"booking_moved": 2, "booking_cancelled": 1, "waiting_ended": 1})
    for slot in (near, same, slots[3]):
        assert (await hold(world, "o-new", slot))["code"] in ("slot_taken", "slot_closed")


async def test_a_move_is_answered(world: World) -> None:
    """Yes keeps the seat, no frees it for whoever waits; without a code the one asked about is meant."""
    await world.bind(RECEPTIONIST, DESK)
    reception_id, slots = await made(world, hours=(9, 10))
    _, (near, later) = await made(world, day=FRIDAY + WEEK, hours=(9, 10))
    first, second = [
        (await book(world, who, slot))["booking_code"] for who, slot in zip((FIRST, SECOND), slots, strict=True)
    ]
    await away(world, reception_id)
    assert "等您确认" in (await world.call("GET", f"/bookings/{first}", FIRST))[1]["booking_text"]
    answer = (await world.call("POST", "/bookings/-/move", FIRST, {"move_answer": "yes"}))[1]
    assert (answer["outcome"], "3月13日" in answer["slot_text"]) == ("accepted", True)
    assert (await wait(world, THIRD, near))["outcome"] == "done"
    assert (await wait(world, "o-4", later))["outcome"] == "done"
    answer = (await world.call("POST", f"/bookings/{second}/move", SECOND, {"move_answer": "no"}))[1]
    assert answer["outcome"] == "declined"
    assert (await facts(world.store)).count("OfferMade") == 1
    assert (await world.call("POST", f"/bookings/{second}/move", SECOND, {"move_answer": "yes"}))[1][
        "code"
    ] == "booking_over"


async def test_an_offer_of_a_reception_called_off_is_none(world: World) -> None:
    """Who had an offer is told that there is none, and cannot take it any more."""
    await world.bind(RECEPTIONIST, DESK)
    reception_id, (slot,) = await made(world)
    code = (await book(world, RESIDENT, slot))["booking_code"]
    await wait(world, FIRST, slot)
    await world.call("POST", f"/bookings/{code}/cancel", RESIDENT, {})
    await away(world, reception_id)
    answer = (await world.call("POST", "/waiting/-/answer", FIRST, {"offer_answer": "yes"}))[1]
    assert answer["code"] == "offer_lapsed"
    world.clock.forward(hours=2)
    await the_clock_works(world.store, world.desk)
    assert await notices(world) == Counter({"offer_made": 1, "waiting_ended": 1})
    assert await states(world.store) == {"cancelled": 2}


async def test_only_the_desk_calls_off_and_cancels(world: World) -> None:
    """Residents and mediators may not; what does not exist is not found."""
    reception_id, (slot,) = await made(world)
    code = (await book(world, RESIDENT, slot))["booking_code"]
    await world.bind()
    body = {"booking_code": code, "cancel_reason": "材料不全"}
    for openid in (RESIDENT, "o-mediator"):
        assert (await away(world, reception_id, openid))["code"] == "not_allowed"
        status, answer = await world.call("POST", "/reception_desk/cancellations", openid, body)
        assert (status, answer["code"]) == (403, "not_allowed")
    await world.bind(RECEPTIONIST, DESK)
    assert (await away(world, "x"))["code"] == "reception_not_found"
    path = "/reception_desk/cancellations"
    assert (await world.call("POST", path, DESK, {**body, "booking_code": "K7M4QX"}))[1]["code"] == "booking_not_found"


async def test_the_desk_cancels_after_the_cut_off(world: World) -> None:
    """With a reason, at any time; the person is told, the seat goes on, and it is over."""
    await world.bind(RECEPTIONIST, DESK)
    _, (slot,) = await made(world)
    code = (await book(world, RESIDENT, slot))["booking_code"]
    await wait(world, FIRST, slot)
    world.clock.time = world.clock.time.replace(day=6, hour=8)
    body = {"booking_code": code, "cancel_reason": "材料不全"}
    assert (await world.call("POST", "/reception_desk/cancellations", DESK, body))[1]["outcome"] == "done"
    assert (await world.call("POST", "/reception_desk/cancellations", DESK, body))[1]["code"] == "booking_over"
    assert await notices(world) == Counter({"booking_cancelled": 1, "offer_made": 1})
    async with world.store.read() as work:
        booking = await work.bookings.by_code(code)
        told = await work.bookings.told(booking.id) if booking else None
    assert told is not None
    assert told.cancel_reason == "材料不全"


async def test_two_who_call_off_at_once_and_people_who_book(world: World) -> None:
    """One is told that it was done; whoever booked meanwhile is moved or was refused: nobody sits in what is off."""
    await world.bind(RECEPTIONIST, DESK)
    reception_id, (slot,) = await made(world, seats=5)
    await made(world, day=FRIDAY + WEEK, seats=3)
    people = [f"o-{n}" for n in range(8)]
    for openid in people:
        await world.consent(openid)
    calls = [book(world, openid, slot) for openid in people]
    *_, one, other = await asyncio.gather(*calls, away(world, reception_id), away(world, reception_id))
    assert sorted((one.get("code", ""), other.get("code", ""))) == ["", "already_away"]
    async with world.store.read() as work:
        query = select(tables.metadata.tables["bookings"].c.state).where(
            tables.metadata.tables["bookings"].c.reception_id == reception_id
        )
        assert set((await work.connection.execute(query)).scalars()) <= {"cancelled"}


async def test_a_day_says_which_reception_is_meant(world: World) -> None:
    """One reception of that day at the desk's place is meant; of several it is asked which; none is not found."""
    await world.bind(RECEPTIONIST, DESK)
    reception_id, _ = await made(world)

    async def on(day: object, **more: object) -> dict[str, Any]:
        body = {"reception_id": None, "away_when": day, "away_reason": "开会", **more}
        return (await world.call("POST", "/reception_desk/away", DESK, body))[1]

    for day in ({"start": "2026-03-09T00:00:00+08:00"}, "下周五", None):
        assert (await on(day))["code"] == "reception_not_found"
    other_id, _ = await made(world, rule="other_rule", leader="l-other")
    asked = await on("2026-03-06")
    assert asked["outcome"] == "which_reception"
    payloads = {choice["payload"] for choice in asked["reception_choices"]}
    assert payloads == {f"/SetSlots(reception_id={one})" for one in (reception_id, other_id)}
    assert asked["reception_choices"][0]["title"] == "3月6日 领导接访 张示范副区长"
    assert (await on("2026-03-06", reception_id=other_id))["outcome"] == "done"
    assert (await on({"start": "2026-03-06T09:00:00+08:00", "text": "周五"}))["outcome"] == "done"
    assert (await on("2026-03-06"))["code"] == "already_away"
