"""Holding, booking, changing and cancelling a seat: what residents can do, what they cannot, and what they are told."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.domain.reception import codes
from backend.records import reception_tables as tables
from tests.backend.receptions_made import FORM, FRIDAY, book, facts, hold, made, states, the_clock_works, wait
from tests.backend.world import RESIDENT, World

OTHER, THIRD = "o-other", "o-third"


async def test_a_seat_is_held_then_booked(world: World) -> None:
    """The answer tells code, time, who, where, what to bring and until when it may be cancelled."""
    _, (slot,) = await made(world)
    held = await hold(world, RESIDENT, slot)
    assert held["outcome"] == "held"
    assert held["hold_until_text"] == "10:15"
    assert held["slot_text"].startswith("3月6日（周五）上午9:00，张示范副区长")
    answer = (await world.call("POST", "/bookings", RESIDENT, {**FORM, "hold_id": held["hold_id"]}))[1]
    assert answer["outcome"] == "done"
    assert codes.tidy(answer["booking_code"]) == answer["booking_code"]
    assert "身份证" in answer["bring_text"]
    assert "区矛调中心" in answer["place_text"]
    assert answer["cancel_until_text"] == "3月6日（周五）早上5:00前"
    assert await states(world.store) == {"booked": 1}


async def test_a_form_that_is_not_right_is_refused(world: World) -> None:
    """Consent, matter, name, phone, companions, representatives: each is asked for, and the hold stays."""
    _, (slot,) = await made(world)
    status, answer = await world.call("POST", "/bookings/holds", RESIDENT, {"slot_id": slot})
    assert (status, answer["code"]) == (403, "consent_missing")
    held = await hold(world, RESIDENT, slot)
    wrong: tuple[tuple[dict[str, object], str, str], ...] = (
        ({"visit_matter": ""}, "invalid", "反映"),
        ({"contact_name": ""}, "invalid", "称呼"),
        ({"contact_phone": "12"}, "invalid", "电话"),
        ({"case_number": "AH2026030499993"}, "invalid", "没找到"),
        ({"companions": 3}, "too_many_companions", "同来"),
        ({"companions": 5, "group_size": 30}, "too_many_companions", "代表"),
        ({"companions": "很多"}, "invalid", ""),
    )
    for change, code, words in wrong:
        body = {**FORM, "hold_id": held["hold_id"], **change}
        _, answer = await world.call("POST", "/bookings", RESIDENT, body)
        assert answer["code"] == code
        assert words in answer["error"]
    assert await states(world.store) == {"held": 1}
    body = {**FORM, "hold_id": held["hold_id"], "companions": {"value": 4}, "group_size": "30"}
    assert (await world.call("POST", "/bookings", RESIDENT, body))[1]["outcome"] == "done"


async def test_a_taken_seat_is_refused_and_the_waiting_list_named(world: World) -> None:
    """Who comes second is told at once, with the slot to wait for."""
    _, (slot,) = await made(world)
    await book(world, RESIDENT, slot)
    answer = await hold(world, OTHER, slot)
    assert (answer["code"], answer["full_slot_id"]) == ("slot_taken", slot)
    answer = (await world.call("POST", "/bookings", OTHER, {**FORM, "slot_id": slot}))[1]
    assert answer["code"] == "slot_taken"


async def test_slots_that_are_not_on_offer_are_refused(world: World) -> None:
    """Unknown, closed, too near, too far."""
    _, (far,) = await made(world, day=FRIDAY + timedelta(days=70))
    _, (near,) = await made(world, day=world.clock.now().date(), hours=(15,))
    _, (closed,) = await made(world)
    async with world.store.write() as work:
        await work.receptions.close_slot(closed, closed=True)
    for slot, code in (("x", "slot_closed"), (far, "slot_closed"), (near, "too_soon"), (closed, "slot_closed")):
        assert (await hold(world, RESIDENT, slot))["code"] == code
    assert await states(world.store) == {}


async def test_a_person_keeps_one_hold(world: World) -> None:
    """The same slot gives the same hold; another slot gives the older one back."""
    _, (first, second) = await made(world, hours=(9, 10))
    one = await hold(world, RESIDENT, first)
    assert (await hold(world, RESIDENT, first))["hold_id"] == one["hold_id"]
    await hold(world, RESIDENT, second)
    assert await states(world.store) == {"cancelled": 1, "held": 1}
    assert (await hold(world, OTHER, first))["outcome"] == "held"


async def test_confirming_again_gives_the_same_booking(world: World) -> None:
    """However often it is confirmed, by whatever key, there is one booking and one code."""
    _, (slot,) = await made(world, seats=2)
    held = await hold(world, RESIDENT, slot)
    body = {**FORM, "hold_id": held["hold_id"]}
    answers = [(await world.call("POST", "/bookings", RESIDENT, body))[1] for _ in range(2)]
    assert answers[0] == answers[1]
    assert await states(world.store) == {"booked": 1}
    assert (await facts(world.store)).count("BookingConfirmed") == 1


async def test_an_expired_hold_is_free_for_others_at_once(world: World) -> None:
    """Nobody swept it: who takes the seat ends the old hold, and its owner is told that it is taken."""
    _, (slot,) = await made(world)
    held = await hold(world, RESIDENT, slot)
    world.clock.forward(minutes=15)
    assert (await book(world, OTHER, slot))["outcome"] == "done"
    assert await states(world.store) == {"expired": 1, "booked": 1}
    answer = (await world.call("POST", "/bookings", RESIDENT, {**FORM, "hold_id": held["hold_id"]}))[1]
    assert answer["code"] == "slot_taken"


async def test_an_expired_hold_is_booked_while_its_seat_is_free(world: World) -> None:
    """Swept or not, whoever comes late gets the seat if nobody else has; again, it is the same booking."""
    _, slots = await made(world, hours=(9, 10))
    for openid, slot, swept in ((RESIDENT, slots[0], False), (OTHER, slots[1], True)):
        held = await hold(world, openid, slot)
        world.clock.forward(minutes=20)
        if swept:
            await the_clock_works(world.store, world.desk)
        body = {**FORM, "hold_id": held["hold_id"]}
        answers = [(await world.call("POST", "/bookings", openid, body))[1] for _ in range(2)]
        assert answers[0]["outcome"] == "done"
        assert answers[0] == answers[1]
    assert (await states(world.store))["booked"] == 2


async def test_a_hold_is_given_back(world: World) -> None:
    """Once or twice; somebody else's is left alone."""
    _, (slot,) = await made(world)
    held = await hold(world, RESIDENT, slot)
    await world.consent(OTHER)
    for openid, count in ((OTHER, {"held": 1}), (RESIDENT, {"cancelled": 1}), (RESIDENT, {"cancelled": 1})):
        answer = await world.call("DELETE", f"/bookings/holds/{held['hold_id']}", openid)
        assert answer == (200, {"outcome": "done"})
        assert await states(world.store) == count


