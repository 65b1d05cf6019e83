"""“地址改成…”, “不对 电话错了”, “刚才那个地址写错了 是二单元”: which earlier answer is meant, and what it should be."""

import re
from functools import lru_cache

from dialogs.kernel.commands import Correct
from dialogs.kernel.hearing import Hearing
from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.release import Slot
from dialogs.kernel.slots import Heard, coerce, requested, volunteered
from dialogs.kernel.sprint import changeable
from dialogs.kernel.triggers import stands
from dialogs.kernel.wording import ASKED_AGAIN, key
from dialogs.kernel.words import Value

_BETWEEN = re.compile(
    r"^[\s,，.。:：;；、!！?？了啦的]*(?:应该|应当|其实|现在)?(?:改成|改为|换成|写成|是|为|成|叫)?[\s:：,，]*"
)
_ENDING = re.compile(r"[\s,，.。;；!！?？]+$")
_PART = re.compile(r"([0-9０-９一二三四五六七八九十两]+)(单元|号楼|栋|幢|楼|层|号|室|组|户)")
_CHANGES = ("改成", "改为", "换成", "错", "不对")
_LEAD = (
    r"(?P<mend>(?:(?:不对|错了|等等|等一下|说错了|写错了|填错了|打错了|弄错了|改一下|我要改)[\s,，.。!！、]*)*"
    r"(?:(?:刚才|刚刚|前面|上面)(?:我?[说填写留讲给报]的?)?)?)(?:那个|我的|我|的|请?帮?我?把)*"
)
_VERB = (
    r"(?:那里|那儿|号码)?(?:(?:我?[说写填打弄留给报]?错了?|不对)[\s,，.。:：]*(?:应该|应当|其实|要)?(?:是|改成|改为|换成)?"
    r"|(?:应该|要|得|请|帮我)?(?:改成|改为|换成))[\s:：,，]*(?P<value>\S.*)"
)
_INSTEAD = re.compile(
    r"(?P<mend>(?:(?:我|刚才|前面|不对|错了|等等|[说写填打弄]错了|改一下)[\s,，.。!！、]*)*)"
    r"(?:应该|其实|要)?(?P<verb>改成|改为|换成|是)?[“\"]?(?P<value>[^”\"]+)[”\"]?",
)
"""A new value without a name: 改成物业, 我说错了是青山乡."""
_NEAR = 12
"""Characters before the name of the answer to be changed (我刚才说的那个联系电话写错了); farther on it is a story."""
_SHORT = 12
"""Characters of a message that is nothing but a wish to change something (改一下吧)."""
_TRIFLE = 2
"""Characters around a new value that mean nothing (吧, 的, 号)."""


def correction(hearing: Hearing) -> Correct | None:
    """Read a wish to change an earlier answer; None if the message is something else."""
    if hearing.thread is None:
        return None
    if hearing.forced or (_is_open(hearing) and len(hearing.word) > _SHORT):
        sure = hearing.heard.intent == "correct" and hearing.heard.confidence >= hearing.release.thresholds.interrupt
        return _insisted(hearing) or (_unnamed(hearing, "", meant=True) if sure and not hearing.forced else None)
    word = _word(hearing)
    meant = hearing.heard.intent == "correct"
    if not word and not meant:
        return None
    named = _named(hearing)
    if named is None and (chosen := _chosen(hearing)) is not None:
        return chosen
    if named is not None:
        slot, after = named
        return Correct(slot.name, _value(hearing, slot, hearing.text[max(after, _end(hearing.text, word)) :]))
    return _unnamed(hearing, word, meant=meant)


def insists(hearing: Hearing) -> bool:
    """Say whether the words have the shape of a correction, where everything else is an answer."""
    return _shaped(hearing) is not None or _instead(hearing.text) is not None


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


def _is_open(hearing: Hearing) -> bool:
    """Nearly any words may be the answer to the question that waits."""
    slot = hearing.slot
    return slot is not None and slot.type in ("text", "any") and any(one.kind == "from_text" for one in slot.mappings)


