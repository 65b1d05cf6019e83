"""Tests: conversations in a real Redis, seen by two processes."""

import asyncio
from collections.abc import AsyncIterator

import hiredis
import pytest
import redis.asyncio

from connectors.local.redis_server import free_port
from connectors.sessions import keys, scripts
from connectors.sessions.link import RedisAwayError, RedisLink, call
from tests.connectors.sessions_parts import Outcome, Process, process

pytestmark = pytest.mark.usefixtures("redis_client")

NOW = 1_800_000_000_000.0


@pytest.fixture
async def one(redis_url: str) -> AsyncIterator[Process]:
    """A bot process on an empty Redis."""
    async with process(redis_url, "one") as it:
        yield it


@pytest.fixture
async def two(redis_url: str) -> AsyncIterator[Process]:
    """Another bot process on the same Redis."""
    async with process(redis_url, "two") as it:
        yield it


async def until_waiting(one: Process, person: str) -> None:
    """Return when somebody waits for this person's lock."""
    while not (await one.link.run(("EXISTS", keys.of(person, "waiting"))))[0]:  # noqa: ASYNC110 - Redis has no event
        await asyncio.sleep(0)


async def test_answered_message_gets_its_stored_answer(one: Process, two: Process) -> None:
    """A message that was answered gets the same answer again, from any process, and is not worked on."""
    claim = await one.sessions.claim("p", "m1", b"entry", NOW)
    assert claim.held is not None
    assert await one.sessions.finish(claim.held, Outcome(answer=b"said")) is False
    again = await two.sessions.claim("p", "m1", b"entry", NOW)
    assert (again.answer, again.held) == (b"said", None)


async def test_retry_joins_the_running_turn(one: Process, two: Process) -> None:
    """A delivery repeated to another process while the turn runs waits for it and gets its answer."""
    claim = await one.sessions.claim("p", "m1", b"entry", NOW)
    joined = asyncio.create_task(two.sessions.claim("p", "m1", b"entry", NOW))
    await until_waiting(one, "p")
    assert claim.held is not None
    await one.sessions.finish(claim.held, Outcome(answer=b"said"))
    assert (await joined).answer == b"said"
    assert await one.link.run(("LLEN", keys.of("p", "inbox"))) == [0]


async def test_messages_of_a_person_come_one_after_another(one: Process, two: Process) -> None:
    """A second message waits for the first and then sees what the first has saved."""
    first = (await one.sessions.claim("p", "m1", b"first", NOW)).held
    waiting = asyncio.create_task(two.sessions.claim("p", "m2", b"second", NOW))
    await until_waiting(one, "p")
    assert first is not None
    assert (first.message, first.entry, first.session) == ("m1", b"first", None)
    await one.sessions.finish(first, Outcome(session=b'{"turn":1}'))
    second = (await waiting).held
    assert second is not None
    assert (second.message, second.entry, second.session) == ("m2", b"second", b'{"turn":1}')


async def test_people_do_not_wait_for_each_other(one: Process) -> None:
    """Two people's messages are held at the same time."""
    assert (await one.sessions.claim("p", "m", b"", NOW)).held
    assert (await one.sessions.claim("q", "m", b"", NOW)).held


async def test_dead_owner_leaves_the_oldest_message_to_others(one: Process, two: Process) -> None:
    """When the owner's lease is over, the next claim gets the oldest unfinished message first."""
    await one.sessions.claim("p", "m1", b"first", NOW)
    await one.link.run(("PEXPIRE", keys.of("p", "lock"), 1))
    taken = (await two.sessions.claim("p", "m2", b"second", NOW)).held
    assert taken is not None
    assert (taken.message, taken.entry) == ("m1", b"first")
    late = await two.sessions.finish(taken, Outcome(answer=b"a", may_be_late=True, foreign=True))
    own = (await two.sessions.claim("p", "m2", b"second", NOW)).held
    assert own is not None
    assert (late, own.message, own.late) == (True, "m2", (b"a",))


