"""Delivering notices: the order of channels, what each failure means, and that nothing is doubled or silently lost."""

import pytest

from backend.records.tables import deliveries
from backend.worker.backoff import ATTEMPTS_MAX, LONGEST_PAUSE_S, pause
from backend.worker.deliveries import NO_CHANNEL, UNKNOWN, work_deliveries
from backend.worker.facts import work_facts
from backend.worker.notices import cut
from backend.worker.port import SendFailedError, Verdict
from tests.backend.world import MEDIATOR, RESIDENT, TOWN_MEDIATOR, Killed, World

COLLEAGUE = "o-colleague"


def failing(verdict: Verdict, count: int = 1, after_s: float = 0.0) -> list[Exception]:
    """So many failures of one kind."""
    return [SendFailedError(verdict, verdict.value, after_s) for _ in range(count)]


async def rows(world: World) -> list[tuple[str, str | None, str | None]]:
    """State, channel and error of every delivery."""
    async with world.store.read() as work:
        found = await work.connection.execute(deliveries.select().order_by(deliveries.c.created_at))
        return [(row.state, row.channel, row.error) for row in found]


async def pushed(world: World) -> None:
    """A task is on its way to the mediator."""
    await world.bind()
    await world.submit()


async def accepted(world: World) -> None:
    """The task has been pushed and accepted: the resident is to be told."""
    await pushed(world)
    await world.work()
    _, tasks = await world.call("GET", "/tasks", MEDIATOR)
    await world.call("POST", f"/tasks/{tasks['case_number']}/accept", MEDIATOR)


@pytest.mark.parametrize("verdict", [Verdict.BURY, Verdict.UNKNOWN])
async def test_what_must_not_be_repeated_is_buried(world: World, verdict: Verdict) -> None:
    """A failure that forbids a repetition buries the delivery with its reason, where it can be seen and sent again."""
    await pushed(world)
    world.messenger.failures["template"] = failing(verdict)
    await world.work()
    assert world.messenger.sent == []
    assert await rows(world) == [("buried", None, UNKNOWN if verdict is Verdict.UNKNOWN else "bury")]
    async with world.store.write() as work:
        assert await work.deliveries.dig_up(world.clock.now(), dropped=[]) == 1
    await world.work()
    assert len(world.said_to(MEDIATOR)) == 1


async def test_a_closed_channel_gives_way_to_the_next(world: World) -> None:
    """A mediator is told by template, else by subscription, else by a text if one is allowed."""
    await pushed(world)
    world.messenger.windows.add(MEDIATOR)
    world.messenger.failures = {
        "template": failing(Verdict.NEXT_CHANNEL),
        "subscription": failing(Verdict.NEXT_CHANNEL),
    }
    await world.work()
    assert await rows(world) == [("done", "text", None)]
    assert "回复“接受”" in world.said_to(MEDIATOR)[0]


async def test_with_no_channel_left_it_is_buried(world: World) -> None:
    """When every channel is closed the delivery is buried, not lost."""
    await pushed(world)
    world.messenger.failures = {
        "template": failing(Verdict.NEXT_CHANNEL),
        "subscription": failing(Verdict.NEXT_CHANNEL),
    }
    await world.work()
    assert await rows(world) == [("buried", None, NO_CHANNEL)]


def unreached() -> dict[str, list[Exception]]:
    """The next mediator's every channel is closed."""
    return {"template": failing(Verdict.NEXT_CHANNEL), "subscription": failing(Verdict.NEXT_CHANNEL)}


