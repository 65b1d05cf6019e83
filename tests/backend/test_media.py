"""Fetching attachments: sealed when kept, tried again, buried when the platform has them no more."""

from sqlalchemy import select

from backend.records.attachments import Content
from backend.records.tables import attachments
from backend.worker.port import SendFailedError, Verdict
from tests.backend.world import World

PICTURE = Content(b"\xff\xd8 a picture", "image/jpeg")
PHOTO = {"kind": "photo", "media_id": "media-1", "format": None}
SPOT = {"kind": "location", "lat": 36.5, "lng": 116.2, "label": "阳光小区"}


async def states(world: World) -> list[tuple[str, str, str | None]]:
    """Kind, state and error of every attachment."""
    async with world.store.read() as work:
        found = await work.connection.execute(select(attachments).order_by(attachments.c.id))
        return [(row.kind, row.state, row.error) for row in found]


async def test_a_photo_is_fetched_and_kept_sealed(world: World) -> None:
    """What was sent is fetched once, kept unreadable and opens again; a location needs no fetching."""
    world.messenger.files["media-1"] = PICTURE
    await world.submit(attachments=[PHOTO, SPOT])
    await world.work()
    assert await states(world) == [("photo", "done", None), ("location", "done", None)]
    async with world.store.read() as work:
        rows = (await work.connection.execute(select(attachments).order_by(attachments.c.id))).all()
        assert await work.attachments.content(rows[0].id) == PICTURE
        assert await work.attachments.content(rows[1].id) is None
        assert await work.attachments.content("nothing") is None
    assert b"picture" not in rows[0].content_sealed
    assert (rows[0].content_type, rows[0].size) == ("image/jpeg", len(PICTURE.data))


async def test_a_failure_that_passes_is_tried_again(world: World) -> None:
    """While the platform cannot be reached the fetching is put off."""
    world.messenger.files["media-1"] = PICTURE
    world.messenger.failures["media"] = [SendFailedError(Verdict.RETRY, "Unreachable 0")]
    await world.submit(attachments=[PHOTO])
    await world.work()
    assert await states(world) == [("photo", "waiting", "Unreachable 0")]
    world.clock.forward(minutes=1)
    await world.work()
    assert await states(world) == [("photo", "done", None)]


async def test_what_the_platform_no_longer_has_is_buried(world: World) -> None:
    """A refused download, or one that fails for ever, is buried where it is seen."""
    world.messenger.failures["media"] = [SendFailedError(Verdict.BURY, "Rejected 40007")]
    await world.submit(attachments=[PHOTO])
    await world.work()
    assert await states(world) == [("photo", "buried", "Rejected 40007")]
    world.messenger.failures["media"] = [SendFailedError(Verdict.RETRY, "Busy -1") for _ in range(100)]
    await world.submit(attachments=[PHOTO])
    for _ in range(20):
        await world.work()
        world.clock.forward(hours=1)
    assert [state[1] for state in await states(world)] == ["buried", "buried"]