async def test_a_lost_lock_saves_nothing(one: Process, two: Process) -> None:
    """A process whose lease ended while it worked cannot overwrite what its successor saved."""
    slow = (await one.sessions.claim("p", "m1", b"", NOW)).held
    await one.link.run(("DEL", keys.of("p", "lock")))
    quick = (await two.sessions.claim("p", "m1", b"", NOW)).held
    assert slow is not None
    assert quick is not None
    assert await one.sessions.finish(slow, Outcome(session=b"slow")) is None
    assert await two.sessions.finish(quick, Outcome(session=b"quick", answer=b"q")) is False
    assert await one.sessions.finish(slow, Outcome(session=b"slow")) is False
    later = (await one.sessions.claim("p", "m2", b"", NOW)).held
    assert later is not None
    assert later.session == b"quick"


async def test_the_lease_is_renewed_while_the_owner_lives(one: Process) -> None:
    """Renewing gives a held lock its whole lease again; a lock that is not ours is left alone."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    await one.sessions.claim("q", "m1", b"", NOW)
    await one.link.run(("PEXPIRE", keys.of("p", "lock"), 500), ("SET", keys.of("q", "lock"), "other", "PX", 500))
    await one.sessions.renew()
    mine, other = await one.link.run(("PTTL", keys.of("p", "lock")), ("PTTL", keys.of("q", "lock")))
    assert held is not None
    assert mine > 500 >= other


async def test_a_released_person_is_free(one: Process) -> None:
    """Releasing unlocks without saving, and wakes who waits."""
    held = await one.sessions.attend("p")
    waiting = asyncio.create_task(one.sessions.claim("p", "m1", b"", NOW))
    await until_waiting(one, "p")
    assert held is not None
    assert await one.sessions.attend("p") is None
    await one.sessions.release(held)
    assert (await waiting).held is not None


async def test_acknowledged_message_is_answered_another_way(one: Process) -> None:
    """After `success` the replies are queued instead, and a repeated delivery gets nothing more."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    assert await one.sessions.acknowledge("p", "m1") is None
    assert await one.sessions.finish(held, Outcome(answer=b"a", may_be_late=True, also=[b"picture"])) is True
    assert (await one.sessions.claim("p", "m1", b"", NOW)).answer == b""
    later = await one.sessions.attend("p")
    assert later is not None
    assert later.late == (b"a", b"picture")


async def test_acknowledging_too_late_gives_the_answer(one: Process) -> None:
    """If the turn ended just before, acknowledging returns its answer, so that it is given after all."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    await one.sessions.finish(held, Outcome(answer=b"a"))
    assert await one.sessions.acknowledge("p", "m1") == b"a"


async def test_unknown_message_is_not_acknowledged(one: Process) -> None:
    """A message that is not stored must not be acknowledged."""
    with pytest.raises(LookupError):
        await one.sessions.acknowledge("p", "never")


async def test_a_turn_is_saved_whole(one: Process) -> None:
    """Session, remainder, pending mark, chores, notes and replies shown are stored together."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    first = Outcome(b"s1", b"a", b"more", pending=True, also=[b"l1", b"l2"], chores=[b"c1", b"c2"], again_at=NOW)
    await one.sessions.finish(held, first, [("SET", "note", "1")])
    held = (await one.sessions.claim("p", "m2", b"", NOW)).held
    assert held is not None
    assert (held.session, held.more, held.late, held.chores) == (b"s1", b"more", (b"l1", b"l2"), (b"c1", b"c2"))
    await one.sessions.finish(held, Outcome(b"s2", shown_late=1, done_chores=1))
    held = (await one.sessions.claim("p", "m3", b"", NOW)).held
    assert held is not None
    assert (held.session, held.more, held.late, held.chores) == (b"s2", None, (b"l2",), (b"c2",))
    stored = await one.link.run(("GET", "note"), ("GET", keys.of("p", "pending")))
    assert stored == [b"1", b"1"]


