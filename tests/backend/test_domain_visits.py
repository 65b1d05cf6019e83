"""The day of a reception, told by the clock: the door, the queue, staying away, reminders, decisions, the figures."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from backend.domain.reception import reminding, statistics, visits
from backend.domain.reception.decisions import DecisionKind, decide
from backend.domain.reception.rules import NoShow, Reminder
from backend.domain.refusal import Refused
from tests.backend.world import CHINA

DOOR = visits.Door(timedelta(hours=1), timedelta(minutes=30))
NINE = datetime(2026, 3, 10, 9, 0, tzinfo=CHINA)
NOON = NINE + timedelta(hours=2, minutes=30)
RULE = NoShow(after=timedelta(minutes=30), count=2, suspended=timedelta(days=30), within=timedelta(days=90))
REMINDERS = (Reminder("days_1", 1, time(16)), Reminder("days_0", 0, time(8)))


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-61, "early"), (-60, "welcome"), (0, "welcome"), (29, "welcome"), (30, "late"), (149, "late"), (150, "over")],
)
def test_the_door_goes_by_the_clock(minutes: int, said: str) -> None:
    """Too early before the door opens, late from the no-show rule on, over when the reception ends."""
    assert DOOR.knock(NINE, NOON, NINE + timedelta(minutes=minutes)) == said


def visitor(name: str, came: int, booked: int | None = None, number: int = 0) -> visits.Visitor:
    """Somebody who came so many minutes after nine, booked for so many after nine."""
    starts = None if booked is None else NINE + timedelta(minutes=booked)
    return visits.Visitor(name, NINE + timedelta(minutes=came), number, starts)


def test_booked_ones_go_in_at_their_time_before_walk_ins_and_late_ones() -> None:
    """Whoever booked and came in time goes first by the booked time; the others as they came."""
    there = [
        visitor("walk-in", came=-30, number=1),
        visitor("late", came=45, booked=0, number=2),
        visitor("ten", came=10, booked=60, number=3),
        visitor("half past nine", came=20, booked=30, number=4),
        visitor("second walk-in", came=50, number=5),
    ]
    order = [one.booking_id for one in visits.in_order(there, DOOR)]
    assert order == ["half past nine", "ten", "walk-in", "late", "second walk-in"]
    assert visits.before(there, "late", DOOR) == 3


def test_two_absences_within_the_rule_rest_booking_for_its_days() -> None:
    """One absence does nothing, two close together rest booking from the second on; two far apart do not."""
    second = NINE + timedelta(days=10)
    assert visits.rests_until(RULE, [NINE], second) is None
    assert visits.left(RULE, [NINE], second) == 1
    assert visits.rests_until(RULE, [second, NINE], second) == second + RULE.suspended
    assert visits.left(RULE, [second, NINE], second) == 0
    assert visits.rests_until(RULE, [second, NINE], second + RULE.suspended) is None
    assert visits.rests_until(RULE, [NINE, NINE + timedelta(days=91)], NINE + timedelta(days=92)) is None


def due(confirmed: datetime, now: datetime) -> tuple[str, ...]:
    """What is due for nine o'clock."""
    return reminding.due(REMINDERS, NINE, confirmed, now, CHINA)


def test_reminders_are_due_at_the_policys_hours() -> None:
    """The day before at four, the day itself at eight; together when nobody worked; never once the time has come."""
    long_ago = NINE - timedelta(days=7)
    four, eight = NINE - timedelta(hours=17), NINE - timedelta(hours=1)
    assert due(long_ago, four - timedelta(seconds=1)) == ()
    assert due(long_ago, four) == ("days_1_20260310",)
    assert due(long_ago, eight) == ("days_1_20260310", "days_0_20260310")
    assert due(long_ago, NINE) == ()


def test_a_booking_made_after_a_reminders_hour_is_not_reminded_late() -> None:
    """Made at five the day before, it is reminded at eight only; made at half past eight, not at all."""
    five, half_past_eight = NINE - timedelta(hours=16), NINE - timedelta(minutes=30)
    assert due(five, five + timedelta(minutes=1)) == ()
    assert due(five, NINE - timedelta(hours=1)) == ("days_0_20260310",)
    assert due(half_past_eight, NINE - timedelta(minutes=1)) == ()
    assert reminding.passed(REMINDERS, NINE, five, CHINA) == ("days_1_20260310",)
    assert reminding.farthest(REMINDERS) == timedelta(days=2)


def test_an_instruction_names_unit_and_day() -> None:
    """Without a unit or a day it is none, and no day lies in the past; the other kinds need neither."""
    later = NINE + timedelta(days=10)
    for unit, day in ((None, later), ("u", None), ("u", NINE)):
        with pytest.raises(Refused):
            decide(DecisionKind.INSTRUCTED, unit, day, NINE)
    assert decide(DecisionKind.INSTRUCTED, "u", later, NINE).orders
    assert not decide(DecisionKind.RECEIVED, None, None, NINE).orders


def test_the_month_is_counted_in_all_by_level_and_by_leader() -> None:
    """A joint reception counts for each leader; what was not held counts nowhere; the share is of followed matters."""
    sittings = [statistics.Sitting("r1", "county", ("a", "b")), statistics.Sitting("r2", "town", ("c",))]
    came = [
        statistics.Visit("r1", 3, DecisionKind.INSTRUCTED, followed=True, settled=True),
        statistics.Visit("r1", 1, DecisionKind.CONSULTED, followed=True),
        statistics.Visit("r2", 1, DecisionKind.RECEIVED),
        statistics.Visit("r2", 2, DecisionKind.INSTRUCTED, followed=True, settled=True),
        statistics.Visit("unknown", 9, DecisionKind.RECEIVED),
    ]
    report = statistics.count(sittings, came)
    assert (report.whole.receptions, report.whole.visits, report.whole.people) == (2, 4, 7)
    assert report.whole.kinds == {"received": 1, "consulted": 1, "by_appointment": 0, "instructed": 2}
    assert (report.whole.decided, report.whole.share) == (4, Decimal("66.67"))
    assert report.levels["county"].people == 4
    assert report.leaders["a"] == report.leaders["b"]
    assert report.leaders["c"].share == Decimal("100.00")
    assert statistics.count([], []).whole.share is None


def test_moments_of_another_zone_are_the_same() -> None:
    """The records hold UTC; the policy's hours are the place's."""
    starts = NINE.astimezone(UTC)
    assert reminding.moment(REMINDERS[1], starts, CHINA) == NINE - timedelta(hours=1)