def _insisted(hearing: Hearing) -> Correct | None:
    """A correction in place of an answer: only if its value is plainly of that slot, or “不对”, “刚才” stands first."""
    shaped = _shaped(hearing)
    if shaped is None:
        return _chosen(hearing)
    slot, found = shaped
    said = _ENDING.sub("", found["value"])
    value = _value(hearing, slot, said)
    mended = bool(found["mend"]) and slot.type == "text" and _stands(hearing, slot, said)
    if value is None or not (mended or _is_telling(hearing, slot, said, found.start("value"))):
        return None
    return Correct(slot.name, value)


def _shaped(hearing: Hearing) -> tuple[Slot, re.Match[str]] | None:
    """The answer named at the very beginning, and the words around it: a name, a verb of changing, a value."""
    if not _speaks_of_change(hearing.text):
        return None
    for slot in (*changeable(hearing.release, hearing.session), *((hearing.slot,) if hearing.slot else ())):
        names = sorted(filter(None, (slot.label, *slot.aliases)), key=len, reverse=True)
        found = re.match(f"{_LEAD}(?:{'|'.join(map(re.escape, names))}){_VERB}", hearing.text, re.DOTALL)
        if found and (slot is not hearing.slot or not hearing.forced):
            return slot, found
    return None


def _chosen(hearing: Hearing) -> Correct | None:
    """Another value without a name, for the one answer of which it plainly is one: a choice by its title, an entity."""
    found = _instead(hearing.text)
    if found is None:
        return None
    said = _ENDING.sub("", found["value"])
    for slot in changeable(hearing.release, hearing.session):
        named = any(mapping.entity for mapping in slot.mappings) and slot.type in ("any", "text")
        if slot.type != "categorical" and not (named and hearing.heard.entities):
            continue
        if _is_telling(hearing, slot, said, found.start("value")):
            return Correct(slot.name, _value(hearing, slot, said))
    return None


@lru_cache(ASKED_AGAIN)
def _speaks_of_change(text: str) -> bool:
    return any(word in text for word in _CHANGES)


def _instead(text: str) -> re.Match[str] | None:
    found = _INSTEAD.fullmatch(text) if _speaks_of_change(text) else None
    if found is None or not (found["verb"] not in (None, "是") or _speaks_of_change(found["mend"])):
        return None
    return found


def _is_telling(hearing: Hearing, slot: Slot, said: str, at: int) -> bool:
    """Whether a value is plainly one of this slot: an entity, a piece of an address, a choice, or passes its rules."""
    if slot.type == "float":
        return len(said) <= _TRIFLE * 2
    if slot.type == "categorical":
        return key(said) in lexicon(hearing.release).titles[slot.name]
    for mapping in slot.mappings:
        for entity in hearing.heard.entities if mapping.entity else ():
            if entity.entity != mapping.entity or not 0 <= entity.start - at <= _TRIFLE:
                continue
            if slot.type == "any" or at + len(said) - entity.end <= _TRIFLE:
                return True
    if slot.type == "any":
        return _PART.match(said) is not None and not _PART.sub("", said)
    return slot.name in lexicon(hearing.release).exacting and _stands(hearing, slot, said)


def _stands(hearing: Hearing, slot: Slot, said: str) -> bool:
    return hearing.thread is not None and stands(hearing, hearing.thread.root, slot.name, said)


def _word(hearing: Hearing) -> str:
    """The word of correction that stands last in the text; empty if none does."""
    found = [word for word in hearing.release.repairs.get("correct", ()) if word and word in hearing.text]
    return max(found, key=lambda word: (hearing.text.rfind(word) + len(word), len(word)), default="")


def _end(text: str, word: str) -> int:
    return text.rfind(word) + len(word) if word else 0


def _named(hearing: Hearing) -> tuple[Slot, int] | None:
    """The slot whose longest name is in the text (the one asked for now counts too), and where that name ends."""
    best: tuple[int, Slot, int] | None = None
    for slot in (*changeable(hearing.release, hearing.session), *((hearing.slot,) if hearing.slot else ())):
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
    for slot in changeable(hearing.release, hearing.session):
        value = volunteered(hearing.release, hearing.heard, [slot.name], {}).get(slot.name)
        if value is not None:
            return Correct(slot.name, value)
    return Correct() if meant or len(key(hearing.text)) <= _SHORT else None
