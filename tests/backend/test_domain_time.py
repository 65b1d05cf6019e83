"""Working days and deadlines."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.deadlines import DeadlineKind, Timetable, deadlines_for
from backend.domain.workdays import DayKind, Office, Span, after, weekends_only
from backend.workdays import china

ZONE = timezone(timedelta(hours=8))
OFFICE = Office(ZONE, time(17, 30))


def due(start: datetime, days: int) -> datetime:
    """When that many working days after `start` end."""
    return after(start, Span(working_days=days), china, OFFICE).at


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-04T10:00", 1, "2026-03-05T17:30"),  # Wednesday
        ("2026-03-06T10:00", 1, "2026-03-09T17:30"),  # over a weekend
        ("2026-03-06T23:59", 2, "2026-03-10T17:30"),
        ("2026-02-13T10:00", 1, "2026-02-14T17:30"),  # a Saturday worked before Spring Festival
        ("2026-02-14T10:00", 1, "2026-02-24T17:30"),  # over Spring Festival
        ("2026-09-30T10:00", 1, "2026-10-08T17:30"),  # over National Day
    ],
)
def test_working_days_follow_the_announced_calendar(start: str, days: int, end: str) -> None:
    """Weekends and holidays do not count, make-up workdays do, and a day ends when the office closes."""
    assert due(datetime.fromisoformat(start).replace(tzinfo=ZONE), days) == datetime.fromisoformat(end).replace(
        tzinfo=ZONE
    )


def test_the_day_is_the_places_own() -> None:
    """Late on Thursday in UTC is Friday at the place."""
    assert due(datetime(2026, 3, 5, 20, 0, tzinfo=UTC), 1) == datetime(2026, 3, 9, 17, 30, tzinfo=ZONE)


def test_hours_run_by_the_clock() -> None:
    """An urgent span does not wait for the office."""
    start = datetime(2026, 3, 7, 23, 0, tzinfo=ZONE)
    assert after(start, Span(hours=2), china, OFFICE).at == start + timedelta(hours=2)


def test_years_not_announced_count_weekends_and_say_so() -> None:
    """Beyond the announced years only weekends are known, and the deadline says so."""
    assert china(date(2026, 10, 1)) == DayKind(working=False, announced=True, holiday="National Day")
    assert china(date(2099, 10, 1)) == weekends_only(date(2099, 10, 1)) == DayKind(working=True, announced=False)
    over = after(datetime(2026, 12, 30, 10, 0, tzinfo=ZONE), Span(working_days=3), china, OFFICE)
    assert not over.announced
    assert after(datetime(2026, 3, 4, 10, 0, tzinfo=ZONE), Span(working_days=3), china, OFFICE).announced


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 40))  # noqa: DTZ001 - zone added below
def test_more_days_end_later_and_on_a_working_day(naive: datetime, days: int) -> None:
    """A deadline lies on a working day, after its start, and one day more is later."""
    start = naive.replace(tzinfo=ZONE)
    end = due(start, days)
    assert china(end.date()).working
    assert start.date() < end.date()
    assert end < due(start, days + 1)


def test_the_rule_is_urgent_then_the_type_then_ordinary() -> None:
    """Urgent beats the type's own rule, which beats the ordinary one; each deadline names its rule."""
    kinds = (DeadlineKind.ACCEPT, DeadlineKind.FIRST_CONTACT, DeadlineKind.RESOLVE)
    spans = {kind: Span(working_days=n) for n, kind in enumerate(kinds, 1)}
    table = Timetable({"ordinary": spans, "labour": spans, "urgent": spans})
    assert table.rule_for("labour", urgent=True) == "urgent"
    assert table.rule_for("labour", urgent=False) == "labour"
    assert table.rule_for("water", urgent=False) == "ordinary"
    made = deadlines_for(table, "labour", datetime(2026, 3, 4, 10, 0, tzinfo=ZONE), china, OFFICE)
    assert [(one.kind, one.rule, one.due_at.day) for one in made.values()] == [
        (DeadlineKind.ACCEPT, "labour", 5),
        (DeadlineKind.FIRST_CONTACT, "labour", 6),
        (DeadlineKind.RESOLVE, "labour", 9),
    ]