async def test_forgetting_a_person_leaves_no_session(one: Process) -> None:
    """Saving no session deletes what was known, and what was owed."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    await one.sessions.finish(held, Outcome(b"s1", more=b"more", pending=True))
    held = (await one.sessions.claim("p", "m2", b"", NOW)).held
    assert held is not None
    await one.sessions.finish(held, Outcome(None, pending=False))
    names = [keys.of("p", name) for name in ("session", "more", "pending", "inbox", "lock")]
    assert await one.link.run(("EXISTS", *names)) == [0]


async def test_everything_about_a_person_expires(one: Process) -> None:
    """Each key of a person has an end: nothing stays for ever."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    await one.sessions.finish(held, Outcome(b"s", b"a", b"m", pending=True, also=[b"l"], chores=[b"c"]))
    await one.sessions.claim("p", "m2", b"e", NOW)
    names = (await one.link.run(("KEYS", "hwg:{p}:*")))[0]
    left = await one.link.run(*(("PTTL", name) for name in names))
    assert len(names) == 10
    assert all(0 < ttl <= keys.SESSION_KEPT_MS for ttl in left)


async def test_unfinished_people_are_found_by_one_process(one: Process, two: Process) -> None:
    """A claimed message that nobody finished comes up after a while, for one process, until it is finished."""
    held = (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert held is not None
    later = NOW + keys.FIRST_LOOK_SECONDS * 1_000
    assert await one.sessions.due(later - 1, 10) == []
    assert await one.sessions.due(later, 10) == ["p"]
    assert await two.sessions.due(later, 10) == []
    again = later + keys.NEXT_LOOK_SECONDS * 1_000
    await one.sessions.finish(held, Outcome(b"s"))
    assert await two.sessions.due(again, 10) == []
    assert await one.link.run(("ZCARD", keys.DUE)) == [0]


async def test_a_person_put_down_again_is_not_forgotten(one: Process) -> None:
    """Dropping somebody from the list spares whoever was put down meanwhile."""
    await one.sessions.look_again("p", NOW)
    await one.link.run(call(scripts.DROP_DUE, [keys.DUE], int(NOW) - 1, "p"))
    assert await one.link.run(("ZSCORE", keys.DUE, "p")) == [str(int(NOW)).encode()]


async def test_late_reply_is_sent_by_one(one: Process, two: Process) -> None:
    """A late reply is taken by one process at a time, in order, and is gone when it was sent."""
    await one.link.run(("RPUSH", keys.of("p", "late"), "a", "b"))
    first = await one.late.take("p", NOW)
    assert first is not None
    assert (first.item, await two.late.take("p", NOW)) == (b"a", None)
    await one.late.settle(first, "sent")
    second = await two.late.take("p", NOW)
    assert second is not None
    assert second.item == b"b"


async def test_late_replies_wait_while_a_turn_runs(one: Process) -> None:
    """While a turn runs nothing is sent: the turn will show it."""
    await one.link.run(("RPUSH", keys.of("p", "late"), "a"))
    assert (await one.sessions.claim("p", "m1", b"", NOW)).held
    assert await one.late.take("p", NOW) is None


async def test_fates_of_a_late_reply(one: Process) -> None:
    """What was surely not sent comes first again; what may not be sent is kept for the next message."""
    await one.link.run(("RPUSH", keys.of("p", "late"), "a", "b"))
    for fate in ("again", "keep", "keep"):
        taken = await one.late.take("p", NOW)
        assert taken is not None
        await one.late.settle(taken, fate)
    held = await one.sessions.attend("p")
    assert held is not None
    assert (held.late, held.kept) == ((), (b"a", b"b"))


async def test_reply_of_a_vanished_sender_is_not_sent_again(one: Process, two: Process) -> None:
    """A reply whose sender died is shown at the next message instead; the late sender's own word counts no more."""
    await one.link.run(("RPUSH", keys.of("p", "late"), "a"))
    lost = await one.late.take("p", NOW)
    assert lost is not None
    assert await two.late.take("p", NOW + keys.SENDING_STALE_MS) is None
    await one.late.settle(lost, "again")
    held = await two.sessions.attend("p")
    assert held is not None
    assert (held.late, held.kept) == ((), (b"a",))


async def test_releases_are_immutable(one: Process, two: Process) -> None:
    """A stored release is read by another process and never replaced; an unknown one is none."""
    await one.releases.put("r1", {"domain.yml": "你好"})
    await one.releases.put("r1", {"domain.yml": "别的"})
    assert await two.releases.get("r1") == {"domain.yml": "你好"}
    assert await two.releases.get("r2") is None


async def test_places_are_kept(one: Process) -> None:
    """The list of places is there for the next process, none before it was stored."""
    assert await one.releases.areas() is None
    await one.releases.put_areas(b"[]")
    assert await one.releases.areas() == b"[]"


async def test_scripts_survive_a_flush(one: Process) -> None:
    """A Redis that forgot our scripts gets them again."""
    await one.link.run(("SCRIPT", "FLUSH"))
    assert (await one.sessions.claim("p", "m1", b"", NOW)).held


async def test_errors_of_redis_are_raised(one: Process) -> None:
    """What Redis refuses is an error, not an answer."""
    await one.link.run(("SET", "text", "1"))
    with pytest.raises(hiredis.ReplyError):
        await one.link.run(("LLEN", "text"))


async def test_absent_redis_is_reported() -> None:
    """Where no Redis answers, the request ends with an error after the time allowed."""
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0", retry_seconds=0.1)
    with pytest.raises(RedisAwayError):
        await link.run(("PING",))


async def test_a_connection_given_up_while_greeting_is_closed() -> None:
    """A server that takes connections and never answers is not left with one more at each try."""
    greeted, left = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"PING\r\n")
        greeted.set()
        assert await reader.read() == b""
        left.set()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        asking = asyncio.create_task(RedisLink(f"redis://127.0.0.1:{port}").run(("GET", "x")))
        await greeted.wait()
        asking.cancel()
        await left.wait()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_every_process_that_waits_is_woken(one: Process, two: Process) -> None:
    """Repeats waiting at two processes are both told, at once and not by the lease's end."""
    claim = await one.sessions.claim("p", "m1", b"entry", NOW)
    names = ("one", "two")
    joined = [asyncio.create_task(each.sessions.claim("p", "m1", b"entry", NOW)) for each in (one, two)]
    waiting = keys.of("p", "waiting")
    while not all(  # noqa: ASYNC110 - Redis has no event
        await one.link.run(*(("SISMEMBER", waiting, f"bhwg:bell:{name}") for name in names))
    ):
        await asyncio.sleep(0)
    assert claim.held is not None
    await one.sessions.renew()
    await one.sessions.finish(claim.held, Outcome(answer=b"said"))
    async with asyncio.timeout(keys.LEASE_MS / 2_000):
        assert [each.answer for each in await asyncio.gather(*joined)] == [b"said", b"said"]


