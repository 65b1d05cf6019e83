"""One run of the engine to its next wait: what came of it (`Sprint`), and the desk it is made on (`Running`)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.limits import OFFERS, SAID_CHARS
from dialogs.kernel.predicates import Names
from dialogs.kernel.release import Release, Slot, Step
from dialogs.kernel.responses import choose, display, fill, fill_in, offered_as
from dialogs.kernel.session import Session, Thread
from dialogs.kernel.words import NOTHING, Button, Call, Event, Reply, Value


class Sprint(NamedTuple):
    """The session as it is now, what to say, what happened in order, and what the host is asked to do, if anything."""

    session: Session
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    call: Call | None = None


class Running:
    """A sprint in the making: a copy of the session to write on, replies and events so far."""

    def __init__(self, release: Release, session: Session, now: str, channel: str) -> None:
        self.release = release
        self.session = session.copy()
        self.session.slots = {**lexicon(release).initial, **session.slots}
        self.now = now
        self.channel = channel
        self.replies: list[Reply] = []
        self.events: list[Event] = []
        self.call: Call | None = None
        self.overlays: list[tuple[str, dict[str, Value]]] = []
        self._offers: list[Button] = []

    @property
    def slots(self) -> dict[str, Value]:
        """Values of the slots; absent is null."""
        return self.session.slots

    @property
    def thread(self) -> Thread | None:
        """What is under way now."""
        return self.session.stack[-1] if self.session.stack else None

    @property
    def names(self) -> Names:
        """What conditions may speak of."""
        thread = self.thread
        return {"slots": self.session.slots, "context": thread.context if thread else {}}

    def step_of(self, thread: Thread) -> Step | None:
        """The step where a thread stands; None if this release does not have it."""
        return self.release.step_at(thread.frames[-1])

    def note(self, name: str, **data: Value) -> None:
        """Add a line to the turn's record."""
        self.events.append(Event(name, data))

    def fail(self, error: str, **data: Value) -> None:
        """Record what went wrong, by code."""
        self.note("failed", error=error, **data)

    def put(self, name: str, value: Value, thread: Thread | None = None) -> None:
        """Set a slot; with a thread, it is emptied when the thread's flow ends."""
        if self.slots.get(name) != value:
            self.slots[name] = value
            self.note("slot_set", slot=name, filled=value is not None)
        if thread is not None and name not in thread.touched:
            thread.touched.append(name)

    def empty(self, name: str) -> None:
        """Give a slot its initial value again."""
        slot = self.release.slots.get(name)
        value = None if slot is None else slot.initial
        if self.slots.get(name) != value:
            self.note("slot_set", slot=name, filled=value is not None)
        if value is None:
            self.slots.pop(name, None)
        else:
            self.slots[name] = value

    def clear(self, name: str) -> None:
        """Leave a slot without a value, whatever its initial one, so that it is asked for."""
        self.empty(name)
        if self.slots.get(name) is not None:
            self.slots[name] = None

    def worded(self, name: str) -> str | None:
        """Return a slot's value as it is read aloud, or the context's; None when there is none."""
        value = self.slots.get(name)
        if value is not None:
            slot = self.release.slots.get(name)
            if slot is not None and slot.titles_from is not None:
                return offered_as(name, value, self.slots.get(slot.titles_from))
            return display(slot, value)
        value = self.thread.context.get(name) if self.thread else None
        if value is not None:
            return display(None, value)
        return self.review() if name == "review" else None

    def say(self, response: str, buttons: Sequence[tuple[str, str]] = (), **words: str) -> bool:
        """Say a response; False if it is unknown.

        `buttons` (title, payload) stand before its own; `words` fill its gaps first.
        """
        chosen = choose(self.release.responses.get(response, ()), self.names, self.channel)
        if chosen is None:
            self.fail("no_response", response=response)
            return False
        index, variation = chosen

        def worded(name: str) -> str | None:
            return words.get(name) or self.worded(name)

        text, missing = fill(variation.text, worded)
        pairs = [*buttons, *self._listed(variation.buttons_from)]
        pairs += [(fill(choice.title, worded)[0], fill(choice.payload, worded)[0]) for choice in variation.buttons]
        custom, unknown = fill_in(variation.custom, worded) if variation.custom else (NOTHING, [])
        self.replies.append(Reply(text, self._offer(pairs), variation.image, custom, response))
        for name in (*missing, *unknown):
            self.fail("missing_value", response=response, slot=name)
        self.note("said", response=response, variation=index)
        return True

    def likely(self, name: str) -> list[tuple[str, str]]:
        """Return the values of a slot that are worth offering first, as buttons; none when there are none."""
        slot = self.release.slots.get(name)
        values = self.session.likely.get(name, ())
        return [] if slot is None else [(slot.titles.get(one, one), f"/SetSlots({name}={one})") for one in values]

    def can_say(self, response: str) -> bool:
        """Say whether the release has words for it."""
        return response in self.release.responses

    def _listed(self, name: str | None) -> list[tuple[str, str]]:
        """Buttons that stand in a slot or in the context, as a list of {title, payload}."""
        if name is None:
            return []
        context: Mapping[str, Value] = self.thread.context if self.thread else {}
        listed = self.slots.get(name) or context.get(name)
        if not isinstance(listed, list):
            return []
        return [
            (str(one.get("title")), str(one.get("payload")))
            for one in listed
            if isinstance(one, dict) and one.get("title")
        ]

    def _offer(self, pairs: Sequence[tuple[str, str]]) -> tuple[Button, ...]:
        if not pairs:
            return ()
        session = self.session
        first = session.offered + 1
        buttons = tuple(Button(f"{session.turn}-{first + at}", *pair) for at, pair in enumerate(pairs))
        session.offered += len(buttons)
        self._offers.extend(buttons)
        return buttons

    def begin(self) -> None:
        """Count a new turn."""
        session = self.session
        session.turn += 1
        session.steps = session.offered = 0
        session.busy = session.busy + 1 if session.stack else 0
        if not session.stack:
            session.matters = []

    def is_elsewhere(self) -> bool:
        """Something is under way that began on another release."""
        return bool(self.session.stack) and self.session.release != self.release.id

    def retire(self, *, all_of_them: bool = False) -> None:
        """A new question: older buttons count only when tapped; with all_of_them, also those of this very sprint."""
        session = self.session
        if session.offers:
            session.earlier = [*session.earlier, *session.offers][-OFFERS:]
            session.offers = []
        if all_of_them:
            session.earlier = [*session.earlier, *self._offers][-OFFERS:]
            self._offers = []

    def labels(self) -> list[tuple[str, str]]:
        """Slots asked so far that have a name, and that name, in order."""
        thread = self.thread
        names = dict.fromkeys(slot for slot, _, _ in thread.trail) if thread else {}
        slots = (self.release.slots.get(name) for name in names)
        return [(slot.name, slot.label) for slot in slots if slot is not None and slot.label]

    def review(self) -> str:
        """Return all that holds of what was answered so far, a line each."""
        slots = held(self.release, self.session, self.thread) if self.thread else []
        return "\n".join(f"{slot.label}：{value}" for slot in slots if (value := self.worded(slot.name)))

    def echo(self) -> bool:
        """Say the last words again, with the buttons that still count. False if there are none."""
        said, buttons = self.session.said, self.session.offers
        for at, (response, text) in enumerate(said):
            self.replies.append(Reply(text, tuple(buttons) if at == len(said) - 1 else (), response=response))
            self.note("said", response=response, variation=None)
        return bool(said)

    def finish(self) -> Sprint:
        """Close the sprint: remember the buttons and the last words, pin or free the release."""
        session = self.session
        if self._offers:
            session.earlier = [*session.earlier, *session.offers][-OFFERS:]
            session.offers = self._offers[-OFFERS:]
        if self.replies:
            session.said = _kept(self.replies)
        return Sprint(session, tuple(self.replies), tuple(self.events), self.call)


