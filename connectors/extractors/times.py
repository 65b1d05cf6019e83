"""When: dates and times of day. A day that may be past or coming is the coming one: “周五” is never a past Friday.

Around JioNLP stand rules for what it reads otherwise: am and pm, hours from now, days of a month, public days and
mornings.
`now` is local wall-clock time; a zone on it is put aside and not used for arithmetic.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from connectors.extractors import jionlp_time
from connectors.extractors.jionlp_time import Found
from connectors.extractors.numerals import DIGITS, number
from dialogs.kernel.words import Entity

_DATA = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_DAYS: dict[str, list[int]] = _DATA["days"]
_PARTS: dict[str, list[int]] = _DATA["parts_of_day"]

_N = f"[{DIGITS}]"
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])(?:\.?m\.?)?(?![A-Za-z])", re.IGNORECASE)
_HOURS = re.compile(rf"(上|下|前|后|过去|还剩|剩下)\s*({_N}{{1,3}})?\s*个?\s*(?:小时|钟头)")
_PUBLIC = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
_BARE_DAY = re.compile(r"(?<![\d月到至~-])([12]?\d|3[01])[日号](?![\d楼院线地])")
_HOUSE = re.compile(r"^号[楼院线地店]")
_MONTH = re.compile(rf"(?<![{DIGITS}年个])({_N}{{1,2}})月份(?!\d)")
_PART = re.compile("^(?:" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")")
_ENDS_IN_PART = re.compile("(" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")$")

_FIXED = re.compile(
    r"年|[昨今明后]天|[昨今明当][晚早晨日]|(?<![早晚])上(?!午)|下(?!午)|[本这前后去刚内]|现在|此刻|\d{4}[-./]"
)
"""The expression says itself which one it means."""
_FIXED_BEFORE = re.compile(r"(?:[今本这]|今[晨早晚])$")
_PAST = re.compile(r"^(?:起)?(?:以来|至今|到现在|到今天|开始(?!.*[吗呢?？]))")
"""What follows shows that it has been."""
_WEEKDAY = re.compile(r"[周]|星期|礼拜")
_OF_MONTH = re.compile(r"月")
_OF_DAY = re.compile(r"[日号]")
_HOUR = re.compile(r"[点:：]")
_TIME_OF_DAY = re.compile(r"[点时:：]|上午|下午|晚上|中午|早上")

_NOON = 12
_MONTHS = 12


def find(text: str, now: datetime) -> Iterator[Entity]:
    """Entities `time` with {"start", "end" (both included, ISO), "text"}."""
    local = now.replace(tzinfo=None)
    taken = list(_ours(text, local))
    # What our rules have read is blanked out, so that places stay right and nothing is read twice.
    rest = list(text)
    for one in taken:
        rest[one.offset : one.offset + len(one.text)] = " " * len(one.text)
    theirs = (
        _coming(one, text, local)
        for one in jionlp_time.find("".join(rest), local)
        if not _HOUSE.match(text[one.offset + len(one.text) - 1 :])
    )
    for one in sorted((*taken, *theirs), key=lambda each: each.offset):
        value = {"start": one.start.isoformat(), "end": one.end.isoformat(), "text": one.text}
        yield Entity("time", value, one.offset, one.offset + len(one.text))


def _ours(text: str, now: datetime) -> Iterator[Found]:
    covered = 0
    found = [(match.start(), match, rule) for pattern, rule in _RULES for match in pattern.finditer(text)]
    for start, match, rule in sorted(found, key=lambda each: each[0]):
        span = rule(match, now) if start >= covered else None
        if span:
            covered = match.end()
            yield Found(match[0], start, *span)


def _clock(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    if not 0 < hour <= _NOON or minute > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    hour = hour % _NOON + (_NOON if match[3] in "pP" else 0)
    start = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    start += timedelta(days=start < now)
    return start, start + timedelta(minutes=59 - minute if match[2] is None else 0, seconds=59)


def _hours(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    count = number(match[2]) if match[2] else 1
    span = timedelta(hours=float(count or 1))
    return (now - span, now) if match[1] in ("上", "前", "过去") else (now, now + span)


def _public(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    month, day = _DAYS[match[0]]
    this_year = now.replace(month=month, day=day, hour=0, minute=0, second=0, microsecond=0)
    start = this_year if this_year.date() >= now.date() else this_year.replace(year=now.year + 1)
    return start, _end_of_day(start)


def _bare_day(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    day = int(match[1])
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while day > monthrange(month.year, month.month)[1] or month.replace(day=max(day, 1)).date() < now.date():
        month = _next_month(month)
    start = month.replace(day=max(day, 1))
    return start, _end_of_day(start)


def _month(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
    month = number(match[1])
    if not month or not 1 <= month <= _MONTHS:
        return None
    start = datetime(now.year + (month < now.month), int(month), 1)  # noqa: DTZ001 - wall-clock time
    return start, _next_month(start) - timedelta(seconds=1)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], tuple[datetime, datetime] | None]], ...] = (
    (_CLOCK, _clock),
    (_HOURS, _hours),
    (_PUBLIC, _public),
    (_BARE_DAY, _bare_day),
    (_MONTH, _month),
)


def _coming(one: Found, text: str, now: datetime) -> Found:
    """The coming one, where the expression leaves it open; and mornings as an office sees them."""
    before, after = text[: one.offset], text[one.offset + len(one.text) :]
    if not (_FIXED.search(one.text) or _FIXED_BEFORE.search(before) or _PAST.match(after)):
        later = _later_base(one, now)
        again = jionlp_time.read(one.text, later) if later else None
        one = Found(one.text, one.offset, again.start, again.end) if again else one
    return _in_part(one, after)


def _later_base(one: Found, now: datetime) -> datetime | None:
    """The moment from which the expression means its coming occurrence; None if it does so from now."""
    if _WEEKDAY.search(one.text):
        return now + timedelta(days=7) if one.start.date() <= now.date() else None
    hour_said = _HOUR.search(one.text) and not _OF_MONTH.search(one.text) and not _OF_DAY.search(one.text)
    if (one.start if hour_said else one.end) >= now:
        return None
    if _OF_MONTH.search(one.text):
        return now.replace(year=now.year + 1, month=1, day=1)
    if _OF_DAY.search(one.text):
        return _next_month(now.replace(day=1))
    if _TIME_OF_DAY.search(one.text):
        return now + timedelta(days=1)
    return now.replace(year=now.year + 1, month=1, day=1)


def _in_part(one: Found, after: str) -> Found:
    follows = _PART.match(after)
    part = follows or _ENDS_IN_PART.search(one.text)
    if not part:
        return one
    first, last = _PARTS[part[0]]
    start = one.start.replace(hour=first, minute=0, second=0)
    said = one.text + (follows[0] if follows else "")
    return Found(said, one.offset, start, start.replace(hour=last - 1, minute=59, second=59))


def _end_of_day(start: datetime) -> datetime:
    return start + timedelta(days=1, seconds=-1)


def _next_month(day: datetime) -> datetime:
    return day.replace(year=day.year + day.month // _MONTHS, month=day.month % _MONTHS + 1)
