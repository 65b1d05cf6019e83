"""One turn: what a message leads to, from the stored conversation to what is to be saved. Nothing is stored here."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from bot.answers import Answering
from bot.heard import Heard
from bot.ports import Calls, Engine, Held, Mind, Releases, Saving
from bot.session_cache import SessionCache
from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import POSTPONED, Input, InputKind, Reply

CALL_SECONDS = 8.0
"""How long one call may take."""
RETRY_SECONDS = 1.5
"""How long a postponed call is tried before a person's next message is heard."""
AGAIN_SECONDS = 3.0
"""When a postponed call is tried again."""
CALLS_A_TURN = 20
"""Calls made in one turn; the engine's own limits end sooner."""
SESSION_ID_CHARS = 16
FORGET = b'{"do": "forget"}'

CHINA = timezone(timedelta(hours=8))
"""The one time zone of the country; it has had no summer time since 1991."""

_WORDED = (InputKind.TEXT, InputKind.VOICE)


@dataclass(slots=True)
class _Progress:
    """A turn in the making."""

    release: Release
    session: Session
    replies: list[Reply]

    def take(self, sprint: Sprint) -> None:
        """Go on from here."""
        self.session = sprint.session
        self.replies.extend(sprint.replies)


class Turns:
    """Runs the engine for one message and makes its calls."""

    def __init__(self, engine: Engine, releases: Releases, mind: Mind, calls: Calls, answers: Answering) -> None:
        self._engine = engine
        self._releases = releases
        self._mind = mind
        self._calls = calls
        self._answers = answers
        self._sessions = SessionCache()

    async def take(self, held: Held, heard: Heard) -> Saving:
        """What a message leads to."""
        if heard.what == "unsubscribed":
            return await self._forget(held)
        if heard.what == "delivered":
            return await self._report(held, heard)
        more = self._answers.more(held, heard, self._releases.current.repairs.get("more", ()))
        return more or await self._hear(held, heard)

    async def catch_up(self, held: Held, now: float) -> Saving:
        """Try what is owed to a person who has not written: chores first, then postponed calls."""
        done = await self._do_chores(held)
        if held.session is None:
            saving = self._answers.unchanged(held)
            saving.pending, saving.done_chores = False, done
            return saving
        progress = await self._open(held, "")
        if done == len(held.chores):
            await self._retry(progress, held.person, _iso(now), CALL_SECONDS)
        saving = self._answers.unasked(held, progress.replies, self._sessions.write(progress.session))
        return _owing(saving, progress.session, now, chores=len(held.chores), done=done)

    async def _hear(self, held: Held, heard: Heard) -> Saving:
        at = _iso(heard.at)
        done = await self._do_chores(held) if held.chores else 0
        progress = await self._open(held, heard.id[:SESSION_ID_CHARS])
        if done == len(held.chores) and progress.session.pending is not None:
            await self._retry(progress, held.person, at, RETRY_SECONDS)
        given = await self._understood(progress, heard)
        sprint = self._engine.start(progress.release, progress.session, given, at)
        progress.take(sprint)
        if sprint.call is not None:
            await self._make_calls(progress, sprint, held.person, at)
        saving = self._answers.asked(held, progress.replies, self._sessions.write(progress.session))
        return _owing(saving, progress.session, heard.at, chores=len(held.chores), done=done)

    async def _forget(self, held: Held) -> Saving:
        """The person has left: everything about the conversation goes, and the backend is told."""
        told = await self._calls.do_chore(held.person, FORGET)
        return Saving(
            session=None,
            forget=True,
            shown_late=len(held.late),
            shown_kept=len(held.kept),
            done_chores=len(held.chores),
            chores=() if told else (FORGET,),
        )

    async def _report(self, held: Held, heard: Heard) -> Saving:
        """The platform says how a notice went: the backend is told."""
        chore = json.dumps({"do": "delivered", **heard.data}, ensure_ascii=False).encode()
        told = await self._calls.do_chore(held.person, chore)
        saving = self._answers.unchanged(held)
        saving.chores = () if told else (chore,)
        return saving

    async def _do_chores(self, held: Held) -> int:
        """Do what the backend must still be told, in order, as far as it can be reached; how many are done."""
        for done, chore in enumerate(held.chores):
            if not await self._calls.do_chore(held.person, chore):
                return done
        return len(held.chores)

    async def _open(self, held: Held, new_id: str) -> _Progress:
        """The stored conversation, or a new one, with the release that it runs on."""
        try:
            session = self._sessions.read(held.session) if held.session else Session.new(new_id, held.person)
        except ValueError:
            session = Session.new(new_id, held.person)
        return _Progress(await self._release_for(session), session, [])

    async def _release_for(self, session: Session) -> Release:
        current = self._releases.current
        if session.release is None or session.is_idle or session.release == current.id:
            return current
        return await self._releases.find(session.release) or current

    async def _retry(self, progress: _Progress, person: str, at: str, seconds: float) -> None:
        """Try the calls that were postponed; each that succeeds goes on where it stood."""
        for _ in range(CALLS_A_TURN):
            call = progress.session.pending
            if call is None:
                break
            returned = await self._calls.perform(call, person, seconds)
            if returned.outcome == POSTPONED:
                return
            sprint = self._engine.resume(progress.release, progress.session, returned, at)
            progress.take(sprint)
            await self._make_calls(progress, sprint, person, at)
        progress.release = await self._release_for(progress.session)

    async def _make_calls(self, progress: _Progress, sprint: Sprint, person: str, at: str) -> None:
        """Make the call a sprint asks for, go on with what it returned, and so on to the next wait."""
        for _ in range(CALLS_A_TURN):
            if sprint.call is None:
                return
            returned = await self._calls.perform(sprint.call, person, CALL_SECONDS)
            sprint = self._engine.resume(progress.release, progress.session, returned, at)
            progress.take(sprint)
            if returned.outcome == POSTPONED:
                return

    async def _understood(self, progress: _Progress, heard: Heard) -> Input:
        given = heard.input or Input(InputKind.UNKNOWN)
        if given.kind is InputKind.VOICE:
            given = given._replace(text=await self._mind.words(given))
        if given.kind not in _WORDED or not given.text:
            return given
        # Picking out times and places costs more than all the rest of a turn.
        if not self._engine.wants_entities(progress.release, progress.session, given):
            return given
        wanted = self._engine.wants_intent(progress.release, progress.session, given)
        return given._replace(understanding=await self._mind.understand(given.text, heard.at, intent=wanted))


def _iso(now: float) -> str:
    return _of_second(int(now))


@lru_cache(4)
def _of_second(second: int) -> str:
    return datetime.fromtimestamp(second, CHINA).isoformat()


def _owing(saving: Saving, session: Session, now: float, *, chores: int, done: int) -> Saving:
    """Note what is still owed, and when to try again."""
    saving.pending, saving.done_chores = session.pending is not None, done
    if saving.pending or done < chores:
        saving.again_at = (now + AGAIN_SECONDS) * 1_000
    return saving
