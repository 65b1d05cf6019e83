"""A reception that does not take place: everybody is given another time and asked, or told that there is none."""

from dataclasses import dataclass
from datetime import date

from backend.domain.facts import LeaderAway
from backend.domain.reception.booking import Booking, Reason, State
from backend.domain.reception.sessions import Reception, Shown
from backend.domain.refusal import Code, Refused
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception.desk import receptionist
from backend.services.reception.reminding import begin_anew
from backend.services.reception.seating import sit_elsewhere

OTHERS_MAX = 60
"""How many other slots are looked at for each slot that falls out."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """What became of the bookings, and how many waited."""

    moved: int
    cancelled: int
    waited: int


@dataclass(frozen=True, slots=True)
class Which:
    """A reception by its id, or the day (2026-12-01, or a moment of it) on which the desk's place has one."""

    reception_id: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots that fall out, the others in the order in which they suit each of those, and all that are locked."""

    out: tuple[str, ...]
    others: dict[str, list[str]]
    locked: dict[str, SlotToBook]


async def leader_away(desk: Desk, work: Work, openid: str, which: Which, reason: str) -> Answer:
    """The desk calls a reception at its place off; where a day has several, it is asked which one.

    Refused: not_allowed, reception_not_found, already_away.
    """
    member = await receptionist(work, openid)
    found = [] if which.reception_id else await _of_day(desk, work, member.unit_id, which.day)
    if len(found) > 1:
        return Answer("which_reception", {"reception_choices": [_choice(desk, one) for one in found]})
    reception_id = which.reception_id or found[0].id
    reception = await work.receptions.get(reception_id, desk.now())
    if reception is not None and reception.unit_id != member.unit_id:
        raise Refused(Code.NOT_ALLOWED)
    done = await call_off(desk, work, reception_id, reason)
    counts = {"moved": done.moved, "cancelled": done.cancelled, "waited": done.waited}
    path = "booking.away" if any(counts.values()) else "booking.away_nobody"
    return Answer("done", {"away_summary": desk.texts.say(path, **counts)})


async def _of_day(desk: Desk, work: Work, unit_id: str, day: str) -> list[Reception]:
    """The published receptions of a day at a place. Refused: reception_not_found, already_away."""
    try:
        then = date.fromisoformat(day.strip()[: len("2026-12-01")])
    except ValueError as error:
        raise Refused(Code.RECEPTION_NOT_FOUND) from error
    here = [one for one in await work.receptions.on(then, then, desk.now()) if one.unit_id == unit_id]
    published = [one for one in here if one.state is Shown.PUBLISHED]
    if not published:
        off = any(one.state is Shown.CANCELLED for one in here)
        raise Refused(Code.ALREADY_AWAY if off else Code.RECEPTION_NOT_FOUND)
    return published


def _choice(desk: Desk, one: Reception) -> dict[str, str]:
    who = "、".join(leader.title for leader in one.leaders[:1])
    title = desk.texts.say("visit.desk.reception", month=one.day.month, day=one.day.day, title=one.title, who=who)
    return {"title": title, "payload": f"/SetSlots(reception_id={one.id})"}


async def call_off(desk: Desk, work: Work, reception_id: str, reason: str) -> CalledOff:
    """Cancel a reception, in one transaction with all that follows. Refused: reception_not_found, already_away.

    Whoever has arrived is left to the desk; whoever's time is over is left alone.
    """
    slots = await _lock(desk, work, reception_id)
    reception = await work.receptions.get(reception_id, desk.now())
    if reception is None or reception.state is Shown.DRAFT:
        raise Refused(Code.RECEPTION_NOT_FOUND)
    if reception.state is Shown.CANCELLED:
        raise Refused(Code.ALREADY_AWAY)
    await work.receptions.change(reception_id, desk.now(), state=str(Shown.CANCELLED), note=reason or reception.note)
    await work.tell([LeaderAway(reception_id)], desk.now())
    waited = await _end_waiting(desk, work, reception)
    moved, cancelled = 0, 0
    for booking in await work.bookings.of_reception(reception_id, (State.HELD, State.BOOKED)):
        if booking.state is State.HELD:
            booking.release(desk.now())
            await work.save_booking(booking, desk.now())
        elif slots.locked[booking.slot_id or ""].ends_at > desk.now():
            there = await _moved(desk, work, booking, slots)
            moved, cancelled = moved + there, cancelled + (not there)
    return CalledOff(moved, cancelled, waited)


async def _lock(desk: Desk, work: Work, reception_id: str) -> Slots:
    """Everything at once, so that two who call off do not wait for each other."""
    out = tuple(await work.seats.of_reception(reception_id))
    others: dict[str, list[str]] = {}
    if desk.policy.reception.move_when_away:
        notice, now = desk.policy.reception.notice, desk.now()
        for slot_id in out:
            slot = await work.seats.slot(slot_id)
            near = await work.seats.instead_of(slot, now + notice.minimum, now + notice.maximum) if slot else []
            others[slot_id] = near[:OTHERS_MAX]
    locked = await work.seats.lock(alone={*out, *(one for near in others.values() for one in near)})
    return Slots(out, others, locked)


async def _end_waiting(desk: Desk, work: Work, reception: Reception) -> int:
    """Nobody waits for it any more; who had an offer has none. All are told."""
    entries = await work.waiting.of_reception(reception.id)
    for entry in entries:
        entry.end()
        await work.save_waiting(entry, desk.now())
    return len(entries)


async def _moved(desk: Desk, work: Work, booking: Booking, slots: Slots) -> bool:
    """Whether there was another seat; without one the booking is cancelled."""
    for slot_id in slots.others.get(booking.slot_id or "", ()):
        slot = slots.locked[slot_id]
        if not slot.open or await work.waiting.anybody(slot_id):
            continue
        if await sit_elsewhere(desk, work, booking, slot, Booking.move) is not None:
            await work.bookings.forget_reminders(booking.id)
            await begin_anew(desk, work, booking.id)
            return True
    booking.take_back(desk.now(), Reason.LEADER_AWAY)
    await work.save_booking(booking, desk.now())
    return False
