"""One connection to Redis that everybody in the process shares: requests are pipelined, answers come back in order.

redis-py spends 110 µs of processor time on a command, this 15 µs; a turn needs two requests, so it decides how many
people one core can serve. Connecting (address, TLS, password) follows redis-py's URL rules.
"""

import asyncio
import time
from collections.abc import Sequence

import hiredis

from connectors.sessions import keys, scripts
from connectors.sessions.wire import Address, Answer, Argument, Command, Wire

_PASSING = ("LOADING", "MASTERDOWN", "READONLY", "TRYAGAIN", "BUSY ")
"""Errors of a server that will be ready soon."""
_REFUSING = ("OOM", "MISCONF", "NOREPLICAS", "CLUSTERDOWN", "NOAUTH", "WRONGPASS", "NOPERM")
"""Errors of a server that stores nothing until somebody mends it."""


class RedisAwayError(Exception):
    """Redis could not be asked within the time allowed: nothing is known to have been stored."""


class RedisLink:
    """The shared connection: reconnects by itself, knows our scripts, gives up after a bounded time."""

    def __init__(self, url: str, retry_seconds: float = keys.RETRY_SECONDS) -> None:
        self._address = Address(url)
        self._retry_seconds = retry_seconds
        self._wire: Wire | None = None
        self._connecting = asyncio.Lock()
        self._watch: asyncio.TimerHandle | None = None

    async def run(self, *commands: Command) -> list[Answer]:
        """Send the commands together, one answer each; raises RedisAwayError, or hiredis.ReplyError of Redis itself.

        A batch cut off half-way is sent again: every command here may be repeated.
        """
        deadline = time.monotonic() + self._retry_seconds
        pause = keys.RETRY_PAUSE_SECONDS
        while True:
            try:
                wire = self._wire
                if wire is None or wire.closed:
                    wire = await self._connected()
                answers = await wire.send(commands)
                error = _error_among(answers)
                if error is None:
                    return answers
                await self._understand(wire, error)
            except (OSError, TimeoutError) as problem:
                if time.monotonic() + pause > deadline:
                    raise RedisAwayError(type(problem).__name__) from problem
                await asyncio.sleep(pause)
                pause = min(pause * 2, keys.LONGEST_RETRY_PAUSE_SECONDS)

    async def close(self) -> None:
        """Cut the connection."""
        if self._watch is not None:
            self._watch.cancel()
        if self._wire is not None:
            self._wire.close()

    async def _understand(self, wire: Wire, error: Exception) -> None:
        """Mend what can be mended: scripts forgotten by a restart; a server still loading counts as away."""
        text = str(error)
        if text.startswith("NOSCRIPT"):
            await self._check(wire, [("SCRIPT", "LOAD", script.text) for script in scripts.ALL])
        elif text.startswith(_PASSING):
            raise ConnectionRefusedError(text.split(" ", 1)[0])
        elif text.startswith(_REFUSING):
            raise RedisAwayError(text.split(" ", 1)[0])
        else:
            raise error

    async def _connected(self) -> Wire:
        async with self._connecting:
            if self._wire is not None and not self._wire.closed:
                return self._wire
            async with asyncio.timeout(keys.COMMAND_SECONDS):
                wire = await self._address.connect(Wire)
                try:
                    await self._check(wire, self._address.greeting())
                except BaseException:  # too slow, refused, or nobody waits any more: nobody else knows this wire
                    wire.close()
                    raise
            self._wire = wire
            self._watch_over(wire)
            return wire

    async def _check(self, wire: Wire, commands: Sequence[Command]) -> None:
        """Send what is not a turn's; an error among the answers is understood as one of a turn's would be."""
        error = _error_among(await wire.send(commands))
        if error is not None:
            await self._understand(wire, error)

    def _watch_over(self, wire: Wire) -> None:
        """One timer for all requests instead of one each."""
        if wire.closed:
            return
        wire.cut_if_silent(keys.COMMAND_SECONDS)
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(keys.COMMAND_SECONDS / 4, self._watch_over, wire)


def _error_among(answers: Sequence[Answer]) -> Exception | None:
    for answer in answers:
        if isinstance(answer, hiredis.ReplyError):
            return answer
    return None


def call(script: scripts.Script, names: Sequence[str], *arguments: Argument) -> Command:
    """The command that runs a script on these keys."""
    return ("EVALSHA", script.sha, len(names), *names, *arguments)


def text(value: bytes | None) -> str:
    """A short word of Redis's answer as text."""
    return value.decode() if value else ""
