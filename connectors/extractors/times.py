"""When: dates and times of day. A day that may be past or coming is the coming one: “周五” is never a past Friday.

What cannot exist is read first (impossible), then what our own rules read (calendar_rules), then JioNLP the rest; at
last pieces of one expression are put together (24日 + 上午9点). Words that tell of what has been keep a date past
(tense). `now` is local wall-clock time; a zone on it is put aside and not used for arithmetic.

The entity `time` has the value

    {"start", "end", "text", "alternatives"?: [{"start", "end"}, ...], "problem"?: "no_such_date" | "no_such_time",
     "any_day"?: true, "label"?: how to ask back}

start, end: ISO, both included, local time. alternatives: other spans that the words may mean, likeliest first: ask
back (“周六”, said on a Saturday; “11月25日星期二”, when the 25th is a Wednesday; “这周三”, when it is over). problem:
what was named does not exist (2月30日, 25点): say so and ask again; start and end are then absent, or those of the day
that was named beside a wrong time. A date that is past as it was said (昨天, 上周五) is no problem here: `end`
tells. any_day: only a time of day was said (下午, 11点); start and end name its next occurrence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from connectors.extractors import calendar_rules, impossible, jionlp_time
from connectors.extractors.moments import Moment, Span, days, hours, months_from
from connectors.extractors.numerals import number
from connectors.extractors.tense import is_past
from dialogs.kernel.words import Entity

_DATA = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_PARTS: dict[str, list[int]] = _DATA["parts_of_day"]
_AFTERNOON: list[int] = _DATA["afternoon_hours"]

_HOUSE = re.compile(r"^号[楼院线地店门人]")
_COUNTED = re.compile("^(?:" + "|".join(_DATA["counted_after_point"]) + ")")
_PART = re.compile("^(?:" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")(?![餐饭])")
_ENDS_IN_PART = re.compile("(" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")$")
_SAYS_PART = re.compile(r"[早晚晨夜午]|凌|清|[AaPp]\.?[Mm]")
_FIXED = re.compile(
    r"(?<!大)年|[昨今明后]天|[昨今明当][晚早晨日]|(?<![早晚])上(?!午|旬)|下(?!午|旬)|[本这前后去刚内]|现在|此刻|\d{4}[-./]"
)
"""The expression says itself which one it means."""
_FIXED_BEFORE = re.compile(r"(?:[今本这]|今[晨早晚])$")
_THIS_WEEK = re.compile(r"^(?:这|本)(?:个)?(?:周|星期|礼拜)[一二三四五六日天]")
_WEEKDAY = re.compile(r"周|星期|礼拜")
_WEEKEND = re.compile(r"周末$")
_NO_DAY = re.compile(r"^(?:第.[天日]|[廿卅].*(?<![日号]))$")
_MONTH = re.compile(r"月")
_DAY = re.compile(r"[日号]")
_HOUR = re.compile(r"[点:：]|时(?!候)")
_SOME_YEARS = re.compile(r"^(?:一二|两三|二三|三四|四五|五六|六七|七八|八九)年$")
_LASTS = re.compile(r"^(?:了|没|多|来|时间|的时间|$)")
_WEEKDAY_TEN = re.compile(r"(?:周|星期|礼拜)[一二](十[一二]?)(?=点)")
"""周二十点: the first sign belongs to the weekday, it is no twenty o'clock."""
_SMALL_HOUR = re.compile(r"(?<![\d十点:：周期拜])([1-6一二两三四五六])[二三四五六七]?(?=[点:：]|时(?!候))")
_LITERAL = re.compile(r"(?<!\d)0\d?[:：点]")
_TIME_OF_DAY = re.compile(r"[点时:：]|上午|下午|晚上|中午|早上")
_HOURS_ONLY = re.compile(
    "(?:" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")?的?"
    r"(?:[\d一二两三四五六七八九十]{1,3}(?:点钟?|[:：])(?:半|整|[一三]刻|[\d一二三四五六七八九十零]{1,3}分?)?)?"
)
_GAP = re.compile(r"^[ ,，、的(（)）]{0,2}$")

_UNTIL = re.compile(r"^ ?[到至~—-] ?$")

_NOON = 12
_WEEK = timedelta(days=7)


