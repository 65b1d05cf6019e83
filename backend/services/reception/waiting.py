"""The waiting list as a resident knows it: to go on it, to leave it, to answer to what is offered."""

from backend.domain.reception.waiting import Waiting, WaitState
from backend.domain.refusal import Code, Refused
from backend.records.people import Person
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import saying
from backend.services.reception.changes import ANY
from backend.services.reception.seating import give_back, offer_terms, pass_on
from backend.services.reception.wishes import Form, check_limits, consenting, wanted


async def join(desk: Desk, work: Work, openid: str, slot_id: str, form: Form) -> Answer:
    """Wait for a seat of a slot.

    Refused: consent_missing, invalid, too_many_companions, suspended, matter_booked, too_many_bookings, too_late,
    already_waiting, waiting_full, seat_free.
    """
    person, now = await consenting(work, openid), desk.now()
    wish = await wanted(desk, work, person, form)
    made = await work.bookings.made_by(person.id)
    slot = _may_wait_for(desk, (await work.seats.lock(alone=[slot_id])).get(slot_id))
    check_limits(desk, made, slot, wish.matter, wish.case_id)
    await _must_be_full(desk, work, person, slot)
    entry = Waiting(desk.new_id(), person.id, slot.reception_id, slot.id, now, case_id=wish.case_id)
    if not await work.waiting.add(entry, wish):
        raise Refused(Code.ALREADY_WAITING)
    await pass_on(desk, work, slot)
    told = await _again(work, entry.id)
    text = await saying.waiting_text(desk, work, told, slot)
    return Answer("done", {"waiting_text": text})


async def leave(desk: Desk, work: Work, openid: str, waiting_id: str) -> Answer:
    """Wait no longer; what was offered goes to the next. Refused: not_waiting."""
    found = await _own(work, openid, waiting_id, WaitState.WAITING, WaitState.OFFERED)
    if found is None:
        raise Refused(Code.NOT_WAITING)
    slots = await work.seats.lock(alone=[found.slot_id])
    entry = await _again(work, found.id)
    entry.leave()
    await work.save_waiting(entry, desk.now())
    if entry.booking_id is not None:
        await give_back(desk, work, entry.booking_id, slots[entry.slot_id])
    return Answer("done")


async def answer(desk: Desk, work: Work, openid: str, waiting_id: str, *, accepted: bool) -> Answer:
    """Take the seat that is offered, or let the next have it; a yes may be repeated. Refused: offer_lapsed."""
    found = await _own(work, openid, waiting_id, WaitState.OFFERED, WaitState.ACCEPTED)
    if found is None or found.booking_id is None:
        raise Refused(Code.OFFER_LAPSED)
    slot = (await work.seats.lock(alone=[found.slot_id]))[found.slot_id]
    entry = await _again(work, found.id)
    if accepted:
        return Answer("accepted", await _accept(desk, work, entry, slot))
    entry.decline(desk.now())
    await work.save_waiting(entry, desk.now())
    await give_back(desk, work, found.booking_id, slot)
    return Answer("declined")


async def _accept(desk: Desk, work: Work, entry: Waiting, slot: SlotToBook) -> dict[str, str]:
    now = desk.now()
    booking = await work.bookings.get(entry.booking_id or "", lock=True)
    if booking is None:
        raise Refused(Code.OFFER_LAPSED)
    if entry.state is not WaitState.ACCEPTED:
        entry.accept(now)
        booking.confirm(now)
        await work.save_booking(booking, now)
        await work.save_waiting(entry, now)
    return await saying.confirmed(desk, work, booking, slot)


def _may_wait_for(desk: Desk, slot: SlotToBook | None) -> SlotToBook:
    if slot is None or not slot.open:
        raise Refused(Code.TOO_LATE, reason="slot_closed")
    if offer_terms(desk).too_late(desk.now(), slot.starts_at):
        raise Refused(Code.TOO_LATE, reason="too_late_to_wait")
    return slot


async def _must_be_full(desk: Desk, work: Work, person: Person, slot: SlotToBook) -> None:
    if any(one.reception_id == slot.reception_id for one in await work.waiting.of_person(person.id)):
        raise Refused(Code.ALREADY_WAITING)
    before = len(await work.waiting.queue(slot.id))
    if before >= desk.policy.reception.waiting_max:
        raise Refused(Code.WAITING_FULL)
    if before == 0 and await work.seats.pick(slot.id, desk.now()) is not None:
        raise Refused(Code.SEAT_FREE)


async def _own(work: Work, openid: str, waiting_id: str, *states: WaitState) -> Waiting | None:
    """The person's own place; with `-` the only one in the first of these states that there is."""
    person = await work.people.find(openid, lock=True)
    if person is None:
        return None
    if waiting_id == ANY:
        mine = [one for one in await work.waiting.of_person(person.id) if one.state in states]
        return mine[0] if len(mine) == 1 else None
    found = await work.waiting.get(waiting_id)
    return found if found is not None and found.person_id == person.id and found.state in states else None


async def _again(work: Work, waiting_id: str) -> Waiting:
    entry = await work.waiting.get(waiting_id, lock=True)
    if entry is None:
        raise Refused(Code.NOT_WAITING)
    return entry
