"""Why there is nothing to book when somebody wanted to come, and which free times to show instead."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

from backend.domain.reception.rules import Notice
from backend.domain.reception.sessions import Reception, Shown, Slot
from backend.domain.workdays import Calendar

CHOICES_MAX = 5
SATURDAY = 6
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, both included: what somebody said, on the clock."""

    begins: datetime
    ends: datetime

    def touches(self, slot: Slot) -> bool:
        """Whether a slot is at least in part within it."""
        return slot.starts_at <= self.ends and slot.ends_at > self.begins


@dataclass(frozen=True, slots=True)
class Bounds:
    """What can be booked at all: slots that begin from `earliest` until before `latest`."""

    now: datetime
    earliest: datetime
    latest: datetime
    zone: tzinfo

    @classmethod
    def of(cls, now: datetime, notice: Notice, zone: tzinfo) -> "Bounds":
        """As the policy wants it. A slot exactly `maximum` away can still be booked."""
        return cls(now, now + notice.minimum, now + notice.maximum + timedelta(microseconds=1), zone)


@dataclass(frozen=True, slots=True)
class Why:
    """An outcome of the call, the sentence that explains it, and what that sentence or the flow needs."""

    outcome: str
    reason: str
    full_slot: Slot | None = None
    holiday: str = ""


def why_not(span: Span, bounds: Bounds, there: Sequence[Reception], calendar: Calendar, *, published: bool) -> Why:
    """Why nothing within the span can be booked. `there`: the receptions of its days; `published`: its month is."""
    if span.ends < bounds.now:
        return Why("past", "past")
    if span.begins >= bounds.latest:
        return Why("too_far", "too_far")
    public = [one for one in there if one.state is Shown.PUBLISHED]
    slots = [slot for one in public for slot in one.slots if span.touches(slot) and not slot.closed]
    slots.sort(key=lambda slot: (slot.starts_at, slot.id))
    full = next((slot for slot in slots if bounds.earliest <= slot.starts_at < bounds.latest), None)
    if full is not None:
        return Why("full", "full", full)
    if slots:
        reason = "too_soon" if slots[0].starts_at < bounds.earliest else "too_far"
        return Why(reason, reason)
    return _closed(span, bounds, there, calendar, published=published)


def _closed(span: Span, bounds: Bounds, there: Sequence[Reception], calendar: Calendar, *, published: bool) -> Why:
    off = [one for one in there if one.state is Shown.CANCELLED and any(span.touches(slot) for slot in one.slots)]
    if off:
        return Why("closed_day", "cancelled")
    days = days_of(span, bounds)
    if not any(calendar(day).working for day in days):
        return _holiday(days[0], calendar)
    return Why("closed_day", "closed") if published else Why("too_far", "not_published")


def _holiday(day: date, calendar: Calendar) -> Why:
    kind = calendar(day)
    if kind.holiday:
        return Why("closed_day", "holiday", holiday=kind.holiday)
    return Why("closed_day", "weekend" if day.isoweekday() >= SATURDAY else "day_off")


def days_of(span: Span, bounds: Bounds) -> list[date]:
    """The days of a span that matter: those that are not over, and not later than can be booked (at least one)."""
    first = max(span.begins, min(bounds.now, span.ends)).astimezone(bounds.zone).date()
    last = min(span.ends, max(bounds.latest, span.begins)).astimezone(bounds.zone).date()
    return [first + timedelta(days=number) for number in range(max((last - first).days, 0) + 1)]


def one_a_time(found: Iterable[Found], starts_at: Callable[[Found], datetime]) -> list[Found]:
    """Of several at the same time the first."""
    kept: dict[datetime, Found] = {}
    for one in found:
        kept.setdefault(starts_at(one), one)
    return list(kept.values())
