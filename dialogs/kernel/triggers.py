"""Which flow a meaning, a word, a menu entry or a code begins, and what the same message already fills in it."""

from collections.abc import Iterator

from dialogs.kernel.commands import Repair, StartFlow
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.release import Flow, Release
from dialogs.kernel.slots import Heard, triggering, volunteered
from dialogs.kernel.wording import bare
from dialogs.kernel.words import InputKind, Value


def allowed(hearing: Hearing, flow: Flow) -> bool:
    """Say whether this person may begin the flow: its role and its guard."""
    if flow.role is not None and hearing.session.slots.get("role") != flow.role:
        return False
    return flow.guard is None or flow.guard.holds(hearing.names)


def by_menu(release: Release, entry: str, kind: InputKind) -> Flow | None:
    """Find the flow whose `x-menu` is the entry's key or the code's scene, else the kind of input (SCAN)."""
    menus = lexicon(release).menus
    return menus.get(entry.removeprefix("qrscene_").lower()) or menus.get(kind.value)


def by_scene(release: Release, scene: str) -> tuple[Flow, dict[str, Value]] | None:
    """Find the flow that takes codes whose scene begins like this one, and the slot that gets the rest."""
    scene = scene.removeprefix("qrscene_")
    for beginning, flow in lexicon(release).scans:
        if scene.startswith(beginning):
            return flow, {flow.scans[beginning]: scene.removeprefix(beginning)}
    return None


def by_whole(release: Release, word: str) -> Flow | None:
    """Find the flow of which the whole text is a keyword, or the name."""
    named = lexicon(release).named
    return named.get(word) or named.get(bare(word))


def by_keyword(release: Release, word: str) -> list[Flow]:
    """Flows with a keyword in the text; only those whose keyword found is the longest."""
    found = [(len(known), flow) for known, flow in lexicon(release).keywords if known in word]
    top = max((length for length, _ in found), default=0)
    return list({flow.id: flow for length, flow in found if length == top}.values())


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
    kept = {name: value for name, value in said.items() if stands(hearing, flow.id, name, value)}
    return volunteered(release, here, _open(release, flow.id), kept) | kept


def _open(release: Release, flow_id: str) -> Iterator[str]:
    """Slots the flow collects or returns to, each once, but not those that must be asked before they are filled."""
    yield from lexicon(release).returns[flow_id]
    seen = set(lexicon(release).returns[flow_id])
    for step in lexicon(release).collects[flow_id]:
        if step.name not in seen and not step.ask_before_filling:
            yield step.name
        seen.add(step.name)


def stands(hearing: Hearing, flow_id: str, name: str, value: Value) -> bool:
    """Say whether no question of a flow would refuse a value; else one that nobody asked for is dropped in silence."""
    names = {"slots": {**hearing.session.slots, name: value}, "context": {}}
    steps = (step for step in lexicon(hearing.release).collects[flow_id] if step.name == name)
    rejections = [*hearing.release.slots[name].rejections, *(one for step in steps for one in step.rejections)]
    return not any(rejection.condition.holds(names) for rejection in rejections)
