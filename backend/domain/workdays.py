"""Working-day arithmetic. The calendar is an argument, so that holidays are somebody else's knowledge."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class DayKind:
    """One day: whether it is worked, whether that year's holidays are announced, and the holiday it belongs to."""

    working: bool
    announced: bool
    holiday: str = ""


Calendar = Callable[[date], DayKind]


@dataclass(frozen=True, slots=True)
class Span:
    """How long something may take: whole working days, or hours by the clock when it is urgent."""

    working_days: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A point in time, and whether every day counted on the way belongs to an announced year."""

    at: datetime
    announced: bool


@dataclass(frozen=True, slots=True)
class Office:
    """The clock of the place: its zone and when its day ends."""

    zone: tzinfo
    closes: time


def weekends_only(day: date) -> DayKind:
    """The guess for a year whose holidays are not announced: Monday to Friday."""
    return DayKind(working=day.weekday() < 5, announced=False)  # noqa: PLR2004 - Saturday is 5


def after(start: datetime, span: Span, calendar: Calendar, office: Office) -> Due:
    """When `span` after `start` is over: the day of `start` does not count, and a day ends when the office closes."""
    if span.hours:
        return Due(start + timedelta(hours=span.hours), announced=True)
    day, left, announced = start.astimezone(office.zone).date(), span.working_days, True
    while left > 0:
        day += timedelta(days=1)
        kind = calendar(day)
        announced = announced and kind.announced
        left -= kind.working
    return Due(datetime.combine(day, office.closes, office.zone), announced)
