"""From an input to one command: a row of listeners, and the first that has something to say is heard."""

from dialogs.kernel.answers import answered, mentioned, sent
from dialogs.kernel.buttons import INTENTS, Typed, entered, offered, tapped
from dialogs.kernel.commands import Clarify, Command, Correct, Fill, Repair, StartFlow
from dialogs.kernel.corrections import correction
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.limits import CANDIDATE, CANDIDATES, INTERRUPT, TRIGGER
from dialogs.kernel.release import Flow
from dialogs.kernel.slots import Heard, agreed, means, requested
from dialogs.kernel.triggers import allowed, by_exact_keyword, by_intent, by_keyword, opening
from dialogs.kernel.wording import bare, key
from dialogs.kernel.words import InputKind, Value

HUMAN = "pattern_human"
_FOLLOWS = 4
"""Characters that may follow a word of a repair (算了不弄了)."""
_WITHIN = 12
"""Characters of a message that may hold a long word for a person anywhere (你快给我转人工)."""
_LONG = 3
"""Characters that make a word long."""


def listen(hearing: Hearing) -> Command:
    """Find the command in an input."""
    if hearing.thread is not None and hearing.thread.call is not None:
        return _meanwhile(hearing)
    command = tapped(hearing) or entered(hearing) or offered(hearing)
    if isinstance(command, Typed):
        hearing, command = hearing.saying(command.text), None
    for listener in (*_CERTAIN, *_MEANT) if command is None else ():
        command = listener(hearing)
        if command is not None:
            break
    return command or Repair("unclear")


def certain(hearing: Hearing) -> bool:
    """Say whether an input can be understood without guessing at its meaning."""
    if not hearing.text or hearing.input.kind not in (InputKind.TEXT, InputKind.VOICE, InputKind.LINK):
        return True
    if hearing.forced or (hearing.thread is not None and hearing.thread.call is not None):
        return True
    if offered(hearing) is not None or any(listener(hearing) is not None for listener in _CERTAIN):
        return True
    if hearing.slot is None:
        return False
    value, free = requested(hearing.release, hearing.slot, hearing.heard)
    return value is not None and not free


def _meanwhile(hearing: Hearing) -> Command:
    """While a call is out: only a person and the menu are heard."""
    command = tapped(hearing) or entered(hearing) or offered(hearing) or _said(hearing)
    if isinstance(command, Repair) and command.name in ("human", "help"):
        return command
    if isinstance(command, StartFlow) and command.flow == HUMAN:
        return command
    return Repair("waiting")


def _said(hearing: Hearing) -> Command | None:
    """Obey a word for a repair; where everything is the answer, only the bare word counts."""
    if not hearing.text:
        return None
    word = key(hearing.text)
    if not word:
        return Repair("repeat")
    loose = not hearing.forced
    if _says(hearing, "human", word, loose=loose) or (loose and _calls_a_person(hearing, word)):
        return Repair("human")
    return _answers(hearing) or _mends(hearing, word, loose=loose)


def _mends(hearing: Hearing, word: str, *, loose: bool) -> Command | None:
    for name in ("cancel", "back", "review", "repeat", "help"):
        if _says(hearing, name, word, loose=loose):
            return Repair(name)
    return Repair("repeat") if means(hearing.release, "more", hearing.text) else None


def _answers(hearing: Hearing) -> Command | None:
    """Words that answer or pass over the very question: enough (of a list), skip, no (of what may be skipped)."""
    if hearing.slot is None or hearing.step is None:
        return None
    if hearing.slot.type == "bool":
        value = agreed(hearing.release, hearing.slot, Heard(hearing.text))
        return None if value is None else Fill({hearing.slot.name: value})
    if hearing.slot.type == "list" and any(
        means(hearing.release, name, hearing.text) for name in ("done", "skip", "deny", "affirm")
    ):
        return Repair("done")
    if means(hearing.release, "skip", hearing.text):
        return Repair("skip")
    if hearing.step.optional and means(hearing.release, "deny", hearing.text):
        return Repair("skip")
    return None


def _says(hearing: Hearing, name: str, word: str, *, loose: bool) -> bool:
    """The message is the word; or, when loose, begins with it and goes on only briefly."""
    if means(hearing.release, name, hearing.text):
        return True
    if not loose:
        return False
    for known in map(key, hearing.release.repairs.get(name, ())):
        for said in (word, bare(word)):
            if len(known) > 1 and said.startswith(known) and len(said) - len(known) <= _FOLLOWS:
                return True
    return False


def _calls_a_person(hearing: Hearing, word: str) -> bool:
    words = map(key, hearing.release.repairs.get("human", ()))
    return len(word) <= _WITHIN and any(len(known) >= _LONG and known in word for known in words)


def _named(hearing: Hearing) -> Command | None:
    """Begin a flow called by its name or keyword and nothing else."""
    if hearing.forced or not hearing.text:
        return None
    flow = by_exact_keyword(hearing.release, hearing.text)
    if flow is None or not allowed(hearing, flow) or _under_way(hearing, flow):
        return None
    return opening(hearing, flow)


def _intended(hearing: Hearing) -> Command | None:
    """Obey a meaning: a flow it begins, or a repair."""
    heard = hearing.heard
    if heard.intent is None:
        return None
    flows = by_intent(hearing.release, heard.intent, heard.confidence)
    for flow in flows:
        if not _under_way(hearing, flow):
            return opening(hearing, flow, heard)
    if flows:
        return None
    if heard.confidence < (TRIGGER if hearing.slot is None else INTERRUPT):
        return None
    if heard.intent == "correct":
        return Correct()
    return Repair(INTENTS[heard.intent]) if heard.intent in INTENTS else None


def _guessed(hearing: Hearing) -> Command | None:
    """Without a sure meaning: keywords, or a question which of a few flows was meant."""
    if not hearing.text:
        return None
    flows = _candidates(hearing)
    if len(flows) == 1 and hearing.heard.intent is None:
        return opening(hearing, flows[0], hearing.heard)
    if not flows or hearing.slot is not None:
        return None
    entities: list[Value] = [[one.entity, one.value, one.start, one.end, one.role] for one in hearing.heard.entities]
    return Clarify(tuple(flow.id for flow in flows), {"text": hearing.text, "entities": entities})


def _candidates(hearing: Hearing) -> list[Flow]:
    """Flows that may have been meant, the likeliest first."""
    heard, understanding = hearing.heard, hearing.input.understanding
    found: dict[str, Flow] = {}
    ranking = [] if understanding is None else [(heard.intent, heard.confidence), *understanding.ranking]
    for intent, confidence in ranking:
        if intent is not None and confidence >= CANDIDATE:
            found.update((flow.id, flow) for flow in by_intent(hearing.release, intent, 1.0))
    found.update((flow.id, flow) for flow in by_keyword(hearing.release, hearing.text))
    flows = [flow for flow in found.values() if allowed(hearing, flow) and not _under_way(hearing, flow)]
    return flows[:CANDIDATES]


def _under_way(hearing: Hearing, flow: Flow) -> bool:
    return hearing.thread is not None and any(frame[0] == flow.id for frame in hearing.thread.frames)


_CERTAIN = (_said, correction, _named)
_MEANT = (sent, answered, _intended, mentioned, _guessed)
