"""The State Council's calendar of holidays and make-up workdays, for the years it has announced."""

from datetime import date

import chinese_calendar

from backend.domain.workdays import DayKind, weekends_only


def china(day: date) -> DayKind:
    """Whether the day is worked; beyond the announced years only weekends are known, and the answer says so."""
    try:
        return DayKind(working=chinese_calendar.is_workday(day), announced=True)
    except NotImplementedError:
        return weekends_only(day)
