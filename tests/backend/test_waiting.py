"""The waiting list: who came first is offered first, for a while, by day; nobody jumps it, nobody is told twice."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.domain.refusal import Code, Refused
from backend.records import reception_tables as reception
from backend.records import tables
from backend.services.reception import booking
from backend.services.reception.wishes import About
from backend.worker.facts import work_facts
from tests.backend.receptions_made import (
    FORM,
    FRIDAY,
    book,
    facts,
    hold,
    made,
    states,
    the_clock_works,
    wait,
    waits_at,
)
from tests.backend.world import RESIDENT, World

FIRST, SECOND, THIRD = "o-first", "o-second", "o-third"


async def clock(world: World) -> None:
    """Everything due is done."""
    await the_clock_works(world.store, world.desk)


async def cancel(world: World, openid: str, code: str) -> None:
    """Somebody cancels."""
    await world.call("POST", f"/bookings/{code}/cancel", openid, {})


async def answer(world: World, openid: str, word: str, waiting_id: str = "-") -> dict[str, object]:
    """Somebody answers to an offer."""
    return (await world.call("POST", f"/waiting/{waiting_id}/answer", openid, {"offer_answer": word}))[1]


async def told(world: World) -> Counter[tuple[str, str]]:
    """Which notices are on their way, and to whom."""
    while await work_facts(world.tools):
        pass
    async with world.store.read() as work:
        query = select(tables.deliveries.c.notice, tables.people.c.id, tables.deliveries.c.recipient_id).join(
            tables.people, tables.people.c.id == tables.deliveries.c.recipient_id
        )
        rows = (await work.connection.execute(query)).all()
        names = {}
        for openid in (RESIDENT, FIRST, SECOND, THIRD):
            person = await work.people.find(openid)
            names[person.id if person else ""] = openid
    return Counter((row.notice, names[row.recipient_id]) for row in rows)


async def full(world: World, **plan: object) -> tuple[str, str]:
    """A slot whose one seat is booked by the resident; the slot and the code."""
    _, (slot,) = await made(world, **plan)
    return slot, (await book(world, RESIDENT, slot))["booking_code"]


async def test_a_freed_seat_goes_down_the_list(world: World) -> None:
    """Cancelled: offered to the first; declined: to the second; not answered: to the third, who takes it."""
    slot, code = await full(world)
    texts = [(await wait(world, who, slot))["waiting_text"] for who in (FIRST, SECOND, THIRD)]
    assert [f"第{n}位" in text for n, text in enumerate(texts, 1)] == [True] * 3
    await cancel(world, RESIDENT, code)
    assert (await hold(world, "o-new", slot))["code"] == "slot_taken"
    assert (await answer(world, SECOND, "yes"))["code"] == "offer_lapsed"
    assert (await answer(world, FIRST, "no"))["outcome"] == "declined"
    world.clock.forward(minutes=30)
    assert (await answer(world, SECOND, "yes"))["code"] == "offer_lapsed"
    await clock(world)
    accepted = await answer(world, THIRD, "yes")
    assert accepted["outcome"] == "accepted"
    assert (await answer(world, THIRD, "no"))["code"] == "offer_lapsed"
    shown = (await world.call("GET", f"/bookings/{accepted['booking_code']}", THIRD))[1]
    assert shown["booking_state"] == "booked"
    assert await told(world) == Counter(
        {("offer_made", FIRST): 1, ("offer_made", SECOND): 1, ("offer_lapsed", SECOND): 1, ("offer_made", THIRD): 1}
    )


async def test_an_offer_is_accepted_once_however_often_it_is_said(world: World) -> None:
    """By id or without, again and again: one booking."""
    slot, code = await full(world)
    await wait(world, FIRST, slot)
    await cancel(world, RESIDENT, code)
    (waiting_id,) = await waits_at(world, FIRST)
    answers = [await answer(world, FIRST, "yes", waiting_id) for _ in range(3)]
    assert all(one == answers[0] for one in answers)
    assert answers[0]["outcome"] == "accepted"
    assert await states(world.store) == {"cancelled": 1, "booked": 1}


async def test_nobody_answers_for_another(world: World) -> None:
    """An offer is its owner's."""
    slot, code = await full(world)
    await wait(world, FIRST, slot)
    (waiting_id,) = await waits_at(world, FIRST)
    await cancel(world, RESIDENT, code)
    await world.consent(SECOND)
    assert (await answer(world, SECOND, "yes", waiting_id))["code"] == "offer_lapsed"
    assert (await world.call("DELETE", f"/waiting/{waiting_id}", SECOND))[1]["code"] == "not_waiting"
    assert (await answer(world, FIRST, "yes", waiting_id))["outcome"] == "accepted"


