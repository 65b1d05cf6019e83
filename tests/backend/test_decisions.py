"""What leaders decide: kept once, in the case's timeline, told to the resident and the unit, reminded of, counted."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

import pytest
from sqlalchemy import select

from backend.records.reception_tables import decisions
from backend.records.tables import deadlines
from tests.backend.receptions_made import MATTER, book, made
from tests.backend.test_visits import DESK, RECEPTIONIST, at, at_desk
from tests.backend.world import MEDIATOR, PHONE, RESIDENT, World

UNIT, UNIT_NAME = "u-county-property", "安和区物业纠纷调解委员会"
PROPERTY, OWNER = "o-property", "o-owner"
ORDER: dict[str, object] = {
    "decision_kind": "instructed",
    "decision_text": "一周内把路修好",
    "decision_unit": UNIT_NAME,
    "decision_due": {"start": "2026-03-13T00:00:00+08:00", "text": "下周五"},
}
DUE = "3月13日（周五）下班前"


async def received(world: World, body: Mapping[str, object], **more: object) -> tuple[str, dict[str, Any]]:
    """A resident who booked is there on Friday at nine, and a decision is recorded: the code and the answer."""
    world.messenger.windows.add(RESIDENT)
    await world.bind(RECEPTIONIST, DESK)
    _, (slot,) = await made(world)
    code = str((await book(world, RESIDENT, slot, **more))["booking_code"])
    await at(world, 6, 9)
    return code, await at_desk(world, "decisions", {"booking_code": code, **body})


async def kept(world: World) -> list[Any]:
    """The decisions as they are kept."""
    async with world.store.read() as work:
        return list(await work.connection.execute(select(decisions)))


async def test_an_instruction_without_a_case_opens_one(world: World) -> None:
    """The resident can follow it, the unit's mediator has it with the leader's words, and it is due on that day."""
    await world.bind(f"s-{UNIT[2:]}-1", PROPERTY)
    code, answer = await received(world, ORDER)
    assert answer["outcome"] == "done"
    assert answer["decision_summary"].startswith(f"{code} 已记为批办：交给{UNIT_NAME}办，要求{DUE}办好。")
    await world.work()
    _, mine = await world.call("GET", "/cases", RESIDENT)
    _, shown = await world.call("GET", f"/cases/{mine['case_number']}", RESIDENT)
    assert f"领导接访，交给{UNIT_NAME}办，要求{DUE}办好。一周内把路修好" in shown["timeline_text"]
    assert world.said_to(RESIDENT)[-1].splitlines() == [
        "3月6日（周五）上午9:00您见了领导，情况记下了：",
        f"交给{UNIT_NAME}办，要求{DUE}办好。一周内把路修好。",
        f"编号 {mine['case_number']}，想看进展，回复“查进度”。",
    ]
    assert world.said_to(PROPERTY)[-1].startswith(f"{mine['case_number']}\n领导批办，请按期办好")
    _, task = await world.call("GET", f"/tasks/{mine['case_number']}", PROPERTY)
    assert MATTER in task["task_text"]
    assert PHONE in task["task_text"]
    assert f"领导接访：交给{UNIT_NAME}办，要求{DUE}办好。一周内把路修好\n" in task["task_text"]


async def test_an_instruction_about_a_case_goes_to_the_unit_named(world: World) -> None:
    """The case moves to that unit; whoever had it is told, and so is the new one, each once."""
    await world.bind()
    await world.bind(f"s-{UNIT[2:]}-1", PROPERTY)
    number = await world.submit(dispute_type="lending")
    _, answer = await received(world, {**ORDER, "decision_due": "2026-03-13"}, case_number=number, visit_matter="")
    assert number in answer["decision_summary"]
    await world.work()
    assert world.said_to(MEDIATOR)[-1].startswith(f"{number}\n领导已交别的单位办")
    (told,) = world.said_to(PROPERTY)
    assert told.startswith(f"{number}\n领导批办，请按期办好")
    assert (await world.call("GET", "/tasks", MEDIATOR))[1]["outcome"] == "none"
    async with world.store.read() as work:
        query = select(deadlines.c.due_at).where(deadlines.c.kind == "instructed")
        due_at = (await work.connection.execute(query)).scalar_one()
    assert due_at.astimezone(UTC).isoformat() == "2026-03-13T09:30:00+00:00"


async def test_an_instruction_to_the_unit_that_has_the_case_stays_there(world: World) -> None:
    """The owner keeps the case and hears what the leader wants."""
    await world.bind()
    number = await world.submit(dispute_type="lending")
    order = {**ORDER, "decision_unit": "u-ah01-centre"}
    await received(world, order, case_number=number, visit_matter="")
    await world.work()
    assert [text.splitlines()[1] for text in world.said_to(MEDIATOR)] == ["民间借贷纠纷", "领导批办，请按期办好"]
    _, tasks = await world.call("GET", "/tasks", MEDIATOR)
    assert tasks["case_number"] == number


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("received", "当面听了您反映的事"),
        ("consulted", "要和有关单位一起商量怎么办"),
        ("by_appointment", "和您另约时间再谈"),
    ],
)
async def test_other_decisions_stand_in_the_timeline(world: World, kind: str, words: str) -> None:
    """What was decided about a case is a line of it; without words from the leader it says so all the same."""
    number = await world.submit()
    await received(world, {"decision_kind": kind}, case_number=number, visit_matter="")
    _, shown = await world.call("GET", f"/cases/{number}", RESIDENT)
    assert f"领导接访，{words}\n" in shown["timeline_text"]


async def test_a_decision_without_a_case_opens_none(world: World) -> None:
    """Heard on the spot: the resident is told, and there is nothing to follow."""
    _, answer = await received(world, {"decision_kind": "received", "decision_text": "当面答复了。"})
    assert "编号" not in answer["decision_summary"]
    await world.work()
    assert (await world.call("GET", "/cases", RESIDENT))[1]["outcome"] == "none"
    said = world.said_to(RESIDENT)[-1]
    assert "当面听了您反映的事。当面答复了。\n还有事想问，可以打电话 0537-5550100。" in said


async def test_what_cannot_be_recorded_is_refused(world: World) -> None:
    """Unknown units, missing and past days, unknown codes, a second decision: each refused, and nothing is kept."""
    wrong: tuple[tuple[dict[str, object], str], ...] = (
        ({"decision_unit": "没有这个单位"}, "unknown_unit"),
        ({"decision_unit": "调解室"}, "unknown_unit"),
        ({"decision_unit": ""}, "invalid"),
        ({"decision_due": ""}, "invalid"),
        ({"decision_due": "2026-03-05"}, "invalid"),
        ({"decision_due": "下周五"}, "invalid"),
        ({"decision_kind": "liked"}, "invalid"),
        ({"booking_code": "AAAAAA"}, "booking_not_found"),
    )
    code, first = await received(world, {**ORDER, **wrong[0][0]})
    assert first["code"] == "unknown_unit"
    for change, refusal in wrong:
        answer = await at_desk(world, "decisions", {"booking_code": code, **ORDER, **change})
        assert answer["code"] == refusal
    assert await kept(world) == []
    again = {"booking_code": code, "decision_kind": "received"}
    assert (await at_desk(world, "decisions", again))["outcome"] == "done"
    assert (await at_desk(world, "decisions", again))["code"] == "already_decided"
    assert len(await kept(world)) == 1


async def test_a_unit_is_looked_for_before_anything_is_recorded(world: World) -> None:
    """Found by a part of its name; else the nearest to tap; else refused; and only the desk may ask."""
    await world.bind(RECEPTIONIST, DESK)
    assert await at_desk(world, "units/find", {"decision_unit": "物业纠纷"}) == {
        "outcome": "found",
        "decision_unit": UNIT_NAME,
    }
    near = await at_desk(world, "units/find", {"decision_unit": "物业调委会"})
    choice = {"title": UNIT_NAME, "payload": f"/SetSlots(decision_unit={UNIT_NAME})"}
    assert near == {"outcome": "unclear", "unit_choices": [choice]}
    assert (await at_desk(world, "units/find", {"decision_unit": "城建公司"}))["code"] == "unknown_unit"
    assert (await at_desk(world, "units/find", {"decision_unit": ""}))["code"] == "invalid"
    _, answer = await world.call("POST", "/reception_desk/units/find", RESIDENT, {"decision_unit": UNIT_NAME})
    assert answer["code"] == "not_allowed"


async def test_nothing_is_decided_before_the_visit(world: World) -> None:
    """The day before there is no visit yet."""
    await world.bind(RECEPTIONIST, DESK)
    _, (slot,) = await made(world)
    code = (await book(world, RESIDENT, slot))["booking_code"]
    answer = await at_desk(world, "decisions", {"booking_code": code, "decision_kind": "received"})
    assert (answer["code"], answer["error"]) == ("booking_not_found", "还没到这个人的接访时间，见过以后再记。")


async def test_a_walk_in_gets_a_case_that_the_phone_finds(world: World) -> None:
    """Somebody without an account follows the instruction by its number and the phone's last digits."""
    await world.bind(f"s-{UNIT[2:]}-1", PROPERTY)
    await world.bind(RECEPTIONIST, DESK)
    await made(world)
    await at(world, 6, 9)
    visitor: dict[str, object] = {"visitor_name": "王大爷", "visitor_phone": PHONE, "visitor_matter": MATTER}
    code = (await at_desk(world, "walk_ins", visitor))["booking_code"]
    answer = await at_desk(world, "decisions", {"booking_code": code, **ORDER})
    number = answer["decision_summary"].split("编号 ")[1][:15]
    await world.work()
    body = {"case_number": number, "phone_last4": PHONE[-4:]}
    assert (await world.call("POST", "/cases/find", RESIDENT, body))[1]["outcome"] == "found"


async def test_a_unit_is_reminded_before_the_day_and_the_case_settles_it(world: World) -> None:
    """The day before at nine whoever has the case is reminded, once; resolving the case settles the decision."""
    await world.bind(f"s-{UNIT[2:]}-1", PROPERTY)
    await received(world, ORDER)
    await at(world, 12, 8, 59)
    before = len(world.said_to(PROPERTY))
    await at(world, 12, 9)
    await at(world, 12, 9, 30)
    assert [text.splitlines()[1] for text in world.said_to(PROPERTY)[before:]] == ["领导批办的事快到期了"]
    _, mine = await world.call("GET", "/cases", RESIDENT)
    body = {"resolve_result": "agreed"}
    await world.call("POST", f"/tasks/{mine['case_number']}/resolve", PROPERTY, body)
    assert (await kept(world))[0].settled_at is None
    await world.work()
    assert (await kept(world))[0].settled_at is not None


async def test_what_leaders_say_is_sealed(world: World) -> None:
    """Neither the table of decisions nor the notes hold the words as they were said."""
    await received(world, ORDER)
    (row,) = await kept(world)
    assert "修好" not in row.words_sealed
    assert row.due_at.astimezone(UTC).hour == 9
