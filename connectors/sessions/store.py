"""One person's conversation in Redis: lock, then load; save everything of a turn in one step.

Two requests a turn: `claim` takes the message in, locks and loads; `finish` saves, answers, unlocks. What a process
that dies leaves behind is in the inbox and in the set of people to look after (`hwg:late`).
"""

from collections.abc import Sequence

from connectors.sealing import SealError
from connectors.sessions import keys, scripts
from connectors.sessions.bells import Bells
from connectors.sessions.link import RedisLink, call, text
from connectors.sessions.records import Claim, Held, Saving, Ticket
from connectors.sessions.sealing import PersonalSeal
from connectors.sessions.wire import Answer, Command


class Sessions:
    """All people's conversations. `name` tells this process from the others."""

    def __init__(self, link: RedisLink, bells: Bells, seal: PersonalSeal, name: str) -> None:
        self._link = link
        self._bells = bells
        self._seal = seal
        self._name = name
        self._count = 0
        self._locked: dict[str, str] = {}

    async def claim(self, person: str, message: str, entry: bytes, now_ms: float) -> Claim:
        """Take a message in, once, and wait until it is answered or its person is ours. Raises RedisAwayError."""
        due: Command = ("ZADD", keys.DUE, int(now_ms + keys.FIRST_LOOK_SECONDS * 1_000), person)
        entry = self._seal.seal_known(person, entry)
        claim = await self._claim(person, message, entry, (due,))
        if not claim.is_busy:
            return claim
        with self._bells.expecting(person) as bell:
            while True:
                bell.clear()
                claim = await self._claim(person, message, entry, ())
                if not claim.is_busy:
                    return claim
                await self._bells.wait(bell, claim.busy_seconds)

    async def attend(self, person: str) -> Held | None:
        """Lock and load a person without a new message, for what was left undone; None: somebody else is at it."""
        return (await self._claim(person, "", b"", ())).held

    async def finish(self, held: Ticket, saving: Saving, notes: Sequence[Command] = ()) -> bool | None:
        """Save a turn in one step, with `notes` beside it. True: its replies go another way (late); None: lock lost."""
        if saving.forget:
            await self._forget(held.person)
        notes = list(notes)
        if saving.again_at is not None:
            notes.append(("ZADD", keys.DUE, int(saving.again_at), held.person))
        answers = await self._link.run(*notes, _finish_command(held, saving, self._seal))
        self._locked.pop(held.token, None)
        outcome, late = answers[-1]
        return bool(late) if outcome == b"done" else None

    async def _forget(self, person: str) -> None:
        """What a turn does not save anew, and the words of answers that are kept for retries only."""
        (messages,) = await self._link.run(("LRANGE", keys.of(person, "answered"), 0, -1))
        await self._link.run(
            call(scripts.BLANK, [keys.said(person, text(message)) for message in messages]),
            ("DEL", *keys.of_all(person, ("answered", "quota:message", "quota:menu", "sending", "pending"))),
        )

    async def release(self, held: Ticket) -> None:
        """Unlock without saving."""
        self._locked.pop(held.token, None)
        names = [keys.of(held.person, "lock"), keys.of(held.person, "waiting")]
        await self._link.run(call(scripts.RELEASE_LOCK, names, held.token, held.person))

    async def acknowledge(self, person: str, message: str) -> bytes | None:
        """Note that `success` is being answered while the turn runs; or the answer, if there is one by now.

        Raises LookupError when the message is not stored: then it must not be acknowledged.
        """
        (answer,) = await self._link.run(call(scripts.ACKNOWLEDGE, [keys.said(person, message)], keys.ANSWER_KEPT_MS))
        if answer[0] == b"unknown":
            raise LookupError("message is not stored")
        return self._said(person, answer[1]) if answer[0] == b"said" else None

    async def renew(self) -> None:
        """Prolong the lease of every lock this process holds."""
        commands = [
            call(scripts.RENEW, [keys.of(person, "lock")], token, keys.LEASE_MS)
            for token, person in self._locked.items()
        ]
        if commands:
            await self._link.run(*commands)

    async def due(self, now_ms: float, count: int) -> list[str]:
        """People to look after now, who really have something left; each is put off for a while at once."""
        next_ms = int(now_ms + keys.NEXT_LOOK_SECONDS * 1_000)
        (names,) = await self._link.run(call(scripts.TAKE_DUE, [keys.DUE], int(now_ms), next_ms, count))
        if not names:
            return []
        people = [text(name) for name in names]
        left = await self._link.run(*(_look_command(person) for person in people))
        done = [person for person, count_left in zip(people, left, strict=True) if not count_left]
        if done:
            await self._link.run(call(scripts.DROP_DUE, [keys.DUE], next_ms, *done))
        return [person for person, count_left in zip(people, left, strict=True) if count_left]

    async def look_again(self, person: str, at_ms: float) -> None:
        """Put a person down to be looked at at this time."""
        await self._link.run(("ZADD", keys.DUE, int(at_ms), person))

    async def _claim(self, person: str, message: str, entry: bytes, before: tuple[Command, ...]) -> Claim:
        self._count += 1
        token = f"{self._name}:{self._count}"
        names = keys.of_all(person, _CLAIM_KEYS)
        if message:
            names.append(keys.said(person, message))
        command = call(scripts.CLAIM, names, token, message, entry, self._bells.channel)
        answers = await self._link.run(*before, command)
        answer = answers[-1]
        if answer[0] == b"said":
            return Claim(answer=self._said(person, answer[1]))
        if answer[0] == b"busy":
            return Claim(busy_seconds=max(answer[1], 0) / 1_000)
        self._locked[token] = person
        try:
            return Claim(held=self._read(person, token, answer))
        except SealError:
            return Claim(held=self._read(person, token, await self._without_unreadable(person, answer)))

    def _read(self, person: str, token: str, answer: Answer) -> Held:
        opened, all_opened = self._seal.open, self._seal.open_all
        _, entry, session, more, late, kept, chores = answer
        head, _, entry = (entry or b"").partition(b" ")
        return Held(
            person, token, text(head), opened(person, entry),
            session and opened(person, session), more and opened(person, more),
            all_opened(person, late), all_opened(person, kept), all_opened(person, chores),
        )  # fmt: skip

    async def _without_unreadable(self, person: str, answer: Answer) -> Answer:
        """What was loaded without what no key opens; such late replies and chores are taken out of their lists too.

        A message that cannot be read stays known as such: it is answered with an apology and is over.
        """
        head, _, entry = (answer[1] or b"").partition(b" ")
        session, more = (value if value and self._seal.opens(person, value) else None for value in answer[2:4])
        read: list[Answer] = [b"held", head + b" " + (entry if self._seal.opens(person, entry) else b""), session, more]
        lost: list[Command] = []
        for name, values in zip(("late", "kept", "chores"), answer[4:7], strict=True):
            readable = [value for value in values if self._seal.opens(person, value)]
            lost += [("LREM", keys.of(person, name), 0, value) for value in values if value not in readable]
            read.append(readable)
        if lost:
            await self._link.run(*lost)
        return read

    def _said(self, person: str, answer: bytes) -> bytes:
        return self._seal.open(person, answer) if self._seal.opens(person, answer) else b""


_CLAIM_KEYS = ("lock", "inbox", "session", "more", "late", "kept", "chores", "waiting")
_FINISH_KEYS = (*_CLAIM_KEYS, "pending", "answered")


def _finish_command(held: Ticket, saving: Saving, seal: PersonalSeal) -> Command:
    person = held.person
    also, chores = seal.seal_all(person, saving.also), seal.seal_all(person, saving.chores)
    names = keys.of_all(person, _FINISH_KEYS)
    if held.message:
        names.append(keys.said(person, held.message))
    return call(
        scripts.FINISH, names,
        held.token, held.message, seal.seal_known(person, saving.session or b""),
        seal.seal(person, saving.answer), seal.seal(person, saving.more),
        "=" if saving.pending is None else int(saving.pending) or "", int(saving.foreign),
        saving.shown_late, saving.shown_kept, saving.done_chores, person,
        int(saving.may_be_late), len(also), *also, len(chores), *chores,
    )  # fmt: skip


def _look_command(person: str) -> Command:
    return call(scripts.LOOK, [keys.of(person, name) for name in ("inbox", "late", "chores", "pending", "sending")])
