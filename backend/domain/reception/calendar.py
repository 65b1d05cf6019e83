"""A month's calendar made from a place's rules: which days, who receives, where, at what times.

The same rules, month and predecessor always give the same calendar.
"""

import calendar as gregorian
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from backend.domain.organisation import Organisation
from backend.domain.reception.rules import Deviation, Holiday, Hours, ReceptionRules, Sitting, Who
from backend.domain.reception.sessions import Leader
from backend.domain.workdays import Calendar

SHIFT_DAYS_MAX = 15
"""How far a weekday that falls on a holiday may move; the longest holidays last nine days."""

Last = Mapping[tuple[str, str], str]
"""Who received last, by rule and area, before the month begins."""

Busy = set[tuple[date, str]]
"""Who is due somewhere on which day."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules are applied to."""

    rules: ReceptionRules
    organisation: Organisation
    leaders: Sequence[Leader]
    calendar: Calendar
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Planned:
    """One reception as the rules want it."""

    rule: str
    day: date
    area_code: str
    level: str
    unit_id: str
    title: str
    leaders: tuple[str, ...]
    times: tuple[tuple[datetime, datetime], ...]
    seats: int


@dataclass
class Plan:
    """A month as the rules want it.

    guessed: that year's holidays are not announced. gaps: rule and area that lack a leader or a place.
    """

    receptions: list[Planned] = field(default_factory=list)
    guessed: bool = False
    gaps: list[tuple[str, str]] = field(default_factory=list)


def days_in(month: str) -> list[date]:
    """All days of `2026-12`. ValueError if there is no such month."""
    first = date.fromisoformat(f"{month}-01")
    return [first.replace(day=number + 1) for number in range(gregorian.monthrange(first.year, first.month)[1])]


def month_after(month: str) -> str:
    """`2027-01` after `2026-12`."""
    return f"{days_in(month)[-1] + timedelta(days=1):%Y-%m}"


def plan(month: str, ground: Ground, last: Last) -> Plan:
    """The whole month; teams are placed first, so that nobody of them is due elsewhere on their day."""
    made = Plan(guessed=not all(ground.calendar(day).announced for day in days_in(month)))
    busy: Busy = set()
    for sitting in sorted(ground.rules.sittings, key=lambda one: one.who is not Who.TEAM):
        for area in _areas(sitting, ground.organisation):
            row = _Row(sitting, area, ground, last.get((sitting.name, area)))
            if row.lacks:
                made.gaps.append((sitting.name, area))
            else:
                made.receptions += row.fill(days_in(month), busy)
    made.receptions.sort(key=lambda one: (one.day, one.area_code, one.rule))
    return made


def times(day: date, hours: Hours, slot: timedelta, zone: tzinfo) -> tuple[tuple[datetime, datetime], ...]:
    """The slots of a day; what is left over at the end of a span is too short for one."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in hours:
        at, until = datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)
        while at + slot <= until:
            found.append((at, at + slot))
            at += slot
    return tuple(found)


def falls_on(day: date, sitting: Sitting, calendar: Calendar) -> bool:
    """Whether a rule's day is this one: each working day, or its weekday, moved when that is a holiday."""
    if not sitting.weekdays:
        return calendar(day).working
    if day.isoweekday() in sitting.weekdays and calendar(day).working:
        return True
    if sitting.holiday is Holiday.SKIP or not calendar(day).working:
        return False
    step = timedelta(days=-1 if sitting.holiday is Holiday.NEXT else 1)
    other = day + step
    for _ in range(SHIFT_DAYS_MAX):
        if calendar(other).working:
            return False
        if other.isoweekday() in sitting.weekdays:
            return True
        other += step
    return False


class _Row:
    """One rule in one area. Who could not come in their turn is the first to be asked the next time."""

    def __init__(self, sitting: Sitting, area: str, ground: Ground, last: str | None) -> None:
        self._sitting, self._area, self._ground = sitting, area, ground
        self._unit = _unit(sitting, area, ground.organisation)
        queue = _members(sitting, area, ground.leaders)
        begins = queue.index(last) + 1 if last in queue and sitting.who is Who.ROTATION else 0
        self._queue = queue[begins:] + queue[:begins]

    @property
    def lacks(self) -> bool:
        """Whether there is nobody to receive, or no place for it."""
        return not self._queue or not self._unit

    def fill(self, days: Iterable[date], busy: Busy) -> Iterator[Planned]:
        """The receptions of these days; `busy` learns who is due."""
        for day in days:
            other = _deviation(day, self._sitting, self._area, self._ground.rules.deviations)
            if other.closed or not (other.open or falls_on(day, self._sitting, self._ground.calendar)):
                continue
            receiving = self._receiving(other, busy)
            if receiving:
                busy |= {(day, leader) for leader in receiving}
                yield self._planned(other, receiving)

    def _receiving(self, other: Deviation, busy: Busy) -> tuple[str, ...]:
        known = {leader.id for leader in self._ground.leaders}
        named = tuple(one for one in other.leaders if one in known)
        if named:
            return named
        if self._sitting.who is Who.TEAM:
            return tuple(self._queue)
        found = next((one for one in self._queue if (other.day, one) not in busy), None)
        if found is None:
            return ()
        self._queue.remove(found)
        self._queue.append(found)
        return (found,)

    def _planned(self, other: Deviation, receiving: tuple[str, ...]) -> Planned:
        sitting = self._sitting
        return Planned(
            rule=sitting.name,
            day=other.day,
            area_code=self._area,
            level=sitting.level,
            unit_id=other.unit or self._unit,
            title=other.title or sitting.title,
            leaders=receiving,
            times=times(other.day, other.hours or sitting.hours, sitting.slot, self._ground.zone),
            seats=other.seats or sitting.seats,
        )


def _deviation(day: date, sitting: Sitting, area: str, deviations: Iterable[Deviation]) -> Deviation:
    """What is different that day; the last one written counts."""
    found = [one for one in deviations if one.touches(sitting.name, area, day)]
    return found[-1] if found else Deviation(day)


def _areas(sitting: Sitting, organisation: Organisation) -> list[str]:
    of_level = [area.code for area in organisation.areas.values() if area.level == sitting.level]
    return [code for code in of_level if not sitting.areas or code in sitting.areas]


def _members(sitting: Sitting, area: str, leaders: Sequence[Leader]) -> list[str]:
    """The rule's leaders in its order; for several areas, those of the area."""
    here = {leader.id: leader for leader in leaders if leader.area_code == area or sitting.leaders}
    return [one for one in sitting.leaders or here if one in here]


def _unit(sitting: Sitting, area: str, organisation: Organisation) -> str:
    if sitting.unit:
        return sitting.unit if any(unit.id == sitting.unit for unit in organisation.units) else ""
    return next((unit.id for unit in organisation.units if (unit.area_code, unit.kind) == (area, sitting.place)), "")
