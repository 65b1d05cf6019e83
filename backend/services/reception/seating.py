"""Taking seats and passing on freed ones. The slot must be locked: see records/seats.py for how, and why.

While somebody waits for a slot, its freed seats are theirs, the longest waiting first; nobody new gets one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from backend.domain.reception import codes
from backend.domain.reception.booking import Booking, Reason, Seat, State
from backend.domain.reception.waiting import OfferTerms, Waiting
from backend.domain.refusal import Code, Refused
from backend.records.bookings import Told
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Desk

TRIES = 20
"""Each failure means that somebody else got the seat in the same moment."""


def offer_terms(desk: Desk) -> OfferTerms:
    """The policy's terms of offers."""
    rules = desk.policy.reception
    return OfferTerms(desk.policy.office.zone, rules.offer, *rules.offer_hours)


def must_be_open(desk: Desk, slot: SlotToBook | None) -> SlotToBook:
    """The slot, if it can be booked now. Refused: slot_closed, too_soon."""
    notice, now = desk.policy.reception.notice, desk.now()
    if slot is None or not slot.open or slot.starts_at > now + notice.maximum:
        raise Refused(Code.SLOT_CLOSED)
    if slot.starts_at < now + notice.minimum:
        raise Refused(Code.TOO_SOON)
    return slot


def taken(desk: Desk, slot: SlotToBook) -> Refused:
    """The refusal of a slot without a free seat, with the slot to wait for if that makes sense."""
    late = offer_terms(desk).too_late(desk.now(), slot.starts_at)
    return Refused(Code.SLOT_TAKEN, slots={} if late else {"full_slot_id": slot.id})


async def sit(desk: Desk, work: Work, booking: Booking, told: Told | None = None) -> bool:
    """Keep a new booking on a free seat of its slot, with a code; False if there is none."""
    for _ in range(TRIES):
        seat_id = await _free(desk, work, booking.slot_id or "")
        if seat_id is None:
            return False
        booking.seat_id, booking.code = seat_id, codes.compose(desk.draw)
        if await work.bookings.add(booking, told):
            return True
    return False


async def sit_elsewhere(
    desk: Desk, work: Work, booking: Booking, slot: SlotToBook, deed: Callable[[Booking, Seat], None]
) -> Booking | None:
    """The booking on a free seat of this slot, as `deed` puts it there; None if there is none."""
    for _ in range(TRIES):
        seat_id = await _free(desk, work, slot.id)
        if seat_id is None:
            return None
        there = replace(booking, facts=[])
        deed(there, Seat(seat_id, slot.id, slot.reception_id))
        if await work.bookings.reseat(there):
            await work.tell(there.facts, desk.now())
            there.facts.clear()
            return there
    return None


async def expire(desk: Desk, work: Work, booking_id: str) -> bool:
    """Mark a hold whose time is over; the offer it was made for lapses. False if it is none (any more)."""
    now = desk.now()
    booking = await work.bookings.get(booking_id, lock=True)
    if booking is None or not booking.runs_out(now):
        return False
    offered = booking.is_offer
    booking.expire(now)
    await work.save_booking(booking, now)
    entry = await work.waiting.of_offer(booking_id) if offered else None
    if entry is not None:
        entry.lapse(now)
        await work.save_waiting(entry, now)
        await work.bookings.erase([booking_id])
    return True


async def give_back(desk: Desk, work: Work, booking_id: str, slot: SlotToBook) -> None:
    """End a hold or an offer that the person does not want, and pass the seat on. The slot must be locked alone."""
    booking = await work.bookings.get(booking_id, lock=True)
    if booking is None or booking.state is not State.HELD:
        return
    offered = booking.is_offer
    booking.release(desk.now())
    await work.save_booking(booking, desk.now())
    if offered:
        await work.bookings.erase([booking_id])
    await pass_on(desk, work, slot)


async def pass_on(desk: Desk, work: Work, slot: SlotToBook) -> None:
    """Offer what is free to those who wait, the longest waiting first. The slot must be locked alone."""
    until = offer_terms(desk).until(desk.now(), slot.starts_at) if slot.open else None
    while until is not None:
        entry = await work.waiting.first(slot.id)
        if entry is None or not await _offer(desk, work, entry, until):
            return


async def _offer(desk: Desk, work: Work, entry: Waiting, until: datetime) -> bool:
    now = desk.now()
    wanted = await work.waiting.wanted(entry)
    booking = Booking(
        id=desk.new_id(),
        code="",
        person_id=entry.person_id,
        reception_id=entry.reception_id,
        slot_id=entry.slot_id,
        seat_id=None,
        created_at=now,
        hold_until=until,
        reason=Reason.OFFER,
        case_id=entry.case_id,
    )
    if wanted is not None:
        booking.matter = wanted.matter
        booking.companions, booking.group_size = wanted.party.companions, wanted.party.group_size
    if not await sit(desk, work, booking, wanted.told if wanted else None):
        return False
    entry.offer(booking.id, until)
    await work.save_waiting(entry, now)
    return True


async def _free(desk: Desk, work: Work, slot_id: str) -> str | None:
    """A seat that can be taken; a hold that ran out on it is over from now on."""
    seat = await work.seats.pick(slot_id, desk.now())
    if seat is None:
        return None
    if seat.ran_out is not None:
        await expire(desk, work, seat.ran_out)
    return seat.id
