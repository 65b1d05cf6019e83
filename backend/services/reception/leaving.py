"""What somebody who leaves, or takes the agreement back, leaves behind at the receptions: nothing."""

from backend.domain.reception.booking import Reason, State
from backend.records.people import Person
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception.seating import pass_on

AHEAD = (State.HELD, State.BOOKED)


async def let_go(desk: Desk, work: Work, person: Person, reason: Reason) -> None:
    """Free all that somebody holds, has booked or waits for, and erase what was told with it.

    Who has arrived is received all the same; that is erased when the visit is over. The person must be locked.
    """
    now, made = desk.now(), await work.bookings.made_by(person.id)
    waits = await work.waiting.of_person(person.id)
    ahead = [one for one in made if one.state in AHEAD]
    slots = await work.seats.lock(alone={*(one.slot_id for one in ahead), *(one.slot_id for one in waits)})
    for entry in waits:
        await _leave(desk, work, entry.id)
    for one in ahead:
        booking = await work.bookings.get(one.id, lock=True)
        if booking is not None and booking.state in AHEAD:
            booking.drop(now, reason)
            await work.save_booking(booking, now)
    for slot in slots.values():
        await pass_on(desk, work, slot)
    await work.bookings.erase([one.id for one in made if one.state is not State.ARRIVED])
    await work.decisions.erase_of([one.id for one in made])


async def _leave(desk: Desk, work: Work, waiting_id: str) -> None:
    entry = await work.waiting.get(waiting_id, lock=True)
    if entry is not None and entry.waits:
        entry.leave()
        await work.save_waiting(entry, desk.now())
