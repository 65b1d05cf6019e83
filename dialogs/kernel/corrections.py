"""“地址改成…”, “不对 电话错了”, “刚才那个地址写错了 是二单元”: which earlier answer is meant, and what it should be."""

import re

from dialogs.kernel.commands import Correct
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.release import Slot
from dialogs.kernel.slots import Heard, coerce, requested, volunteered
from dialogs.kernel.wording import key
from dialogs.kernel.words import Value

_BETWEEN = re.compile(
    r"^[\s,，.。:：;；、!！?？了啦的]*(?:应该|应当|其实|现在)?(?:改成|改为|换成|写成|是|为|成|叫)?[\s:：,，]*"
)
_ENDING = re.compile(r"[\s,，.。;；!！?？]+$")
_PART = re.compile(r"([0-9０-９一二三四五六七八九十两]+)(单元|号楼|栋|幢|楼|层|号|室|组|户)")
_NEAR = 12
"""Characters before the name of the answer to be changed (我刚才说的那个联系电话写错了); farther on it is a story."""
_SHORT = 12
"""Characters of a message that is nothing but a wish to change something (改一下吧)."""


def correction(hearing: Hearing) -> Correct | None:
    """Read a wish to change an earlier answer; None if the message is something else."""
    if hearing.thread is None or hearing.forced:
        return None
    word = _word(hearing)
    meant = hearing.heard.intent == "correct"
    if not word and not meant:
        return None
    named = _named(hearing)
    if named is not None:
        slot, after = named
        return Correct(slot.name, _value(hearing, slot, hearing.text[max(after, _end(hearing.text, word)) :]))
    return _unnamed(hearing, word, meant=meant)


def amended(old: Value, new: Value) -> Value:
    """Put a piece of an address into the address it belongs to (二单元 into 阳光小区3号楼一单元)."""
    text = old.get("text") or old.get("name") if isinstance(old, dict) else old
    if not isinstance(text, str) or not isinstance(new, str) or not _PART.match(new):
        return new
    if _PART.sub("", new):
        return new
    for piece in _PART.finditer(new):
        same = next((one for one in _PART.finditer(text) if one[2] == piece[2]), None)
        text = text + piece[0] if same is None else text[: same.start()] + piece[0] + text[same.end() :]
    return text


def changeable(hearing: Hearing) -> list[Slot]:
    """Slots with a name among the answers given so far, those of the present subject first."""
    names = dict.fromkeys(visit.slot for thread in reversed(hearing.session.stack) for visit in thread.trail)
    slots = (hearing.release.slots.get(name) for name in names)
    return [slot for slot in slots if slot is not None and slot.label]


def _word(hearing: Hearing) -> str:
    """The word of correction that stands last in the text; empty if none does."""
    found = [word for word in hearing.release.repairs.get("correct", ()) if word and word in hearing.text]
    return max(found, key=lambda word: (hearing.text.rfind(word) + len(word), len(word)), default="")


def _end(text: str, word: str) -> int:
    return text.rfind(word) + len(word) if word else 0


def _named(hearing: Hearing) -> tuple[Slot, int] | None:
    """The slot whose longest name is in the text (the one asked for now counts too), and where that name ends."""
    best: tuple[int, Slot, int] | None = None
    for slot in (*changeable(hearing), *((hearing.slot,) if hearing.slot else ())):
        for name in (slot.label, *slot.aliases):
            at = hearing.text.find(name)
            if name and 0 <= at <= _NEAR and (best is None or len(name) > best[0]):
                best = (len(name), slot, at + len(name))
    return None if best is None else best[1:]


def _value(hearing: Hearing, slot: Slot, rest: str) -> Value:
    """The new value: of the words that follow, else of an entity anywhere in the message; None to ask again."""
    said = _ENDING.sub("", _BETWEEN.sub("", rest, count=1))
    kinds = {mapping.kind for mapping in slot.mappings} or {"from_text"}
    entity = volunteered(hearing.release, hearing.heard, [slot.name], {}).get(slot.name)
    if said and "from_text" in kinds and slot.type in ("text", "any"):
        place = any(mapping.entity == "location" for mapping in slot.mappings)
        return amended(hearing.session.slots.get(slot.name), said) if place else entity or said
    if entity is not None or not said:
        return entity
    value = requested(hearing.release, slot, Heard(said, flow=hearing.heard.flow))[0]
    return coerce(hearing.release, slot, said, said) if value is None else value


def _unnamed(hearing: Hearing, word: str, *, meant: bool) -> Correct | None:
    """No answer is named: an entity may tell which; a short message is asked back; a long one is something else."""
    if word and not key(hearing.text).startswith(("不对", "错", key(word))):
        return None
    for slot in changeable(hearing):
        value = volunteered(hearing.release, hearing.heard, [slot.name], {}).get(slot.name)
        if value is not None:
            return Correct(slot.name, value)
    return Correct() if meant or len(key(hearing.text)) <= _SHORT else None
