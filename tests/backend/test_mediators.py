"""Binding an account, and what a mediator may do and see."""

import asyncio

import pytest

from backend.services.seeding import fresh_codes
from tests.backend.world import (
    CENTRE_MEDIATOR,
    MEDIATOR,
    PHONE,
    RESIDENT,
    ROOM_MEDIATOR,
    STATEMENT,
    TOWN_MEDIATOR,
    World,
)

COLLEAGUE, CENTRE = "o-colleague", "o-centre"


async def bind_code(world: World, openid: str, code: str) -> str:
    """Try a code; the outcome or the refusal's code."""
    _, answer = await world.call("POST", "/staff/bind", openid, {"binding_code": code})
    return str(answer.get("outcome") or answer["code"])


async def test_a_code_works_once(world: World) -> None:
    """Used by one it is nothing to another, and who is bound needs no second one."""
    code = await world.code(TOWN_MEDIATOR)
    assert await bind_code(world, MEDIATOR, f" {code[:3]} {code[3:]} ") == "done"
    assert await bind_code(world, COLLEAGUE, code) == "code_invalid"
    assert await bind_code(world, MEDIATOR, await world.code(ROOM_MEDIATOR)) == "already_bound"


async def test_a_code_expires(world: World) -> None:
    """After its time a code is refused as expired, a fresh one takes its place."""
    code = await world.code(TOWN_MEDIATOR)
    world.clock.forward(days=7)
    assert await bind_code(world, MEDIATOR, code) == "code_expired"
    assert await bind_code(world, MEDIATOR, await world.code(TOWN_MEDIATOR)) == "done"


async def test_a_newer_code_replaces_the_older(world: World) -> None:
    """Only the latest code of a member works."""
    older, newer = await world.code(TOWN_MEDIATOR), await world.code(TOWN_MEDIATOR)
    assert await bind_code(world, MEDIATOR, older) == "code_invalid"
    assert await bind_code(world, MEDIATOR, newer) == "done"


async def test_guessing_codes_is_limited(world: World) -> None:
    """After five wrong codes even the right one must wait an hour, for this person only."""
    code = await world.code(TOWN_MEDIATOR)
    tries = [await bind_code(world, MEDIATOR, wrong) for wrong in ("000000", "1", "abc", "０００００１", "000002")]
    assert tries == ["code_invalid"] * 5
    assert await bind_code(world, MEDIATOR, code) == "too_many_attempts"
    world.clock.forward(hours=1)
    assert await bind_code(world, MEDIATOR, code) == "done"


async def test_guesses_at_the_same_moment_are_all_counted(world: World) -> None:
    """Ten guesses at once are at most five guesses."""
    outcomes = await asyncio.gather(*(bind_code(world, MEDIATOR, f"00000{n}") for n in range(10)))
    assert sorted(outcomes) == ["code_invalid"] * 5 + ["too_many_attempts"] * 5


async def test_two_cannot_bind_one_code(world: World) -> None:
    """Of two who type the same code at the same moment one is bound."""
    code = await world.code(TOWN_MEDIATOR)
    outcomes = await asyncio.gather(bind_code(world, MEDIATOR, code), bind_code(world, COLLEAGUE, code))
    assert sorted(outcomes) == ["code_invalid", "done"]


async def test_codes_are_given_to_who_is_not_bound(world: World) -> None:
    """Seeding prints a working code for each unbound member and none for the bound."""
    await world.bind()
    async with world.store.write() as work:
        codes = await fresh_codes(world.desk, work)
    assert len(codes) == 41
    assert ("酒仙桥街道矛调中心", "王调解员") not in [row[1:] for row in codes]
    assert await bind_code(world, COLLEAGUE, codes[0][0]) == "done"


async def test_strangers_have_no_tasks(world: World) -> None:
    """Without a bound account every task is refused with not_bound."""
    number = await world.submit()
    deeds: list[tuple[str, str, object]] = [
        ("GET", "/tasks", None),
        ("GET", f"/tasks/{number}", None),
        ("POST", f"/tasks/{number}/accept", None),
        ("POST", f"/tasks/{number}/refuse", {"refuse_reason": "x"}),
        ("POST", f"/tasks/{number}/contacts", {"contact_note": "x"}),
        ("POST", f"/tasks/{number}/resolve", {"resolve_result": "agreed"}),
    ]
    for method, path, body in deeds:
        assert (await world.call(method, path, RESIDENT, body))[1]["code"] == "not_bound"


async def test_a_colleague_may_look_and_others_may_not(world: World) -> None:
    """The unit sees its cases; another unit's do not exist for it; only the owner may act."""
    await world.bind()
    number = await world.submit()
    await world.bind("s-ah01-centre-2", COLLEAGUE)
    await world.bind("s-ah02-centre-1", CENTRE)
    assert STATEMENT in (await world.call("GET", f"/tasks/{number}", COLLEAGUE))[1]["task_text"]
    assert (await world.call("GET", f"/tasks/{number}", CENTRE))[1]["code"] == "case_not_found"
    for openid in (COLLEAGUE, CENTRE):
        status, answer = await world.call("POST", f"/tasks/{number}/accept", openid)
        assert (status, answer["code"]) == (403, "not_your_case")