def find(text: str, now: datetime) -> Iterator[Entity]:
    """Entities `time`, in the order of the text; their value is described above."""
    local = now.replace(tzinfo=None)
    wrong = list(_apart(impossible.find(text, local)))
    rest = _without(text, wrong)
    ours = list(calendar_rules.find(rest, local))
    rest = _without(rest, ours)
    theirs = [_coming(one, text, local) for one in jionlp_time.find(rest, local) if not _is_no_time(one, text)]
    found = sorted((*wrong, *ours, *theirs), key=lambda each: each.offset)
    for one in _joined(found, text):
        value = one.value()
        if "start" in value and _HOURS_ONLY.fullmatch(one.text):
            value["any_day"] = True
        if one.span and one.others:
            value["label"] = _label(one.span)
        yield Entity("time", value, one.offset, one.end)


def _label(span: Span) -> str:
    """The span in words that leave no doubt: 11月28日（周六）上午."""
    start, end = span
    day = start.date() != end.date() or span == days(start, start)
    part = next((name for name, (first, last) in _PARTS.items() if span == hours(start, first, last)), "")
    words = {"month": start.month, "day": start.day, "weekday": _DATA["weekdays"][start.weekday()], "part": part}
    words |= {"hour": start.hour, "minute": f"{start.minute:02d}"}
    return str(_DATA["label" if day or part else "label_hour"]).format(**words)


def _apart(found: Iterator[Moment]) -> Iterator[Moment]:
    """What overlaps is one expression: the first and longest."""
    covered = 0
    for one in sorted(found, key=lambda each: (each.offset, -each.end)):
        if one.offset >= covered:
            covered = one.end
            yield one


def _without(text: str, found: Sequence[Moment]) -> str:
    """What has been read is blanked out, so that places stay right and nothing is read twice."""
    rest = list(text)
    for one in found:
        rest[one.offset : one.end] = "#" * len(one.text)
    return "".join(rest)


def _is_no_time(one: Moment, text: str) -> bool:
    if _HOUSE.match(text[one.end - 1 :]) or _NO_DAY.match(one.text):
        return True
    if _SOME_YEARS.match(one.text) and _LASTS.match(text[one.end :]):
        return True
    return one.text.endswith("点") and bool(_COUNTED.match(text[one.end :]))


def _coming(one: Moment, text: str, now: datetime) -> Moment:
    """The coming one, where the expression leaves it open; parts of the day as an office sees them."""
    before, after = text[: one.offset], text[one.end :]
    fixed = _FIXED.search(one.text) or _FIXED_BEFORE.search(before)
    if not fixed:
        past = is_past(before, after)
        base = _earlier_base(one, now) if past else _later_base(one, now)
        again = jionlp_time.read(one.text, base) if base else None
        if again is not None and again.span is not None:
            today = one.span if one.span and one.span[0].date() == now.date() and _WEEKDAY.search(one.text) else None
            one = one.meaning(again.span, *([today] if today and not past else []))
        one = one if past else _afternoon(one, before, now)
    elif _THIS_WEEK.match(one.text) and one.span and one.span[1] < now and not is_past(before, after):
        one = replace(one, others=((one.span[0] + _WEEK, one.span[1] + _WEEK),))
    elif not is_past(before, after):
        one = _afternoon(one, before, now)
    return _ten(_in_part(_weekend(one), after))


def _later_base(one: Moment, now: datetime) -> datetime | None:
    """The moment from which the expression means its coming occurrence; None if it does so from now."""
    if one.span is None or _WEEKEND.search(one.text):
        return None
    start, end = one.span
    if _WEEKDAY.search(one.text):
        return now + _WEEK if start.date() <= now.date() else None
    hour_said = _HOUR.search(one.text) and not _MONTH.search(one.text) and not _DAY.search(one.text)
    if (start if hour_said else end) >= now:
        return None
    if _DAY.search(one.text) and not _MONTH.search(one.text):
        return months_from(now, 1)
    if _TIME_OF_DAY.search(one.text) and not _MONTH.search(one.text):
        return now + timedelta(days=1)
    return months_from(now, 13 - now.month)


def _earlier_base(one: Moment, now: datetime) -> datetime | None:
    """The moment from which the expression means its last occurrence; None if it does so from now."""
    if one.span is None or one.span[0] <= now:
        return None
    if _WEEKDAY.search(one.text):
        return now - _WEEK
    if _MONTH.search(one.text):
        return months_from(now, 1 - now.month) - timedelta(days=1)
    if _DAY.search(one.text):
        return months_from(now, 0) - timedelta(days=1)
    return now - timedelta(days=1) if _TIME_OF_DAY.search(one.text) else None


