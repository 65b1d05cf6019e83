"""What a resident does with a seat first: hold it while the form is filled, confirm it or give it back."""

from dataclasses import dataclass

from backend.domain.reception.booking import Booking, State
from backend.domain.refusal import Code, Refused
from backend.records.people import Person
from backend.records.seats import SlotToBook
from backend.records.waiting import Wanted
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import saying
from backend.services.reception.seating import give_back, must_be_open, sit, taken
from backend.services.reception.wishes import About, Form, check_limits, consenting, subject, wanted

CONFIRMED = frozenset({State.BOOKED, State.ARRIVED})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which hold is confirmed, and which slot it was for, should the hold be gone."""

    hold_id: str
    slot_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants a seat of which slot, and the hold they have or had on one."""

    person: Person
    slot: SlotToBook
    held: Booking | None


async def glance(desk: Desk, work: Work, openid: str, slot_id: str) -> None:
    """Tell at once that a slot is full, if a look is enough; all else is for `hold`. Refused: slot_taken."""
    seen = await work.seats.glance(slot_id, work.people.index(openid), desk.now())
    if seen is not None and seen.full and seen.slot.open:
        raise taken(desk, seen.slot)


async def hold(desk: Desk, work: Work, openid: str, slot_id: str, about: About) -> Answer:
    """Hold a seat; an older hold of the same person is given back, the same one is kept.

    Refused: consent_missing, slot_closed, too_soon, suspended, matter_booked, too_many_bookings, slot_taken.
    """
    person, now = await consenting(work, openid), desk.now()
    made = await work.bookings.made_by(person.id)
    older = [one for one in made if one.being_filled]
    slots = await work.seats.lock([slot_id], [one.slot_id for one in older])
    slot = must_be_open(desk, slots.get(slot_id))
    for one in older:
        same = await work.bookings.get(one.id, lock=True)
        if same is not None and same.slot_id == slot_id and same.holds(now):
            return await _held(desk, work, same, slot)
    matter, case = await subject(desk, work, person, about)
    check_limits(desk, made, slot, matter, case.id if case else None)
    booking = _new(desk, person, slot, Wanted(matter, case_id=case.id if case else None))
    booking.hold_until = now + desk.policy.reception.hold
    if await work.waiting.anybody(slot_id) or not await sit(desk, work, booking):
        raise taken(desk, slot)
    for one in older:
        await give_back(desk, work, one.id, slots[one.slot_id])
    return await _held(desk, work, booking, slot)


async def confirm(desk: Desk, work: Work, openid: str, chosen: Chosen, form: Form) -> Answer:
    """Book the seat that is held; if the hold ran out, one of the slot that is still free. Again: the same booking.

    Refused: consent_missing, invalid, too_many_companions, suspended, matter_booked, too_many_bookings, slot_taken.
    """
    person = await consenting(work, openid)
    booking = await _own_hold(work, person, chosen.hold_id)
    slots = await work.seats.lock([booking.slot_id or "" if booking else chosen.slot_id])
    slot = next(iter(slots.values()), None)
    if slot is None:
        raise Refused(Code.SLOT_TAKEN)
    if booking is not None:
        booking = await work.bookings.get(booking.replaced_by or booking.id, lock=True)
    if booking is None or booking.state not in CONFIRMED:
        booking = await _book(desk, work, Claim(person, slot, booking), form)
    return Answer("done", await saying.confirmed(desk, work, booking, slot))


async def release(desk: Desk, work: Work, openid: str, hold_id: str) -> Answer:
    """Give a hold back; what is no hold any more is left alone."""
    person = await work.people.find(openid, lock=True)
    booking = await _own_hold(work, person, hold_id) if person else None
    if booking is not None and booking.slot_id is not None:
        slots = await work.seats.lock(alone=[booking.slot_id])
        await give_back(desk, work, booking.id, slots[booking.slot_id])
    return Answer("done")


async def _held(desk: Desk, work: Work, booking: Booking, slot: SlotToBook) -> Answer:
    until = booking.hold_until or desk.now()
    slots = {
        "hold_id": booking.id,
        "slot_text": await saying.slot_text(desk, work, slot),
        "hold_until_text": desk.texts.moment("clock", until),
    }
    return Answer("held", slots)


async def _own_hold(work: Work, person: Person, hold_id: str) -> Booking | None:
    """The person's own hold or what became of it; an offer is not confirmed but answered."""
    booking = await work.bookings.get(hold_id) if hold_id else None
    return None if booking is None or booking.person_id != person.id or booking.is_offer else booking


async def _book(desk: Desk, work: Work, claim: Claim, form: Form) -> Booking:
    """The seat that is held, or any of the slot, booked."""
    now, slot, held = desk.now(), claim.slot, claim.held
    wish = await wanted(desk, work, claim.person, form)
    check_limits(desk, await work.bookings.made_by(claim.person.id), slot, wish.matter, wish.case_id)
    if not slot.open or now >= slot.starts_at:
        raise Refused(Code.SLOT_TAKEN, reason="slot_closed")
    if held is None or not await _still_theirs(desk, work, held):
        late = await _book_late(desk, work, _new(desk, claim.person, slot, wish), slot, wish)
        if held is not None:
            await work.bookings.replace(held.id, late.id)
        return late
    _fill(held, wish)
    held.confirm(now)
    await work.save_booking(held, now)
    await work.bookings.tell(held.id, wish.told)
    return held


async def _still_theirs(desk: Desk, work: Work, held: Booking) -> bool:
    """A hold that ran out still is, until somebody takes the seat or waits for it."""
    if held.state is not State.HELD or held.slot_id is None:
        return False
    return held.holds(desk.now()) or not await work.waiting.anybody(held.slot_id)


async def _book_late(desk: Desk, work: Work, booking: Booking, slot: SlotToBook, wish: Wanted) -> Booking:
    """Without a hold that stands: if nobody else has or waits for the seat by now."""
    now = desk.now()
    booking.hold_until = now + desk.policy.reception.hold
    if await work.waiting.anybody(slot.id) or not await sit(desk, work, booking, wish.told):
        raise taken(desk, slot)
    booking.confirm(now)
    await work.save_booking(booking, now)
    return booking


def _new(desk: Desk, person: Person, slot: SlotToBook, wish: Wanted) -> Booking:
    booking = Booking(
        id=desk.new_id(),
        code="",
        person_id=person.id,
        reception_id=slot.reception_id,
        slot_id=slot.id,
        seat_id=None,
        created_at=desk.now(),
    )
    _fill(booking, wish)
    return booking


def _fill(booking: Booking, wish: Wanted) -> None:
    booking.matter, booking.case_id = wish.matter, wish.case_id
    booking.companions, booking.group_size = wish.party.companions, wish.party.group_size
