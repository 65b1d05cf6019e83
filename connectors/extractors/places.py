"""Where: words matched to the organisation's areas, from county to estate, by name, alias or the name's short form.

“酒仙桥街道阳光小区” is one place: areas named beside each other narrow each other down. Equally good ones stay
undecided: the entity then carries what was said and no code, and whoever knows the organisation asks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogs.kernel.words import Entity, Value

SHORTEST = 2
"""Characters of a name. A short form this brief is also an ordinary word (阳光, 青山), so it needs signs of a place."""
LONGEST = 30
MAX_DEPTH = 10

_SUFFIX = re.compile(
    r"(?:街道办事处|街道|地区|社区居委会|居委会|社区|村民委员会|村委会|新村|小区|花园|家园|公寓|[镇乡村区县市苑园里])$"
)
_BEFORE = re.compile(r"(?:在|住|到|来自|家是|我是|我们|咱们|俺们|咱|俺|去)$")
_AFTER = re.compile(
    r"^(?:的人|这边|那边|这里|那里|这儿|那儿|居民|业主|村民|老百姓|[东西南北]?[街路门区]|\d+[号栋幢]|派出所|小学|中学)"
)
_DETAIL = re.compile(
    r"^(?:[\s,，]?(?:[东西南北]区|[A-Za-z]区|第?[0-9一二三四五六七八九十百甲乙丙丁A-Za-z]{1,5}(?:号楼|号院|号|栋|幢|单元|室|组|队|层|楼|弄|巷))){1,6}"
    r"(?:[\d-]{2,9})?"
)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the organisation's territory."""

    code: str
    name: str
    level: str
    parent: str | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    codes: frozenset[str]


class Gazetteer:
    """The organisation's areas by the names that people use for them."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._areas = {area.code: area for area in areas}
        self._full: dict[str, set[str]] = {}
        self._brief: dict[str, set[str]] = {}
        self._short: dict[str, set[str]] = {}
        for area in self._areas.values():
            self._name(area)
        self._longest = max(map(len, (*self._full, *self._brief, *self._short)), default=0)

    @classmethod
    def from_areas(cls, areas: Sequence[Mapping[str, Any]]) -> "Gazetteer":
        """From the backend's list: {code, name, level, parent, aliases}."""
        return cls(
            Area(
                str(each["code"]),
                str(each["name"]),
                str(each["level"]),
                each.get("parent"),
                tuple(each.get("aliases") or ()),
            )
            for each in areas
        )

    def find(self, text: str) -> Iterator[Entity]:
        """At most one entity `location`: {"code", "name", "level", "text"}, or {"text"} while undecided."""
        hits = list(self._hits(text))
        if not hits:
            return
        best = self._best(hits)
        used = [hit for hit in hits if self._supports(hit, best)]
        # Parts of one address stand together; what is said elsewhere in the text only helped to choose.
        last = max(used, key=lambda hit: (max(self._depth(code) for code in hit.codes), hit.start))
        start, end = _together(used, last)
        detail = _DETAIL.match(text[end:])
        end += len(detail[0].rstrip()) if detail else 0
        yield Entity("location", self._value(best, text[start:end]), start, end)

    def full_name(self, code: str) -> str:
        """The names from the county down to the area, written together."""
        return "".join(area.name for area in reversed(self._lineage(code)))

    def _value(self, best: Sequence[str], said: str) -> Value:
        if len(best) > 1:
            return {"text": said}
        area = self._areas[best[0]]
        return {"code": area.code, "name": self.full_name(area.code), "level": area.level, "text": said}

    def _name(self, area: Area) -> None:
        for name in {area.name, *area.aliases}:
            if SHORTEST <= len(name) <= LONGEST:
                # An alias as brief as an ordinary word is treated as a short form is.
                brief = len(name) == SHORTEST and not _SUFFIX.search(name)
                (self._brief if brief else self._full).setdefault(name, set()).add(area.code)
        short = _SUFFIX.sub("", area.name)
        if len(short) >= SHORTEST and short != area.name:
            self._short.setdefault(short, set()).add(area.code)

    def _hits(self, text: str) -> Iterator[_Hit]:
        position, beside = 0, -1
        while position < len(text):
            hit = self._hit(text, position, beside=position == beside)
            if hit:
                yield hit
                beside = hit.end
            position = hit.end if hit else position + 1

    def _hit(self, text: str, start: int, *, beside: bool) -> _Hit | None:
        for length in range(min(self._longest, len(text) - start), SHORTEST - 1, -1):
            said = text[start : start + length]
            if said in self._full:
                return _Hit(start, start + length, frozenset(self._full[said]))
            # A given alias comes before a form that was only derived: 青山 is the township, not one of its villages.
            codes = self._brief.get(said) or self._short.get(said)
            if codes and (beside or self._is_place(text, start, start + length)):
                return _Hit(start, start + length, frozenset(codes))
        return None

    def _is_place(self, text: str, start: int, end: int) -> bool:
        before, after = text[:start], text[end:]
        alone = len(text.strip(" 。，,.!！")) == end - start
        followed = any(after[:length] in self._full for length in range(SHORTEST, min(self._longest, len(after)) + 1))
        sign = _BEFORE.search(before) or _AFTER.match(after)
        return bool(alone or followed or sign or end - start > SHORTEST)

    def _best(self, hits: Sequence[_Hit]) -> list[str]:
        """Of the areas named those that contain no other named one, most of their lineage named first."""
        named = {code for hit in hits for code in hit.codes}
        containing = {area.code for code in named for area in self._lineage(code)[1:]}
        weights = {
            code: sum(bool(hit.codes & {area.code for area in self._lineage(code)}) for hit in hits)
            for code in (named - containing or named)
        }
        most = max(weights.values())
        return sorted(code for code, weight in weights.items() if weight == most)

    def _supports(self, hit: _Hit, best: Sequence[str]) -> bool:
        return any(area.code in hit.codes for code in best for area in self._lineage(code))

    def _lineage(self, code: str) -> list[Area]:
        """The area and all it lies in, the smallest first."""
        line: list[Area] = []
        while code in self._areas and len(line) < MAX_DEPTH:
            line.append(self._areas[code])
            code = self._areas[code].parent or ""
        return line

    def _depth(self, code: str) -> int:
        return len(self._lineage(code))


def _together(hits: Sequence[_Hit], last: _Hit) -> tuple[int, int]:
    """The stretch of hits that touch each other (or nearly: “的”, a comma) up to the last."""
    start = last.start
    for hit in sorted(hits, key=lambda each: -each.start):
        if hit.start < start and start - hit.end <= 1:
            start = hit.start
    return start, last.end
