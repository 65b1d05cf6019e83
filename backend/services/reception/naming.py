"""How times, leaders and spans of time are called in the calendar and in search; all words come from the texts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.domain.reception.searching import Span
from backend.domain.reception.sessions import Leader, Slot
from backend.services.desk import Desk

NOON = 12
NAMED_MAX = 3


def words(desk: Desk, at: datetime) -> dict[str, str]:
    """The parts of a time as people say it: 下午 2:30, not 14:30."""
    parts = desk.texts.parts(at)
    return {**parts, "hour": parts["hour12"]}


def who(desk: Desk, leaders: Sequence[Leader]) -> str:
    """李示范区长, or for a team the first of them and how many there are."""
    if len(leaders) > 1:
        return desk.texts.say("calendar.team", first=leaders[0].title, count=len(leaders))
    return "".join(leader.title for leader in leaders)


def names(desk: Desk, leaders: Sequence[Leader]) -> str:
    """Every leader, or of many the first and how many there are."""
    return who(desk, leaders) if len(leaders) > NAMED_MAX else "、".join(leader.title for leader in leaders)


def slot_title(desk: Desk, slot: Slot, leaders: Sequence[Leader], town: str = "") -> str:
    """12月1日周二上午9:00 李示范区长; of a town's leader the town too."""
    return desk.texts.say("calendar.slot", who=town + who(desk, leaders), **words(desk, slot.starts_at))


def times(desk: Desk, spans: Sequence[tuple[datetime, datetime]]) -> str:
    """上午9:00—11:30、下午2:30—5:00."""
    return "、".join(_span(desk, begins, ends) for begins, ends in spans)


def _span(desk: Desk, begins: datetime, ends: datetime) -> str:
    until = words(desk, ends)
    return desk.texts.say("calendar.span", end_hour=until["hour"], end_minute=until["minute"], **words(desk, begins))


def when(desk: Desk, span: Span) -> str:
    """The span as a date, a part of a day, a time, or from one day to another."""
    zone = desk.policy.office.zone
    begins, ends = span.begins.astimezone(zone), span.ends.astimezone(zone)
    if begins.date() != ends.date():
        first, last = (desk.texts.say("calendar.day", **words(desk, at)) for at in (begins, ends))
        return desk.texts.say("calendar.days", first=first, last=last)
    if ends - begins <= timedelta(hours=1):
        return desk.texts.say("calendar.day_time", **words(desk, begins))
    half = ends.hour < NOON or (ends.hour, ends.minute) == (NOON, 0) or begins.hour >= NOON
    return desk.texts.say("calendar.day_part" if half else "calendar.day", **words(desk, begins))
