"""A conversation with the engine for tests: at every turn the session is written, read back, and the turn replayed."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.kernel import engine
from dialogs.kernel import session as sessions
from dialogs.kernel.checks.structure import BUILT_IN_RESPONSES
from dialogs.kernel.reader import read
from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import Call, Entity, Input, InputKind, Returned, Understanding

NOW = "2026-11-23T09:00:00+08:00"


def compile_release(domain: str, flows: str, actions: str = "") -> Release:
    """Compile YAML; every `utter_x` named and not worded is worded by its own name."""
    worded = set(re.findall(r"^  (utter_\w+):", domain, re.MULTILINE))
    named = set(re.findall(r"\butter_\w+", domain + flows)) | set(BUILT_IN_RESPONSES)
    named |= {f"utter_ask_{slot}" for slot in re.findall(r"collect: (\w+)", flows)}
    slots, _, responses = domain.partition("responses:\n")
    responses += "".join(f"  {name}: [{{text: {name}}}]\n" for name in sorted(named - worded))
    texts = {"domain.yml": f"{slots}responses:\n{responses}", "flows/main.yml": flows, "actions.yml": actions}
    release, problems = read({path: text for path, text in texts.items() if text})
    assert release is not None, problems
    return release


class Talk:
    """One person talking; `heard` holds the names of the responses of the last turn, `texts` their words."""

    def __init__(self, release: Release, now: str = NOW) -> None:
        self.release = release
        self.now = now
        self.session = Session.new("s", "p")
        self.last = Sprint(self.session)
        self.heard: list[str] = []
        self.texts: list[str] = []

    @property
    def slots(self) -> Mapping[str, Any]:
        """Slots that hold something."""
        return {name: value for name, value in self.session.slots.items() if value is not None}

    @property
    def events(self) -> list[str]:
        """Names of the events of the last sprint."""
        return [event.name for event in self.last.events]

    @property
    def titles(self) -> list[str]:
        """Titles of the buttons of the last sprint."""
        return [button.title for reply in self.last.replies for button in reply.buttons]

    @property
    def step(self) -> str | None:
        """Where the talk stands."""
        return self.session.stack[-1].step if self.session.stack else None

    def failed(self, error: str) -> bool:
        """Say whether the last sprint recorded this failure."""
        return any(event.name == "failed" and event.data["error"] == error for event in self.last.events)

    def text(
        self,
        text: str,
        intent: str | None = None,
        confidence: float = 0.95,
        ranking: tuple[tuple[str, float], ...] = (),
        **entities: Any,
    ) -> list[str]:
        """Type something; what it means is given beside it."""
        found = tuple(Entity(name, value) for name, value in entities.items())
        meaning = Understanding(intent, confidence if intent else 0.0, ranking, found)
        return self.give(Input(InputKind.TEXT, text, understanding=meaning))

    def tap(self, title: str) -> list[str]:
        """Tap a button by its title: a present one, else the latest of earlier ones."""
        buttons = [*self.session.earlier, *self.session.offers]
        button = next(button for button in reversed(buttons) if button.title == title)
        return self.give(Input(InputKind.BUTTON, button.title, button.id))

    def menu(self, key: str, kind: InputKind = InputKind.MENU) -> list[str]:
        """Choose a menu entry, scan a code, follow."""
        return self.give(Input(kind, payload=key))

    def send(self, kind: InputKind, text: str = "", **attachment: Any) -> list[str]:
        """Send a photo, a voice, a place."""
        return self.give(Input(kind, text, attachment=attachment or None))

    def give(self, given: Input) -> list[str]:
        """Hand an input to the engine."""
        before = sessions.write(self.session)
        sprint = engine.start(self.release, self.session, given, self.now)
        assert sessions.write(self.session) == before, "the session given was changed"
        again = engine.start(self.release, sessions.read(before), given, self.now)
        assert (sessions.write(again.session), again.replies, again.events, again.call) == (
            sessions.write(sprint.session),
            sprint.replies,
            sprint.events,
            sprint.call,
        )
        return self._take(sprint)

    def wants(self, text: str) -> bool:
        """Say whether the engine would ask what this means."""
        return engine.wants_intent(self.release, self.session, Input(InputKind.TEXT, text))

    def picks(self, text: str) -> bool:
        """Say whether the engine would have entities picked out of this."""
        return engine.wants_entities(self.release, self.session, Input(InputKind.TEXT, text))

    def returned(self, outcome: str, **slots: Any) -> list[str]:
        """Answer the pending call."""
        return self._take(engine.resume(self.release, self.session, Returned(outcome, slots), self.now))

    def call(self) -> Call:
        """The call the host is asked to make."""
        assert self.last.call is not None
        return self.last.call

    def _take(self, sprint: Sprint) -> list[str]:
        data = sessions.write(sprint.session)
        self.session = sessions.read(data)
        assert sessions.write(self.session) == data
        assert self.session == sprint.session
        self.last = sprint
        self.heard = [reply.response for reply in sprint.replies]
        self.texts = [reply.text for reply in sprint.replies]
        return self.heard
