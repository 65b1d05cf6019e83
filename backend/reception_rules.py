"""Reads the key `reception` of a place's policy; everything that is wrong in it is named, all at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from backend.domain.reception.rules import (
    BookingLimits,
    Deviation,
    Group,
    Holiday,
    Hours,
    NoShow,
    Notice,
    Publishing,
    ReceptionRules,
    Reminder,
    Sitting,
    Who,
)

SEATS_MAX = 200
SLOT_MINUTES_MAX = 480
DAY_OF_MONTH_MAX = 28  # every month has it
COUNT_MAX = 100_000
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_SITTING = {*("title", "level", "who", "hours", "slot_minutes", "seats", "place", "unit", "weekdays", "areas")} | {
    *("leaders", "holiday")
}
_DEVIATION = {*("day", "rules", "areas", "closed", "open", "leaders", "hours", "unit", "title", "seats")}


Part = TypeVar("Part")
Choice = TypeVar("Choice", Who, Holiday)


class ReceptionError(Exception):
    """The rules of reception cannot work; `problems` says where and why, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_reception(raw: Mapping[str, Any]) -> ReceptionRules:
    """The rules, from what the YAML says. ReceptionError if anything is missing or cannot be."""
    reading = _Reading()
    rules = reading.rules(raw)
    if rules is None or reading.problems:
        raise ReceptionError(sorted(reading.problems))
    return rules


