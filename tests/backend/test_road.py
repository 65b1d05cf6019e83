"""The road of a case from the resident to the mediator's phone and back."""

from backend.domain.facts import FACTS
from backend.services.reactions import HANDLERS
from tests.backend.world import MEDIATOR, PHONE, RESIDENT, ROOM_MEDIATOR, STATEMENT, World


async def test_a_case_reaches_the_mediator_and_its_acceptance_the_resident(world: World) -> None:
    """A case is pushed to the bound mediator with what is needed, and accepting it tells the resident once."""
    await world.bind()
    number = await world.submit()
    await world.work()
    push = world.said_to(MEDIATOR)
    assert len(push) == 1
    for needed in (number, "物业纠纷", "酒仙桥街道阳光社区阳光小区", "2026年03月05日 17:30", "接受"):
        assert needed in push[0]
    status, answer = await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    assert (status, answer["outcome"], answer["due_text"]) == (200, "done", "3月6日（周五）下班前")
    assert PHONE in answer["contact_line"]
    assert answer["story_text"].startswith(f"情况：{STATEMENT}\n")
    world.messenger.windows.add(RESIDENT)
    await world.work()
    assert len(world.said_to(RESIDENT)) == 1
    assert number in world.said_to(RESIDENT)[0]
    assert "王调解员" in world.said_to(RESIDENT)[0]


async def test_the_whole_life_of_a_case(world: World) -> None:
    """Contact and result are told to the resident once each, and the timeline shows every step in plain words."""
    world.messenger.windows.add(RESIDENT)
    await world.bind()
    number = await world.submit()
    await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    await world.work()
    for note in ("打过电话，约了周三", "上门看了"):
        await world.call("POST", f"/tasks/{number}/contacts", MEDIATOR, {"contact_note": note})
        await world.work()
    ending = {"resolve_result": "agreed", "resolve_note": "物业五天内修好"}
    assert (await world.call("POST", f"/tasks/{number}/resolve", MEDIATOR, ending))[1]["outcome"] == "done"
    await world.work()
    told = world.said_to(RESIDENT)
    assert len(told) == 3
    assert "最晚3月6日（周五）下班前会给您打电话" in told[0]
    assert "物业五天内修好" in told[2]
    _, shown = await world.call("GET", f"/cases/{number}")
    assert (shown["outcome"], shown["case_status"]) == ("found", "已办结")
    for step in ("您提交了", "王调解员接单", "王调解员联系了您", "双方谈妥了。物业五天内修好"):
        assert step in shown["timeline_text"]
    assert "约了周三" not in shown["timeline_text"]


async def test_what_is_told_late_is_still_true(world: World) -> None:
    """Nobody hears that they will be called, or that it is being worked on, when that has happened or is over."""
    world.messenger.windows.add(RESIDENT)
    await world.bind()
    number = await world.submit()
    await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    await world.call("POST", f"/tasks/{number}/contacts", MEDIATOR, {"contact_note": "打过电话，约了周三"})
    await world.work()
    (told,) = world.said_to(RESIDENT)
    assert "已经和您联系过" in told
    ending = {"resolve_result": "agreed", "resolve_note": "物业五天内修好"}
    await world.call("POST", f"/tasks/{number}/resolve", MEDIATOR, ending)
    await world.work()
    assert len(world.said_to(RESIDENT)) == 2
    assert "调解结束" in world.said_to(RESIDENT)[1]


async def test_a_case_waits_for_somebody_and_is_pushed_when_they_bind(world: World) -> None:
    """With nobody bound the nearest unit keeps the case, and binding hands it over and pushes it."""
    number = await world.submit()
    await world.work()
    assert world.messenger.sent == []
    assert (await world.call("GET", f"/cases/{number}"))[1]["unit_name"] == "酒仙桥街道矛调中心"
    bound = await world.bind()
    assert bound == {
        "outcome": "done",
        "staff_name": "王调解员",
        "staff_unit": "酒仙桥街道矛调中心",
        "role": "mediator",
    }
    _, tasks = await world.call("GET", "/tasks", MEDIATOR)
    assert (tasks["outcome"], tasks["case_number"]) == ("one", number)
    assert STATEMENT in tasks["task_text"]
    await world.work()
    assert len(world.said_to(MEDIATOR)) == 1


async def test_a_room_that_does_not_answer_for_a_type_does_not_get_it(world: World) -> None:
    """Property disputes begin at the town: binding the village's mediator does not hand them over."""
    number = await world.submit()
    await world.bind(ROOM_MEDIATOR)
    assert (await world.call("GET", "/tasks", MEDIATOR))[1]["outcome"] == "none"
    await world.submit(dispute_type="neighbour")
    _, tasks = await world.call("GET", "/tasks", MEDIATOR)
    assert tasks["outcome"] == "one"
    assert tasks["case_number"] != number


def test_every_fact_has_its_line_in_the_table() -> None:
    """The table of handlers names every fact, and no other."""
    assert set(HANDLERS) == set(FACTS.values())
