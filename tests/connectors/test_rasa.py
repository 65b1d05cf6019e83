"""Rasa: its answers folded, its silence survived."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from connectors.rasa import IN_FLIGHT, Circuit, NotAnAnswerError, RasaClient, fold
from dialogs.kernel.words import Entity

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SECRET = "我的电话13800138000"


def answer(*ranking: tuple[str, float], **more: Any) -> dict[str, Any]:
    """What Rasa answers, in short."""
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return {"text": "…", "intent": ranked[0] if ranked else None, "intent_ranking": ranked, "entities": [], **more}


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


class Server:
    """A stand-in that counts questions and answers as told."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = asyncio.Event()
        self.say: Callable[[], Awaitable[web.StreamResponse]] = self.well

    async def well(self) -> web.StreamResponse:
        """Rasa as it should be."""
        return web.json_response(answer(("greet", 0.9), ("thanks", 0.1)))

    async def ill(self) -> web.StreamResponse:
        """Rasa in trouble."""
        return web.Response(status=500, text="Traceback")

    async def handle(self, _: web.Request) -> web.StreamResponse:
        """Count and answer."""
        self.asked += 1
        self.begun.set()
        return await self.say()


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """The handler on a free port, at the path that Rasa has."""
    app = web.Application()
    app.router.add_post("/model/parse", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    """A stand-in and where it listens."""
    stand_in = Server()
    async with serving(stand_in.handle) as url:
        yield stand_in, url


BROKEN: dict[str, tuple[int, bytes]] = {
    "server error": (500, b"{}"),
    "not found": (404, b'{"intent_ranking": [{"name": "greet", "confidence": 1.0}]}'),
    "no JSON": (200, b"<html>"),
    "not UTF-8": (200, b"\xff\xfe\x00"),
    "empty": (200, b""),
    "a list": (200, b"[]"),
    "no ranking": (200, b"{}"),
    "empty ranking": (200, b'{"intent_ranking": []}'),
    "ranking of words": (200, b'{"intent_ranking": ["greet"]}'),
    "confidence in words": (200, b'{"intent_ranking": [{"name": "greet", "confidence": "high"}]}'),
    "confidence above one": (200, b'{"intent_ranking": [{"name": "greet", "confidence": 7}]}'),
    "confidence no number": (200, b'{"intent_ranking": [{"name": "greet", "confidence": NaN}]}'),
    "entity without a name": (
        200,
        b'{"intent_ranking": [{"name": "greet", "confidence": 1.0}], "entities": [{"value": "x"}]}',
    ),
    "nested too deep": (200, b"[" * 5_000),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_whatever_is_wrong_is_silence(case: str, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """An answer that is broken in any way is None, and the text is in no log."""
    status, body = BROKEN[case]

    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type="application/json")

    with caplog.at_level(logging.DEBUG, logger="connectors"):
        async with serving(handle) as url, ClientSession() as http:
            assert await RasaClient(http, url, clock=clock).parse(SECRET) is None
    assert SECRET not in caplog.text


async def test_nobody_listening_is_silence(clock: Clock, unused_tcp_port: int) -> None:
    """Where no Rasa runs, there is no answer and no error."""
    async with ClientSession() as http:
        assert await RasaClient(http, f"http://127.0.0.1:{unused_tcp_port}", clock=clock).parse("你好") is None


async def test_slow_answers_are_silence(clock: Clock, server: tuple[Server, str]) -> None:
    """What does not come within the budget does not count."""
    stand_in, url = server
    never = asyncio.Event()

    async def hang() -> web.StreamResponse:
        await never.wait()
        return web.Response()

    stand_in.say = hang
    async with ClientSession() as http:
        assert await RasaClient(http, url, clock=clock, budget_s=0.05).parse("你好") is None
    never.set()


async def test_an_empty_text_is_not_asked_about(clock: Clock, server: tuple[Server, str]) -> None:
    """Blank messages cost no question."""
    stand_in, url = server
    async with ClientSession() as http:
        assert await RasaClient(http, url, clock=clock).parse(" \n") is None
    assert stand_in.asked == 0


async def test_slashes_reach_rasa_as_no_command(clock: Clock) -> None:
    """What a person types is text, also where it looks like Rasa's own short form."""
    heard: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        heard.append((await request.json())["text"])
        return web.json_response(answer(("greet", 1.0)))

    async with serving(handle) as url, ClientSession() as http:
        client = RasaClient(http, url, clock=clock)
        assert await client.parse('/ /bind_staff{"binding_code": "1"}') is not None
        assert await client.parse("///") is None
    assert heard == ['bind_staff{"binding_code": "1"}']


async def test_the_circuit_stops_asking_and_probes_again(clock: Clock, server: tuple[Server, str]) -> None:
    """After failures in a row nobody is asked until the pause is over; then one question decides."""
    stand_in, url = server
    stand_in.say = stand_in.ill
    async with ClientSession() as http:
        client = RasaClient(http, url, clock=clock, circuit=Circuit(failures_in_a_row=2, pause_s=10))
        for _ in range(5):
            assert await client.parse("你好") is None
        assert stand_in.asked == 2
        clock.now += 10
        assert await client.parse("你好") is None
        assert await client.parse("你好") is None
        assert stand_in.asked == 3
        clock.now += 10
        stand_in.say = stand_in.well
        assert [await client.parse("你好") is not None for _ in range(3)] == [True, True, True]


async def test_one_probe_at_a_time(clock: Clock, server: tuple[Server, str]) -> None:
    """While a probe is on its way, others do not wait for it."""
    stand_in, url = server
    go = asyncio.Event()

    async def wait() -> web.StreamResponse:
        await go.wait()
        return await stand_in.well()

    stand_in.say = wait
    async with ClientSession() as http:
        circuit = Circuit(failures_in_a_row=1, pause_s=10, failed=1, closed_until=0)
        client = RasaClient(http, url, clock=clock, circuit=circuit)
        probe = asyncio.create_task(client.parse("你好"))
        await stand_in.begun.wait()
        assert await client.parse("你好") is None
        go.set()
        assert await probe is not None


async def test_an_abandoned_probe_blocks_nobody(clock: Clock, server: tuple[Server, str]) -> None:
    """A cancelled question says nothing about Rasa and lets the next one through."""
    stand_in, url = server
    go = asyncio.Event()

    async def wait() -> web.StreamResponse:
        await go.wait()
        return await stand_in.well()

    stand_in.say = wait
    circuit = Circuit(failures_in_a_row=1, failed=1, closed_until=0)
    async with ClientSession() as http:
        client = RasaClient(http, url, clock=clock, circuit=circuit)
        probe = asyncio.create_task(client.parse("你好"))
        await stand_in.begun.wait()
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        go.set()
        assert await client.parse("你好") is not None
    assert circuit.failed == 0


async def test_more_than_rasa_can_take_are_not_asked(clock: Clock, server: tuple[Server, str]) -> None:
    """Beyond so many under way a question is silence at once, and counted; when they are answered it is asked again."""
    stand_in, url = server
    go = asyncio.Event()

    async def wait() -> web.StreamResponse:
        await go.wait()
        return await stand_in.well()

    stand_in.say = wait
    shed: list[None] = []
    async with ClientSession() as http:
        client = RasaClient(http, url, clock=clock, budget_s=30, circuit=Circuit(shed=lambda: shed.append(None)))
        asked = [asyncio.create_task(client.parse("你好")) for _ in range(IN_FLIGHT)]
        await asyncio.sleep(0)  # each has begun
        assert [await client.parse("你好") for _ in range(3)] == [None, None, None]
        assert len(shed) == 3
        go.set()
        assert all(each is not None for each in await asyncio.gather(*asked))
        assert await client.parse("你好") is not None
    assert (len(shed), stand_in.asked) == (3, IN_FLIGHT + 1)


async def test_a_shed_question_says_nothing_of_rasa(clock: Clock, server: tuple[Server, str]) -> None:
    """Shedding opens no circuit and takes no probe."""
    _, url = server
    circuit = Circuit()
    async with ClientSession() as http:
        client = RasaClient(http, url, clock=clock, circuit=circuit)
        answers = await asyncio.gather(*(client.parse("你好") for _ in range(IN_FLIGHT + 5)))
    assert sum(each is None for each in answers) == 5
    assert circuit.failed == 0


def test_kinds_of_dispute_are_one_intent() -> None:
    """dispute_* are summed into report_dispute, with the likeliest as an entity."""
    understood = fold(
        answer(("greet", 0.3), ("dispute_labour", 0.25), ("dispute_lending", 0.35), ("report_dispute", 0.1))
    )
    assert understood.intent == "report_dispute"
    assert understood.confidence == 0.7
    assert understood.ranking == (("report_dispute", 0.7), ("greet", 0.3))
    assert understood.entities == (Entity("dispute_type", "lending"),)
    assert understood.rivals == {"dispute_type": (("lending", 0.5833), ("labour", 0.4167))}


@pytest.mark.parametrize(
    "ranking",
    [
        [("report_dispute", 0.8), ("dispute_labour", 0.2)],
        [("greet", 0.6), ("dispute_labour", 0.4)],
        [("dispute_labour", 0.2), ("dispute_lending", 0.15), ("greet", 0.1)],
    ],
    ids=["the bare wish to report", "something else", "hardly a dispute"],
)
def test_no_kind_is_guessed(ranking: list[tuple[str, float]]) -> None:
    """Where the text does not say what the dispute is about, there is no dispute_type; the likeliest may be offered."""
    understood = fold(answer(*ranking))
    assert understood.entities == ()
    assert understood.rivals["dispute_type"][0][0] == "labour"


def test_what_has_nothing_of_a_dispute_has_no_likely_kind() -> None:
    """A greeting is no ground to offer kinds of dispute later."""
    assert fold(answer(("greet", 0.9), ("dispute_labour", 0.09))).rivals == {}


@pytest.mark.parametrize(("shares", "told"), [((0.0009, 0.0001), "labour"), ((0.0003, 0.0003), None)])
def test_the_matter_beside_the_wish_to_see_a_leader(shares: tuple[float, float], told: str | None) -> None:
    """老板欠我工资，我要找区长: one kind stands out among the kinds, however little they have together."""
    ranking = [("book_reception", 0.99), ("dispute_labour", shares[0]), ("dispute_lending", shares[1])]
    understood = fold({"intent_ranking": [{"name": name, "confidence": score} for name, score in ranking]})
    assert understood.intent == "book_reception"
    kinds = [one.value for one in understood.entities]
    assert kinds == ([told] if told else [])


def test_entities_are_handed_on() -> None:
    """Entities of Rasa's own keep value, place and role."""
    entity = {"entity": "title", "value": "主任", "start": 2, "end": 4, "role": "office", "extractor": "x"}
    assert fold(answer(("greet", 1.0), entities=[entity])).entities == (Entity("title", "主任", 2, 4, "office"),)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_folding_knows_only_one_refusal(parsed: object) -> None:
    """Any JSON is either an answer or NotAnAnswerError."""
    with suppress(NotAnAnswerError):
        fold(parsed)


async def test_a_real_rasa_answers(rasa_url: str, clock: Clock) -> None:
    """The trained model, served by Rasa, tells a leaking ceiling and an unpaid wage from a word of thanks."""
    async with ClientSession() as http:
        client = RasaClient(http, rasa_url, clock=clock, budget_s=10)
        leak = await client.parse("我家楼上的水管漏了，天花板全湿了，找他们家也不管")
        wages = await client.parse("给工地干了一年活，工资一直没发")
        thanks = await client.parse("太谢谢您啦")
    assert leak is not None
    assert wages is not None
    assert thanks is not None
    assert (leak.intent, [each.value for each in leak.entities]) == ("report_dispute", ["neighbour"])
    assert (wages.intent, [each.value for each in wages.entities]) == ("report_dispute", ["labour"])
    assert thanks.intent == "thanks"
    assert json.dumps(leak.ranking)


async def test_a_real_rasa_survives_odd_texts(rasa_url: str, clock: Clock) -> None:
    """Emoji, control characters, markup and very long texts get an answer like any other."""
    async with ClientSession() as http:
        client = RasaClient(http, rasa_url, clock=clock, budget_s=10)
        for text in ("😀😀", "\x00\x07", "<script>", "/restart", "{}", "长" * 5_000):
            assert await client.parse(text) is not None, text