class _Reading:
    """One pass over the YAML: what cannot be read is noted, and the pass goes on."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def rules(self, raw: Mapping[str, Any]) -> ReceptionRules | None:
        """The whole section; None when a part is missing."""
        sittings = [self._at(f"rules.{name}", self._sitting, name, one) for name, one in self._named(raw, "rules")]
        known = {one.name for one in sittings if one}
        deviations = [
            self._at(f"exceptions[{index}]", self._deviation, one, known)
            for index, one in enumerate(raw.get("exceptions") or ())
        ]
        parts: dict[str, Any] = {name: self._at(name, read, raw) for name, read in _PARTS.items()}
        if self.problems:
            return None
        return ReceptionRules(tuple(filter(None, sittings)), tuple(filter(None, deviations)), **parts)

    def _named(self, raw: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
        found = raw.get(key)
        if not isinstance(found, Mapping) or not found:
            self.problems.append(f"reception.{key}: 一条也没有")
            return []
        return list(found.items())

    def _at(self, path: str, read: Callable[..., Part], *given: Any) -> Part | None:  # noqa: ANN401 - any part
        try:
            return read(*given)
        except KeyError as error:
            self.problems.append(f"reception.{path}: 缺少 {error.args[0]}")
        except (ValueError, TypeError, AttributeError) as error:
            self.problems.append(f"reception.{path}: {error}")
        return None

    @staticmethod
    def _sitting(name: str, raw: Mapping[str, Any]) -> Sitting:
        _known(raw, _SITTING)
        if not NAME.fullmatch(name):
            raise ValueError("名字只用小写字母、数字和下划线，最多 32 个字符")
        who, leaders = _one_of(Who, raw["who"]), tuple(raw.get("leaders") or ())
        if who is Who.TEAM and not leaders:
            raise ValueError("who 是 team，要在 leaders 里写明有谁")
        if bool(raw.get("place")) == bool(raw.get("unit")):
            raise ValueError("place（单位类别）和 unit（单位编号）写且只写一个")
        slot = timedelta(minutes=_whole(raw["slot_minutes"], 5, SLOT_MINUTES_MAX))
        return Sitting(
            name=name,
            title=str(raw["title"]),
            level=str(raw["level"]),
            who=who,
            hours=_hours(raw["hours"], slot),
            slot=slot,
            seats=_whole(raw["seats"], 1, SEATS_MAX),
            place=str(raw.get("place") or ""),
            unit=str(raw.get("unit") or ""),
            weekdays=tuple(_whole(day, 1, 7) for day in raw.get("weekdays") or ()),
            areas=tuple(raw.get("areas") or ()),
            leaders=leaders,
            holiday=_one_of(Holiday, raw.get("holiday") or "skip"),
        )

    @staticmethod
    def _deviation(raw: Mapping[str, Any], known: set[str]) -> Deviation:
        _known(raw, _DEVIATION)
        rules = tuple(raw.get("rules") or ())
        if unknown := set(rules) - known:
            raise ValueError(f"没有叫 {'、'.join(sorted(unknown))} 的规则")
        if not isinstance(raw["day"], date):
            raise TypeError(f"day 写成 2026-12-31 这样，不是 {raw['day']}")
        return Deviation(
            day=raw["day"],
            rules=rules,
            areas=tuple(raw.get("areas") or ()),
            closed=str(raw.get("closed") or ""),
            open=bool(raw.get("open")),
            leaders=tuple(raw.get("leaders") or ()),
            hours=_hours(raw["hours"]) if raw.get("hours") else (),
            unit=str(raw.get("unit") or ""),
            title=str(raw.get("title") or ""),
            seats=_whole(raw["seats"], 1, SEATS_MAX) if raw.get("seats") is not None else None,
        )


def _notice(raw: Mapping[str, Any]) -> Notice:
    minimum, maximum = _hours_long(raw["notice"]["minimum_hours"]), _days_long(raw["notice"]["maximum_days"])
    if minimum >= maximum:
        raise ValueError("minimum_hours 要比 maximum_days 短")
    return Notice(minimum, maximum)


def _limits(raw: Mapping[str, Any]) -> BookingLimits:
    limits = raw["limits"]
    return BookingLimits(
        *(_whole(limits[name], 1, COUNT_MAX) for name in ("active_per_person", "per_matter", "a_month"))
    )


def _group(raw: Mapping[str, Any]) -> Group:
    return Group(_whole(raw["group"]["from"], 2, COUNT_MAX), _whole(raw["group"]["representatives"], 1, COUNT_MAX))


def _offer_hours(raw: Mapping[str, Any]) -> tuple[time, time]:
    begins, ends = (_clock(one) for one in raw["offer_hours"])
    if begins >= ends:
        raise ValueError("开始要早于结束")
    return begins, ends


def _reminders(raw: Mapping[str, Any]) -> tuple[Reminder, ...]:
    found = [
        Reminder(f"days_{one['days_before']}", _whole(one["days_before"], 0, 30), _clock(one["at"]))
        for one in raw["reminders"]
    ]
    if len({one.name for one in found}) < len(found):
        raise ValueError("同一天只提醒一次")
    return tuple(found)


def _no_show(raw: Mapping[str, Any]) -> NoShow:
    rule = raw["no_show"]
    return NoShow(
        after=_minutes_long(rule["after_minutes"]),
        count=_whole(rule["count"], 1, COUNT_MAX),
        suspended=_days_long(rule["suspended_days"]),
        within=_days_long(rule["within_days"]),
    )


def _decision_reminder(raw: Mapping[str, Any]) -> Reminder:
    one = raw["decision_reminder"]
    return Reminder("decision", _whole(one["days_before"], 0, 30), _clock(one["at"]))


def _publishing(raw: Mapping[str, Any]) -> Publishing:
    rule = raw["publish"]
    return Publishing(_whole(rule["day_of_month_before"], 1, DAY_OF_MONTH_MAX), bool(rule.get("automatic", False)))


_PARTS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "notice": _notice,
    "limits": _limits,
    "companions_max": lambda raw: _whole(raw["companions_max"], 0, COUNT_MAX),
    "group": _group,
    "move_when_away": lambda raw: bool(raw["move_when_away"]),
    "hold": lambda raw: _minutes_long(raw["hold_minutes"]),
    "cancel_until": lambda raw: _hours_long(raw["cancel_until_hours"]),
    "offer": lambda raw: _minutes_long(raw["offer_minutes"]),
    "offer_hours": _offer_hours,
    "waiting_max": lambda raw: _whole(raw["waiting_max"], 0, COUNT_MAX),
    "reminders": _reminders,
    "no_show": _no_show,
    "check_in_before": lambda raw: _minutes_long(raw["check_in_before_minutes"]),
    "decision_reminder": _decision_reminder,
    "publishing": _publishing,
    "bring": lambda raw: str(raw["bring"]).strip(),
    "how_to_come": lambda raw: {unit: str(words).strip() for unit, words in raw["how_to_come"].items()},
}


def _known(raw: Mapping[str, Any], words: set[str]) -> None:
    if unknown := set(raw) - words:
        raise ValueError(f"不认识的词 {'、'.join(sorted(map(str, unknown)))}")


def _one_of(kind: type[Choice], value: str) -> Choice:
    if value not in [str(one) for one in kind]:
        raise ValueError(f"{value} 不是 {'、'.join(kind)} 里的一个")
    return kind(value)


def _whole(value: object, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{value} 应是 {low} 到 {high} 的整数")
    return value


def _minutes_long(value: object) -> timedelta:
    return timedelta(minutes=_whole(value, 0, COUNT_MAX))


def _hours_long(value: object) -> timedelta:
    return timedelta(hours=_whole(value, 0, COUNT_MAX))


def _days_long(value: object) -> timedelta:
    return timedelta(days=_whole(value, 0, COUNT_MAX))


def _clock(value: object) -> time:
    found = _CLOCK.fullmatch(str(value))
    if not found:
        raise ValueError(f'{value} 不是 "9:00" 这样的时间（要加引号）')
    return time(int(found[1]), int(found[2]))


def _hours(raw: Iterable[Any], slot: timedelta | None = None) -> Hours:
    hours = tuple((_clock(begins), _clock(ends)) for begins, ends in raw)
    if not hours:
        raise ValueError("hours 至少要有一段")
    for begins, ends in hours:
        length = _since_midnight(ends) - _since_midnight(begins)
        if length <= timedelta(0) or (slot and length % slot):
            raise ValueError(f"hours {begins:%H:%M}—{ends:%H:%M} 先后不对，或除不尽 slot_minutes")
    if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        raise ValueError("hours 的几段要按先后写，不能重叠")
    return hours


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)
