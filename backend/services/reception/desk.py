"""The receptionist's side of the day: the list, checking people in by their code, and those who come unannounced."""

from dataclasses import dataclass, field

from backend.domain import phones
from backend.domain.reception import codes, visits
from backend.domain.reception.booking import Booking, State
from backend.domain.reception.sessions import Reception, Shown
from backend.domain.reception.visits import Door
from backend.domain.refusal import Code, Refused
from backend.records.bookings import Told
from backend.records.staff import RECEPTIONIST, StaffMember
from backend.records.visits import Expected
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception.day import arrive, meant_by, queue_text

WALK_IN_MATTER = "other"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came without a booking, and how many people the matter concerns."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    matter: str = field(default="", repr=False)
    group_size: int = 1


async def receptionist(work: Work, openid: str) -> StaffMember:
    """Who sits at the desk. Refused: not_allowed for everybody else."""
    member = await work.staff.by_openid(openid)
    if member is None or member.role != RECEPTIONIST:
        raise Refused(Code.NOT_ALLOWED)
    return member


async def today(desk: Desk, work: Work, openid: str) -> Answer:
    """The day's list at the receptionist's place: some or none. Refused: not_bound, not_allowed."""
    if await work.staff.by_openid(openid) is None:
        raise Refused(Code.NOT_BOUND)
    member = await receptionist(work, openid)
    held = await _held_today(desk, work, member.unit_id)
    if not held:
        return Answer("none", {"desk_text": desk.texts.say("visit.desk.none", unit_name=member.unit_name)})
    lists = {one.id: await _list(desk, work, one.id) for one in held}
    text = "\n\n".join(_told(desk, one, lists[one.id]) for one in held)
    choices = [_choice(desk, line) for one in held for line in lists[one.id] if line.state is not State.RECEIVED]
    return Answer("some", {"desk_text": text, "desk_choices": choices})


async def check_in(desk: Desk, work: Work, openid: str, code: str) -> Answer:
    """Check somebody in by the code they say. Refused: not_allowed, booking_not_found, and as in day.arrive."""
    member = await receptionist(work, openid)
    meant = await meant_by(work, code)
    if meant.slot.unit_id != member.unit_id:
        raise Refused(Code.BOOKING_NOT_FOUND, reason="booking_elsewhere")
    booking = await arrive(desk, work, meant)
    return Answer("arrived", {"visitor_text": await _visitor_text(desk, work, booking)})


async def walk_in(desk: Desk, work: Work, openid: str, visitor: Visitor) -> Answer:
    """Give somebody without a booking a number, behind those who booked.

    Refused: not_allowed, invalid (the phone), no_reception_today.
    """
    member = await receptionist(work, openid)
    phone = phones.tidy(visitor.phone) if visitor.phone else ""
    if phone is None:
        raise Refused(Code.INVALID, reason="invalid_phone")
    reception = await _running(desk, work, member.unit_id)
    booking = _walk_in(desk, reception, visitor)
    booking.walk_up(0, desk.now())
    told = Told(matter=visitor.matter, name=visitor.name, phone=phone)
    added = False
    while not added:
        booking.queue_number = await work.visits.next_number(reception.id)
        booking.code = codes.compose(desk.draw)
        added = await work.bookings.add(booking, told)
    await work.tell(booking.facts, desk.now())
    return Answer("done", {"queue_text": await queue_text(desk, work, booking), "booking_code": booking.code})


def _walk_in(desk: Desk, reception: Reception, visitor: Visitor) -> Booking:
    """However many the matter concerns, only so many go in as may represent a group."""
    coming = max(1, min(visitor.group_size, desk.policy.reception.group.representatives))
    return Booking(
        id=desk.new_id(),
        code="",
        person_id=None,
        reception_id=reception.id,
        slot_id=None,
        seat_id=None,
        created_at=desk.now(),
        matter=WALK_IN_MATTER,
        companions=coming - 1,
        group_size=max(1, visitor.group_size),
    )


async def _held_today(desk: Desk, work: Work, unit_id: str) -> list[Reception]:
    day = desk.now().astimezone(desk.policy.office.zone).date()
    found = await work.receptions.on(day, day, desk.now())
    here = [one for one in found if one.unit_id == unit_id and one.state is Shown.PUBLISHED and one.slots]
    return sorted(here, key=lambda one: one.slots[0].starts_at)


async def _running(desk: Desk, work: Work, unit_id: str) -> Reception:
    """Where somebody without a booking goes: what runs now rather than later, with the fewest people waiting."""
    now = desk.now()
    held = [one for one in await _held_today(desk, work, unit_id) if now < one.slots[-1].ends_at]
    if not held:
        raise Refused(Code.NO_RECEPTION_TODAY)
    waiting = {one.id: len(await work.visits.there(one.id)) for one in held}
    return min(held, key=lambda one: (one.slots[0].starts_at > now, waiting[one.id], one.slots[0].starts_at, one.id))


async def _list(desk: Desk, work: Work, reception_id: str) -> list[Expected]:
    """Who is there in the order they go in, then who is expected or has not come, by their times."""
    there = await work.visits.there(reception_id)
    order = [one.booking_id for one in visits.in_order(there, Door.of(desk.policy.reception))]
    lines = {one.id: one for one in await work.visits.expected([reception_id])}
    return [*(lines.pop(one) for one in order), *lines.values()]


async def _visitor_text(desk: Desk, work: Work, booking: Booking) -> str:
    lines = await work.visits.expected([booking.reception_id])
    mine = next(line for line in lines if line.id == booking.id)
    return desk.texts.say("visit.desk.visitor", line=_line(desk, mine), queue=await queue_text(desk, work, booking))


def _told(desk: Desk, reception: Reception, lines: list[Expected]) -> str:
    """One reception's list: who waits in the order they go in, who has not come, how many are done."""
    parts = {"waiting": State.ARRIVED, "expected": State.BOOKED, "missed": State.NO_SHOW}
    who = "、".join(leader.title for leader in reception.leaders)
    said = [desk.texts.say("visit.desk.head", title=reception.title, who=who)]
    for name, state in parts.items():
        some = [one for one in lines if one.state is state]
        if some:
            said += [desk.texts.say(f"visit.desk.{name}", count=len(some)), *(_line(desk, one) for one in some)]
    done = sum(1 for one in lines if one.state is State.RECEIVED)
    if done or not lines:
        said.append(desk.texts.say("visit.desk.done" if done else "visit.desk.nobody", count=done))
    return "\n".join(said)


def _line(desk: Desk, one: Expected) -> str:
    return desk.texts.say(
        f"visit.desk.{'line_walk_in' if one.starts_at is None else 'line'}",
        number=desk.texts.say("visit.number", number=one.number) if one.number else "",
        name=one.told.name or desk.texts.say("visit.nameless"),
        people=1 + one.companions,
        matter=desk.policy.types[one.matter].title if one.matter in desk.policy.types else "",
        code=one.code,
        **(desk.texts.parts(one.starts_at) if one.starts_at else {}),
    )


def _choice(desk: Desk, one: Expected) -> dict[str, str]:
    title = desk.texts.say(
        "visit.desk.choice",
        name=one.told.name or desk.texts.say("visit.nameless"),
        state=desk.texts.say(f"visit.desk.state.{one.state}"),
    )
    return {"title": title, "payload": f"/SetSlots(booking_code={one.code})"}
