"""The State Council's calendar of holidays and make-up workdays, for the years it has announced."""

from datetime import date

import chinese_calendar

from backend.domain.workdays import DayKind, weekends_only


def china(day: date) -> DayKind:
    """Whether the day is worked; beyond the announced years only weekends are known, and the answer says so.

    Holidays have the names of chinese_calendar (`National Day`).
    """
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return weekends_only(day)
    return DayKind(working=not is_off, announced=True, holiday=(name or "") if is_off else "")
