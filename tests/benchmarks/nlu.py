"""Rasa with our model, over HTTP: how long a parse takes, how many a second, its start, its memory, its disk."""

import asyncio
import json
import operator
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bot import nlu_environment, rasa_server
from bot.model_store import CURRENT
from connectors.local.redis_server import free_port
from tests.benchmarks import servers
from tests.benchmarks.figure import Figure
from tests.benchmarks.load import Load, closed

HOST = "127.0.0.1"
WARM_UP, ALONE, CLIENTS, EACH = 50, 500, 16, 100
MEGABYTE = 1_000_000
SAID = (
    "你好",
    "我想问下我那个事办到哪一步了",
    "楼上漏水把我家天花板泡了,物业说不归他们管",
    "在工地上干了大半年,包工头说甲方没给钱,到现在一分工钱没拿到,打电话也不接,我们十几个人该找谁",
    "村里修路占了我家两分地,说好的补偿一直没给",
)


def parsing(_: Path) -> Iterator[Figure]:
    """The median of parses one after another; parses a second with several clients; start and memory beside them."""
    port = free_port()
    command = rasa_server.command(nlu_environment.ensure(), CURRENT, port)
    began = time.perf_counter()
    with servers.process(command, port) as process:
        started = time.perf_counter() - began
        _load(port, 1, WARM_UP)
        alone = _load(port, 1, ALONE)
        together = statistics.median(_load(port, CLIENTS, EACH).per_second for _ in range(3))
        memory = process.memory_info().rss / MEGABYTE
    detail = {"p99_ms": round(alone.percentile(0.99) * 1000, 2), "parses": ALONE}
    yield Figure("nlu.parse_ms", alone.percentile(0.5) * 1000, 5, operator.le, detail)
    yield Figure("nlu.parses_per_s", together, 300, operator.ge, {"clients": CLIENTS})
    yield Figure("nlu.start_s", started, 15, operator.le)
    yield Figure("nlu.rss_mb", memory, 400, operator.le)


def disk(_: Path) -> Iterator[Figure]:
    """Rasa's environment and the model in use."""
    environment = nlu_environment.ensure()
    files = [path for path in environment.rglob("*") if path.is_file() and not path.is_symlink()]
    detail = {"model_mb": round(CURRENT.stat().st_size / MEGABYTE, 1)}
    yield Figure("nlu.disk_mb", sum(path.stat().st_size for path in files) / MEGABYTE, 1_000, operator.le, detail)


def _load(port: int, clients: int, each: int) -> Load:
    return asyncio.run(closed(HOST, port, [[_request(n + at) for at in range(each)] for n in range(clients)]))


def _request(number: int) -> bytes:
    body = json.dumps({"text": SAID[number % len(SAID)]}).encode()
    head = f"POST /model/parse HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
