"""Money, numbers of people, and how long: amounts with their unit."""

import re
from collections.abc import Iterator

from connectors.extractors.numerals import DIGITS, number
from dialogs.kernel.words import Entity, Value

_NUMBER = rf"(?<![{DIGITS}])([{DIGITS}]{{1,20}})"
_ROUGH = "(?:多|来|几|余)?"
_MONEY = re.compile(
    rf"{_NUMBER}{_ROUGH}(?:(万|千|百){_ROUGH})?(?:(元|块钱|块|圆|人民币)(?:([{DIGITS}])(?:毛|角)?(?![{DIGITS}]))?|(毛|角)钱?)"
)
_ROUND = re.compile(rf"{_NUMBER}{_ROUGH}(?:(万|亿)(?:多|来|余)?)?")
_NOT_MONEY = re.compile(
    r"^[多来几余]?(?:[个户人名位斤吨亩平米方公里口头只条棵次字张票辆套间家年月天日号点楼岁倍股分度]|里地)"
)
_PEOPLE = re.compile(
    rf"{_NUMBER}(?:(多|来|几|余)个?|个)?\s*(?:人(?!民|家|行|均|次)|口人|名(?!字|下|义|声)|位(?!置|子)|(?:农民工|工人|村民|业主|住户|工友|兄弟|姐妹|老人|孩子)(?!们))"
)
_FAMILY = re.compile(
    rf"一家([{DIGITS}]{{1,3}})口|(?:兄弟|姐妹|姊妹|弟兄|夫妻|婆媳|我们|咱们|俺们)([{DIGITS}]{{1,3}})个|([俩仨])人?(?!口)"
)
_LASTING = re.compile(
    rf"{_NUMBER}(多|来|几)?(年半|个半月|个月|年|个星期|星期|个礼拜|礼拜|周(?!岁|年|[一二三四五六日天])|天|个小时|小时)(多|半)?(?!代|级|前.?[日号])"
    r"|(大?半|小半)(年|个月|天)(多)?"
)
_DAYS = {"年": 365, "月": 30, "星": 7, "礼": 7, "周": 7, "天": 1, "小": 1 / 24}
_MAX_YEARS = 100
_ONE = 1


def find(text: str) -> Iterator[Entity]:
    """Entities money (yuan), person_count and duration ({"text", "days"}) of a text in plain characters."""
    yield from _money(text)
    yield from _people(text)
    yield from _lasting(text)


def _money(text: str) -> Iterator[Entity]:
    end = 0
    for match in _MONEY.finditer(text):
        value = _yuan(match)
        if value is not None:
            end = match.end()
            yield Entity("money", value, match.start(), end)
    if end:
        return
    # “欠我三万”: without a word for money, only round sums that count nothing else.
    for match in _ROUND.finditer(text):
        value = _round(match)
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


def _round(match: re.Match[str]) -> Value:
    if not match[2] and not match[1].endswith(("万", "亿")) and "万" not in match[1]:
        return None
    return _counted(match[1], match[2])


def _counted(digits: str, unit: str | None) -> float | int | None:
    return number(digits + (unit or ""))


def _people(text: str) -> Iterator[Entity]:
    found = next(_PEOPLE.finditer(text), None)
    if found:
        count = number(found[1].replace("几", ""))
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
        days = _half(match) if match[5] else _days(match)
        if days:
            yield Entity("duration", {"text": match[0], "days": days}, match.start(), match.end())


def _half(match: re.Match[str]) -> int:
    return round(_DAYS[match[6].lstrip("个")[0]] / 2) or 1


def _days(match: re.Match[str]) -> int | None:
    count, unit = number(match[1]), match[3].removeprefix("个")
    if count is None:
        return None
    if unit in ("年半", "半月"):
        count, unit = count + 0.5, unit.strip("半")
    elif match[4] == "半":
        count += 0.5
    if unit == "年" and count >= _MAX_YEARS:
        return None  # a year of the calendar
    return max(1, round(count * _DAYS[unit[0]]))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 2)
