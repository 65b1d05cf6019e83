"""From an input to one command: a row of listeners, and the first that has something to say is heard."""

import re

from dialogs.kernel.answers import anew, answered, in_words, is_sure, mentioned, repeated, sent
from dialogs.kernel.buttons import INTENTS, Typed, entered, offered, tapped
from dialogs.kernel.commands import Clarify, Command, Correct, Fill, Repair, StartFlow
from dialogs.kernel.corrections import correction, insists
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import HUMAN, lexicon
from dialogs.kernel.limits import CANDIDATES
from dialogs.kernel.matters import several
from dialogs.kernel.release import Flow
from dialogs.kernel.slots import Heard, requested, titled
from dialogs.kernel.sprint import changeable
from dialogs.kernel.triggers import allowed, by_keyword, by_whole, opening
from dialogs.kernel.wording import key
from dialogs.kernel.words import Entity, InputKind, Value

_MENDS = ("cancel", "back", "review", "repeat", "help", "single")
_LOOSE = frozenset(("human", *_MENDS))
_ENOUGH = frozenset(("done", "skip", "deny", "affirm"))
_YES_NO = ("affirm", "deny")
_CLAUSE = re.compile(r"[^\w]+")
_QUESTION = re.compile(r"[吗么不呢嘛?？][\s?？!！。]*$|^(?:请问|问一下|你们)")
_CODED = re.compile(r"([^\W\d_a-zA-Z]+)\s+([A-Za-z0-9]{4,20})")
_TRIFLE = 2
"""Characters beside a day, a leader or a number that add nothing (那就, 的, 吧)."""
_WITHIN = 12
"""Characters of a message that may hold more than the word of a repair (你快给我转人工)."""


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
    if not hearing.text or hearing.input.kind not in (InputKind.TEXT, InputKind.VOICE):
        return True
    if hearing.forced or (hearing.thread is not None and hearing.thread.call is not None):
        return True
    if offered(hearing) is not None or any(listener(hearing) is not None for listener in _CERTAIN):
        return True
    if hearing.slot is None:
        return False
    value, free = requested(hearing.release, hearing.slot, hearing.heard)
    return value is not None and (not free or is_sure(hearing, hearing.slot, value))


def picked(hearing: Hearing) -> bool:
    """Say whether anything that extractors might find in an input could matter."""
    if not hearing.text or hearing.input.kind not in (InputKind.TEXT, InputKind.VOICE):
        return False
    if hearing.thread is not None and hearing.thread.call is not None:
        return False
    if hearing.forced and hearing.slot is not None:
        wanted = any(mapping.entity for mapping in hearing.slot.mappings) or insists(hearing)
        return wanted and offered(hearing) is None and _said(hearing) is None
    if offered(hearing) is not None or _said(hearing) is not None:
        return False
    named = _named(hearing)
    return named is None or (isinstance(named, StartFlow) and bool(hearing.release.flows[named.flow].returns))


def _meanwhile(hearing: Hearing) -> Command:
    """While a call is out: only a person and the menu are heard."""
    command = tapped(hearing) or entered(hearing) or offered(hearing) or _said(hearing)
    if isinstance(command, Repair) and command.name in ("human", "help"):
        return command
    if isinstance(command, StartFlow) and command.flow == HUMAN:
        return Repair("human")
    return Repair("waiting")


def _said(hearing: Hearing) -> Command | None:
    """Obey a word for a repair; where everything is the answer, only the bare word counts."""
    if not hearing.text:
        return None
    if not hearing.word:
        return Repair("repeat")
    exact = lexicon(hearing.release).meanings(hearing.word)
    names = exact if hearing.forced else exact | _begun(hearing)
    if "human" in names:
        return Repair("human")
    return _answers(hearing, exact) or _mends(names)


def _answers(hearing: Hearing, names: frozenset[str]) -> Command | None:
    """Words that answer or pass over the very question: enough (of a list), skip, no (of what may be skipped)."""
    slot = hearing.slot
    if slot is None or hearing.step is None:
        return None
    if slot.type == "bool":
        value = titled(hearing.release, slot, Heard(hearing.text))
        if value is not None:
            return Fill({slot.name: value})
    elif slot.type == "list" and names & _ENOUGH:
        return Repair("done")
    elif hearing.step.optional and "deny" in names:
        return Repair("skip")
    if "skip" in names and (hearing.step.optional or "cancel" not in names):
        return Repair("skip")
    taken = slot.type == "bool" or hearing.forced or titled(hearing.release, slot, Heard(hearing.text)) is not None
    return None if taken else _nods(hearing, names)


