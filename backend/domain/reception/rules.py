"""A place's rules for leaders' public reception as frozen objects, made from the key `reception` of its policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum


class Who(StrEnum):
    """Who receives: one leader after the other, or a whole team together."""

    ROTATION = "rotation"
    TEAM = "team"


class Holiday(StrEnum):
    """What becomes of a fixed weekday that is not worked: it falls out, or moves to the working day before or after."""

    SKIP = "skip"
    NEXT = "next"
    PREVIOUS = "previous"


Hours = tuple[tuple[time, time], ...]
"""When it is open, local time: pairs of from and until."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One rule of the calendar: on which days, who, where, when, with how many seats.

    weekdays: ISO 1..7; none means every working day. areas: where it holds; none means every area of the level.
    leaders: the rotation or team in this order; none means all leaders of the area by rank.
    place: a kind of unit in the area (`centre`), or with `unit` one unit for all.
    """

    name: str
    title: str
    level: str
    who: Who
    hours: Hours
    slot: timedelta
    seats: int
    place: str = ""
    unit: str = ""
    weekdays: tuple[int, ...] = ()
    areas: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    holiday: Holiday = Holiday.SKIP


@dataclass(frozen=True, slots=True)
class Deviation:
    """What is different on one day. rules: which rules it touches; none means all. None or () means: as ever.

    closed: no reception, and why. open: the day is used although it is not worked.
    """

    day: date
    rules: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    closed: str = ""
    open: bool = False
    leaders: tuple[str, ...] = ()
    hours: Hours = ()
    unit: str = ""
    title: str = ""
    seats: int | None = None

    def touches(self, rule: str, area: str, day: date) -> bool:
        """Whether it is about this rule in this area on this day."""
        ours = (not self.rules or rule in self.rules) and (not self.areas or area in self.areas)
        return ours and day == self.day


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before its beginning a slot may be booked: not later than `minimum`, not earlier than `maximum`."""

    minimum: timedelta
    maximum: timedelta


@dataclass(frozen=True, slots=True)
class BookingLimits:
    """How many bookings: open ones a person, open ones a matter, confirmed ones a person in a calendar month."""

    active_per_person: int
    per_matter: int
    a_month: int


@dataclass(frozen=True, slots=True)
class Group:
    """From how many people on a matter is a group's, and how many may come for it."""

    begins: int
    representatives: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: so many days before, at this local time."""

    name: str
    days_before: int
    at: time


@dataclass(frozen=True, slots=True)
class NoShow:
    """Who has not come so long after the slot's beginning has not come; so many within a while, and booking rests."""

    after: timedelta
    count: int
    suspended: timedelta
    within: timedelta


@dataclass(frozen=True, slots=True)
class Publishing:
    """On which day of the month before the draft is made, and whether it is published without anybody's hand."""

    day_of_month_before: int
    automatic: bool


@dataclass(frozen=True, slots=True)
class ReceptionRules:
    """Everything a place decides about reception. offer_hours: local time in which seats are offered.

    how_to_come: by unit id, with `default` for all others. check_in_before: how early one may check in.
    move_when_away: who booked a reception that is called off is given another time and asked; else only told.
    decision_reminder: when a unit is reminded of what a leader told it to do, before the day it is due.
    """

    sittings: tuple[Sitting, ...]
    deviations: tuple[Deviation, ...]
    notice: Notice
    limits: BookingLimits
    companions_max: int
    move_when_away: bool
    group: Group
    hold: timedelta
    cancel_until: timedelta
    offer: timedelta
    offer_hours: tuple[time, time]
    waiting_max: int
    reminders: tuple[Reminder, ...]
    no_show: NoShow
    check_in_before: timedelta
    decision_reminder: Reminder
    publishing: Publishing
    bring: str
    how_to_come: Mapping[str, str]

    def sitting(self, name: str) -> Sitting | None:
        """The rule with this name; None for a reception added by hand."""
        return next((one for one in self.sittings if one.name == name), None)

    def way_to(self, unit_id: str) -> str:
        """How to come to a unit."""
        return self.how_to_come.get(unit_id, self.how_to_come.get("default", ""))
