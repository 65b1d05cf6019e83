"""When somebody is reminded of a booking: at the policy's hours, each hour once, never late for one made after it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from backend.domain.reception.rules import Reminder


def moment(reminder: Reminder, starts_at: datetime, zone: tzinfo) -> datetime:
    """When a reminder is due for a booking at `starts_at`."""
    day = starts_at.astimezone(zone).date() - timedelta(days=reminder.days_before)
    return datetime.combine(day, reminder.at, zone)


def kind(reminder: Reminder, day: date) -> str:
    """A reminder's name in the records, where it is told once: a booking moved to another day is reminded again."""
    return f"{reminder.name}_{day:%Y%m%d}"


def due(
    reminders: Iterable[Reminder], starts_at: datetime, confirmed_at: datetime, now: datetime, zone: tzinfo
) -> tuple[str, ...]:
    """The kinds that are due by now; none once the time has come.

    One whose hour had passed when the booking was made is none. Several that are due together, because nobody worked
    for a while, are told by one message.
    """
    day = starts_at.astimezone(zone).date()
    return tuple(
        kind(one, day) for one in reminders if now < starts_at and confirmed_at < moment(one, starts_at, zone) <= now
    )


def passed(reminders: Iterable[Reminder], starts_at: datetime, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """The kinds whose hour is over for a booking that only now gets this time: they are never told."""
    day = starts_at.astimezone(zone).date()
    return tuple(kind(one, day) for one in reminders if moment(one, starts_at, zone) <= now)


def farthest(reminders: Iterable[Reminder]) -> timedelta:
    """How far ahead one must look for bookings to remind of."""
    return timedelta(days=max((one.days_before for one in reminders), default=0) + 1)
