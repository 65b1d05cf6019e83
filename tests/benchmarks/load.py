"""A lean HTTP load: requests made beforehand, several connections, each answer awaited before the next is sent."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a load measured: whole duration and each request's duration in its connection's order, in seconds."""

    seconds: float
    turns: tuple[tuple[float, ...], ...]

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return sum(len(turns) for turns in self.turns) / self.seconds

    def percentile(self, share: float) -> float:
        """The duration in seconds below which `share` (0..1) of all requests lie."""
        ordered = sorted(turn for turns in self.turns for turn in turns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def closed(host: str, port: int, requests: Sequence[Sequence[bytes]]) -> Load:
    """One connection a list; the next request goes out when the last is answered."""
    began = time.perf_counter()
    turns = await asyncio.gather(*(_converse(host, port, each) for each in requests))
    return Load(time.perf_counter() - began, tuple(turns))


async def paced(host: str, port: int, requests: Sequence[bytes], per_second: float) -> Load:
    """An open load: requests leave at their time whether or not earlier ones are answered; waiting counts."""
    began = time.perf_counter()
    pool: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()

    async def one(index: int, request: bytes) -> float:
        due = began + index / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        streams = pool.get_nowait() if not pool.empty() else await asyncio.open_connection(host, port)
        await _exchange(*streams, request)
        pool.put_nowait(streams)
        return time.perf_counter() - due

    turns = await asyncio.gather(*(one(index, request) for index, request in enumerate(requests)))
    seconds = time.perf_counter() - began
    while not pool.empty():
        pool.get_nowait()[1].close()
    return Load(seconds, (tuple(turns),))


async def _converse(host: str, port: int, requests: Sequence[bytes]) -> tuple[float, ...]:
    reader, writer = await asyncio.open_connection(host, port)
    turns = []
    for request in requests:
        began = time.perf_counter()
        await _exchange(reader, writer, request)
        turns.append(time.perf_counter() - began)
    writer.close()
    return tuple(turns)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    async with asyncio.timeout(ANSWER_SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = _read_head(head)
        body = await reader.readexactly(length)
    if status != 200 or body == b"success":
        raise RuntimeError(f"the server answered {status}: {body[:200]!r}")
    return body


def _read_head(head: bytes) -> tuple[int, int]:
    lines = head.split(b"\r\n")
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(lines[0].split(b" ")[1]), int(value)
    raise RuntimeError("the server answered without Content-Length")
