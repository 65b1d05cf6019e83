"""One conversation played against a release, the session written out and read back at every run of the engine."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialogs.kernel import engine, session
from dialogs.kernel.conversations.script import NOW, Conversation, Expectation, Said, Turn
from dialogs.kernel.predicates import same
from dialogs.kernel.problems import Problem, Where, problem
from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.sprint import Sprint
from dialogs.kernel.words import POSTPONED, UNAVAILABLE, Button, Call, Event, Input, InputKind, Reply, Returned, Value

CALLS_A_TURN = 20
"""Calls performed in one turn before a test gives up."""


@dataclass(slots=True)
class Played:
    """What came of one turn."""

    turn: Turn
    replies: list[Reply] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a conversation; it passed when there are no problems."""

    conversation: Conversation
    played: tuple[Played, ...]
    events: tuple[Event, ...]

    @property
    def problems(self) -> list[Problem]:
        """Everything that was not as expected."""
        return [found for played in self.played for found in played.problems]


def play(release: Release, conversation: Conversation) -> Result:
    """Play one conversation."""
    player = _Player(release, conversation)
    given = player.look_over()
    played = tuple(player.turn(turn) for turn in conversation.turns)
    return Result(conversation, (given, *played), tuple(player.events))


class _Player:
    """The host's part, with stubs for its calls."""

    def __init__(self, release: Release, conversation: Conversation) -> None:
        self.release = release
        self.conversation = conversation
        self.setting = conversation.setting
        self.session = Session.new("test", "test")
        self.session.slots = dict(self.setting.slots)
        self.now = self.setting.now or NOW
        self.made: Counter[str] = Counter()
        self.buttons: tuple[Button, ...] = ()
        self.events: list[Event] = []
        self.played = Played(Turn(0, None))

    def look_over(self) -> Played:
        """Report what the fixtures give that the release does not know."""
        line = self.conversation.line
        for name in self.setting.slots:
            if name not in self.release.slots:
                self.tell("unknown_slot", line, name=name)
        for action, stubs in self.setting.stubs.items():
            contract = self.release.actions.get(action)
            if contract is None:
                self.tell("unknown_action", line, name=action)
                continue
            known = (*contract.outcomes, POSTPONED if contract.durable else UNAVAILABLE)
            for stub in stubs:
                if stub.outcome not in known:
                    self.tell("unknown_outcome", line, action=action, name=stub.outcome, known=known)
        for turn in self.conversation.turns:
            self.look_at(turn)
        return self.played

    def look_at(self, turn: Turn) -> None:
        """Report an intent or entity that nobody could have understood, since the release does not have it."""
        understanding = None if turn.given is None else turn.given.understanding
        if understanding is None:
            return
        for name in (understanding.intent, *(name for name, _ in understanding.ranking)):
            if name is not None and name not in self.release.intents:
                self.tell("unknown_intent", turn.line, name=name)
        for entity in understanding.entities:
            if entity.entity not in self.release.entities:
                self.tell("unknown_entity", turn.line, name=entity.entity)

    def turn(self, turn: Turn) -> Played:
        self.played = Played(turn)
        self.now = turn.now or self.now
        if self.session.pending is not None:
            self.perform(self.session.pending, again=True)
        given = self.tapped(turn) if turn.tap else self.heard(turn.given)
        if given is not None:
            self.take(engine.start(self.release, self.kept(), given, self.now))
        self.compare(turn)
        return self.played

    def kept(self) -> Session:
        """Write the session out and read it back."""
        return session.read(session.write(self.session))

    def take(self, sprint: Sprint) -> None:
        """Keep what a run said and did, and perform what it asks for."""
        self.session = sprint.session
        self.events.extend(sprint.events)
        self.played.replies.extend(sprint.replies)
        for reply in sprint.replies:
            self.buttons = reply.buttons or self.buttons
        if sprint.call is not None and len(self.played.calls) < CALLS_A_TURN:
            self.perform(sprint.call, again=False)

    def perform(self, call: Call, *, again: bool) -> None:
        """Answer a call; one that is postponed again is not spoken of."""
        returned = self.returned(call.action)
        if again and returned.outcome == POSTPONED:
            return
        self.played.calls.append(call)
        self.take(engine.resume(self.release, self.kept(), returned, self.now))

    def returned(self, action: str) -> Returned:
        stubs = self.setting.stubs.get(action, ())
        contract = self.release.actions[action]
        at = self.made[action]
        self.made[action] += 1
        if not stubs:
            outcome = next(iter(contract.outcomes))
            return Returned(outcome, contract.outcomes[outcome])
        stub = stubs[min(at, len(stubs) - 1)]
        slots = contract.outcomes.get(stub.outcome, {}) if stub.slots is None else stub.slots
        return Returned(stub.outcome, slots)

    def heard(self, given: Input | None) -> Input | None:
        """Leave the intent out where the engine would not have asked for it."""
        understanding = None if given is None else given.understanding
        if given is None or understanding is None or understanding.intent is None:
            return given
        if engine.wants_intent(self.release, self.kept(), given):
            return given
        return given._replace(understanding=replace(understanding, intent=None, confidence=0.0, ranking=()))

    def tapped(self, turn: Turn) -> Input | None:
        for button in self.buttons:
            if turn.tap in (button.title, button.payload):
                return Input(InputKind.BUTTON, button.title, button.id)
        self.tell("test_no_button", turn.line, title=turn.tap, known=[button.title for button in self.buttons])
        return None

    def tell(self, code: str, line: int, **words: object) -> None:
        where = Where(self.conversation.file, line)
        self.played.problems.append(problem(code, where, test=self.conversation.name, **words))

    def compare(self, turn: Turn) -> None:
        expected, actual = said_lines(turn.said, self.played.replies)
        if expected != actual:
            diff = "\n".join(line for line in difflib.ndiff(expected, actual) if not line.startswith("?"))
            self.tell("test_said", turn.line, diff=diff)
        for expectation in turn.expected:
            self.check(expectation)

    def check(self, expectation: Expectation) -> None:
        if expectation.kind.startswith("slot"):
            value = self.session.slots.get(expectation.name)
            is_so = same(value, expectation.value) if expectation.exact else value is not None
            if is_so != (expectation.kind == "slot_was_set"):
                self.tell("test_slot", expectation.line, name=expectation.name, found=value)
        else:
            calls = [call for call in self.played.calls if call.action == expectation.name]
            is_so = any(_holds(call, expectation.value) for call in calls)
            if is_so != (expectation.kind == "x-called"):
                found = [f"{call.action} {dict(call.arguments)}" for call in self.played.calls]
                self.tell("test_call", expectation.line, name=expectation.name, found=found)


def said_lines(expected: Sequence[Said], replies: Sequence[Reply]) -> tuple[list[str], list[str]]:
    """Word what was expected and what was said alike, so that equal things are equal lines."""
    wanted = [_said_line(said.kind, said.text, said.buttons) for said in expected]
    actual = []
    for at, reply in enumerate(replies):
        said = expected[at] if at < len(expected) else None
        kind = said.kind if said is not None else ("utter" if reply.response else "bot")
        titles = None if said is None or said.buttons is None else tuple(button.title for button in reply.buttons)
        actual.append(_said_line(kind, reply.text if kind == "bot" else reply.response, titles))
    return wanted, actual


def _said_line(kind: str, text: str, buttons: tuple[str, ...] | None) -> str:
    return f"{kind}: {text}" + ("" if buttons is None else f" [{' | '.join(buttons)}]")


def _holds(call: Call, arguments: Value) -> bool:
    """Say whether a call was made with at least these arguments."""
    return all(
        name in call.arguments and same(call.arguments[name], value) for name, value in (arguments or {}).items()
    )