async def test_the_task_holds_what_is_needed(world: World) -> None:
    """The task tells what happened, whom to call and by when, and how to answer; no line is empty."""
    await world.bind()
    number = await world.submit()
    _, answer = await world.call("GET", "/tasks", MEDIATOR)
    assert answer["task_choices"] == [
        {"title": "待接单 物业纠纷 酒仙桥街道阳光社区阳光小区", "payload": f"/SetSlots(case_number={number})"}
    ]
    for needed in (
        number,
        STATEMENT,
        "具体位置：阳光小区3号楼",
        "楼上住户",
        "去年",
        "修好",
        "李大姐",
        PHONE,
        "3月5日（周四）下班前",
        "接受",
    ):
        assert needed in answer["task_text"]
    assert all(line.strip() for line in answer["task_text"].splitlines())
    await world.submit("o-2")
    assert (await world.call("GET", "/tasks", MEDIATOR))[1]["outcome"] == "some"


async def test_accepting_twice_is_told(world: World) -> None:
    """A second acceptance is refused with already_accepted, and the resident is told once."""
    await world.bind()
    number = await world.submit()
    await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    assert (await world.call("POST", f"/tasks/{number}/accept", MEDIATOR))[1]["code"] == "already_accepted"
    await world.work()
    assert len(world.said_to(RESIDENT)) == 1


async def test_a_refused_case_goes_to_the_next(world: World) -> None:
    """With a reason it goes to the colleague, then up to the centre, each time pushed; the resident is not bothered."""
    await world.bind()
    number = await world.submit()
    await world.bind("s-ah01-centre-2", COLLEAGUE)
    await world.bind(CENTRE_MEDIATOR, CENTRE)
    assert (await world.call("POST", f"/tasks/{number}/refuse", MEDIATOR, {}))[1]["code"] == "invalid"
    body = {"refuse_reason": "是我亲戚"}
    _, answer = await world.call("POST", f"/tasks/{number}/refuse", MEDIATOR, body)
    assert answer == {"outcome": "done", "new_owner_text": "酒仙桥街道矛调中心的刘调解员"}
    _, answer = await world.call("POST", f"/tasks/{number}/refuse", COLLEAGUE, body)
    assert answer["new_owner_text"] == "安和区矛调中心的张调解员"
    await world.work()
    assert [number in text for text in world.said_to(CENTRE)] == [True]
    assert world.said_to(COLLEAGUE) == []
    assert world.said_to(RESIDENT) == []
    assert "亲戚" not in (await world.call("GET", f"/cases/{number}"))[1]["timeline_text"]


async def test_a_case_refused_by_all_waits_at_the_centre(world: World) -> None:
    """With nobody else to reach, the centre keeps it until somebody binds."""
    await world.bind()
    number = await world.submit()
    _, answer = await world.call("POST", f"/tasks/{number}/refuse", MEDIATOR, {"refuse_reason": "忙"})
    assert answer["new_owner_text"] == "安和区矛调中心的值班人员"
    await world.bind(CENTRE_MEDIATOR, CENTRE)
    assert (await world.call("GET", "/tasks", CENTRE))[1]["case_number"] == number


async def test_results_are_one_of_two(world: World) -> None:
    """Anything but agreed or not_agreed is refused, and a closed case stays as it ended."""
    await world.bind()
    number = await world.submit()
    path = f"/tasks/{number}/resolve"
    assert (await world.call("POST", path, MEDIATOR, {"resolve_result": "won"}))[1]["code"] == "invalid"
    body = {"resolve_result": "not_agreed", "resolve_note": "可以去仲裁"}
    assert (await world.call("POST", path, MEDIATOR, body))[1]["outcome"] == "done"
    assert (await world.call("POST", path, MEDIATOR, body))[1]["code"] == "case_closed"


@pytest.mark.parametrize("order", ["bind first", "submit first", "at once"])
async def test_a_case_never_misses_who_binds(world: World, order: str) -> None:
    """Whichever comes first, after the worker has run the mediator has the case and one push."""
    code = await world.code(TOWN_MEDIATOR)
    await world.consent()
    binding, submitting = bind_code(world, MEDIATOR, code), world.submit()
    if order == "at once":
        await asyncio.gather(submitting, binding)
    else:
        for deed in (binding, submitting) if order == "bind first" else (submitting, binding):
            await deed
    await world.work()
    assert (await world.call("GET", "/tasks", MEDIATOR))[1]["outcome"] == "one"
    assert len(world.said_to(MEDIATOR)) == 1
