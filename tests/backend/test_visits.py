"""Before and on the day: reminders and their answers, checking in, walk-ins, staying away; who may use the desk."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from backend.worker.clock import work_clock
from tests.backend.receptions_made import book, made, states, wait
from tests.backend.world import MEDIATOR, PHONE, RESIDENT, World

OTHER, THIRD, DESK = "o-other", "o-third", "o-desk"
RECEPTIONIST = "s-county-centre-reception"
HERE = "checkin_u-county-centre"
DAY = "今天要见领导"


async def tick(world: World) -> None:
    """The clock's work and all that follows."""
    await work_clock(world.tools)
    await world.work()


async def at(world: World, day: int, hour: int, minute: int = 0) -> None:
    """It is that time in March; the clock has done its work."""
    world.clock.time = world.clock.time.replace(day=day, hour=hour, minute=minute)
    await tick(world)


async def scan(world: World, openid: str = RESIDENT, code: str = "-", scene: str = HERE) -> dict[str, Any]:
    """Somebody scans a place's code."""
    return (await world.call("POST", "/bookings/check_in", openid, {"booking_code": code, "place_scene": scene}))[1]


async def at_desk(world: World, what: str, body: Mapping[str, object], openid: str = DESK) -> dict[str, Any]:
    """The desk does something."""
    return (await world.call("POST", f"/reception_desk/{what}", openid, body))[1]


@pytest.fixture
async def booked(world: World) -> str:
    """The code of a booking on Friday at nine; the windows of two residents and the desk are open for texts."""
    world.messenger.windows |= {RESIDENT, OTHER, DESK}
    _, (slot, _) = await made(world, hours=(9, 10))
    return str((await book(world, RESIDENT, slot))["booking_code"])


async def test_reminders_come_at_the_policys_hours_each_once(world: World, booked: str) -> None:
    """The day before at four and the day itself at eight: when, where, what to bring, and how to answer by a tap."""
    await at(world, 5, 15, 59)
    assert world.said_to(RESIDENT) == []
    await at(world, 5, 16)
    await at(world, 5, 16, 5)
    (first,) = world.said_to(RESIDENT)
    assert first.startswith("提醒您，明天要见领导：\n3月6日（周五）上午9:00，张示范副区长")
    for said in (f"msgmenucontent=来 {booked}&", f"msgmenucontent=不来 {booked}&", "身份证", "回复“来”或“不来”"):
        assert said in first
    await at(world, 6, 8)
    await at(world, 6, 8, 30)
    assert [text.splitlines()[0] for text in world.said_to(RESIDENT)] == [
        first.splitlines()[0],
        "提醒您，今天要见领导：",
    ]


async def test_nobody_is_reminded_late(world: World) -> None:
    """A booking made after the first hour is reminded at the second only; one made at night waits for the morning."""
    world.messenger.windows.add(RESIDENT)
    _, (slot,) = await made(world)
    await at(world, 5, 17)
    await book(world, RESIDENT, slot)
    await at(world, 5, 18)
    await at(world, 6, 7, 59)
    assert world.said_to(RESIDENT) == []
    await at(world, 6, 8)
    assert len(world.said_to(RESIDENT)) == 1


async def test_reminders_missed_together_are_one_message_and_none_at_night(world: World, booked: str) -> None:
    """When nobody worked since noon, the reminders due are told once, in the hours in which people are awake."""
    assert booked
    await at(world, 5, 23)
    assert world.said_to(RESIDENT) == []
    await at(world, 6, 8, 20)
    assert len(world.said_to(RESIDENT)) == 1
    await at(world, 6, 9)
    assert len(world.said_to(RESIDENT)) == 1


async def test_a_booking_moved_to_another_time_is_reminded_of_that_time_only(world: World, booked: str) -> None:
    """After a change in the evening the first reminder is not told late, the second is told for the new time."""
    _, (later,) = await made(world, rule="other_rule", leader="l-other", hours=(15,))
    await at(world, 5, 16)
    await at(world, 5, 18)
    answer = await world.call("POST", f"/bookings/{booked}/change", RESIDENT, {"slot_id": later})
    assert answer[1]["outcome"] == "done"
    await at(world, 5, 18, 5)
    assert len(world.said_to(RESIDENT)) == 1
    await at(world, 6, 8)
    assert "下午3:00" in world.said_to(RESIDENT)[1]


