"""Calls on a person's behalf: made at our backend, postponed or given up when it cannot be reached."""

import asyncio
import json
import logging

from bot.metrics import Meters
from connectors.backend import ROUTES, BackendClient, Unreachable
from dialogs.kernel.words import POSTPONED, UNAVAILABLE, Call, Returned

CHORE_SECONDS = 1.5
"""How long the backend is waited for where nobody asked for anything."""

_log = logging.getLogger(__name__)


class BackendCalls:
    """The actions of the flows, and what the backend is told besides."""

    def __init__(self, backend: BackendClient, meters: Meters) -> None:
        self._backend = backend
        self._meters = meters

    @property
    def actions(self) -> frozenset[str]:
        """The names that have an implementation."""
        return frozenset(ROUTES)

    async def perform(self, call: Call, person: str, seconds: float) -> Returned:
        """Make a call within so many seconds; without an answer it is `postponed` if durable, else `unavailable`."""
        if call.action not in ROUTES:
            _log.error("action %s has no implementation", call.action)
            return Returned(UNAVAILABLE)
        try:
            async with asyncio.timeout(seconds):
                return await self._backend.call(call.action, call.arguments, person, call.key)
        except (Unreachable, TimeoutError) as problem:
            self._note(call.action, problem)
            return Returned(POSTPONED if call.durable else UNAVAILABLE)

    async def do_chore(self, person: str, chore: bytes) -> bool:
        """Tell the backend that a person left, or how a notice went; False: not now."""
        task = json.loads(chore)
        try:
            async with asyncio.timeout(CHORE_SECONDS):
                if task["do"] == "forget":
                    await self._backend.forget(person)
                else:
                    await self._backend.delivery_finished(task["msg_id"], task["status"])
        except (Unreachable, TimeoutError) as problem:
            self._note(task["do"], problem)
            return False
        return True

    def _note(self, what: str, problem: Exception) -> None:
        self._meters.backend_unreachable.inc()
        _log.warning("backend unreachable for %s: %s", what, problem or type(problem).__name__)