def _nods(hearing: Hearing, names: frozenset[str]) -> Command | None:
    """A yes where no yes-or-no was asked is no answer; a no means that something before was wrong."""
    if "deny" in names and changeable(hearing.release, hearing.session):
        return Correct()
    return Repair("again") if names.intersection(_YES_NO) and not names & _LOOSE else None


def _mends(names: frozenset[str]) -> Command | None:
    for name in _MENDS:
        if name in names:
            return Repair(name)
    return Repair("repeat") if "more" in names else None


def _begun(hearing: Hearing) -> frozenset[str]:
    """Repairs whose word begins a short message, set off (算了，太麻烦) or doubled (算了不弄了); a person anywhere."""
    word, words = hearing.word, lexicon(hearing.release)
    if len(word) > _WITHIN:
        return frozenset()
    if any(known in word for known in words.people):
        return frozenset(("human",))
    found = words.meanings(key(_CLAUSE.split(hearing.text, maxsplit=1)[0]))
    for length in range(2, len(word) - 1) if word[:2] in words.heads else ():
        twice = words.said.get(word[:length], frozenset())
        rest = word[length:]
        found |= twice if rest.startswith(word[:length]) else twice and twice & words.meanings(rest)
    return found & _LOOSE


def _named(hearing: Hearing) -> Command | None:
    """Begin a flow called by its name or keyword alone; where all is an answer, only by its name."""
    flow = by_whole(hearing.release, hearing.word) if hearing.text and not _chosen(hearing) else None
    if hearing.forced and flow is None:
        return _asked(hearing)
    if flow is None or (hearing.forced and not (flow.offered and key(flow.name) == hearing.word)):
        return None
    # Whoever is not known yet to have the role is told how to make it known, unless in the middle of something else.
    told = hearing.thread is None and flow.role is not None
    # What may be said anew in a flow may also stand in the words that begin it (想见区长).
    heard = hearing.heard if flow.returns else None
    new = not _under_way(hearing, flow) or _is_listing(hearing, flow)
    return opening(hearing, flow, heard) if (told or allowed(hearing, flow)) and new else None


def _chosen(hearing: Hearing) -> bool:
    """The words are a choice of the very question (我来, asked who comes), whatever else they begin."""
    slot = hearing.slot
    return slot is not None and hearing.word in lexicon(hearing.release).titles.get(slot.name, {})


def _coded(hearing: Hearing) -> Command | None:
    """Begin a flow by its word and a code behind it (来 K7M4QX), whatever is asked: nobody answers like this."""
    found = _CODED.fullmatch(hearing.text)
    flow = by_whole(hearing.release, key(found[1])) if found else None
    if found is None or flow is None or not flow.entities or not allowed(hearing, flow):
        return None
    code = Entity(flow.entities[0], found[2].upper(), found.start(2), found.end(2))
    return opening(hearing, flow, Heard(hearing.text, (code,)))


def _shown(hearing: Hearing) -> Command | None:
    """Begin a flow by a message that is nothing but a number or a code, when nothing is under way."""
    whole = [one for one in hearing.heard.entities if one.start <= 0 and one.end >= len(hearing.text) > 0]
    for flow in hearing.release.flows.values() if whole and hearing.thread is None else ():
        # Where the word counts, the code alone does not.
        if not flow.whole and any(one.entity in flow.entities for one in whole) and allowed(hearing, flow):
            return opening(hearing, flow, hearing.heard)
    return None


def _asked(hearing: Hearing) -> Command | None:
    """A short question to us, by a keyword of a flow that answers at once, where everything else is the answer."""
    if len(hearing.word) > _WITHIN or not _QUESTION.search(hearing.text):
        return None
    flows = [flow for flow in by_keyword(hearing.release, hearing.word) if allowed(hearing, flow)]
    collects = lexicon(hearing.release).collects
    return opening(hearing, flows[0]) if len(flows) == 1 and not collects[flows[0].id] else None


