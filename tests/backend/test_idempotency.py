"""A key's first answer is its only answer, whoever asks again, however often, at whatever moment."""

import asyncio

from sqlalchemy import func, select

from backend.records import tables
from tests.backend.world import MEDIATOR, REPORT, RESIDENT, World


async def cases(world: World) -> int:
    """How many cases there are."""
    async with world.store.read() as work:
        return int((await work.connection.execute(select(func.count()).select_from(tables.cases))).scalar_one())


async def test_a_key_used_with_another_body_is_refused(world: World) -> None:
    """The same key for something else gets 409 key_reused, for another path too, and does nothing."""
    number = await world.submit()
    await world.call("POST", "/cases", RESIDENT, REPORT, key="k")
    for path, body in (("/cases", {**REPORT, "wish": "赔钱"}), (f"/cases/{number}/urge", None)):
        status, answer = await world.call("POST", path, RESIDENT, body, key="k")
        assert (status, answer["code"]) == (409, "key_reused")
    assert await cases(world) == 2


async def test_a_repetition_gets_the_first_answer(world: World) -> None:
    """The same key and body make one case and one answer, even when the world has changed since."""
    await world.consent()
    first = await world.call("POST", "/cases", RESIDENT, REPORT, key="k")
    await world.bind()
    world.clock.forward(days=1)
    assert await world.call("POST", "/cases", RESIDENT, dict(sorted(REPORT.items())), key="k") == first
    assert await cases(world) == 1


async def test_a_refusal_is_an_answer_too(world: World) -> None:
    """What was refused stays refused for its key; a new key is asked anew."""
    refused = await world.call("POST", "/cases", RESIDENT, REPORT, key="k")
    assert refused[1]["code"] == "consent_missing"
    await world.consent()
    assert await world.call("POST", "/cases", RESIDENT, REPORT, key="k") == refused
    assert (await world.call("POST", "/cases", RESIDENT, REPORT, key="k2"))[1]["outcome"] == "done"


async def test_a_key_belongs_to_its_person(world: World) -> None:
    """Two people may use the same key, and neither sees the other's answer."""
    await world.consent()
    await world.consent("o-other")
    _, mine = await world.call("POST", "/cases", RESIDENT, REPORT, key="k")
    _, theirs = await world.call("POST", "/cases", "o-other", REPORT, key="k")
    assert mine["case_number"] != theirs["case_number"]


async def test_twins_at_the_same_moment_are_one(world: World) -> None:
    """Eight equal requests at once make one case and eight equal answers."""
    await world.consent()
    answers = await asyncio.gather(*(world.call("POST", "/cases", RESIDENT, REPORT, key="k") for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert await cases(world) == 1


async def test_different_keys_at_the_same_moment_are_all_done(world: World) -> None:
    """Many people at once each get their own case and number."""
    for n in range(6):
        await world.consent(f"o-{n}")
    answers = await asyncio.gather(*(world.call("POST", "/cases", f"o-{n}", REPORT) for n in range(6)))
    assert len({answer["case_number"] for _, answer in answers}) == 6


async def test_two_acceptances_at_once_are_one(world: World) -> None:
    """With different keys one accepts and the other is told so; there is one fact."""
    await world.bind()
    number = await world.submit()
    answers = await asyncio.gather(*(world.call("POST", f"/tasks/{number}/accept", MEDIATOR) for _ in range(2)))
    assert sorted(status for status, _ in answers) == [200, 409]
    await world.work()
    assert len(world.said_to(RESIDENT)) == 1


async def test_an_error_of_ours_keeps_no_answer(world: World) -> None:
    """After a failure within the transaction the same key is tried afresh."""
    await world.consent()
    async with world.store.write() as work:
        await work.connection.execute(tables.units.update().values(kind="nobody" + tables.units.c.id))
    status, answer = await world.call("POST", "/cases", RESIDENT, REPORT, key="k")
    assert (status, answer["code"]) == (500, "internal")
    await world.seed()
    assert (await world.call("POST", "/cases", RESIDENT, REPORT, key="k"))[1]["outcome"] == "done"
