"""The day of a reception: when somebody may check in, who goes in before whom, and what follows from staying away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain.reception.rules import NoShow, ReceptionRules


class Arrival(StrEnum):
    """What can be said to somebody who comes to check in, going by the clock only."""

    EARLY = "early"
    WELCOME = "welcome"
    LATE = "late"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Door:
    """The policy of the door: how long before their time people may check in, and when they count as stayed away."""

    opens_before: timedelta
    no_show_after: timedelta

    @classmethod
    def of(cls, rules: ReceptionRules) -> "Door":
        """The place's door."""
        return cls(rules.check_in_before, rules.no_show.after)

    def knock(self, starts_at: datetime, ends_at: datetime, now: datetime) -> Arrival:
        """What the clock says; `ends_at` is when the whole reception is over. Whoever is late goes behind, not away."""
        if now < starts_at - self.opens_before:
            return Arrival.EARLY
        if now >= ends_at:
            return Arrival.OVER
        return Arrival.LATE if now >= starts_at + self.no_show_after else Arrival.WELCOME

    def opens_at(self, starts_at: datetime) -> datetime:
        """From when on somebody may check in."""
        return starts_at - self.opens_before

    def missed(self, starts_at: datetime, now: datetime) -> bool:
        """Whether somebody who has not come by now counts as stayed away."""
        return now >= starts_at + self.no_show_after


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is there and waits: a booked one has a time, a walk-in has none."""

    booking_id: str
    arrived_at: datetime
    number: int
    starts_at: datetime | None = None


def in_order(visitors: Iterable[Visitor], door: Door) -> list[Visitor]:
    """Who goes in first: booked ones who came in time, by their time; then walk-ins and late ones, as they came."""
    return sorted(visitors, key=lambda one: _rank(one, door))


def before(visitors: Sequence[Visitor], booking_id: str, door: Door) -> int:
    """How many of those who are there go in before this one."""
    ids = [one.booking_id for one in in_order(visitors, door)]
    return ids.index(booking_id)


def _rank(one: Visitor, door: Door) -> tuple[bool, datetime, int]:
    in_time = one.starts_at is not None and not door.missed(one.starts_at, one.arrived_at)
    return (not in_time, one.starts_at if in_time and one.starts_at else one.arrived_at, one.number)


def rests_until(rule: NoShow, missed: Iterable[datetime], now: datetime) -> datetime | None:
    """Until when somebody may not book who stayed away at these times; None if they may."""
    times = sorted(one for one in missed if one <= now)
    ends = [
        last + rule.suspended
        for first, last in zip(times, times[rule.count - 1 :], strict=False)
        if last - first <= rule.within
    ]
    return max((end for end in ends if end > now), default=None)


def left(rule: NoShow, missed: Iterable[datetime], now: datetime) -> int:
    """How many more times somebody may stay away before booking rests."""
    lately = sum(1 for one in missed if now - rule.within <= one <= now)
    return max(0, rule.count - lately)
