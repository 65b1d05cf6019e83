"""What becomes of a booking: shown, changed or cancelled by the person, taken back by the desk."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from backend.domain.reception import codes
from backend.domain.reception.booking import Booking, Reason, Seat
from backend.domain.reception.waiting import Waiting
from backend.domain.refusal import Code, Refused
from backend.records.people import Person
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception import saying
from backend.services.reception.desk import receptionist
from backend.services.reception.reminding import begin_anew
from backend.services.reception.seating import give_back, must_be_open, pass_on, sit_elsewhere, taken

ANY = "-"
"""Instead of a code or an id: the one there is."""
WAITS_TOLD = 3
"""So many places on waiting lists are told in words; a message holds no more."""


async def list_mine(desk: Desk, work: Work, openid: str) -> Answer:
    """The bookings that lie ahead: some, one or none; and where the person waits or has an offer."""
    person, now = await work.people.find(openid), desk.now()
    mine = await work.bookings.to_come(person.id, now) if person else []
    waits = await work.waiting.of_person(person.id) if person else []
    slots: dict[str, object] = {
        "booking_choices": [await saying.choice(desk, work, one, await _slot(work, one)) for one in mine],
        "waiting_choices": [
            await saying.waiting_choice(desk, work, one, await _slot_of(work, one.slot_id)) for one in waits
        ],
        "waiting_text": await _where(desk, work, waits[:WAITS_TOLD]),
    }
    if len(mine) == 1:
        slots["booking_code"] = mine[0].code
    return Answer("none" if not mine else "one" if len(mine) == 1 else "some", slots)


async def _where(desk: Desk, work: Work, waits: list[Waiting]) -> str:
    """For what the person waits, a line each."""
    return "\n".join([await saying.waiting_text(desk, work, one, await _slot_of(work, one.slot_id)) for one in waits])


async def show(desk: Desk, work: Work, openid: str, code: str) -> Answer:
    """One of the person's own bookings. Refused: booking_not_found."""
    person = await work.people.find(openid)
    booking = await _find(work, person, code)
    return Answer("found", await saying.shown(desk, work, booking, await _slot(work, booking)))


async def change(desk: Desk, work: Work, openid: str, code: str, slot_id: str) -> Answer:
    """Take a seat of another slot and free the old one, in one step.

    Refused: booking_not_found, booking_over, too_late, too_soon, slot_taken.
    """
    person = await work.people.find(openid, lock=True)
    booking = await _find(work, person, code)
    holds = [one for one in await work.bookings.made_by(booking.person_id or "") if one.being_filled]
    here = [one.id for one in holds if one.slot_id == slot_id]
    before = booking.slot_id or ""
    slots = await work.seats.lock([slot_id], [before, slot_id] if here else [before])
    booking = await _locked(work, booking)
    deed = partial(_change, desk, slots[before])
    deed(replace(booking, facts=[]), Seat("", "", ""))  # refused before anything is touched
    slot = slots[before]
    if slot_id != before:
        slot = _to(desk, slots.get(slot_id))
        await _make_room(desk, work, slot, here)
        booking = await _sit_there(desk, work, booking, slot, deed)
        await pass_on(desk, work, slots[before])
    told = await saying.confirmed(desk, work, booking, slot)
    return Answer("done", {name: told[name] for name in ("booking_code", "slot_text", "cancel_until_text")})


async def cancel(desk: Desk, work: Work, openid: str, code: str, reason: str) -> Answer:
    """The person does not come. Refused: booking_not_found, booking_over, too_late (with centre_phone)."""
    person = await work.people.find(openid, lock=True)
    booking, slot = await _alone(work, await _find(work, person, code))
    centre = await work.places.office(desk.policy.centre_unit)
    try:
        booking.cancel(desk.now(), slot.starts_at, desk.policy.reception.cancel_until)
    except Refused as refused:
        raise Refused(refused.code, slots={"centre_phone": centre.phone}) from refused
    await _keep_cancelled(desk, work, booking, slot, reason)
    return Answer("done", {"centre_phone": centre.phone})


async def give_up(desk: Desk, work: Work, booking: Booking, reason: Reason, words: str = "") -> None:
    """Cancel, however late it is, and pass the seat on: for who answers that they do not come, and for the desk.

    Refused: booking_over. Call it before anything else is locked in this transaction but the person.
    """
    booking, slot = await _alone(work, booking)
    booking.take_back(desk.now(), reason)
    await _keep_cancelled(desk, work, booking, slot, words)


