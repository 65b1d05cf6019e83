"""An expression of time and the span it means, and the small arithmetic of the calendar that the rules share.

All is wall-clock time without a zone; a span includes both ends, to the second.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from dialogs.kernel.words import Value

Span: TypeAlias = tuple[datetime, datetime]

NO_SUCH_DATE = "no_such_date"
NO_SUCH_TIME = "no_such_time"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """An expression, where it stands, what it means; `others` are other spans that it may mean, likeliest first.

    problem: what was named does not exist (NO_SUCH_DATE, NO_SUCH_TIME); the span, if any, is what is left of it: the
    day of “明天25点”.
    """

    text: str
    offset: int
    span: Span | None = None
    others: tuple[Span, ...] = ()
    problem: str = ""

    @property
    def end(self) -> int:
        """Where the expression ends in the text."""
        return self.offset + len(self.text)

    @property
    def is_day(self) -> bool:
        """The span is one whole day."""
        return self.span is not None and self.span == whole_day(self.span[0])

    def meaning(self, span: Span, *others: Span) -> "Moment":
        """Return the same expression with another span."""
        return replace(self, span=span, others=others)

    def value(self) -> dict[str, Value]:
        """As an entity's value: {"text", "start", "end", "alternatives", "problem"}, each only if there is one."""
        value: dict[str, Value] = {} if self.span is None else as_json(self.span)
        value["text"] = self.text
        if self.others:
            value["alternatives"] = [as_json(other) for other in self.others]
        if self.problem:
            value["problem"] = self.problem
        return value


def as_json(span: Span) -> dict[str, Value]:
    """A span as {"start", "end"} in ISO form."""
    return {"start": span[0].isoformat(), "end": span[1].isoformat()}


def midnight(moment: datetime) -> datetime:
    """The beginning of its day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def whole_day(moment: datetime) -> Span:
    """The day that it is in."""
    start = midnight(moment)
    return start, start + timedelta(days=1, seconds=-1)


def days(first: datetime, last: datetime) -> Span:
    """From the beginning of one day to the end of another."""
    return midnight(first), whole_day(last)[1]


def months_from(moment: datetime, count: int) -> datetime:
    """The first of the month that lies `count` months from its month (negative: before)."""
    at = moment.year * MONTHS + moment.month - 1 + count
    return midnight(moment).replace(year=at // MONTHS, month=at % MONTHS + 1, day=1)


def month_days(moment: datetime) -> int:
    """How many days its month has."""
    return monthrange(moment.year, moment.month)[1]


def hours(day: datetime, first: int, last: int) -> Span:
    """[first, last) o'clock of a day; 24 is its end."""
    start = midnight(day)
    return start + timedelta(hours=first), start + timedelta(hours=last, seconds=-1)