async def test_limits_of_a_person(world: World) -> None:
    """Two open bookings at most, one a matter, four a month; what is over does not count as open."""
    _, slots = await made(world, hours=(9, 10, 11))
    assert (await book(world, RESIDENT, slots[0], dispute_type="labour"))["outcome"] == "done"
    assert (await hold(world, RESIDENT, slots[1], dispute_type="labour"))["code"] == "matter_booked"
    assert (await book(world, RESIDENT, slots[1], dispute_type="lending"))["outcome"] == "done"
    assert (await hold(world, RESIDENT, slots[2], dispute_type="traffic"))["code"] == "too_many_bookings"
    world.clock.forward(days=3)
    _, later = await made(world, day=FRIDAY + timedelta(days=7), hours=(9, 10, 11))
    for slot, kind in zip(later[:2], ("labour", "traffic"), strict=True):
        assert (await book(world, RESIDENT, slot, dispute_type=kind))["outcome"] == "done"
    world.clock.forward(days=7)
    _, (last,) = await made(world, day=FRIDAY + timedelta(days=14))
    answer = await hold(world, RESIDENT, last)
    assert (answer["code"], "这个月" in answer["error"]) == ("too_many_bookings", True)


async def test_a_case_is_not_told_twice(world: World) -> None:
    """With a case of one's own neither matter nor contact is asked for, and one booking a case is enough."""
    number = await world.submit()
    _, slots = await made(world, hours=(9, 10))
    held = await hold(world, RESIDENT, slots[0], case_number=number)
    body = {"hold_id": held["hold_id"], "case_number": number}
    answer = (await world.call("POST", "/bookings", RESIDENT, body))[1]
    assert answer["outcome"] == "done"
    assert (await hold(world, RESIDENT, slots[1], case_number=number))["code"] == "matter_booked"
    shown = (await world.call("GET", f"/bookings/{answer['booking_code']}", RESIDENT))[1]
    assert "物业纠纷" in shown["booking_text"]