async def test_not_coming_frees_the_seat_even_after_the_cut_off(world: World, booked: str) -> None:
    """不来 on the morning itself cancels, and whoever waits is offered the seat; 来 is noted."""
    async with world.store.read() as work:
        booking = await work.bookings.by_code(booked)
        assert booking is not None
        assert booking.slot_id is not None
    assert (await wait(world, OTHER, booking.slot_id))["outcome"] == "done"
    await at(world, 6, 8)
    status, answer = await world.call("POST", f"/bookings/{booked}/reply", RESIDENT, {"coming": "yes"})
    assert (status, answer["outcome"]) == (200, "coming")
    assert answer["slot_text"].startswith("3月6日（周五）上午9:00")
    assert (await world.call("POST", f"/bookings/{booked}/cancel", RESIDENT, {}))[1]["code"] == "too_late"
    assert (await world.call("POST", "/bookings/-/reply", RESIDENT, {"coming": False}))[1]["outcome"] == "cancelled"
    assert (await world.call("POST", f"/bookings/{booked}/reply", RESIDENT, {"coming": True}))[1][
        "code"
    ] == "booking_over"
    await tick(world)
    (offer,) = world.said_to(OTHER)
    assert offer.startswith("您候补的有名额了：3月6日（周五）上午9:00")
    assert "3月6日（周五）上午8:30前回复" in offer
    assert "msgmenucontent=不要&msgmenuid=notice" in offer


async def test_an_answer_without_a_code_is_for_the_booking_reminded_of(world: World, booked: str) -> None:
    """Before any reminder the next booking is meant; after one, the booking it was about."""
    _, (later,) = await made(world, day=world.clock.now().date().replace(day=10))
    second = (await book(world, RESIDENT, later, dispute_type="labour"))["booking_code"]
    await at(world, 5, 16)
    for code in (booked, second):
        answer = (await world.call("POST", "/bookings/-/reply", RESIDENT, {"coming": False}))[1]
        assert (answer["outcome"], answer["booking_code"]) == ("cancelled", code)
    assert (await world.call("POST", "/bookings/-/reply", RESIDENT, {"coming": False}))[1][
        "code"
    ] == "booking_not_found"


async def test_only_ones_own_reminder_can_be_answered(world: World, booked: str) -> None:
    """Somebody else's booking, and one that nobody has, are not found."""
    await world.consent(OTHER)
    for openid, code in ((OTHER, booked), (OTHER, "-"), (THIRD, "-"), (RESIDENT, "AAAAAA")):
        status, answer = await world.call("POST", f"/bookings/{code}/reply", openid, {"coming": "yes"})
        assert (status, answer["code"]) == (404, "booking_not_found")
    status, answer = await world.call("POST", f"/bookings/{booked}/reply", RESIDENT, {"coming": "maybe"})
    assert (status, answer["error"]) == (400, "来还是不来填得不对。")


async def test_checking_in_by_the_places_code(world: World, booked: str) -> None:
    """Too early, elsewhere and without a scan are answered plainly; then there is a number, once."""
    await world.bind(RECEPTIONIST, DESK)
    world.clock.time = world.clock.time.replace(day=6, hour=7, minute=59)
    early = await scan(world)
    assert early["code"] == "too_early"
    assert early["error"].startswith("您来早了，3月6日（周五）上午8:00以后可以签到。")
    world.clock.forward(minutes=1)
    assert "区矛调中心" in (await scan(world, scene="checkin_u-ah01-centre"))["error"]
    assert (await scan(world, scene=""))["code"] == "wrong_place"
    assert (await scan(world, OTHER))["code"] == "booking_not_found"
    answer = await scan(world, code=booked.lower())
    assert answer["outcome"] == "arrived"
    assert answer["queue_text"].startswith("您是1号，前面没有人等。")
    assert (await scan(world))["code"] == "already_arrived"
    await world.work()
    assert world.said_to(DESK)[0].startswith(f"有预约的人签到了\n{booked}\n")


async def test_coming_on_another_day_is_answered_with_the_day(world: World, booked: str) -> None:
    """Before the day it is too early; after it the booking is over or was missed."""
    assert "3月6日（周五）上午8:00以后" in (await scan(world))["error"]
    await at(world, 7, 9)
    assert (await scan(world, code=booked))["code"] == "booking_over"
    assert (await scan(world))["code"] == "booking_not_found"


async def test_who_does_not_come_is_told_and_may_still_come_late(world: World, booked: str) -> None:
    """Half an hour after the time the booking has lapsed; who comes the same morning goes behind."""
    await world.bind(RECEPTIONIST, DESK)
    await at(world, 6, 9, 29)
    assert await states(world.store) == {"booked": 1}
    await at(world, 6, 9, 30)
    assert await states(world.store) == {"no_show": 1}
    told = world.said_to(RESIDENT)[-1]
    assert told.startswith("您约的接访没等到您")
    assert "还可以到登记台签到" in told
    assert "再有1次" in told
    assert (await scan(world, code=booked))["outcome"] == "arrived"
    assert await states(world.store) == {"arrived": 1}


async def test_staying_away_twice_rests_booking(world: World, booked: str) -> None:
    """The second absence says until when nothing can be booked, and booking is refused until then."""
    assert booked
    await at(world, 6, 9, 30)
    _, (second,) = await made(world, day=world.clock.now().date().replace(day=11))
    _, (third,) = await made(world, day=world.clock.now().date().replace(day=25))
    await book(world, RESIDENT, second)
    await at(world, 11, 9, 30)
    assert "4月10日以前不能再预约" in world.said_to(RESIDENT)[-1]
    assert "约领导" not in world.said_to(RESIDENT)[-1]
    assert (await book(world, RESIDENT, third))["code"] == "suspended"


