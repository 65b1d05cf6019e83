"""Money, numbers of people, and how long: amounts with their unit."""

import re
from collections.abc import Iterator

from connectors.extractors.numerals import DIGITS, number
from dialogs.kernel.words import Entity, Value

_NUMBER = rf"(?<![{DIGITS}几数])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|[{DIGITS}]{{1,20}})"
_ROUGH = "(?:多|来|几|余|把)?"
_MONEY = re.compile(
    rf"{_NUMBER}{_ROUGH}(?:(万|千|百|[wWkK]){_ROUGH})?(?:(元|块钱|块|圆|人民币|[rR][mM][bB])(?:([{DIGITS}])(?:毛|角)?(?![{DIGITS}个年月天斤件一]))?|(毛|角)钱?)"
)
_SIGNED = re.compile(r"[¥￥]\s*(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)(万)?")
_ROUND = re.compile(rf"{_NUMBER}{_ROUGH}(?:(万|亿|千|百|[wWkK](?![A-Za-z]))(?:多|来|余)?)?")
_OWED = re.compile(
    r"(?:欠|借|赔|付|扣|罚|花|交|收|给|押金|定金|订金|工资|工钱|房租|租金|货款|彩礼|利息|要)(?:[了我他她俺你们的是款家]|咱|人家){0,4}$"
)
"""What follows is a sum, though no word for money stands behind it (欠我一千二)."""
_SUM = 100
_NOT_MONEY = re.compile(
    r"^[多来几余]?(?:[个户人名位斤吨亩平米方公里口头只条棵次字张票辆套间家年月天日号点楼岁倍股分度]|里地)"
)
_PEOPLE = re.compile(
    rf"{_NUMBER}(?:(多|来|几|余)个?|个)?\s*(?:人(?!民|家|行|均|次)|口人|号人|名(?!字|下|义|声)|位(?!置|子)|(?:农民工|工人|村民|业主|住户|工友|兄弟|姐妹|老人|孩子)(?!们))"
)
_FAMILY = re.compile(
    rf"一家([{DIGITS}]{{1,3}})口|(?:兄弟|姐妹|姊妹|弟兄|夫妻|婆媳|我们|咱们|俺们)([{DIGITS}]{{1,3}})个|([俩仨])人?(?!口)"
)
_UNIT = "年半|个半月|个月|年|个星期|星期|个礼拜|礼拜|周(?!岁|年|[一二三四五六日天])|天|个小时|小时"
_LASTING = re.compile(
    rf"(?:好?(几)|{_NUMBER}(多|来|几)?)(?:整)?(个多月|个多星期|{_UNIT})(多|半)?(?:零?({_NUMBER})个(半)?月)?(?!代|级|前.?[日号])"
    r"|(大?半|小半|一整)(年|个月|天)(多)?"
)
_DAYS = {"年": 365, "月": 30, "星": 7, "礼": 7, "周": 7, "天": 1, "小": 1 / 24}
_SOME = 3
"""How many “几” is at least."""
_MAX_YEARS = 100
_ONE = 1
_ABOUT = re.compile(
    r"((?:[二三四五六七八九]?十)?)([一二两三四五六七八九])([二三四五六七八九])(?=[十百千万亿]|$)([十百千万亿]*)"
)
"""Not quite sure: 两三(年), 五六(万), 十七八(天)."""


def find(text: str) -> Iterator[Entity]:
    """Entities money (yuan), person_count and duration ({"text", "days"}) of a text in plain characters."""
    yield from _money(text)
    yield from _people(text)
    yield from _lasting(text)


def _money(text: str) -> Iterator[Entity]:
    end = 0
    for match in sorted((*_MONEY.finditer(text), *_SIGNED.finditer(text)), key=lambda each: each.start()):
        value = _yuan(match) if match.re is _MONEY else _counted(match[1], match[2])
        if value is not None and match.start() >= end:
            end = match.end()
            yield Entity("money", value, match.start(), end)
    if end:
        return
    # “欠我三万”: without a word for money, only round sums, or what is owed, that count nothing else.
    for match in _ROUND.finditer(text):
        value = _round(match, owed=bool(_OWED.search(text[: match.start()])))
        if value is not None and not _NOT_MONEY.match(text[match.end() :]):
            yield Entity("money", value, match.start(), match.end())


def _yuan(match: re.Match[str]) -> Value:
    amount = _counted(match[1], match[2])
    if amount is None:
        return None
    if match[5]:
        return _plain(amount / 10)
    tenths = number(match[4]) if match[4] else 0
    return _plain(amount + (tenths or 0) / 10)


def _round(match: re.Match[str], *, owed: bool) -> Value:
    amount = _counted(match[1], match[2])
    if owed:
        return amount if amount is not None and amount >= _SUM else None
    if match[2] in ("千", "百") or not (match[2] or match[1].endswith(("万", "亿")) or "万" in match[1]):
        return None
    return amount


def _counted(digits: str, unit: str | None) -> float | int | None:
    unit = {"w": "万", "k": "千"}.get((unit or "").lower(), unit or "")
    return _value(digits.replace(",", "") + unit)


def _value(digits: str) -> float | int | None:
    """The number, or the lower one of “五六万”."""
    about = _ABOUT.fullmatch(digits)
    if about and ((number(about[3]) or 0) - (number(about[2]) or 0) == _ONE or about[2] + about[3] == "三五"):
        return number(about[1] + about[2] + about[4])
    return number(digits)


def _people(text: str) -> Iterator[Entity]:
    found = next(_PEOPLE.finditer(text), None)
    if found:
        count = _value(found[1])
        # “一个人” is more often somebody than how many, unless it is the whole answer.
        if count and count == int(count) and (count > _ONE or len(text) <= len(found[0]) + 2):
            yield Entity("person_count", int(count), found.start(), found.end())
        return
    family = _FAMILY.search(text)
    if family:
        count = number(family[1] or family[2] or family[3])
        if count:
            yield Entity("person_count", int(count), family.start(), family.end())


def _lasting(text: str) -> Iterator[Entity]:
    for match in _LASTING.finditer(text):
        days = _half(match) if match[9] else _days(match)
        if days:
            yield Entity("duration", {"text": match[0], "days": days}, match.start(), match.end())


def _half(match: re.Match[str]) -> int:
    days = _DAYS[match[10].lstrip("个")[0]]
    return round(days if match[9] == "一整" else days / 2) or 1


def _days(match: re.Match[str]) -> int | None:
    count, unit = (_SOME if match[1] else _value(match[2])), match[4].removeprefix("个").removeprefix("多")
    if count is None:
        return None
    if unit in ("年半", "半月"):
        count, unit = count + 0.5, unit.strip("半")
    elif match[5] == "半":
        count += 0.5
    if unit == "年" and count >= _MAX_YEARS:
        return None  # a year of the calendar
    months = (_value(match[6]) or 0) + (0.5 if match[8] else 0) if match[6] else 0
    return max(1, round(count * _DAYS[unit[0]] + months * _DAYS["月"]))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 2)