async def test_who_stays_away_rests(world: World) -> None:
    """After two visits missed within the policy's time booking rests."""
    _, slots = await made(world, hours=(9, 10))
    for slot in slots:
        await book(world, RESIDENT, slot, dispute_type="labour" if slot == slots[0] else "lending")
    async with world.store.write() as work:
        await work.connection.execute(tables.bookings.update().values(state="no_show"))
    world.clock.forward(days=3)
    _, (slot,) = await made(world, day=FRIDAY + timedelta(days=7))
    status, answer = await world.call("POST", "/bookings/holds", RESIDENT, {"slot_id": slot})
    assert (status, answer["code"]) == (403, "suspended")


async def test_changing_takes_the_new_seat_and_frees_the_old(world: World) -> None:
    """The code stays, the old seat is free at once, and a full slot changes nothing."""
    _, slots = await made(world, hours=(9, 10, 11))
    code = (await book(world, RESIDENT, slots[0]))["booking_code"]
    await book(world, OTHER, slots[1])
    path = f"/bookings/{code}/change"
    assert (await world.call("POST", path, RESIDENT, {"slot_id": slots[1]}))[1]["code"] == "slot_taken"
    assert (await hold(world, THIRD, slots[0]))["code"] == "slot_taken"
    answer = (await world.call("POST", path, RESIDENT, {"slot_id": slots[2]}))[1]
    assert (answer["outcome"], answer["booking_code"]) == ("done", code)
    assert "11:00" in answer["slot_text"]
    assert (await hold(world, THIRD, slots[0]))["outcome"] == "held"
    assert (await world.call("POST", path, RESIDENT, {"slot_id": slots[2]}))[1]["outcome"] == "done"
    assert (await facts(world.store)).count("BookingChanged") == 1


async def test_changing_to_a_seat_one_holds_oneself(world: World) -> None:
    """The last seat, held by the same person, is theirs to change to."""
    _, slots = await made(world, hours=(9, 10))
    code = (await book(world, RESIDENT, slots[0]))["booking_code"]
    await hold(world, RESIDENT, slots[1])
    answer = (await world.call("POST", f"/bookings/{code}/change", RESIDENT, {"slot_id": slots[1]}))[1]
    assert answer["outcome"] == "done"
    assert await states(world.store) == {"booked": 1, "cancelled": 1}


async def test_two_who_change_places_at_the_same_moment(world: World) -> None:
    """Nobody waits for the other for ever: each is changed or told that it is full."""
    _, slots = await made(world, hours=(9, 10), seats=2)
    codes_ = [
        (await book(world, who, slot))["booking_code"] for who, slot in zip((RESIDENT, OTHER), slots, strict=True)
    ]
    moves = ((RESIDENT, codes_[0], slots[1]), (OTHER, codes_[1], slots[0]))
    calls = [world.call("POST", f"/bookings/{code}/change", who, {"slot_id": slot}) for who, code, slot in moves]
    assert [answer["outcome"] for _, answer in await asyncio.gather(*calls)] == ["done", "done"]


