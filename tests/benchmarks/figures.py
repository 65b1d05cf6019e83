"""What is measured, and the goal of each figure."""

import asyncio
import operator
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests

from connectors.local.redis_server import RedisServer
from tests.benchmarks import booking, form, nlu, servers, walk
from tests.benchmarks.callbacks import Account, text_callback
from tests.benchmarks.figure import Figure
from tests.benchmarks.load import Load, closed, paced
from tests.contract import hostile

CONNECTIONS = 64
ROUNDS = 31
CALLBACKS = 20
"""Callbacks a connection and round; rounds alternate between what is compared, and the median ratio counts: many short
rounds, because a machine shared with others is never equally fast for long."""
FLAT_PEOPLE = 24
FLAT_EARLY, FLAT_LATE = 10, 400
PACE_PER_SECOND, PACE_SECONDS = 200, 30
RASA_PEOPLE = 10
WALKED_TURNS = 10_000
REFUSALS = 100
"""Hostile requests of each kind; the host's processor time is counted in hundredths of a second."""
MEGABYTE = 1_000_000
ANSWER = "楼上半夜总是拖椅子,跟他说过三回了"


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = RedisServer(folder / "redis")
    server.start()
    try:
        yield server.socket_url
    finally:
        server.stop()


def _requests(account: Account, people: str, texts: list[str]) -> list[list[bytes]]:
    return [[text_callback(account, f"{people}-{n}", text) for text in texts] for n in range(CONNECTIONS)]


def _measure(account: Account, people: str, texts: list[str]) -> Load:
    return asyncio.run(closed(account.host, account.port, _requests(account, people, texts)))


def echo_ratio(folder: Path) -> Iterator[Figure]:
    """Callbacks a second through the whole bot ÷ through a bare echo."""
    with _redis(folder) as redis_url, servers.bot(redis_url, form.write(folder)) as (bot, _), servers.echo() as echo:
        _measure(bot, "p", [form.BEGIN])
        rates = [
            (_measure(bot, "p", [ANSWER] * CALLBACKS).per_second, _measure(echo, "p", [ANSWER] * CALLBACKS).per_second)
            for _ in range(ROUNDS)
        ]
    yield _ratio("turn.echo_ratio", rates, 0.6, "echo_per_s")


def werobot_ratio(folder: Path) -> Iterator[Figure]:
    """Turns a second ÷ the same form in WeRoBot with its Redis session."""
    with (
        _redis(folder) as redis_url,
        servers.bot(redis_url, form.write(folder)) as (bot, _),
        servers.werobot(redis_url) as other,
    ):
        _measure(bot, "p", [form.BEGIN])
        rates = [
            (_measure(bot, "p", [ANSWER] * CALLBACKS).per_second, _measure(other, "p", [ANSWER] * CALLBACKS).per_second)
            for _ in range(ROUNDS)
        ]
    yield _ratio("turn.werobot_ratio", rates, 1.0, "werobot_per_s")


def rasa_core_ratio(folder: Path) -> Iterator[Figure]:
    """Turns a second ÷ the same form in Rasa's own forms and RulePolicy."""
    with (
        _redis(folder) as redis_url,
        servers.bot(redis_url, form.write(folder)) as (bot, _),
        servers.rasa_core(folder) as channel,
    ):
        rates = []
        for turn in range(ROUNDS):
            ours = _measure(bot, f"r{turn}", [form.BEGIN] + [ANSWER] * form.QUESTIONS).per_second
            rates.append((ours, _rasa_per_second(channel, turn)))
    yield _ratio("turn.rasa_core_ratio", rates, 20, "rasa_per_s")


def _rasa_per_second(channel: str, turn: int) -> float:
    with requests.Session() as http:
        began = time.perf_counter()
        for person in range(RASA_PEOPLE):
            for words in ["开始测速"] + [ANSWER] * form.QUESTIONS:
                answer = http.post(channel, json={"sender": f"{turn}-{person}", "message": words}, timeout=30)
                if not answer.json():
                    raise RuntimeError("Rasa's form did not answer")
        return RASA_PEOPLE * (form.QUESTIONS + 1) / (time.perf_counter() - began)


def flat(folder: Path) -> Iterator[Figure]:
    """Median time of a person's 400th turn ÷ their 10th (turns around them, many people)."""
    with _redis(folder) as redis_url, servers.bot(redis_url, form.write(folder)) as (bot, _):
        people = [
            [
                text_callback(bot, f"f{n}", form.BEGIN),
                *(text_callback(bot, f"f{n}", ANSWER) for _ in range(FLAT_LATE + 4)),
            ]
            for n in range(FLAT_PEOPLE)
        ]
        # One after another, so that a turn's time is its own and not the queue's.
        turns = [asyncio.run(closed(bot.host, bot.port, [person])).turns[0] for person in people]
    early, late = (
        statistics.median(t for person in turns for t in person[at - 4 : at + 5]) for at in (FLAT_EARLY, FLAT_LATE)
    )
    yield Figure(
        "turn.flat",
        late / early,
        1.1,
        operator.le,
        {"early_ms": round(early * 1000, 3), "late_ms": round(late * 1000, 3)},
    )