def _bare(hearing: Hearing) -> Command | None:
    """Take for this form what is nothing but a day, a leader, a number (周三下午的): no meaning can be read from it."""
    named = [one for one in hearing.heard.entities if one.end > one.start >= 0]
    if hearing.slot is not None and in_words(hearing):
        return mentioned(hearing)
    if hearing.slot is None or not named:
        return None
    rest = "".join(sign for at, sign in enumerate(hearing.text) if not any(one.start <= at < one.end for one in named))
    if len(key(rest)) > _TRIFLE:
        return None
    return mentioned(hearing) or (Repair("again") if repeated(hearing) else None)


def _intended(hearing: Hearing) -> Command | None:
    """Obey a meaning: a flow it begins, or a repair."""
    heard = hearing.heard
    again, sure = anew(hearing).keys(), hearing.release.thresholds
    if heard.intent is None or _is_close(hearing) or (again and heard.confidence < sure.interrupt):
        return None
    flows = lexicon(hearing.release).begun_by(heard.intent, heard.confidence)
    for flow in flows if hearing.slot is None or heard.intent not in _YES_NO else ():
        # Another day said while one is chosen is for this form, though it might begin another that asks for days too.
        if not _under_way(hearing, flow) and not again & lexicon(hearing.release).owned[flow.id]:
            return opening(hearing, flow, heard)
    if flows:
        return None
    if heard.confidence < (sure.trigger if hearing.slot is None else sure.interrupt):
        return None
    if heard.intent == "correct":
        return Correct()
    return Repair(INTENTS[heard.intent]) if heard.intent in INTENTS else None


def _is_close(hearing: Hearing) -> bool:
    """Whether, with nothing asked, another flow is nearly as likely as the one that would begin: then it is asked."""
    understanding = hearing.input.understanding
    if understanding is None or hearing.slot is not None:
        return False
    begins = lexicon(hearing.release).begun_by(hearing.heard.intent, 1.0)
    least = hearing.heard.confidence - hearing.release.thresholds.close
    rivals = [name for name, confidence in understanding.ranking if confidence > least and name != hearing.heard.intent]
    others = [flow for name in rivals for flow in lexicon(hearing.release).begun_by(name, 1.0)]
    return any(flow.offered and flow not in begins and allowed(hearing, flow) for flow in others)


def _guessed(hearing: Hearing) -> Command | None:
    """Without a sure meaning: keywords, or a question which of a few flows was meant."""
    if not hearing.text:
        return None
    flows = _candidates(hearing)
    if len(flows) == 1 and (hearing.heard.intent is None or _agreed(hearing, flows[0])):
        return opening(hearing, flows[0], hearing.heard)
    flows = [flow for flow in flows if flow.offered]
    if not flows or hearing.slot is not None:
        return None
    entities: list[Value] = [[one.entity, one.value, one.start, one.end, one.role] for one in hearing.heard.entities]
    return Clarify(tuple(flow.id for flow in flows), {"text": hearing.text, "entities": entities})


def _agreed(hearing: Hearing, flow: Flow) -> bool:
    """Two witnesses are enough: a meaning not quite sure, and a keyword that says the same (接受 AH2026…)."""
    return flow.offered and flow in by_keyword(hearing.release, hearing.word)


def _candidates(hearing: Hearing) -> list[Flow]:
    """Flows that may have been meant, the likeliest first."""
    heard, understanding = hearing.heard, hearing.input.understanding
    found: dict[str, Flow] = {}
    ranking = [] if understanding is None else [(heard.intent, heard.confidence), *understanding.ranking]
    for intent, confidence in ranking:
        if intent is not None and confidence >= hearing.release.thresholds.candidate:
            found.update((flow.id, flow) for flow in lexicon(hearing.release).begun_by(intent, 1.0))
    found.update((flow.id, flow) for flow in by_keyword(hearing.release, hearing.word))
    flows = [flow for flow in found.values() if allowed(hearing, flow) and not _under_way(hearing, flow)]
    return flows[:CANDIDATES]


def _under_way(hearing: Hearing, flow: Flow) -> bool:
    return hearing.thread is not None and any(frame[0] == flow.id for frame in hearing.thread.frames)


def _is_listing(hearing: Hearing, flow: Flow) -> bool:
    """The flow on top waits at its very first question, and that may be passed over."""
    thread, step = hearing.thread, hearing.step
    if thread is None or step is None or thread.trail:
        return False
    return step.optional and thread.frames[0][0] == flow.id


_CERTAIN = (_said, _coded, correction, _named)
_MEANT = (sent, _shown, several, answered, _bare, _intended, mentioned, _guessed)
