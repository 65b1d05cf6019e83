"""Which flow a meaning, a word, a menu entry or a code begins, and what the same message already fills in it."""

from collections.abc import Iterator

from dialogs.kernel.commands import Repair, StartFlow
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.release import Flow, Release
from dialogs.kernel.slots import Heard, collected, triggering, volunteered
from dialogs.kernel.wording import bare, key
from dialogs.kernel.words import InputKind, Value


def allowed(hearing: Hearing, flow: Flow) -> bool:
    """Say whether this person may begin the flow: its role and its guard."""
    if flow.role is not None and hearing.session.slots.get("role") != flow.role:
        return False
    return flow.guard is None or flow.guard.holds(hearing.names)


def by_intent(release: Release, intent: str | None, confidence: float) -> list[Flow]:
    """Flows that an intent of this confidence begins, in the file's order."""
    return [
        flow
        for flow in release.flows.values()
        if any(trigger.intent == intent and confidence >= trigger.threshold for trigger in flow.triggers)
    ]


def by_menu(release: Release, entry: str, kind: InputKind) -> Flow | None:
    """Find the flow whose `x-menu` is the entry's key or the code's scene, else the kind of input (SCAN)."""
    scene = entry.removeprefix("qrscene_").lower()
    names = [scene, kind.value] if scene else [kind.value]
    for name in names:
        for flow in release.flows.values():
            if flow.menu is not None and flow.menu.lower() == name:
                return flow
    return None


def by_exact_keyword(release: Release, text: str) -> Flow | None:
    """Find the flow of which the whole text is a keyword, or the name."""
    word = key(text)
    if not word:
        return None
    for flow in release.flows.values():
        if any(key(keyword) in (word, bare(word)) for keyword in (*flow.keywords, flow.name)):
            return flow
    return None


def by_keyword(release: Release, text: str) -> list[Flow]:
    """Flows with a keyword in the text; only those whose keyword found is the longest."""
    word = key(text)
    longest: dict[str, int] = {}
    for flow in release.flows.values():
        length = max((len(known) for known in map(key, flow.keywords) if known and known in word), default=0)
        if length:
            longest[flow.id] = length
    top = max(longest.values(), default=0)
    return [release.flows[name] for name, length in longest.items() if length == top]


def opening(hearing: Hearing, flow: Flow, heard: Heard | None = None) -> StartFlow | Repair:
    """Begin a flow with all that the message holds for it (`heard` None: no words), or refuse who may not."""
    if not allowed(hearing, flow):
        return Repair("refused")
    return StartFlow(flow.id, {} if heard is None else _filled(hearing, flow, heard))


def _filled(hearing: Hearing, flow: Flow, heard: Heard) -> dict[str, Value]:
    release = hearing.release
    intents = [trigger.intent for trigger in flow.triggers]
    intent = heard.intent if heard.intent in intents else next(iter(intents), None)
    here = Heard(heard.text, heard.entities, intent, heard.confidence, flow.id)
    said = triggering(release, here, _open(release, flow.id))
    kept = {name: value for name, value in said.items() if _stands(hearing, flow, name, value)}
    return volunteered(release, here, _open(release, flow.id), kept) | kept


def _open(release: Release, flow_id: str) -> Iterator[str]:
    """Slots the flow collects, each once, but not those that must be asked before they are filled."""
    seen: set[str] = set()
    for step in collected(release, flow_id):
        if step.name not in seen and not step.ask_before_filling:
            yield step.name
        seen.add(step.name)


def _stands(hearing: Hearing, flow: Flow, name: str, value: Value) -> bool:
    """An opening that no question asked for is dropped, not refused aloud, when it would be rejected."""
    names = {"slots": {**hearing.session.slots, name: value}, "context": {}}
    steps = (step for step in collected(hearing.release, flow.id) if step.name == name)
    rejections = [*hearing.release.slots[name].rejections, *(one for step in steps for one in step.rejections)]
    return not any(rejection.condition.holds(names) for rejection in rejections)
