"""Being forgotten: what is erased at once, what an open case keeps until it closes, and the ordinary retention."""

from datetime import timedelta

from sqlalchemy import func, select

from backend.records import tables
from backend.worker.chores import EVERY, Chores
from tests.backend.world import MEDIATOR, PHONE, RESIDENT, STATEMENT, World

COLLEAGUE = "o-colleague"


async def words_left(world: World) -> int:
    """How many cases still hold what was said."""
    async with world.store.read() as work:
        query = select(func.count()).where(tables.cases.c.words_sealed.is_not(None))
        return int((await work.connection.execute(query)).scalar_one())


async def people(world: World) -> int:
    """How many residents have a link to WeChat."""
    async with world.store.read() as work:
        return int((await work.connection.execute(select(func.count()).select_from(tables.people))).scalar_one())


async def test_a_stranger_is_forgotten_quietly(world: World) -> None:
    """Somebody who never gave anything is forgotten without an error, as often as asked."""
    for _ in range(2):
        assert (await world.call("POST", "/people/forget", "o-stranger")) == (200, {"outcome": "done"})


async def test_closed_cases_are_erased_at_once(world: World) -> None:
    """Unsubscribing erases identity, consent, answers and all that was said in closed cases; the timeline stays."""
    number = await world.submit(attachments=[{"kind": "photo", "media_id": "m"}])
    await world.call("POST", f"/cases/{number}/withdraw", RESIDENT, {"withdraw_reason": "和好了"})
    await world.call("POST", "/people/forget")
    assert (await words_left(world), await people(world)) == (0, 0)
    async with world.store.read() as work:
        for table in (tables.answers, tables.notes):
            assert (await work.connection.execute(select(func.count()).select_from(table))).scalar_one() == 0
        attachment = (await work.connection.execute(select(tables.attachments))).one()
        assert (attachment.detail_sealed, attachment.state) == (None, "cancelled")
        assert (await work.connection.execute(select(func.count()).select_from(tables.case_events))).scalar_one() == 3
    assert (await world.call("GET", "/cases"))[1] == {"outcome": "none"}


async def test_an_open_case_keeps_its_words_until_it_closes(world: World) -> None:
    """A mediator can finish what was asked for; when it closes all is erased, and nobody is written to."""
    await world.bind()
    number = await world.submit()
    await world.call("POST", "/people/forget")
    assert await people(world) == 0
    _, task = await world.call("GET", f"/tasks/{number}", MEDIATOR)
    assert STATEMENT in task["task_text"]
    assert PHONE in task["task_text"]
    await world.call("POST", f"/tasks/{number}/resolve", MEDIATOR, {"resolve_result": "agreed", "resolve_note": "好"})
    await world.work()
    assert await words_left(world) == 0
    assert world.said_to(RESIDENT) == []
    _, task = await world.call("GET", f"/tasks/{number}", MEDIATOR)
    assert "已按规定删除" in task["task_text"]


async def test_who_comes_back_is_somebody_new_who_can_still_look_a_case_up(world: World) -> None:
    """After following again the open case is not in the list, but number and phone find it."""
    number = await world.submit()
    await world.call("POST", "/people/forget")
    assert (await world.call("GET", "/cases"))[1] == {"outcome": "none"}
    assert (await world.call("GET", f"/cases/{number}"))[1]["code"] == "case_not_found"
    _, found = await world.call("POST", "/cases/find", RESIDENT, {"case_number": number, "phone_last4": "8000"})
    assert found["outcome"] == "found"


async def test_a_mediator_who_leaves_hands_the_cases_over(world: World) -> None:
    """The account is unbound and the open cases go to a colleague who can be reached."""
    await world.bind()
    number = await world.submit()
    await world.bind("s-ah01-centre-2", COLLEAGUE)
    await world.call("POST", "/people/forget", MEDIATOR)
    assert (await world.call("GET", "/tasks", MEDIATOR))[1]["code"] == "not_bound"
    assert (await world.call("GET", "/tasks", COLLEAGUE))[1]["case_number"] == number
    await world.work()
    assert len(world.said_to(COLLEAGUE)) == 1
    assert world.said_to(MEDIATOR) == []


async def test_consent_can_be_withdrawn_when_nothing_is_open(world: World) -> None:
    """With an open case the answer says so; after it closes consent goes, and with it what was said."""
    assert (await world.call("DELETE", "/consents"))[1] == {"outcome": "done", "consent": False}
    number = await world.submit()
    assert (await world.call("DELETE", "/consents"))[1] == {"outcome": "open_cases"}
    await world.call("POST", f"/cases/{number}/withdraw", RESIDENT, {})
    assert (await world.call("DELETE", "/consents"))[1] == {"outcome": "done", "consent": False}
    assert await words_left(world) == 0
    assert (await world.call("DELETE", "/consents"))[1]["outcome"] == "done"
    async with world.store.read() as work:
        lines = (await work.connection.execute(select(tables.consents).order_by(tables.consents.c.id))).all()
    assert [(line.version, line.given) for line in lines] == [("1", True), (None, False)]


async def test_retention_erases_what_has_served(world: World) -> None:
    """A year after closing the words go, after a week the answers, after a month the facts; open cases stay."""
    number = await world.submit()
    await world.submit(dispute_type="lending")
    await world.call("POST", f"/cases/{number}/withdraw", RESIDENT, {})
    await world.work()
    chores = Chores()
    world.clock.forward(days=364)
    await chores.work(world.tools)
    assert await words_left(world) == 2
    world.clock.forward(days=2)
    await chores.work(world.tools)
    assert await words_left(world) == 1
    async with world.store.read() as work:
        for table in (tables.answers, tables.outbox):
            assert (await work.connection.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_chores_are_done_once_in_a_while(world: World) -> None:
    """Within the hour nothing is looked at again."""
    chores = Chores()
    await chores.work(world.tools)
    number = await world.submit()
    await world.call("POST", f"/cases/{number}/withdraw", RESIDENT, {})
    world.clock.forward(minutes=59)
    await chores.work(world.tools)
    assert await words_left(world) == 1
    assert timedelta(hours=1) == EVERY