async def test_a_server_that_cannot_store_counts_as_away(one: Process) -> None:
    """When Redis is full nothing is stored, and the caller is told so instead of believing it."""
    ((_, limit),) = await one.link.run(("CONFIG", "GET", "maxmemory"))
    await one.link.run(("CONFIG", "SET", "maxmemory", "1"))
    try:
        with pytest.raises(RedisAwayError):
            await one.sessions.claim("p", "m1", b"", NOW)
    finally:
        await one.link.run(("CONFIG", "SET", "maxmemory", limit))


async def test_forgetting_takes_the_words_out_of_answers(one: Process, redis_client: redis.asyncio.Redis) -> None:
    """After a person has left only the marks of messages dealt with stay, without a word; a retry gets nothing new."""
    for message in ("m1", "m2"):
        held = (await one.sessions.claim("p", message, b"", NOW)).held
        assert held is not None
        saving = Outcome(b"s", b"words") if message == "m1" else Outcome(None, pending=False, forget=True)
        await one.sessions.finish(held, saving)
    assert (await one.sessions.claim("p", "m1", b"", NOW)).answer == b""
    left = {key: await redis_client.get(key) for key in await redis_client.keys("hwg:{p}:*")}
    assert left == {b"hwg:{p}:said:m1": b"=", b"hwg:{p}:said:m2": b"="}