def _afternoon(one: Moment, before: str, now: datetime) -> Moment:
    """An hour of the small ones, said without a part of the day, is in the afternoon."""
    if one.span is None or _SAYS_PART.search(one.text) or _SAYS_PART.search(before[-2:]) or _LITERAL.search(one.text):
        return one
    first, last = _AFTERNOON
    start, end = one.span
    said = _SMALL_HOUR.search(one.text)
    if not said or number(said[1]) != start.hour or not first <= start.hour <= last:
        return one
    half = timedelta(hours=_NOON)
    end = end + half if end.hour < _NOON and end.date() == start.date() else end
    start += half
    # “三点”, read as the coming night, is this very afternoon if that is still to come.
    today = start.replace(year=now.year, month=now.month, day=now.day)
    if not re.search(r"[天日号周月]|星期|礼拜", one.text) and today >= now:
        start, end = today, end - (start - today)
    return one.meaning((start, end))


def _ten(one: Moment) -> Moment:
    said = _WEEKDAY_TEN.search(one.text)
    hour = number(said[1]) if said else None
    if hour is None or one.span is None:
        return one
    shift = timedelta(hours=int(hour) - one.span[0].hour)
    return one.meaning((one.span[0] + shift, one.span[1] + shift))


def _weekend(one: Moment) -> Moment:
    """A weekend is Saturday and Sunday."""
    if one.span is None or not _WEEKEND.search(one.text):
        return one
    saturday = one.span[0] - timedelta(days=one.span[0].weekday() - 5)
    return one.meaning(days(saturday, saturday + timedelta(days=1)))


def _in_part(one: Moment, after: str) -> Moment:
    follows = _PART.match(after) if one.is_day or _ENDS_IN_PART.search(one.text) else None
    part = follows or _ENDS_IN_PART.search(one.text)
    if not part or one.span is None:
        return one
    said = one.text + (follows[0] if follows else "")
    others = tuple(_hours_of(other, part[0]) for other in one.others)
    return replace(one, text=said, span=_hours_of(one.span, part[0]), others=others)


def _hours_of(span: Span, part: str) -> Span:
    return hours(span[0], *_PARTS[part])


def _joined(found: Sequence[Moment], text: str) -> Iterator[Moment]:
    """Pieces that stand beside each other and are one expression, as one."""
    held: Moment | None = None
    for one in found:
        between = text[held.end : one.offset] if held else ""
        both = held and (
            (_GAP.match(between) and _both(held, one, text)) or (_UNTIL.match(between) and _until(held, one, text))
        )
        if both:
            held = both
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


def _both(first: Moment, second: Moment, text: str) -> Moment | None:
    """A day and its time; a date and its weekday: where they disagree, either may have been meant."""
    said = replace(first, text=text[first.offset : second.end])
    if first.problem or second.problem:
        # Of a day that exists what is left can be offered; a time without its day is of no use.
        span = first.span if first.is_day else None
        return replace(said, span=span, problem=first.problem or second.problem)
    if first.span is None or second.span is None:
        return None
    if first.is_day and not second.is_day and _TIME_OF_DAY.search(second.text) and not _names_a_day(second.text):
        others = tuple(_at(other, second.span) for other in first.others)
        return said.meaning(_at(first.span, second.span), *others)
    if _ENDS_IN_PART.search(first.text) and _HOUR.search(second.text) and not _names_a_day(second.text):
        return said.meaning(_at(first.span, second.span))
    return _dated(said, first, second)


def _until(first: Moment, second: Moment, text: str) -> Moment | None:
    """From one time to another of the same day: 下午三点半到五点."""
    if first.span is None or second.span is None or first.problem or second.problem or _names_a_day(second.text):
        return None
    if not (_HOUR.search(first.text) and _HOUR.search(second.text)):
        return None
    end, _ = _at(first.span, second.span)
    end += timedelta(hours=_NOON) if end < first.span[0] and end.hour < _NOON else timedelta()
    return replace(first, text=text[first.offset : second.end]).meaning((first.span[0], end))


def _dated(said: Moment, first: Moment, second: Moment) -> Moment | None:
    weekdays = [bool(_WEEKDAY.search(one.text)) for one in (first, second)]
    if weekdays[0] == weekdays[1] or first.span is None or second.span is None:
        return None
    dated, named = (second, first) if weekdays[0] else (first, second)
    if dated.span is None or named.span is None or not (_DAY.search(dated.text) and dated.is_day):
        return None
    span = _at(dated.span, named.span) if not named.is_day else dated.span
    if dated.span[0].weekday() == named.span[0].weekday():
        return said.meaning(span)
    return said.meaning(span, named.span)


def _names_a_day(text: str) -> bool:
    return bool(_WEEKDAY.search(text) or _MONTH.search(text) or _DAY.search(text) or "天" in text)


def _at(day: Span, time: Span) -> Span:
    """The time of day of one span on the day of another."""
    start = datetime.combine(day[0].date(), time[0].time())
    return start, start + (time[1] - time[0])
