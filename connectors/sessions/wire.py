"""The connection to Redis below requests: where the server is, how to greet it, bytes in and answers out."""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import hiredis
from redis.asyncio.connection import parse_url

Argument: TypeAlias = bytes | str | int | float
Command: TypeAlias = tuple[Argument, ...]
Answer: TypeAlias = Any
AnyProtocol = TypeVar("AnyProtocol", bound=asyncio.Protocol)


class Address:
    """A server by its URL (redis://, rediss://, unix://), read by redis-py's rules."""

    def __init__(self, url: str) -> None:
        self._parts = parse_url(url)

    async def connect(self, protocol: Callable[[], AnyProtocol]) -> AnyProtocol:
        """Open a connection; OSError if nobody answers."""
        loop = asyncio.get_running_loop()
        if "path" in self._parts:
            return (await loop.create_unix_connection(protocol, self._parts["path"]))[1]
        secure = ssl.create_default_context() if "connection_class" in self._parts else None
        if secure and self._parts.get("ssl_cert_reqs") == "none":
            secure.check_hostname = False
            secure.verify_mode = ssl.CERT_NONE
        host, port = self._parts.get("host", "localhost"), self._parts.get("port", 6379)
        return (await loop.create_connection(protocol, host, port, ssl=secure))[1]

    def greeting(self) -> list[Command]:
        """Password and database, then a question whose answer says that the server is ready."""
        commands: list[Command] = []
        if password := self._parts.get("password"):
            user = self._parts.get("username")
            commands.append(("AUTH", user, password) if user else ("AUTH", password))
        if db := self._parts.get("db"):
            commands.append(("SELECT", int(db)))
        return [*commands, ("PING",)]


def packed(commands: Sequence[Command]) -> bytes:
    """Commands as they go over the wire."""
    return b"".join([hiredis.pack_command(command) for command in commands])  # type: ignore[arg-type]  # its stub wants 1-tuples


class Wire(asyncio.Protocol):
    """Bytes in, answers out; each batch of requests has one future."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._waiting: deque[tuple[asyncio.Future[list[Answer]], int, float]] = deque()
        self._answers: list[Answer] = []
        self._unsent: list[Command] = []
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        # uvloop's transports are not asyncio.Transport by type, only by behaviour.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand each whole batch of answers to who waits for it."""
        self._reader.feed(data)
        while (answer := self._reader.gets()) is not False:
            self._answers.append(answer)
            future, count, _ = self._waiting[0]
            if len(self._answers) == count:
                self._waiting.popleft()
                answers, self._answers = self._answers, []
                if not future.done():
                    future.set_result(answers)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits."""
        self.closed = True
        while self._waiting:
            future = self._waiting.popleft()[0]
            if not future.done():
                future.set_exception(ConnectionResetError(str(exc)))

    def send(self, commands: Sequence[Command]) -> asyncio.Future[list[Answer]]:
        """Write the batch; the future holds one answer for each command, errors of Redis among them."""
        future: asyncio.Future[list[Answer]] = self._loop.create_future()
        if self.closed or self._transport is None:
            future.set_exception(ConnectionResetError("closed"))
            return future
        self._waiting.append((future, len(commands), time.monotonic()))
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.extend(commands)
        return future

    def _flush(self) -> None:
        """Write all that was asked for in this round of the loop at once: one system call for many people."""
        commands, self._unsent = self._unsent, []
        if not self.closed and self._transport is not None:
            self._transport.write(packed(commands))

    def cut_if_silent(self, seconds: float) -> None:
        """Give the connection up when its oldest request has waited this long."""
        if self._waiting and time.monotonic() - self._waiting[0][2] > seconds:
            self.close()

    def close(self) -> None:
        """Cut the connection; whoever waits gets an error."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()