def held(release: Release, session: Session, thread: Thread) -> list[Slot]:
    """Slots with a name that hold something which was said or filled in this form, in the form's order."""
    known = {slot for slot, _, _ in thread.trail} | set(thread.touched)
    names = dict.fromkeys(step.name for step in lexicon(release).collects.get(thread.root, ()))
    slots = (release.slots.get(name) for name in names if name in known and session.slots.get(name) is not None)
    return [slot for slot in slots if slot is not None and slot.label]


def returning(release: Release, thread: Thread) -> list[Slot]:
    """Slots that may be said anew at any time in what is under way (`x-returns`)."""
    flows = (release.flows.get(frame[0]) for frame in thread.frames)
    names = dict.fromkeys(name for flow in flows if flow for name in flow.returns)
    return [release.slots[name] for name in names if name in release.slots]


def changeable(release: Release, session: Session) -> list[Slot]:
    """Slots with a name that may still be changed, something being under way: asked, or said before their question."""
    names = dict.fromkeys(slot for thread in reversed(session.stack) for slot, _, _ in thread.trail)
    slots = (release.slots.get(name) for name in names)
    early = held(release, session, session.stack[-1])
    fixed = {*names, *session.stack[-1].settled}
    known = [slot for slot in slots if slot and slot.label] + [slot for slot in early if slot.name not in fixed]
    return known + [slot for slot in returning(release, session.stack[-1]) if slot not in known]


def _kept(replies: Sequence[Reply]) -> list[list[str]]:
    kept: list[list[str]] = []
    left = SAID_CHARS
    for reply in reversed(replies):
        left -= len(reply.text)
        if left < 0:
            break
        kept.insert(0, [reply.response, reply.text])
    return kept
