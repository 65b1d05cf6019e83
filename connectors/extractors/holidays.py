"""The first working days after a public holiday: “节后第一天”, “过完年”, “国庆以后”.

Days off are those of the State Council's notice (chinesecalendar); for a year not yet announced, weekends and the
usual length of the holiday.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import yaml

from connectors.extractors import jionlp_time
from connectors.extractors.moments import Span, days, midnight, whole_day
from connectors.extractors.numerals import DIGITS, number

_HOLIDAYS: dict[str, tuple[str, int]] = yaml.safe_load(
    Path(__file__).with_name("times.yml").read_text(encoding="utf-8")
)["holidays"]
_NAMES = "|".join(sorted(_HOLIDAYS, key=len, reverse=True))
_SPEAKING = rf"(?<![{DIGITS}数几去今明前每这那当多同])"
_NTH = r"(?:的?(?:上班)?的?(?:头|第)(?P<nth>[一二三四五1-5])?个?(?:天|工作日|上班日))?"
AFTER = re.compile(
    rf"(?:{_SPEAKING}(?P<name>{_NAMES}|长假|假期|放假|节)节?(?:长假|假期|放假|假)?(?:以后|之后|过后|过完|结束后?|后(?!天))"
    rf"|(?:等)?(?:过了|过完了?)(?P<passed>{_NAMES}|长假|假期|节)节?(?:以后|之后|后(?!天))?){_NTH}"
)
_LONGEST_WAIT = 20
"""Days after which a working day must have come."""
_YEAR = timedelta(days=366)


def after(match: re.Match[str], now: datetime, *, past: bool) -> Span | None:
    """The n-th working day after the holiday named, or the week that begins with the first one."""
    name = match["name"] or match["passed"]
    over = _over(name, now, past=past)
    if over is None:
        return None
    if match["nth"] is None and not match[0].endswith(("天", "日")):
        first = _workday(over, 1)
        return days(first, first + timedelta(days=6))
    return whole_day(_workday(over, int(number(match["nth"] or "1") or 1)))


def _over(name: str, now: datetime, *, past: bool) -> datetime | None:
    """The day after the holiday's last day off; the holiday is the coming one, or that under way, or the last."""
    named = [_HOLIDAYS[name]] if name in _HOLIDAYS else list(_HOLIDAYS.values())
    ends = [_end(said, length, base) for said, length in named for base in (now - _YEAR, now, now + _YEAR)]
    known = sorted(end for end in ends if end is not None)
    if past:
        return next((end for end in reversed(known) if end <= now), None)
    return next((end for end in known if end > now), None)


def _end(said: str, length: int, base: datetime) -> datetime | None:
    found = jionlp_time.read(said, midnight(base).replace(month=1, day=1))
    if found is None or found.span is None:
        return None
    return found.span[0] + timedelta(days=length)


def _workday(day: datetime, nth: int) -> datetime:
    for _ in range(_LONGEST_WAIT):
        nth -= _works(day.date())
        if nth <= 0:
            break
        day += timedelta(days=1)
    return day


def _works(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