async def test_a_booking_is_cancelled_until_the_cut_off(world: World) -> None:
    """In time it is off and the seat free; too late it stays, with the phone to call; over is over."""
    _, slots = await made(world, hours=(9, 10))
    first = (await book(world, RESIDENT, slots[0], dispute_type="labour"))["booking_code"]
    second = (await book(world, RESIDENT, slots[1], dispute_type="lending"))["booking_code"]
    cancel = f"/bookings/{first.lower()}/cancel"
    assert (await world.call("POST", cancel, RESIDENT, {"cancel_reason": "不用了"}))[1]["outcome"] == "done"
    assert (await world.call("POST", cancel, RESIDENT, {}))[1]["code"] == "booking_over"
    assert (await hold(world, OTHER, slots[0]))["outcome"] == "held"
    world.clock.time = world.clock.time.replace(day=6, hour=6, minute=1)
    status, answer = await world.call("POST", f"/bookings/{second}/cancel", RESIDENT, {})
    assert (status, answer["code"], answer["centre_phone"]) == (409, "too_late", "0537-5550100")
    assert (await world.call("POST", f"/bookings/{second}/change", RESIDENT, {"slot_id": slots[0]}))[1][
        "code"
    ] == "too_late"
    world.clock.time = world.clock.time.replace(hour=10)
    assert (await world.call("POST", f"/bookings/{second}/cancel", RESIDENT, {}))[1]["code"] == "booking_over"


async def test_nobody_sees_or_touches_anothers_booking(world: World) -> None:
    """For everybody else a booking does not exist; a hold is none yet; a code that is none is not found."""
    _, slots = await made(world, hours=(9, 10))
    code = (await book(world, RESIDENT, slots[0]))["booking_code"]
    await world.consent(OTHER)
    for path in ("change", "cancel", "move"):
        body = {"slot_id": slots[1], "move_answer": "yes"}
        status, answer = await world.call("POST", f"/bookings/{code}/{path}", OTHER, body)
        assert (status, answer["code"]) == (404, "booking_not_found")
    for wrong in (code[:-1] + ("2" if code[-1] != "2" else "3"), "-", "%E4%BD%A0", "K7M4QX"):
        assert (await world.call("GET", f"/bookings/{wrong}", RESIDENT))[1]["code"] == "booking_not_found"
    assert (await world.call("GET", "/bookings", OTHER))[1]["outcome"] == "none"


async def test_bookings_are_listed_as_buttons(world: World) -> None:
    """None, one with its code, some as buttons; what is waited for stands beside."""
    _, slots = await made(world, hours=(9, 10, 11))
    assert (await world.call("GET", "/bookings", RESIDENT))[1]["outcome"] == "none"
    code = (await book(world, RESIDENT, slots[0], dispute_type="labour"))["booking_code"]
    answer = (await world.call("GET", "/bookings", RESIDENT))[1]
    assert (answer["outcome"], answer["booking_code"]) == ("one", code)
    await book(world, RESIDENT, slots[1], dispute_type="lending")
    answer = (await world.call("GET", "/bookings", RESIDENT))[1]
    assert answer["outcome"] == "some"
    assert answer["booking_choices"][0] == {
        "title": "3月6日周五上午9:00 张示范副区长",
        "payload": f"/SetSlots(booking_code={code})",
    }
    await wait(world, OTHER, slots[0])
    answer = (await world.call("GET", "/bookings", OTHER))[1]
    assert (answer["outcome"], len(answer["waiting_choices"])) == ("none", 1)


