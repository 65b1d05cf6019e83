"""When somebody is reminded of a booking: at the policy's hours, each hour once, never late for one made after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Reminder:
    """One of the policy's reminders: so many days before, at this hour of the place's clock."""

    days_before: int
    at: time

    @property
    def kind(self) -> str:
        """Its name in the records: each is told once."""
        return f"{self.days_before}d{self.at:%H%M}"

    def moment(self, starts_at: datetime, zone: tzinfo) -> datetime:
        """When it is due for a booking at `starts_at`."""
        day = starts_at.astimezone(zone).date() - timedelta(days=self.days_before)
        return datetime.combine(day, self.at, zone)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for a booking: `kinds` are told now by one message; none of them is ever told again."""

    kinds: tuple[str, ...]


def due(
    reminders: Iterable[Reminder], starts_at: datetime, confirmed_at: datetime, now: datetime, zone: tzinfo
) -> Due | None:
    """What is due now; None if nothing is, or if the time has come already.

    A reminder whose hour had passed when the booking was made is none. Several that are due together (nobody worked
    for a while) are one message.
    """
    if now >= starts_at:
        return None
    kinds = tuple(
        one.kind
        for one in reminders
        if confirmed_at < one.moment(starts_at, zone) <= now and one.moment(starts_at, zone) < starts_at
    )
    return Due(kinds) if kinds else None


def farthest(reminders: Iterable[Reminder]) -> timedelta:
    """How far ahead one must look for bookings to remind of."""
    return timedelta(days=max((one.days_before for one in reminders), default=0) + 1)