def p99(folder: Path) -> Iterator[Figure]:
    """The 99th percentile of a turn at 200 messages a second; waiting counts."""
    with _redis(folder) as redis_url, servers.bot(redis_url, form.write(folder)) as (bot, _):
        people = [f"q{n}" for n in range(PACE_PER_SECOND)]
        asyncio.run(
            paced(bot.host, bot.port, [text_callback(bot, person, form.BEGIN) for person in people], PACE_PER_SECOND)
        )
        load = asyncio.run(
            paced(
                bot.host,
                bot.port,
                [text_callback(bot, person, ANSWER) for _ in range(PACE_SECONDS) for person in people],
                PACE_PER_SECOND,
            )
        )
    detail = {
        "p50_ms": round(load.percentile(0.5) * 1000, 2),
        "messages": PACE_PER_SECOND * PACE_SECONDS,
        "per_s": round(load.per_second, 1),
    }
    yield Figure("turn.p99_ms", load.percentile(0.99) * 1000, 100, operator.le, detail)


def refusal(folder: Path) -> Iterator[Figure]:
    """Processor time of the host for one hostile request, of the kind that costs most: all of it is its loop's time."""
    with _redis(folder) as redis_url, servers.bot(redis_url, form.write(folder)) as (bot, host):
        costs = {name: _refusal_ms(bot, host, hostile.post(name)) for name in hostile.NAMES}
    worst = max(costs, key=costs.__getitem__)
    detail = {"worst": worst, "median_ms": round(statistics.median(costs.values()), 3), "kinds": len(costs)}
    yield Figure("gate.refusal_ms", costs[worst], 5, operator.lt, detail)


def _refusal_ms(bot: Account, host: psutil.Process, post: hostile.Post) -> float:
    before = host.cpu_times()
    with requests.Session() as http:
        for _ in range(REFUSALS):
            answer = http.post(
                f"http://{bot.host}:{bot.port}{bot.path}",
                params=dict(post.query),
                data=post.body,
                headers=dict(post.headers),
                timeout=30,
            )
            if answer.status_code not in (403, 413):
                raise RuntimeError(f"a hostile request was answered with {answer.status_code}")
    after = host.cpu_times()
    return (after.user + after.system - before.user - before.system) / REFUSALS * 1000


def memory(folder: Path) -> Iterator[Figure]:
    """Resident memory of bot and backend after 10,000 turns of whole reports, without Rasa."""
    with (
        _redis(folder) as redis_url,
        servers.backend(folder) as (url, api),
        servers.bot(redis_url, Path("dialogs"), url) as (bot, host),
    ):
        cases = walk.reports(bot, WALKED_TURNS)
        detail: dict[str, object] = {"turns": WALKED_TURNS, "cases": cases}
        yield Figure("bot.rss_mb", host.memory_info().rss / MEGABYTE, 120, operator.lt, detail)
        yield Figure("backend.rss_mb", api.memory_info().rss / MEGABYTE, 150, operator.lt, detail)


def second_start(folder: Path) -> Iterator[Figure]:  # noqa: ARG001 - all figures have one shape
    """Seconds from `make demo` to its addresses, when everything was set up before."""
    seconds = [_demo_seconds() for _ in range(2)][1]
    yield Figure("demo.second_start_s", seconds, 30, operator.lt)


def _demo_seconds() -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "connectors.local", "demo"], stdout=subprocess.PIPE, text=True
    ) as demo:
        lines = []
        for line in demo.stdout or ():
            lines.append(line)
            if "全部就绪" in line:
                seconds = time.perf_counter() - began
                demo.send_signal(signal.SIGINT)
                demo.communicate()
                return seconds
    raise RuntimeError("the demo did not come up:\n" + "".join(lines))


def _ratio(name: str, rates: list[tuple[float, float]], goal: float, other: str) -> Figure:
    ours, theirs = (statistics.median(side) for side in zip(*rates, strict=True))
    value = statistics.median(a / b for a, b in rates)
    return Figure(name, value, goal, operator.ge, {"ours_per_s": round(ours), other: round(theirs, 1)})


FIGURES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "turn.echo_ratio": echo_ratio,
    "turn.flat": flat,
    "turn.rasa_core_ratio": rasa_core_ratio,
    "turn.werobot_ratio": werobot_ratio,
    "turn.p99_ms": p99,
    "gate.refusal_ms": refusal,
    "rss_mb": memory,
    "nlu": nlu.parsing,
    "nlu.disk_mb": nlu.disk,
    "booking.storm": booking.storm,
    "booking.per_s": booking.per_second,
    "demo.second_start_s": second_start,
}