async def test_walk_ins_wait_behind_those_who_booked(world: World, booked: str) -> None:
    """Numbers go by arrival, the order by booking; the desk's list shows it."""
    await world.bind(RECEPTIONIST, DESK)
    await at(world, 6, 8, 30)
    visitor: dict[str, object] = {
        "visitor_name": "王大爷",
        "visitor_phone": PHONE,
        "visitor_matter": "修路",
        "visitor_count": 7,
    }
    walked = await at_desk(world, "walk_ins", visitor)
    assert walked["queue_text"].startswith("您是1号，前面没有人等。有预约的先进")
    checked = await at_desk(world, "check_ins", {"booking_code": booked})
    assert checked["visitor_text"].startswith("已报到：2号 09:00 李大姐，1人")
    second = await at_desk(world, "walk_ins", {"visitor_name": "孙大妈"})
    assert second["queue_text"].startswith("您是3号，前面还有2位。")
    _, today = await world.call("GET", "/reception_desk", DESK)
    lines = today["desk_text"].splitlines()
    assert lines[:2] == ["【领导接访】张示范副区长", "等着的 3 位，按这个顺序进："]
    assert [line[:2] for line in lines[2:5]] == ["2号", "1号", "3号"]
    assert "5人" in lines[3]
    assert [choice["title"] for choice in today["desk_choices"]] == ["等着 李大姐", "等着 王大爷", "等着 孙大妈"]
    assert today["desk_choices"][0]["payload"] == f"/SetSlots(booking_code={booked})"


async def test_the_days_visits_are_closed_at_midnight(world: World, booked: str) -> None:
    """Who was there counts as received, the list is empty the next day, and the decision can still be written down."""
    await world.bind(RECEPTIONIST, DESK)
    await at(world, 6, 9)
    await scan(world)
    await at(world, 6, 23, 59)
    assert await states(world.store) == {"arrived": 1}
    await at(world, 7, 0)
    assert await states(world.store) == {"received": 1}
    assert world.said_to(RESIDENT) == []
    body = {"booking_code": booked, "decision_kind": "received"}
    assert (await at_desk(world, "decisions", body))["outcome"] == "done"


async def test_what_was_said_is_erased_with_the_person(world: World, booked: str) -> None:
    """Whoever leaves the account leaves neither what was told nor what the leader said."""
    await world.bind(RECEPTIONIST, DESK)
    await at(world, 6, 9)
    body = {"booking_code": booked, "decision_kind": "received", "decision_text": "当面答复"}
    await at_desk(world, "decisions", body)
    await world.call("POST", "/people/forget", RESIDENT)
    async with world.store.read() as work:
        booking = await work.bookings.by_code(booked)
        assert booking is not None
        made_then = await work.decisions.of_booking(booking.id)
        assert made_then is not None
        assert (made_then.words, await work.bookings.told(booking.id)) == ("", None)


async def test_numbers_taken_at_the_same_moment_differ(world: World, booked: str) -> None:
    """Whoever checks in while others do has a number of their own."""
    assert booked
    await world.bind(RECEPTIONIST, DESK)
    await at(world, 6, 8, 30)
    walks = [at_desk(world, "walk_ins", {"visitor_name": f"来访{one}"}) for one in range(5)]
    answers = await asyncio.gather(scan(world), *walks)
    assert {answer["queue_text"][2] for answer in answers} == set("123456")


async def test_without_a_reception_nobody_gets_a_number(world: World) -> None:
    """The desk is told that there is none today; a wrong phone is refused."""
    await world.bind(RECEPTIONIST, DESK)
    assert (await at_desk(world, "walk_ins", {"visitor_name": "王大爷"}))["code"] == "no_reception_today"
    assert (await at_desk(world, "walk_ins", {"visitor_name": "王", "visitor_phone": "1"}))["code"] == "invalid"
    status, answer = await world.call("GET", "/reception_desk", DESK)
    assert (status, answer["outcome"]) == (200, "none")


async def test_only_the_desk_may_do_the_desks_work(world: World, booked: str) -> None:
    """Mediators and residents are refused everywhere, and nothing is changed."""
    await world.bind()
    asked: tuple[tuple[str, dict[str, object]], ...] = (
        ("check_ins", {"booking_code": booked}),
        ("walk_ins", {"visitor_name": "王大爷"}),
        ("decisions", {"booking_code": booked, "decision_kind": "received"}),
    )
    for openid in (MEDIATOR, RESIDENT):
        for what, body in asked:
            assert (await at_desk(world, what, body, openid))["code"] == "not_allowed"
        status, answer = await world.call("GET", "/reception_desk/statistics/2026-03", openid)
        assert (status, answer["code"]) == (403, "not_allowed")
    assert (await world.call("GET", "/reception_desk", MEDIATOR))[1]["code"] == "not_allowed"
    assert (await world.call("GET", "/reception_desk", RESIDENT))[1]["code"] == "not_bound"
    assert await states(world.store) == {"booked": 1}
