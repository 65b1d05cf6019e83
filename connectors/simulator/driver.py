"""Drives the bot as the platform does: five seconds, up to three more deliveries of the same message, then a notice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from typing import Any

import aiohttp

from connectors.simulator.envelope import Envelope
from connectors.simulator.faults import PUSH
from connectors.simulator.passive import NOTHING_TO_SHOW, BadAnswerError, Passive
from connectors.simulator.people import Entry, Person
from connectors.simulator.wire import Fields, write
from connectors.simulator.world import World

ANSWER_S = 5.0
DELIVERIES = 4
UNAVAILABLE = "该公众号暂时无法提供服务,请稍后再试"


@dataclass(frozen=True)
class Outcome:
    """What became of a push: result `replied`, `accepted` (success or empty) or `unavailable`."""

    result: str
    attempts: int
    reason: str = ""
    reply: Entry | None = None

    def as_json(self) -> dict[str, Any]:
        """Tell it to whoever drives the person."""
        return {"result": self.result, "attempts": self.attempts, "reason": self.reason, "reply": self.reply}


class Driver:
    """Sends pushes to the bot's addresses in turn and shows what comes back; only while `connected`."""

    def __init__(self, world: World, answer_seconds: float = ANSWER_S) -> None:
        self._world = world
        self._open_http: aiohttp.ClientSession | None = None
        self._envelope = Envelope(world.config, world.clock, world.ids)
        self._passive = Passive(world.config.account, world.media)
        self._timeout = aiohttp.ClientTimeout(total=answer_seconds)
        self._addresses = cycle(world.config.bot_urls)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hold the outgoing connections open."""
        async with aiohttp.ClientSession() as self._open_http:
            yield
        self._open_http = None

    async def push(self, person: Person, fields: Fields, *, shows: bool = True) -> Outcome:
        """Deliver a message or event; `shows` is false for events whose answer no phone would show."""
        copies = 1
        for fault in self._world.faults.strike(PUSH):
            if fault.kind == "delay":
                await asyncio.sleep(fault.value / 1000)
            copies = fault.value if fault.kind == "repeat" else copies
            if fault.kind == "cut":
                await self._lose(person, fields)
        content, attempts, reason = await self._several(person, fields, copies)
        return self._shown(person, content, attempts, reason, shows=shows)

    async def verify(self) -> bool:
        """Check the bot's address as the platform does when it is entered: GET with echostr."""
        query = self._envelope.challenge()
        address = next(self._addresses)
        try:
            async with self._http.get(address, params=query, timeout=self._timeout) as response:
                answer = await response.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError) as error:
            answer = type(error).__name__
        self._world.exchanges.note("push", address, {"request": "GET echostr", "answer": answer, "attempt": 1})
        return answer == query["echostr"]

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._open_http is None:
            raise RuntimeError("the driver is not connected")
        return self._open_http

    async def _several(self, person: Person, fields: Fields, copies: int) -> tuple[dict[str, Any], int, str]:
        """Run the copies side by side; the first that was answered with something counts."""
        done = await asyncio.gather(*(self._until_answered(person, fields) for _ in range(copies)))
        return next((answer for answer in done if answer[0]), done[0])

    async def _until_answered(self, person: Person, fields: Fields) -> tuple[dict[str, Any], int, str]:
        reason = ""
        for attempt in range(1, DELIVERIES + 1):
            try:
                return await self._deliver(person, fields, attempt), attempt, ""
            except BadAnswerError as error:
                reason = str(error)
        return {}, DELIVERIES, reason

    async def _deliver(self, person: Person, fields: Fields, attempt: int) -> dict[str, Any]:
        """Deliver once and read the answer: what to show, {} for nothing; BadAnswerError if it cannot be used."""
        address, started = next(self._addresses), time.perf_counter()
        noted: dict[str, object] = {"openid": person.openid, "attempt": attempt}
        noted["request"] = write(fields, self._world.config.push_format)
        try:
            status, answer = await self._post(address, person, fields)
            noted |= {"status": status, "answer": answer}
            if answer.strip() in NOTHING_TO_SHOW:
                return {}
            reply, noted["answer"] = self._envelope.open(answer)
            return self._passive.read(reply, person.openid)
        except BadAnswerError as error:
            noted["problem"] = str(error)
            raise
        finally:
            noted["ms"] = round((time.perf_counter() - started) * 1000)
            self._world.exchanges.note("push", address, noted)

    async def _post(self, address: str, person: Person, fields: Fields) -> tuple[int, str]:
        query, body = self._envelope.close(person.openid, fields)
        headers = {"Content-Type": self._envelope.content_type, "User-Agent": "Mozilla/4.0"}
        try:
            async with self._http.post(
                address, params=query, data=body.encode(), headers=headers, timeout=self._timeout
            ) as response:
                answer = await response.text(errors="replace")
        except TimeoutError as error:
            raise BadAnswerError("no answer in time") from error
        except aiohttp.ClientError as error:
            raise BadAnswerError(f"no answer: {type(error).__name__}") from error
        if response.status != HTTPStatus.OK:
            raise BadAnswerError(f"HTTP status {response.status}")
        return response.status, answer

    async def _lose(self, person: Person, fields: Fields) -> None:
        """Deliver without reading the answer, as when the connection breaks on the way back."""
        address = next(self._addresses)
        try:
            await self._post(address, person, fields)
        except BadAnswerError as error:
            self._world.exchanges.note("push", address, {"openid": person.openid, "problem": str(error)})
            return
        facts = {"openid": person.openid, "problem": "the answer was lost on the way, on request"}
        self._world.exchanges.note("push", address, facts)

    def _shown(self, person: Person, content: dict[str, Any], attempts: int, reason: str, *, shows: bool) -> Outcome:
        people = self._world.people
        if content and shows:
            person.last_exchange = self._world.clock.now()
            entry = people.show(person, "account", via="passive", **content)
            return Outcome("replied", attempts, reply=entry)
        if content:
            return Outcome("accepted", attempts, "a reply to this event is not shown")
        if not reason:
            return Outcome("accepted", attempts)
        if shows:
            people.show(person, "system", "notice", text=UNAVAILABLE, reason=reason)
        return Outcome("unavailable", attempts, reason)