async def test_a_task_that_reaches_nobody_goes_to_somebody_else(world: World) -> None:
    """Whoever can be told has the case and the push; who could not is not told later, and the resident can see it."""
    number = await two_to_choose_from(world)
    world.messenger.failures = unreached()
    await world.work()
    (lucky,) = {message.openid for message in world.messenger.sent}
    assert [number in text for text in world.said_to(lucky)] == [True]
    assert (await world.call("GET", "/tasks", lucky))[1]["case_number"] == number
    timeline = (await world.call("GET", f"/cases/{number}"))[1]["timeline_text"]
    assert timeline.count("一时联系不上") == 1
    async with world.store.write() as work:
        assert await work.deliveries.dig_up(world.clock.now(), dropped=[]) == 1
    await world.work()
    assert len(world.messenger.sent) == 1
    assert sorted(state for state, _, _ in await rows(world)) == ["cancelled", "done"]


async def test_each_is_passed_over_once(world: World) -> None:
    """When nobody can be told the case does not go round for ever: it stays where somebody finds it in their list."""
    number = await two_to_choose_from(world)
    world.messenger.failures = {channel: failing(Verdict.NEXT_CHANNEL, 100) for channel in ("template", "subscription")}
    await world.work()
    assert [state for state, _, _ in await rows(world)] == ["buried"] * 2
    tasks = [(await world.call("GET", "/tasks", openid))[1] for openid in (MEDIATOR, COLLEAGUE)]
    assert [task.get("case_number") for task in tasks if task["outcome"] == "one"] == [number]


async def test_an_accepted_task_is_not_taken_away_by_a_late_failure(world: World) -> None:
    """Whoever found the task in the list and accepted it keeps it, though the push about it failed."""
    number = await two_to_choose_from(world)
    async with world.store.read() as work:
        case = await work.cases.by_number(number)
    assert case is not None
    owner = MEDIATOR if case.owner_id == TOWN_MEDIATOR else COLLEAGUE
    await world.call("POST", f"/tasks/{number}/accept", owner)
    world.messenger.failures = unreached()
    await world.work()
    assert (await world.call("GET", "/tasks", owner))[1]["case_number"] == number


async def two_to_choose_from(world: World) -> str:
    """Two mediators of the same unit are bound, and a case comes in; its number."""
    await world.bind()
    await world.bind("s-ah01-centre-2", COLLEAGUE)
    return await world.submit()


async def test_a_resident_is_told_by_text_within_the_window_else_by_notices(world: World) -> None:
    """A resident who wrote lately gets a text; without a window a subscription notice, without consent a template."""
    await accepted(world)
    world.messenger.failures["subscription"] = failing(Verdict.NEXT_CHANNEL)
    await world.work()
    assert [message.channel for message in world.messenger.sent] == ["template", "template"]
    await accepted_again(world)
    assert world.messenger.sent[-1].channel == "text"


async def accepted_again(world: World) -> None:
    """Another case of the same two, with the resident's window open."""
    number = await world.submit()
    world.messenger.windows.add(RESIDENT)
    await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    await world.work()


async def test_a_busy_platform_is_tried_again_later_and_longer(world: World) -> None:
    """A failure that passes puts the delivery off, each time for longer, and in the end it is sent once."""
    await pushed(world)
    world.messenger.failures["template"] = failing(Verdict.RETRY, 3)
    for seconds in (5, 10, 20):
        await world.work()
        world.clock.forward(seconds=seconds - 1)
        await world.work()
        assert world.messenger.sent == []
        world.clock.forward(seconds=1)
    await world.work()
    assert len(world.said_to(MEDIATOR)) == 1


async def test_a_limit_is_respected(world: World) -> None:
    """The platform's own pause is kept even where ours would be shorter."""
    await pushed(world)
    world.messenger.failures["template"] = failing(Verdict.RETRY, after_s=3600)
    await world.work()
    world.clock.forward(minutes=59)
    await world.work()
    assert world.messenger.sent == []
    world.clock.forward(minutes=1)
    await world.work()
    assert len(world.messenger.sent) == 1


