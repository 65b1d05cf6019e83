"""Dates and times that do not exist: 2月30日, 13月1号, 25点, 8点70. They are named as such, never read as another."""

import re
from collections.abc import Iterator
from datetime import datetime

from connectors.extractors.moments import MONTHS, NO_SUCH_DATE, NO_SUCH_TIME, Moment, month_days, months_from
from connectors.extractors.numerals import number

_N = r"[0-9零〇一二两三四五六七八九十廿卅]"
_NOT_A_DAY = r"(?![楼院线地门店车桌床窗机库井台岗人码单栋幢室铺\d])"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}}|[零〇一二三四五六七八九]{{4}}|今|明|后|去|前)年)?(?<!{_N})(?P<month>{_N}{{1,3}})月(?:份的?)?(?P<day>{_N}{{1,3}})[日号]{_NOT_A_DAY}"
)
_IN_MONTH = re.compile(rf"(?P<which>上上|下下|上|下|这|本|当)个?月的?(?P<day>{_N}{{1,3}})[日号]{_NOT_A_DAY}")
_PART = r"(?:上午|下午|晚上|早上|中午|凌晨)"
_BARE = re.compile(
    rf"(?:(?<=^)|(?<=[约在到]))(?P<day>3[2-9]|三十[二三四五六七八九]|卅[二三四五六七八九])[日号](?=$|[吧吗呢,，。?？!！]|{_PART}|行|可以)"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[八九8-9](?!\d|[折五成点])")
_CLOCK = re.compile(
    rf"(?<!{_N})(?<![.:：])(?:{_PART})?(?P<hour>{_N}{{1,3}})(?:点(?:钟)?|时(?!间|候|常|期|代|刻|段))(?:(?P<minute>{_N}{{1,3}})(?:分(?!钱))?(?!{_N}))?"
    rf"(?!{_N}|意见|要求|建议|问题|钱|积分|左右的?(?:人|钱))"
)
_OF_WEEKDAY = re.compile("(?:周|星期|礼拜)$")
_TWO_HOURS = re.compile(r"[一二两三四五六七八九]{2}")
"""Not quite sure which: 七八点."""
_COLON = re.compile(r"(?<![\d:：.])(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?![\d:：])")
_MONTHS_AWAY = {"上上": -2, "上": -1, "下": 1, "下下": 2}
_YEARS_AWAY = {"前": -2, "去": -1, "今": 0, "明": 1, "后": 2}
_HOURS, _MINUTES = 24, 60
_SLIP = 30
"""“25:00” is a slip of the pen, “35:37” a score or a length."""


def find(text: str, now: datetime) -> Iterator[Moment]:
    """What names no date or no time, in no order."""
    for match in _dates(text, now):
        yield Moment(match[0], match.start(), problem=NO_SUCH_DATE)
    for match in _times(text):
        yield Moment(match[0], match.start(), problem=NO_SUCH_TIME)


def _dates(text: str, now: datetime) -> Iterator[re.Match[str]]:
    yield from (match for match in _DATE.finditer(text) if not _exists(match, now))
    for match in _IN_MONTH.finditer(text):
        month = months_from(now, _MONTHS_AWAY.get(match["which"], 0))
        if not 1 <= (number(match["day"]) or 0) <= month_days(month):
            yield match
    yield from _BARE.finditer(text)
    yield from _WEEKDAY.finditer(text)


def _times(text: str) -> Iterator[re.Match[str]]:
    for match in _CLOCK.finditer(text):
        # Of 周二9点 the first sign belongs to the weekday.
        said = match["hour"][_OF_WEEKDAY.search(text, 0, match.start("hour")) is not None :]
        hour, minute = number(said) if said else 0, number(match["minute"] or "0")
        wrong = hour is None or hour > _HOURS or minute is None or minute >= _MINUTES
        if wrong and not _TWO_HOURS.fullmatch(match["hour"]):
            yield match
    for match in _COLON.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"])
        if _HOURS < hour < _SLIP or (hour <= _HOURS and minute >= _MINUTES):
            yield match


def _exists(match: re.Match[str], now: datetime) -> bool:
    """Whether the day is in the calendar; without a year, in that month as it comes next."""
    month, day = number(match["month"]), number(match["day"])
    if month is None or day is None or not 1 <= month <= MONTHS:
        return False
    year = _year(match["year"], now)
    if year is None:
        year = now.year + (month < now.month)
    return 1 <= day <= month_days(datetime(year, int(month), 1))  # noqa: DTZ001 - wall-clock time


def _year(said: str | None, now: datetime) -> int | None:
    if said is None:
        return None
    if said in _YEARS_AWAY:
        return now.year + _YEARS_AWAY[said]
    return int(number(said) or now.year)
