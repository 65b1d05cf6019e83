"""An input beside the question it may answer: what every listener looks at."""

import re
from dataclasses import dataclass, replace

from dialogs.kernel.doubts import settled
from dialogs.kernel.predicates import Names
from dialogs.kernel.release import Release, Slot, Step
from dialogs.kernel.session import Session, Thread
from dialogs.kernel.slots import Heard
from dialogs.kernel.wording import clean, key, storable
from dialogs.kernel.words import Entity, Input, InputKind, Understanding

SPOKEN = (InputKind.TEXT, InputKind.VOICE, InputKind.BUTTON)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_ENTITIES = 50
"""Entities taken from one message."""


@dataclass(slots=True)
class Hearing:
    """An input, its clean words, and the collect that waits for an answer, if one does.

    word: the words as they are compared.
    """

    release: Release
    session: Session
    input: Input
    heard: Heard
    word: str = ""
    thread: Thread | None = None
    step: Step | None = None
    slot: Slot | None = None

    @classmethod
    def of(cls, release: Release, session: Session, given: Input) -> "Hearing":
        """Lay an input beside the question that waits."""
        thread = session.stack[-1] if session.stack else None
        step = slot = None
        if thread is not None and thread.asked and thread.call is None:
            step = release.step_at(thread.frames[-1])
            slot = release.slots.get(step.name) if step is not None and step.kind == "collect" else None
        text = clean(given.text) if given.kind in SPOKEN else ""
        if text[:4].lower() == "http" and _LINK.fullmatch(text):
            given, text = given._replace(kind=InputKind.LINK), ""
        heard = Heard.of(text, _plain(release, given.understanding), thread.flow if thread else "")
        return cls(release, session, given, heard, key(text), thread, step if slot else None, slot)

    @property
    def text(self) -> str:
        """The clean words."""
        return self.heard.text

    @property
    def names(self) -> Names:
        """What conditions may speak of."""
        return {"slots": self.session.slots, "context": self.thread.context if self.thread else {}}

    @property
    def forced(self) -> bool:
        """Nearly everything is the answer here."""
        return self.step is not None and self.step.force_slot_filling

    def saying(self, text: str) -> "Hearing":
        """Hear the same input as if this had been typed."""
        return replace(self, heard=Heard(text, flow=self.heard.flow), word=key(text), input=Input(InputKind.TEXT, text))


def _plain(release: Release, understanding: Understanding | None) -> Understanding | None:
    """Entities come from outside: keep what can be stored, and what is sure."""
    if understanding is None or not understanding.entities:
        return understanding
    entities = tuple(
        Entity(one.entity, storable(one.value), one.start, one.end, one.role)
        for one in settled(understanding, release.thresholds)[:_ENTITIES]
    )
    return replace(understanding, entities=entities)
