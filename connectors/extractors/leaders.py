"""Which leader somebody wants to see: by surname and post (李区长), by post (政法委书记), by portfolio (分管住建的).

Several who receive together are one (联合接访).

Who that is, is for whoever knows the calendar: the words go there as they are.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from dialogs.kernel.words import Entity

_DATA = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_POST = f"(?:{_any(_DATA['posts'])})(?!{_any(_DATA['not_after'])})"
_SURNAME = f"(?:{_any(_DATA['compound'])}|[{_DATA['surnames']}])"
_NOT_BEFORE = "".join(f"(?<!{word})" for word in _DATA["not_before"])
_PORTFOLIO = re.compile(
    rf"(?:分管|主管|主抓|管|负责)(?P<portfolio>[^\s,，。!！?？、的了我他你]{{1,10}}?)(?:工作|这块|这一块|方面)?的?(?:那个|那位)?(?P<post>{_POST}|领导)"
    r"|(?:分管|主管)(?P<only>[^\s,，。!！?？、的了我他你]{1,10}?)(?:工作)?的(?=$|[,，。!！?？]|人)"
)
_NAMED = re.compile(rf"(?<!公)(?!常务|公安|检察|法院)(?P<surname>{_SURNAME})(?P<post>{_POST})")
_FULLY = re.compile(
    rf"(?:(?<=[见找约])|(?<![\u4e00-\u9fff]))(?!常务|公安|检察|法院)(?P<surname>{_SURNAME})(?!副|常务|公安|检察)[\u4e00-\u9fff]{{1,2}}(?P<post>{_POST})"
)
_ALONE = re.compile(rf"{_NOT_BEFORE}(?P<post>{_any(_DATA['alone'])})(?!{_any(_DATA['not_after'])})")
_WANTED = re.compile(
    rf"(?:见|找|约|预约|拜访|反映给|告诉)(?:一下|见)?(?:我们|咱们?)?(?:[区县市镇乡]里?的?|街道的?)?(?P<post>{_any(_DATA['wanted'])})(?!{_any(_DATA['not_after'])})"
)
_TOGETHER = re.compile(_any(_DATA["together"]))
_NO_NAME = re.compile(r"^(?:班主任|车主任|支书记)")


def find(text: str) -> Iterator[Entity]:
    """At most one entity `leader`: {"text", "post", "surname"?, "portfolio"?}; text is what was said of the person."""
    for pattern in (_PORTFOLIO, _FULLY, _NAMED, _ALONE, _WANTED, _TOGETHER):
        match = next((one for one in pattern.finditer(text) if not _NO_NAME.match(one[0])), None)
        if match is not None:
            yield _leader(match)
            return


def _leader(match: re.Match[str]) -> Entity:
    parts = match.groupdict()
    start, end = match.span("post") if match.re is _WANTED else match.span()
    value = {"text": match.string[start:end], "post": parts.get("post"), "surname": parts.get("surname")}
    value["portfolio"] = parts.get("portfolio") or parts.get("only")
    return Entity("leader", {name: said for name, said in value.items() if said}, start, end)
