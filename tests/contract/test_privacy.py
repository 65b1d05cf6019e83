"""Where personal data is after a whole road: sealed in the database, sealed in Redis as long as needed, nowhere else.

Redis holds, for one person: the conversation (30 days after the last message, so that a person who comes back goes on),
the answers given (25 minutes, so that the platform's retries get the same one), what is still to be shown or sent (30
days), and the message being worked on. Leaving deletes all of it at once.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from tests.contract.people import STORY
from tests.contract.platform import CUSTOM, TEMPLATE, event, text
from tests.contract.product import Product, running, until

NAME, PHONE, SAID = "王大姐", "13800138000", "漏水半年"
NOTE, REASON = "电话里哭得厉害", "两家签了协议"
WORDS = (NAME, PHONE, SAID, NOTE, REASON)
SPOKEN = (STORY, PHONE)
"""What reaches the bot and stands nowhere in the dialogs, which lie in Redis too."""
RESIDENT, MEDIATOR = "oResidentPrivacy0001", "oMediatorPrivacy0001"
MINUTES_25 = 25 * 60
DAYS_30 = 30 * 24 * 3600
LOGS = ("bot", "backend", "worker")


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def either(database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """The product on each database."""
    async with running(tmp_path, database_url=database_url) as product:
        yield product


async def whole_road(product: Product) -> str:
    """Everything that is said and written about a case, from the first message to its end."""
    mediator = await product.bound_mediator(MEDIATOR)
    resident = product.person(RESIDENT)
    number = await resident.report()
    await product.platform.until(lambda: product.platform.sent(TEMPLATE, MEDIATOR))
    await mediator.say("接受")
    await product.platform.until(lambda: product.platform.sent(CUSTOM, RESIDENT))
    for path, body, words in (
        ("contacts", {"contact_note": NOTE}, "和您联系过"),
        ("resolve", {"resolve_result": "agreed", "resolve_note": REASON}, "调解结束"),
    ):
        status, _ = await product.ask("POST", f"/tasks/{number}/{path}", MEDIATOR, body, Idempotency_Key=path)
        assert status == 200
        await told(product, words)
    await resident.say("查进度")
    return number


async def told(product: Product, words: str) -> None:
    """Wait until the resident has heard this."""
    await product.platform.until(lambda: words in str(product.platform.sent(CUSTOM, RESIDENT)))


async def in_database(url: str) -> bytes:
    """Everything the database holds: the bytes of SQLite's files, or every row of every table of PostgreSQL."""
    if url.startswith("sqlite"):
        file = Path(url.partition(":///")[2])
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    database = await asyncpg.connect(url.replace("+asyncpg", ""))
    tables = await database.fetch("select tablename from pg_tables where schemaname = 'public'")
    rows = [await database.fetch(f'select t::text as row from "{name}" t') for (name,) in tables]  # noqa: S608 - our tables
    await database.close()
    return "\n".join(row["row"] for table in rows for row in table).encode()


async def in_redis(product: Product) -> dict[str, int]:
    """Each key about somebody with its remaining seconds (-1: for ever)."""
    async with redis.asyncio.Redis.from_url(product.stack.redis.url) as client:
        return {key.decode(): await client.ttl(key) async for key in client.scan_iter(match="hwg:{*", count=1000)}


async def said_of(product: Product) -> set[object]:
    """What is kept of the answers to the resident; there must be no other key of that person."""
    mine = [key for key in await in_redis(product) if RESIDENT in key]
    assert [key for key in mine if ":said:" not in key] == []
    async with redis.asyncio.Redis.from_url(product.stack.redis.url) as client:
        return set(await client.mget(mine))


async def test_nothing_personal_is_readable_at_rest(either: Product, database_url: str) -> None:
    """No name, phone, statement or note is in the database, in Redis's files or any log; no openid in database or logs.

    Redis's append-only file holds all that was ever stored: each step of the conversation, and each answer.
    """
    await whole_road(either)
    stored = await in_database(database_url)
    appended = b"".join(file.read_bytes() for file in either.stack.redis.folder.rglob("*") if file.is_file())
    logs = "".join(either.stack.log(name) for name in LOGS)
    assert "AH20" in stored.decode(errors="ignore")
    assert RESIDENT.encode() in appended
    assert [word for word in SPOKEN if word.encode() in appended] == []
    for word in (*WORDS, RESIDENT, MEDIATOR):
        assert word.encode() not in stored
        assert word not in logs


async def test_redis_keeps_what_the_conversation_needs_and_no_longer(product: Product) -> None:
    """Every key about a person has an end: answers after 25 minutes, the conversation after 30 days at the latest."""
    await whole_road(product)
    keys = await in_redis(product)
    names = {key.rsplit("}:", 1)[1].partition(":")[0] for key in keys}
    assert names <= {
        "session",
        "said",
        "more",
        "quota",
        "late",
        "kept",
        "chores",
        "pending",
        "inbox",
        "waiting",
        "answered",
    }
    for key, seconds in keys.items():
        assert 0 < seconds <= (MINUTES_25 if ":said:" in key else DAYS_30), key


async def test_after_leaving_nothing_is_left(product: Product) -> None:
    """Unsubscribed: Redis knows only which messages were dealt with, and no word of them; the backend knows nobody."""
    number = await whole_road(product)
    leaving = event(RESIDENT, "unsubscribe")
    assert (await product.client().deliver(leaving)).kind in {"success", ""}
    assert await said_of(product) == {b"="}
    await until(lambda: nobody_due(product))
    assert product.rows("select count(*) from people") == [(0,)]
    closed = "select words_sealed, contact_sealed, phone_index from cases where number = ?"
    assert product.rows(closed, number) == [(None, None, None)]
    assert product.rows("select count(*) from notes") == [(0,)]
    assert (await product.ask("GET", f"/cases/{number}", RESIDENT))[1]["code"] == "case_not_found"
    found = {"case_number": number, "phone_last4": PHONE[-4:]}
    assert (await product.ask("POST", "/cases/find", "oSomebodyElse", found))[1]["code"] == "case_not_found"


async def nobody_due(product: Product) -> bool:
    """Whether the list of people to look after has forgotten the person too."""
    async with redis.asyncio.Redis.from_url(product.stack.redis.url) as client:
        return await client.zscore("hwg:late", RESIDENT) is None


async def test_leaving_in_the_middle_of_a_form_leaves_nothing(product: Product) -> None:
    """What was said and answered before a case was made goes too, also what the platform has not been given yet."""
    resident = product.person(RESIDENT)
    await resident.until_submit()
    await resident.hear(event(RESIDENT, "unsubscribe"))
    assert await said_of(product) == {b"="}
    assert "还没有填过" in (await product.client().deliver(text(RESIDENT, "我填了什么"))).text
    assert STORY not in product.stack.log("bot")