async def test_who_may_wait(world: World) -> None:
    """Only for a full, open slot that is far enough away, once a reception, while the list is not full."""
    _, (slot, free) = await made(world, hours=(9, 10))
    assert (await wait(world, FIRST, free))["code"] == "seat_free"
    await book(world, RESIDENT, slot)
    assert (await wait(world, FIRST, slot, contact_phone="1"))["code"] == "invalid"
    assert (await wait(world, FIRST, slot))["outcome"] == "done"
    assert (await wait(world, FIRST, slot))["code"] == "already_waiting"
    assert (await wait(world, FIRST, "x"))["code"] == "too_late"
    for n in range(9):
        assert (await wait(world, f"o-{n}", slot))["outcome"] == "done"
    assert (await wait(world, SECOND, slot))["code"] == "waiting_full"
    assert (await world.call("POST", "/waiting", THIRD, {"slot_id": slot}))[1]["code"] == "consent_missing"
    world.clock.time = world.clock.time.replace(day=6, hour=8, minute=31)
    assert (await wait(world, SECOND, slot))["code"] == "too_late"


async def test_who_leaves_frees_the_offer(world: World) -> None:
    """Leaving the list passes an offer on; leaving again is refused."""
    slot, code = await full(world)
    for who in (FIRST, SECOND):
        await wait(world, who, slot)
    (first,) = await waits_at(world, FIRST)
    await cancel(world, RESIDENT, code)
    assert (await world.call("DELETE", f"/waiting/{first}", FIRST))[1]["outcome"] == "done"
    assert (await world.call("DELETE", f"/waiting/{first}", FIRST))[1]["code"] == "not_waiting"
    assert (await answer(world, SECOND, "yes"))["outcome"] == "accepted"


async def test_nothing_is_offered_at_night(world: World) -> None:
    """What is freed after eight in the evening is kept for the list until eight in the morning."""
    slot, code = await full(world)
    await wait(world, FIRST, slot)
    world.clock.time = world.clock.time.replace(hour=23)
    await cancel(world, RESIDENT, code)
    await clock(world)
    assert (await answer(world, FIRST, "yes"))["code"] == "offer_lapsed"
    assert (await hold(world, SECOND, slot))["code"] == "slot_taken"
    assert (await world.call("POST", "/bookings", SECOND, {**FORM, "slot_id": slot}))[1]["code"] == "slot_taken"
    async with world.store.write() as work:
        with pytest.raises(Refused, match=Code.SLOT_TAKEN):
            await booking.hold(world.desk, work, SECOND, slot, About())
    world.clock.time = world.clock.time.replace(day=5, hour=8)
    await clock(world)
    assert (await answer(world, FIRST, "yes"))["outcome"] == "accepted"


async def test_a_hold_that_runs_out_is_offered(world: World) -> None:
    """The seat of an abandoned form goes to who waits, not back to its owner and not to somebody new."""
    _, (slot,) = await made(world)
    held = await hold(world, RESIDENT, slot)
    await wait(world, FIRST, slot)
    world.clock.forward(minutes=16)
    late = {"hold_id": held["hold_id"], "visit_matter": "x", "contact_name": "李", "contact_phone": "13800138000"}
    assert (await world.call("POST", "/bookings", RESIDENT, late))[1]["code"] == "slot_taken"
    assert (await hold(world, SECOND, slot))["code"] == "slot_taken"
    await clock(world)
    assert (await answer(world, FIRST, "yes"))["outcome"] == "accepted"


async def test_waiting_ends_when_the_slot_begins(world: World) -> None:
    """Who got nothing is told so, once."""
    slot, _ = await full(world)
    await wait(world, FIRST, slot)
    world.clock.time = world.clock.time.replace(day=6, hour=8, minute=31)
    for _ in range(2):
        await clock(world)
    assert (await told(world))[("waiting_ended", FIRST)] == 1
    async with world.store.read() as work:
        row = (await work.connection.execute(select(reception.waiting))).one()
    assert (row.state, row.details_sealed) == ("lapsed", None)


async def test_many_workers_and_one_seat(world: World) -> None:
    """Several workers at the same moment offer a seat once."""
    slot, code = await full(world)
    for who in (FIRST, SECOND):
        await wait(world, who, slot)
    world.clock.time = world.clock.time.replace(hour=22)
    await cancel(world, RESIDENT, code)
    world.clock.time = world.clock.time.replace(day=5, hour=8)
    await asyncio.gather(*(clock(world) for _ in range(4)))
    assert (await facts(world.store)).count("OfferMade") == 1
    world.clock.forward(minutes=30)
    await asyncio.gather(*(clock(world) for _ in range(4)))
    names = await facts(world.store)
    assert (names.count("OfferLapsed"), names.count("OfferMade")) == (1, 2)


async def test_an_offer_that_no_longer_stands_is_not_sent(world: World) -> None:
    """The worker was away for an hour: nobody is offered what they cannot have any more."""
    slot, code = await full(world, day=FRIDAY + timedelta(days=4))
    await wait(world, FIRST, slot)
    await cancel(world, RESIDENT, code)
    world.clock.forward(minutes=31)
    world.messenger.windows.add(FIRST)
    await world.work()
    assert not any("留着" in text for text in world.said_to(FIRST))
