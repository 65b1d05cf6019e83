"""Expressions read by rules of our own, because JioNLP does not read them or reads them otherwise."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import yaml

from connectors.extractors import holidays, jionlp_time
from connectors.extractors.moments import (
    MONTHS,
    Moment,
    Span,
    days,
    hours,
    midnight,
    month_days,
    months_from,
    whole_day,
)
from connectors.extractors.numerals import DIGITS, number
from connectors.extractors.tense import is_past

_DATA = yaml.safe_load(Path(__file__).with_name("times.yml").read_text(encoding="utf-8"))
_DAYS: dict[str, list[int]] = _DATA["days"]
_READABLE: dict[str, str] = _DATA["readable"]
_OF_MONTH: dict[str, list[int]] = _DATA["parts_of_month"]
_MORNING: list[int] = _DATA["parts_of_day"]["早"]

_N = f"[{DIGITS}]"
_ZH_DAY = "三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九]"
_THING = "[楼院线地门店车桌床窗机库井台岗人码单栋幢室铺称召内子常报本]"

_Rule: TypeAlias = Callable[[re.Match[str], datetime, bool], Span | None]

_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])(?:\.?m\.?)?(?![A-Za-z])", re.IGNORECASE)
_EXACT = re.compile(rf"(?:(过去|还剩|剩下)\s*({_N}{{1,3}})|([上下])(?:一个?|个))\s*个?\s*(?:小时|钟头)")
_UNITS = re.compile(
    rf"(?<![以之提眼天月年午])(今后|往后|前|后|下)\s*({_N}{{1,3}})\s*个?\s*(秒|分钟|小时|钟头|天|日|周|星期|礼拜|月|年)(?![级以之后前内雨岁班底初])"
)
_AFTER_DAYS = re.compile(rf"过({_N}{{1,3}})(天|个?星期|个?礼拜|周|个月)(?!了)")
_PUBLIC = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
_NAMED = re.compile("|".join(sorted(_READABLE, key=len, reverse=True)))
_BARE_DAY = re.compile(
    rf"(?:(?<=[周期拜][一二三四五六日天])|(?<![{DIGITS}廿卅月到至~第初-]))([12]?\d|3[01]|{_ZH_DAY})[日号](?!\d|{_THING}|[、,，和或到至~-]+[{DIGITS}]+[日号])"
)
_TWO_DAYS = re.compile(
    rf"(?<![{DIGITS}月])(?:([12二])?十|([12]))([一二三四五六七八]|\d)([二三四五六七八九]|\d)[日号](?!{_THING})"
)
_MONTH = re.compile(
    rf"(?<![{DIGITS}年个廿闰历])({_N}{{1,2}})月(?:份(?!\d)|(?![{DIGITS}初底末中上下旬日号份饼廿]|的?第|个|以?[前后]|子|光|亮|台|供|租|嫂))"
)
_THIS_MONTH = re.compile(
    rf"(上上|下下|上|下|这|本|当)个?月(?:份)?(?![{DIGITS}的]*{_N}[日号]|[底初末中]|[上中下]旬|第|的?第|饼|台)"
)
_PART_OF_MONTH = re.compile(rf"(?<![{DIGITS}个本这当上下月])(月初|月中|月底|月末|[上中下]旬)(?!旬)")
_NEXT_YEAR = re.compile(r"(?:(?<=^)|(?<=[，,。\s到等]))[下来]年(?![级轻龄])")
_EARLY = re.compile(r"(?:([今明昨])早(?![餐饭点市晨])上?)")
_DOTTED = re.compile(
    r"(?:(?<=^)|(?<=[约在到就]))(1[0-2])\.(3[01]|[12]\d|0?[1-9])(?=$|号|日|[上下]午|早|晚|吧|行|可以)[号日]?"
)

_EARLY_DAYS = {"昨": -1, "今": 0, "明": 1}
_MONTHS_AWAY = {"上上": -2, "上": -1, "下": 1, "下下": 2}
_SECONDS = {"秒": 1, "分": 60, "小": 3600, "钟": 3600, "天": 86400, "日": 86400}
_WEEKS = ("周", "星", "礼")
_NOON = 12
_LAST_MINUTE = 59


def find(text: str, now: datetime) -> Iterator[Moment]:
    """What the rules read, from left to right, nothing twice."""
    covered = 0
    found = [(match.start(), match, rule) for pattern, rule in _RULES for match in pattern.finditer(text)]
    for start, match, rule in sorted(found, key=lambda each: (each[0], -each[1].end())):
        past = is_past(text[: match.start()], text[match.end() :])
        span = _within_time(rule, match, now, past=past) if start >= covered else None
        if span:
            covered = match.end()
            yield Moment(match[0], start, span)


def _within_time(rule: _Rule, match: re.Match[str], now: datetime, *, past: bool) -> Span | None:
    """What the rule reads, unless no calendar reaches so far (后三亿年)."""
    try:
        return rule(match, now, past)
    except (OverflowError, ValueError):
        return None


def _clock(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    if not 0 < hour <= _NOON or minute > _LAST_MINUTE:
        return None
    hour = hour % _NOON + (_NOON if match[3] in "pP" else 0)
    start = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if not past:
        start += timedelta(days=start < now)
    return start, start + timedelta(minutes=_LAST_MINUTE - minute if match[2] is None else 0, seconds=59)


def _exact(match: re.Match[str], now: datetime, _past: bool) -> Span:
    """So many hours from this minute on: 过去两个小时, 还剩三小时."""
    span = timedelta(hours=float((number(match[2]) if match[2] else 1) or 1))
    return (now - span, now) if match[1] == "过去" or match[3] == "上" else (now, now + span)


def _units(match: re.Match[str], now: datetime, _past: bool) -> Span | None:
    """So many whole days, weeks, months before or after the present one: 前两天, 后三个月."""
    count = number(match[2])
    if not count or count != int(count):
        return None
    at = _floor(now, match[3])
    first, last = (-int(count), 0) if match[1] == "前" else (1, int(count) + 1)
    return _shifted(at, match[3], first), _shifted(at, match[3], last) - timedelta(seconds=1)


def _floor(now: datetime, unit: str) -> datetime:
    if unit[0] in _SECONDS and unit[0] not in "天日":
        seconds = _SECONDS[unit[0]]
        passed = (now.hour * 60 + now.minute) * 60 + now.second
        return midnight(now) + timedelta(seconds=passed // seconds * seconds)
    if unit[0] in _WEEKS:
        return midnight(now) - timedelta(days=now.weekday())
    if unit == "年":
        return months_from(now, 1 - now.month)
    return months_from(now, 0) if unit == "月" else midnight(now)


def _shifted(at: datetime, unit: str, count: int) -> datetime:
    if unit[0] in _SECONDS:
        return at + timedelta(seconds=_SECONDS[unit[0]] * count)
    if unit[0] in _WEEKS:
        return at + timedelta(weeks=count)
    return months_from(at, count * (MONTHS if unit == "年" else 1))


def _after_days(match: re.Match[str], now: datetime, _past: bool) -> Span | None:
    """A day so far ahead: 过两天, 过一个星期."""
    count = number(match[1])
    if not count or count != int(count):
        return None
    unit = match[2].lstrip("个")
    day = now + timedelta(days=int(count) * (7 if unit[0] in _WEEKS else 30 if unit == "月" else 1))
    return whole_day(day)


def _public(match: re.Match[str], now: datetime, past: bool) -> Span:
    month, day = _DAYS[match[0]]
    return _date(now, month, day, past=past)


def _date(now: datetime, month: int, day: int, *, past: bool) -> Span:
    this_year = midnight(now).replace(month=month, day=day)
    if past:
        return whole_day(this_year if this_year <= now else this_year.replace(year=now.year - 1))
    return whole_day(this_year if this_year >= midnight(now) else this_year.replace(year=now.year + 1))


def _named(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    said = _READABLE[match[0]]
    for base in (now, months_from(now, (MONTHS + 1 - now.month) if not past else -now.month)):
        found = jionlp_time.read(said, base)
        if found and found.span and (found.span[0] <= now if past else found.span[1] >= now):
            return found.span
    return None


def _bare_day(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    day = int(number(match[1]) or 0)
    if not day:
        return None
    month = months_from(now, 0)
    while day > month_days(month) or (month.replace(day=day) > now if past else _is_over(month.replace(day=day), now)):
        month = months_from(month, -1 if past else 1)
    return whole_day(month.replace(day=day))


def _is_over(day: datetime, now: datetime) -> bool:
    return day.date() < now.date()


def _two_days(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    """Not quite sure which: 二十四五号."""
    tens = number(match[1] or match[2] or "1") or 1
    first, second = (int(tens) * 10 + int(number(match[at]) or 0) for at in (3, 4))
    month = months_from(now, 0)
    if second != first + 1 or second > month_days(month):
        return None
    if (not past) and _is_over(month.replace(day=second), now):
        month = months_from(month, 1)
    return days(month.replace(day=first), month.replace(day=second)) if second <= month_days(month) else None


def _month(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    month = number(match[1])
    if not month or month != int(month) or not 1 <= month <= MONTHS:
        return None
    years = -(month > now.month) if past else month < now.month
    return _whole_month(months_from(now, int(month) - now.month + years * MONTHS))


def _whole_month(first: datetime) -> Span:
    return first, months_from(first, 1) - timedelta(seconds=1)


def _this_month(match: re.Match[str], now: datetime, _past: bool) -> Span:
    return _whole_month(months_from(now, _MONTHS_AWAY.get(match[1], 0)))


def _next_year(_match: re.Match[str], now: datetime, _past: bool) -> Span:
    first = months_from(now, MONTHS + 1 - now.month)
    return first, months_from(first, MONTHS) - timedelta(seconds=1)


def _part_of_month(match: re.Match[str], now: datetime, past: bool) -> Span:
    first, last = _OF_MONTH[match[1]]
    month = months_from(now, 0)
    if past:
        month = month if month.replace(day=first) <= now else months_from(month, -1)
    elif now.day > last:
        month = months_from(month, 1)
    return days(month.replace(day=first), month.replace(day=min(last, month_days(month))))


def _early(match: re.Match[str], now: datetime, _past: bool) -> Span:
    return hours(now + timedelta(days=_EARLY_DAYS[match[1]]), *_MORNING)


def _dotted(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    month, day = int(match[1]), int(match[2])
    try:
        return _date(now, month, day, past=past)
    except ValueError:
        return None


def _holiday(match: re.Match[str], now: datetime, past: bool) -> Span | None:
    return holidays.after(match, now, past=past)


_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = (
    (_CLOCK, _clock),
    (_EXACT, _exact),
    (_UNITS, _units),
    (_AFTER_DAYS, _after_days),
    (holidays.AFTER, _holiday),
    (_PUBLIC, _public),
    (_NAMED, _named),
    (_TWO_DAYS, _two_days),
    (_BARE_DAY, _bare_day),
    (_MONTH, _month),
    (_THIS_MONTH, _this_month),
    (_NEXT_YEAR, _next_year),
    (_PART_OF_MONTH, _part_of_month),
    (_EARLY, _early),
    (_DOTTED, _dotted),
)
