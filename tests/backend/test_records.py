"""What is in the database: nothing readable about anybody, a timeline that cannot be rewritten, tables as migrated."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.resealing import SEALED, reseal
from backend.records.store import Store, create_engine, open_store
from backend.records.tables import metadata
from connectors.sealing import SealError
from tests.backend.world import KEY_1, KEY_2, MEDIATOR, PHONE, RESIDENT, STATEMENT, World

OPENERS, FILES = 3, 60
PERSONAL = (
    STATEMENT,
    PHONE,
    "李大姐",
    RESIDENT,
    MEDIATOR,
    "王调解员",
    "楼上住户",
    "太吵了睡不着",
    "约了周三",
    "亲戚",
    "media-1",
    "阳光小区3号楼",
)


async def every_value(store: Store) -> str:
    """All values of all tables in one text."""
    async with store.read() as work:
        parts: list[str] = []
        for table in metadata.sorted_tables:
            if table.name not in {"areas", "units"}:
                parts += [repr(tuple(row)) for row in await work.connection.execute(table.select())]
    return "\n".join(parts)


async def live(world: World) -> str:
    """A case with everything that people write, worked on by the worker; its number."""
    await world.bind()
    number = await world.submit(attachments=[{"kind": "photo", "media_id": "media-1"}])
    await world.call("POST", f"/cases/{number}/materials", RESIDENT, {"material_text": "太吵了睡不着"})
    await world.call("POST", f"/tasks/{number}/accept", MEDIATOR)
    await world.call("POST", f"/tasks/{number}/contacts", MEDIATOR, {"contact_note": "约了周三"})
    await world.call("POST", f"/tasks/{number}/refuse", MEDIATOR, {"refuse_reason": "是我亲戚"})
    await world.call("POST", "/cases/find", "o-other", {"case_number": number, "phone_last4": "8000"})
    return number


async def test_nothing_personal_is_readable_at_rest(world: World) -> None:
    """Names, numbers, openids and all that people wrote are nowhere in the database as they are."""
    await live(world)
    stored = await every_value(world.store)
    assert [word for word in PERSONAL if word in stored or word.encode().hex() in stored] == []
    assert "s1.k1." in stored


async def test_a_timeline_cannot_be_rewritten(world: World) -> None:
    """The database itself refuses to change or delete a line."""
    await live(world)
    for statement in ("update case_events set kind = 'x'", "delete from case_events"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.store.write() as work:
                await work.connection.execute(text(statement))


async def begin_and_fail(world: World) -> None:
    """Write something, then raise."""
    async with world.store.write() as work:
        await work.people.ensure("o-x", "id", world.clock.now())
        raise RuntimeError


async def test_a_transaction_that_raises_leaves_nothing(world: World) -> None:
    """What was written before an error is undone, facts too."""
    before = await every_value(world.store)
    with pytest.raises(RuntimeError):
        await begin_and_fail(world)
    assert await every_value(world.store) == before


async def test_seeding_twice_changes_nothing_and_keeps_accounts(world: World) -> None:
    """The demo organisation is put in once or again alike, and who is bound stays bound."""
    await world.bind()
    await world.seed()
    async with world.store.read() as work:
        organisation = await work.places.organisation()
        member = await work.staff.by_openid(MEDIATOR)
    assert (len(organisation.areas), len(organisation.units)) == (43, 33)
    assert member is not None


async def test_part_of_the_organisation_answers_like_the_whole(world: World) -> None:
    """For every area and for no area, the part around it gives the same ladders as the whole."""
    async with world.store.read() as work:
        whole = await work.places.organisation()
        for code in [*whole.areas, None, "nowhere"]:
            part = await work.places.around(code)
            for kind in world.desk.policy.types.values():
                assert part.ladder(code, kind.posts) == whole.ladder(code, kind.posts)
            assert part.full_name(code) == whole.full_name(code)


def drift(connection: Connection) -> list[object]:
    """How the migrated tables differ from the model."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_migrations_make_exactly_the_model(database_url: str) -> None:
    """After all steps the database has the model's tables, and walking again changes nothing."""
    await migrate(database_url)
    await migrate(database_url)
    engine = create_engine(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(drift) == []
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    assert set(names) == {*metadata.tables, "alembic_version"}


async def test_two_may_migrate_at_once(database_url: str) -> None:
    """Two processes that migrate at the same moment both end well."""
    await asyncio.gather(migrate(database_url), migrate(database_url))


def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Processes that start together on a file that is not there yet wait for each other instead of failing."""
    together = threading.Barrier(OPENERS)

    async def opened(path: Path) -> str:
        engine = create_engine(f"sqlite+aiosqlite:///{path}")
        together.wait()
        async with engine.connect() as connection:
            mode = (await connection.execute(text("pragma journal_mode"))).scalar_one()
        await engine.dispose()
        return str(mode)

    with ThreadPoolExecutor(OPENERS) as threads:
        for number in range(FILES):
            path = tmp_path / f"{number}.db"
            modes = threads.map(lambda _: asyncio.run(opened(path)), range(OPENERS))  # noqa: B023 - used up before the next
            assert set(modes) == {"wal"}


async def test_a_database_of_another_key_is_refused(made_url: str) -> None:
    """A wrong PII_KEY is found when the store is opened, and the missing key is named."""
    with pytest.raises(SealError, match="k1"):
        await open_store(made_url, parse(KEY_2))


async def test_keys_rotate(made_url: str, world: World) -> None:
    """With a new key in front all opens; after resealing the old key can go, and people are still found."""
    number = await live(world)
    async with world.store.read() as work:
        person = await work.people.find(RESIDENT)
    rotating = await open_store(made_url, parse(f"{KEY_2},{KEY_1}"))
    assert await reseal(rotating) > 50
    assert await reseal(rotating) == 0
    assert "s1.k1." not in await every_value(rotating)
    await rotating.close()
    rotated = await open_store(made_url, parse(KEY_2))
    async with rotated.read() as work:
        case = await work.cases.by_number(number)
        assert case is not None
        contact = await work.cases.contact(case.id)
        assert await work.people.find(RESIDENT) == person
    await rotated.close()
    assert contact is not None
    assert contact.phone == PHONE


def test_every_sealed_column_can_be_resealed() -> None:
    """No column named as sealed is forgotten when keys rotate."""
    named = {
        column for table in metadata.tables.values() for column in table.columns if column.name.endswith("_sealed")
    }
    assert {sealed.column for sealed in SEALED} == named


async def test_what_is_personal_hides_in_errors(world: World) -> None:
    """An error of the database does not repeat what was written."""
    with pytest.raises(DBAPIError) as caught:
        async with world.store.write() as work:
            await work.connection.execute(text("insert into people (id) values (:name)"), {"name": "李大姐"})
    assert "李大姐" not in str(caught.value)
