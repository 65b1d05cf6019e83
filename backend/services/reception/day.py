"""The day of the visit for the resident: whether they come, and checking in where the code on the wall was scanned."""

from dataclasses import dataclass

from backend.domain.reception import codes, visits
from backend.domain.reception.booking import Booking, State
from backend.domain.reception.sessions import Reception
from backend.domain.reception.visits import Arrival, Door
from backend.domain.refusal import Code, Refused
from backend.records.people import Person
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import saying
from backend.services.reception.seating import pass_on

SCENE = "checkin_"
"""How the scene of a place's code begins; the unit's id follows."""
ANY = "-"
"""The code of somebody who did not say which booking is meant."""
EXPECTED = (State.BOOKED, State.NO_SHOW, State.ARRIVED)


@dataclass(frozen=True, slots=True)
class Meant:
    """A booking with the slot that it is for."""

    booking: Booking
    slot: SlotToBook


async def answer_reminder(desk: Desk, work: Work, openid: str, code: str, *, coming: bool) -> Answer:
    """Come or not: who does not come frees the seat for whoever waits, even after the cut-off.

    Without a code the booking they were reminded of is meant. Refused: booking_not_found, booking_over.
    """
    person = await work.people.find(openid, lock=True)
    meant = await _next(desk, work, person, code)
    slots = await work.seats.lock(alone=[meant.slot.id])
    booking = await _locked(work, meant.booking)
    booking.answer_reminder(desk.now(), coming=coming)
    await work.save_booking(booking, desk.now())
    if not coming:
        await pass_on(desk, work, slots[meant.slot.id])
    told = {"slot_text": await saying.slot_text(desk, work, meant.slot), "booking_code": booking.code}
    return Answer("coming" if coming else "cancelled", told)


async def check_in(desk: Desk, work: Work, openid: str, code: str, scene: str) -> Answer:
    """The resident is there and has scanned the place's code; without a booking code, today's booking is meant.

    Refused: booking_not_found, booking_over, too_early, wrong_place, already_arrived.
    """
    unit_id = scene.strip().removeprefix(SCENE)
    if not unit_id:
        raise Refused(Code.WRONG_PLACE, reason="no_place_scene")
    person = await work.people.find(openid, lock=True)
    meant = await _here(desk, work, person, code, unit_id)
    if meant.slot.unit_id != unit_id:
        raise Refused(Code.WRONG_PLACE, slots={"place_text": await saying.place_text(desk, work, meant.slot)})
    booking = await arrive(desk, work, meant)
    return Answer("arrived", {"queue_text": await queue_text(desk, work, booking), "booking_code": booking.code})


async def arrive(desk: Desk, work: Work, meant: Meant) -> Booking:
    """Note that somebody who booked is there. Refused: booking_not_found, booking_over, too_early, already_arrived."""
    now, reception = desk.now(), await _reception(desk, work, meant.booking.reception_id)
    booking = await _locked(work, meant.booking)
    door = Door.of(desk.policy.reception)
    knock = door.knock(meant.slot.starts_at, reception.slots[-1].ends_at, now)
    if knock is Arrival.EARLY and booking.state is State.BOOKED:
        opens = desk.texts.moment("from", door.opens_at(meant.slot.starts_at))
        raise Refused(Code.TOO_EARLY, slots={"opens_text": opens})
    if knock is Arrival.OVER and booking.state is not State.ARRIVED:
        raise Refused(Code.BOOKING_OVER)
    booking.arrive(await work.visits.next_number(reception.id), now)
    while not await work.bookings.reseat(booking):
        # Somebody else got the same number in this moment.
        booking.queue_number = await work.visits.next_number(reception.id)
    await work.tell(booking.facts, now)
    booking.facts.clear()
    return booking


async def queue_text(desk: Desk, work: Work, booking: Booking) -> str:
    """The number, and how many of those who are there go in before."""
    there = await work.visits.there(booking.reception_id)
    before = visits.before(there, booking.id, Door.of(desk.policy.reception))
    way = "first" if before == 0 else "behind"
    kind = "walk_in" if booking.walk_in else "booked"
    queue = desk.texts.say(f"visit.queue.{way}", number=booking.queue_number, before=before)
    return desk.texts.say(f"visit.{kind}", queue=queue)


async def meant_by(work: Work, code: str) -> Meant:
    """The booking with this code, whosever it is. Refused: booking_not_found."""
    tidy = codes.tidy(code)
    booking = await work.bookings.by_code(tidy) if tidy else None
    slot = await work.seats.slot(booking.slot_id) if booking and booking.slot_id else None
    if booking is None or slot is None or booking.confirmed_at is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return Meant(booking, slot)


async def _next(desk: Desk, work: Work, person: Person | None, code: str) -> Meant:
    """The person's own booking with this code; without one, the next that they were reminded of, else the next."""
    if person is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    if code.strip() not in ("", ANY):
        return _own(person, await meant_by(work, code))
    made = await work.bookings.made_by(person.id)
    ahead = [one for one in made if one.state is State.BOOKED and desk.now() < one.ends_at]
    if not ahead:
        raise Refused(Code.BOOKING_NOT_FOUND)
    told = {booking_id for booking_id, _ in await work.visits.reminded([one.id for one in ahead])}
    return await _meant(work, min(ahead, key=lambda one: (one.id not in told, one.starts_at)).id)


async def _here(desk: Desk, work: Work, person: Person | None, code: str, unit_id: str) -> Meant:
    """The booking somebody came for: today's, here rather than elsewhere, not yet checked in rather than already."""
    if person is None:
        raise Refused(Code.BOOKING_NOT_FOUND, reason="nothing_booked")
    if code.strip() not in ("", ANY):
        return _own(person, await meant_by(work, code))
    zone = desk.policy.office.zone
    today = desk.now().astimezone(zone).date()
    made = [one for one in await work.bookings.made_by(person.id) if one.state in EXPECTED]
    now = [one for one in made if one.starts_at.astimezone(zone).date() == today]
    later = [one for one in made if one.starts_at.astimezone(zone).date() > today]
    found = [await _meant(work, one.id) for one in (now or later[:1])]
    if not found:
        raise Refused(Code.BOOKING_NOT_FOUND, reason="nothing_booked")
    return min(
        found, key=lambda one: (one.slot.unit_id != unit_id, one.booking.state is State.ARRIVED, one.slot.starts_at)
    )


def _own(person: Person, meant: Meant) -> Meant:
    if meant.booking.person_id != person.id:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return meant


async def _meant(work: Work, booking_id: str) -> Meant:
    booking = await work.bookings.get(booking_id)
    slot = await work.seats.slot(booking.slot_id) if booking and booking.slot_id else None
    if booking is None or slot is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return Meant(booking, slot)


async def _locked(work: Work, booking: Booking) -> Booking:
    found = await work.bookings.get(booking.id, lock=True)
    if found is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return found


async def _reception(desk: Desk, work: Work, reception_id: str) -> Reception:
    found = await work.receptions.get(reception_id, desk.now())
    if found is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return found