async def test_a_platform_that_never_recovers_ends_in_a_burial(world: World) -> None:
    """After the last attempt the delivery is buried with the error."""
    await pushed(world)
    world.messenger.failures["template"] = failing(Verdict.RETRY, 100)
    for _ in range(ATTEMPTS_MAX + 2):
        await world.work()
        world.clock.forward(hours=1)
    assert await rows(world) == [("buried", None, "retry")]
    assert len(world.messenger.failures["template"]) == 100 - ATTEMPTS_MAX


async def test_already_sent_counts_as_sent(world: World) -> None:
    """A template message that the platform has already taken is done."""
    await pushed(world)
    world.messenger.failures["template"] = failing(Verdict.ALREADY_SENT)
    await world.work()
    assert await rows(world) == [("done", "template", None)]


async def test_a_template_repeated_after_a_crash_carries_the_same_id(world: World) -> None:
    """A worker that dies after sending makes the next one send with the same id, which the platform refuses."""
    await pushed(world)
    await work_facts(world.tools)
    await crash_while_sending(world, "template")
    await world.work()
    ids = [message.client_msg_id for message in world.messenger.sent]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_text_is_not_repeated_after_a_crash(world: World) -> None:
    """A worker that dies while sending a text leaves a buried delivery, not a second text."""
    await accepted(world)
    world.messenger.windows.add(RESIDENT)
    await work_facts(world.tools)
    await crash_while_sending(world, "text")
    await world.work()
    assert len(world.said_to(RESIDENT)) == 1
    assert (await rows(world))[1] == ("buried", None, UNKNOWN)


async def crash_while_sending(world: World, channel: str) -> None:
    """The platform takes the message, then the worker dies; its lease runs out."""
    world.messenger.deadly = channel
    with pytest.raises(Killed):
        await work_deliveries(world.tools)
    world.messenger.deadly = ""
    world.clock.forward(seconds=61)


async def test_who_is_gone_is_not_written_to(world: World) -> None:
    """A notice to somebody who has left meanwhile is cancelled."""
    await accepted(world)
    await work_facts(world.tools)
    async with world.store.write() as work:
        person = await work.people.find(RESIDENT)
        assert person is not None
        await work.people.forget(person.id)
    await world.work()
    assert world.said_to(RESIDENT) == []
    assert [row[0] for row in await rows(world)] == ["done", "cancelled"]


async def test_a_notice_that_cannot_be_said_does_not_stop_the_others(world: World) -> None:
    """A delivery without a sentence is put off and at last buried; the next one goes out."""
    await pushed(world)
    await work_facts(world.tools)
    async with world.store.write() as work:
        await work.connection.execute(deliveries.update().values(notice="nothing"))
    await world.submit(dispute_type="lending")
    await world.work()
    assert len(world.said_to(MEDIATOR)) == 1


async def test_the_platforms_receipt_is_kept(world: World) -> None:
    """What the platform reports of a message is noted, and a report of a strange message is taken quietly."""
    await pushed(world)
    await world.work()
    for msg_id in ("m1", "strange"):
        body = {"msg_id": msg_id, "status": "success"}
        assert (await world.call("POST", "/deliveries/finished", body=body))[1] == {"outcome": "done"}
    async with world.store.read() as work:
        assert [row.receipt for row in await work.connection.execute(deliveries.select())] == ["success"]


def test_pauses_grow_to_a_limit_and_never_coincide() -> None:
    """Each pause is longer than the last up to half an hour; chance takes up to half of it off."""
    pauses = [pause(n, 0.0).total_seconds() for n in range(1, ATTEMPTS_MAX)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S
    assert pause(3, 1.0) == pause(3, 0.0) / 2
    assert pause(1, 0.5, at_least_s=99).total_seconds() == 99


def test_a_long_text_is_cut_between_characters() -> None:
    """At most so many bytes, never half a character."""
    assert cut("好" * 1000, 2000).encode().__len__() <= 2000
    assert cut("好" * 1000, 2000).endswith("好…")
    assert cut("短", 2000) == "短"
