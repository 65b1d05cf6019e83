"""The calendar of receptions: made from the rules, made again without harm, published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from backend.domain.facts import MonthPublished
from backend.domain.reception.calendar import Ground, Planned, month_after, plan
from backend.domain.reception.sessions import ADDED, Leader, Reception, Shown, Slot
from backend.domain.refusal import Code, Refused
from backend.records.work import Work
from backend.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Generated:
    """What generating a month did. guessed and gaps: see domain/reception/calendar.py."""

    month: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    guessed: bool = False
    gaps: list[tuple[str, str]] = field(default_factory=list)


async def generate(desk: Desk, work: Work, month: str) -> Generated:
    """Make a month's drafts from the rules. What is published, booked or changed by hand stays as it is.

    Refused: invalid (a month that does not exist).
    """
    await work.receptions.lock()
    now, leaders = desk.now(), await work.leaders.known()
    ground = await _ground(desk, work, leaders)
    try:
        made = plan(month, ground, await work.receptions.last_before(month))
    except ValueError as error:
        raise Refused(Code.INVALID, reason="invalid_month") from error
    there = {_key(one): one for one in await work.receptions.month(month, now)}
    wanted = {(one.rule, one.area_code, one.day): one for one in made.receptions}
    free = {key for key, one in there.items() if _may_go(one)}
    outdated = {key for key in free & set(wanted) if not _same(there[key], wanted[key])}
    dropped = free - set(wanted)
    await work.receptions.remove(there[key].id for key in outdated | dropped)
    added = set(wanted) - set(there)
    fresh = [_reception(desk, one, leaders, now) for key, one in wanted.items() if key in added | outdated]
    await work.receptions.add(fresh, desk.new_id)
    kept = len(there) - len(outdated) - len(dropped)
    return Generated(month, len(added), len(outdated), len(dropped), kept, made.guessed, made.gaps)


async def publish(desk: Desk, work: Work, month: str) -> int:
    """Make the month's drafts public; how many those were: publishing again publishes what was added since.

    Refused: no_calendar.
    """
    await work.receptions.lock()
    if not await work.receptions.month(month, desk.now()):
        raise Refused(Code.NO_CALENDAR)
    count = await work.receptions.publish(month, desk.now())
    if count:
        await work.tell([MonthPublished(month)], desk.now())
    return count


async def keep_published(desk: Desk, work: Work) -> None:
    """Let this month and the next be generated and published, as the demo wants it; done again, nothing changes."""
    this = f"{desk.now().astimezone(desk.policy.office.zone):%Y-%m}"
    for month in (this, month_after(this)):
        if not await work.receptions.month(month, desk.now(), shown=True):
            await generate(desk, work, month)
            await publish(desk, work, month)


async def prepare(desk: Desk, work: Work) -> int:
    """Make the draft of a month that has none: of this one, and from the policy's day on of the next.

    It is published where the policy says `automatic`; how many receptions were made.
    """
    today, rule = desk.now().astimezone(desk.policy.office.zone), desk.policy.reception.publishing
    this, made = f"{today:%Y-%m}", 0
    for month in (this, month_after(this)) if today.day >= rule.day_of_month_before else (this,):
        if await work.receptions.month(month, desk.now()):
            continue
        added = (await generate(desk, work, month)).added
        if added and rule.automatic:
            await publish(desk, work, month)
        made += added
    return made


async def _ground(desk: Desk, work: Work, leaders: Mapping[str, Leader]) -> Ground:
    organisation = await work.places.organisation()
    zone = desk.policy.office.zone
    return Ground(desk.policy.reception, organisation, list(leaders.values()), desk.calendar, zone)


def _key(one: Reception) -> tuple[str, str, date]:
    return one.rule, one.area_code, one.day


def _may_go(one: Reception) -> bool:
    return one.state is Shown.DRAFT and not one.adjusted and not one.rule.startswith(ADDED)


def _same(there: Reception, wanted: Planned) -> bool:
    return (
        tuple(leader.id for leader in there.leaders) == wanted.leaders
        and (there.unit_id, there.title, there.level) == (wanted.unit_id, wanted.title, wanted.level)
        and tuple((slot.starts_at, slot.ends_at) for slot in there.slots) == wanted.times
        and {slot.seats for slot in there.slots} == {wanted.seats}
    )


def _reception(desk: Desk, wanted: Planned, leaders: Mapping[str, Leader], now: datetime) -> Reception:
    return Reception(
        id=desk.new_id(),
        day=wanted.day,
        rule=wanted.rule,
        level=wanted.level,
        area_code=wanted.area_code,
        unit_id=wanted.unit_id,
        title=wanted.title,
        state=Shown.DRAFT,
        updated_at=now,
        leaders=tuple(leaders[one] for one in wanted.leaders),
        slots=tuple(Slot(desk.new_id(), begins, ends, seats=wanted.seats) for begins, ends in wanted.times),
    )
