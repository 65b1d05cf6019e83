"""The published calendar as residents see it: only what was published, with the five facts of 五公开, in every form.

The five facts: name, post, portfolio, time and place. Nothing here is about anybody who books.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.organisation import Organisation
from backend.domain.reception.calendar import days_in, month_after
from backend.domain.reception.searching import Bounds, Span
from backend.domain.reception.sessions import Leader, Reception, Shown
from backend.records.places import Office
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import naming

LINES_MAX = 5
"""How many receptions a message names; the page names all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reception with its five facts in words. described: each leader with post and portfolio.

    state: cancelled, over, open (a time can be booked), full, late (too near to book) or early (not yet to be booked).
    """

    reception: Reception
    day: str
    times: str
    who: str
    described: tuple[str, ...]
    office: Office
    state: str

    @property
    def cancelled(self) -> bool:
        """Whether it was called off after it was published."""
        return self.state == "cancelled"

    @property
    def over(self) -> bool:
        """Whether it has taken place."""
        return self.state == "over"

    @property
    def leaders(self) -> tuple[Leader, ...]:
        """Who receives."""
        return self.reception.leaders

    @property
    def place(self) -> str:
        """Name and address of the place."""
        return f"{self.office.name} {self.office.address}".strip()


@dataclass(frozen=True, slots=True)
class Month:
    """A published month. note: what must be known about it. areas: codes and names, the largest first."""

    month: str
    title: str
    entries: tuple[Entry, ...]
    note: str
    areas: tuple[tuple[str, str], ...]
    earlier: str | None
    later: str | None


async def month(desk: Desk, work: Work, name: str) -> Month:
    """What is published of `2026-12`, by day. ValueError if there is no such month."""
    days, now = days_in(name), desk.now()
    offices = {office.id: office for office in await work.places.offices()}
    receptions = await work.receptions.month(name, now, shown=True)
    entries = [_entry(desk, one, offices[one.unit_id]) for one in receptions]
    entries.sort(key=lambda one: (one.reception.day, one.reception.area_code, one.reception.rule))
    shown = await work.receptions.shown_months()
    organisation = await work.places.organisation()
    guessed = entries and not all(desk.calendar(day).announced for day in days)
    return Month(
        month=name,
        title=desk.texts.say("calendar.title", place=organisation.root().name, year=days[0].year, month=days[0].month),
        entries=tuple(entries),
        note=desk.texts.say("calendar.guessed", year=days[0].year) if guessed else "",
        areas=_areas(organisation, entries),
        earlier=max((one for one in shown if one < name), default=None),
        later=min((one for one in shown if one > name), default=None),
    )


async def everything(desk: Desk, work: Work) -> list[Entry]:
    """What is published from last month on, for feeds that are read again and again."""
    offices = {office.id: office for office in await work.places.offices()}
    this = current(desk)
    since = max((one for one in await work.receptions.shown_months() if one < this), default=this)
    found = [
        one
        for name in await work.receptions.shown_months()
        if name >= since
        for one in await work.receptions.month(name, desk.now(), shown=True)
    ]
    return [_entry(desk, one, offices[one.unit_id]) for one in found]


def _areas(organisation: Organisation, entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    there = {one.reception.area_code for one in entries}
    found = [area for area in organisation.areas.values() if area.code in there]
    found.sort(key=lambda area: (len(organisation.lineage(area.code)), area.code))
    return tuple((area.code, area.name) for area in found)


def current(desk: Desk) -> str:
    """The month that it is now."""
    return f"{desk.now().astimezone(desk.policy.office.zone):%Y-%m}"


async def calendar(desk: Desk, work: Work, when: Span | None) -> Answer:
    """The month that is asked for, or this one while it lasts, as words and as an article. found or not_published."""
    name = f"{when.begins:%Y-%m}" if when else await best_month(desk, work)
    shown = await month(desk, work, name)
    url = f"{desk.site}/calendar?month={name}"
    day = days_in(name)[0]
    if not shown.entries:
        said = desk.texts.say("calendar.not_published", month=day.month)
        return Answer("not_published", {"calendar_text": said, "calendar_url": f"{desk.site}/calendar"})
    days = {one.reception.day for one in shown.entries if not one.cancelled}
    leaders = {leader.id for one in shown.entries for leader in one.leaders}
    slots = {
        "calendar_text": await _text(desk, work, shown, when, url),
        "calendar_title": shown.title,
        "calendar_summary": desk.texts.say("calendar.summary", days=len(days), leaders=len(leaders)),
        "calendar_url": url,
    }
    return Answer("found", slots)


async def best_month(desk: Desk, work: Work) -> str:
    """The month that it is; the next one when nothing is left of it."""
    this = current(desk)
    left = [one for one in await work.receptions.month(this, desk.now(), shown=True) if not _over(desk, one)]
    following = month_after(this)
    return this if left or following not in await work.receptions.shown_months() else following


async def _text(desk: Desk, work: Work, shown: Month, when: Span | None, url: str) -> str:
    """The next receptions of the whole place in a few lines; only those of the days that were asked for."""
    root = (await work.places.organisation()).root().code
    ahead = [one for one in shown.entries if not one.over and not one.cancelled]
    first = [one for one in ahead if one.reception.area_code == root] or ahead
    note = f"{shown.note}\n" if shown.note else ""
    lines = "\n".join(_lines(desk, first, when)) or desk.texts.say("calendar.nothing_ahead")
    return desk.texts.say("calendar.text", title=shown.title, lines=lines, note=note, url=url)


def _lines(desk: Desk, ahead: Sequence[Entry], when: Span | None) -> list[str]:
    if when is None:
        return _told(desk, ahead[:LINES_MAX])
    zone = desk.policy.office.zone
    begins, ends = when.begins.astimezone(zone).date(), when.ends.astimezone(zone).date()
    then = [one for one in ahead if begins <= one.reception.day <= ends]
    if then:
        return _told(desk, then[:LINES_MAX])
    later = _told(desk, [one for one in ahead if one.reception.day > ends][:LINES_MAX])
    return [desk.texts.say("calendar.not_then", when=naming.when(desk, when)), *later] if later else []


def _told(desk: Desk, entries: Sequence[Entry]) -> list[str]:
    """A few receptions; where they are all in one place, that is said once."""
    say, places = desk.texts.say, {one.place for one in entries}
    lines = [say("calendar.line", day=one.day, times=one.times, who="；".join(one.described)) for one in entries]
    where = [say("calendar.where", where=one.place) for one in entries]
    if len(places) == 1:
        return [*lines, where[0]]
    return [f"{line}\n{place}" for line, place in zip(lines, where, strict=True)]


def _described(desk: Desk, leaders: Sequence[Leader]) -> list[str]:
    """Each with post and portfolio: 赵示范副区长（分管住房和城乡建设……）."""
    return [desk.texts.say("calendar.leader", who=one.title, portfolio=one.portfolio) for one in leaders]


def _entry(desk: Desk, one: Reception, office: Office) -> Entry:
    return Entry(
        reception=one,
        day=desk.texts.say("calendar.day", **naming.words(desk, one.slots[0].starts_at)),
        times=naming.times(desk, one.spans),
        who=naming.who(desk, one.leaders),
        described=tuple(_described(desk, one.leaders)),
        office=office,
        state=_state(desk, one),
    )


def _state(desk: Desk, one: Reception) -> str:
    if one.state is Shown.CANCELLED:
        return "cancelled"
    if _over(desk, one):
        return "over"
    bounds = Bounds.of(desk.now(), desk.policy.reception.notice, desk.policy.office.zone)
    ahead = [slot for slot in one.slots if slot.starts_at >= bounds.earliest and not slot.closed]
    bookable = [slot for slot in ahead if slot.starts_at < bounds.latest]
    if bookable:
        return "open" if any(slot.free for slot in bookable) else "full"
    return "early" if ahead else "late"


def _over(desk: Desk, one: Reception) -> bool:
    return one.slots[-1].ends_at <= desk.now()