async def test_where_somebody_waits_is_told_in_words(world: World) -> None:
    """Day, time, leader and place of each, the longest waited for first; what is offered says what to answer."""
    _, (first,) = await made(world)
    _, (second,) = await made(world, rule="second", hours=(10,))
    codes = [
        (await book(world, RESIDENT, slot, dispute_type=kind))["booking_code"]
        for slot, kind in ((first, "labour"), (second, "lending"))
    ]
    assert (await world.call("GET", "/bookings", RESIDENT))[1]["waiting_text"] == ""
    for slot, kind in ((first, "labour"), (second, "lending")):
        assert (await wait(world, OTHER, slot, dispute_type=kind))["outcome"] == "done"
    where = "张示范副区长，安和区矛调中心"
    told = "您排在第1位。有人退了会马上告诉您。"
    lines = (await world.call("GET", "/bookings", OTHER))[1]["waiting_text"].split("\n")
    assert lines == [f"3月6日（周五）上午{hour}:00，{where}，{told}" for hour in (9, 10)]
    await world.call("POST", f"/bookings/{codes[0]}/cancel", RESIDENT, {})
    lines = (await world.call("GET", "/bookings", OTHER))[1]["waiting_text"].split("\n")
    assert lines[0].startswith(f"3月6日（周五）上午9:00，{where}，名额给您留着，请在")
    assert lines[0].endswith("回“要”或者“不要”。")


async def test_many_people_at_once_never_sit_on_one_seat(world: World) -> None:
    """Thirty people, three seats: three have one, all others are told so."""
    _, (slot,) = await made(world, seats=3)
    people = [f"o-{n}" for n in range(30)]
    for openid in people:
        await world.consent(openid)
    calls = [world.call("POST", "/bookings/holds", openid, {"slot_id": slot}) for openid in people]
    answers = [answer for _, answer in await asyncio.gather(*calls)]
    assert sum(answer.get("outcome") == "held" for answer in answers) == 3
    assert sum(answer.get("code") == "slot_taken" for answer in answers) == 27


async def test_the_database_itself_refuses_a_second_on_one_seat(world: World) -> None:
    """Whatever the code does, the index does not let two sit on one seat."""
    _, (slot,) = await made(world)
    await book(world, RESIDENT, slot)
    async with world.store.write() as work:
        row = (await work.connection.execute(select(tables.bookings))).one()._asdict()
    try:
        async with world.store.write() as work:
            await work.connection.execute(tables.bookings.insert().values({**row, "id": "x", "code": "X"}))
    except IntegrityError:
        pass
    else:
        raise AssertionError("two on one seat")


async def test_what_is_told_is_sealed_and_erased(world: World) -> None:
    """Nothing readable is kept; who leaves frees the seat for whoever waits and leaves nothing behind."""
    _, (slot,) = await made(world)
    await book(world, RESIDENT, slot, on_behalf_of="王奶奶")
    await wait(world, OTHER, slot)
    async with world.store.read() as work:
        rows = [repr(tuple(row)) for row in await work.connection.execute(select(tables.bookings))]
        rows += [repr(tuple(row)) for row in await work.connection.execute(select(tables.waiting))]
    assert not any(word in row for row in rows for word in ("李大姐", "王奶奶", "13800138000", "路坏了"))
    await world.call("POST", "/people/forget", RESIDENT)
    assert await states(world.store) == {"cancelled": 1, "held": 1}
    async with world.store.read() as work:
        query = select(func.count()).where(
            tables.bookings.c.state == "cancelled", tables.bookings.c.details_sealed.is_not(None)
        )
        assert (await work.connection.execute(query)).scalar_one() == 0
    assert (await facts(world.store)).count("OfferMade") == 1


async def test_who_takes_the_agreement_back_has_no_booking(world: World) -> None:
    """Bookings and waiting end with the consent."""
    _, slots = await made(world, hours=(9, 10))
    await book(world, OTHER, slots[1])
    await book(world, RESIDENT, slots[0])
    await wait(world, RESIDENT, slots[1], dispute_type="labour")
    assert (await world.call("DELETE", "/consents", RESIDENT))[1] == {"outcome": "done", "consent": False}
    assert await states(world.store) == {"cancelled": 1, "booked": 1}
    answer = (await world.call("GET", "/bookings", RESIDENT))[1]
    assert (answer["outcome"], answer["waiting_choices"]) == ("none", [])