async def desk_cancel(desk: Desk, work: Work, openid: str, code: str, reason: str) -> Answer:
    """The desk cancels somebody's booking and says why. Refused: not_allowed, booking_not_found, booking_over."""
    await receptionist(work, openid)
    tidy = codes.tidy(code)
    booking = await work.bookings.by_code(tidy) if tidy else None
    if booking is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    await give_up(desk, work, booking, Reason.DESK, reason)
    return Answer("done")


async def answer_move(desk: Desk, work: Work, openid: str, code: str, *, accepted: bool) -> Answer:
    """Whether the time that the centre proposed suits. Refused: booking_not_found, booking_over."""
    person = await work.people.find(openid, lock=True)
    if code == ANY and person is not None:
        asked = [one for one in await work.bookings.to_come(person.id, desk.now()) if one.move_asked]
        code = asked[0].code if len(asked) == 1 else ""
    booking, slot = await _alone(work, await _find(work, person, code))
    text = {"slot_text": await saying.slot_text(desk, work, slot)}
    booking.answer_move(desk.now(), accepted=accepted)
    await work.save_booking(booking, desk.now())
    if not accepted:
        await pass_on(desk, work, slot)
    return Answer("accepted" if accepted else "declined", text)


def _change(desk: Desk, before: SlotToBook, booking: Booking, seat: Seat) -> None:
    booking.change(seat, desk.now(), before.starts_at, desk.policy.reception.cancel_until)


def _to(desk: Desk, slot: SlotToBook | None) -> SlotToBook:
    """The slot changed to. A closed one is as good as taken."""
    try:
        return must_be_open(desk, slot)
    except Refused as refused:
        if refused.code is Code.SLOT_CLOSED:
            raise Refused(Code.SLOT_TAKEN, reason=refused.reason) from refused
        raise


async def _make_room(desk: Desk, work: Work, slot: SlotToBook, holds: list[str]) -> None:
    """The person's own holds there are free for it. Refused: slot_taken while somebody waits."""
    if await work.waiting.anybody(slot.id):
        raise taken(desk, slot)
    for hold_id in holds:
        await give_back(desk, work, hold_id, slot)


async def _sit_there(
    desk: Desk, work: Work, booking: Booking, slot: SlotToBook, deed: Callable[[Booking, Seat], None]
) -> Booking:
    moved = await sit_elsewhere(desk, work, booking, slot, deed)
    if moved is None:
        raise taken(desk, slot)
    await work.bookings.forget_reminders(moved.id)
    await begin_anew(desk, work, moved.id)
    return moved


async def _keep_cancelled(desk: Desk, work: Work, booking: Booking, slot: SlotToBook, words: str) -> None:
    await work.save_booking(booking, desk.now())
    told = await work.bookings.told(booking.id)
    if words and told is not None:
        await work.bookings.tell(booking.id, replace(told, cancel_reason=words))
    await pass_on(desk, work, slot)


async def _find(work: Work, person: Person | None, code: str) -> Booking:
    """The person's own booking; a hold is none yet. Refused: booking_not_found."""
    tidy = codes.tidy(code)
    booking = await work.bookings.by_code(tidy) if tidy and person else None
    if booking is None or person is None or booking.person_id != person.id or booking.confirmed_at is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    return booking


async def _locked(work: Work, booking: Booking) -> Booking:
    """The booking as it is now that its slot is locked."""
    again = await work.bookings.get(booking.id, lock=True)
    if again is None or again.slot_id != booking.slot_id:
        raise Refused(Code.BOOKING_OVER)
    return again


async def _alone(work: Work, booking: Booking) -> tuple[Booking, SlotToBook]:
    """The booking and its slot, locked alone."""
    if booking.slot_id is None:
        raise Refused(Code.BOOKING_OVER)
    slots = await work.seats.lock(alone=[booking.slot_id])
    return await _locked(work, booking), slots[booking.slot_id]


async def _slot(work: Work, booking: Booking) -> SlotToBook:
    return await _slot_of(work, booking.slot_id or "")


async def _slot_of(work: Work, slot_id: str) -> SlotToBook:
    slot = await work.seats.slot(slot_id)
    if slot is None:
        raise LookupError(f"no slot {slot_id}")
    return slot
