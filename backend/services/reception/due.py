"""What the clock does for seats: holds run out, offers lapse and go to the next, freed seats are offered by day.

Many workers may do it at the same time: a slot that one of them works with is left alone by the others.
"""

from collections.abc import Iterable

from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception.seating import expire, offer_terms, pass_on

AT_ONCE = 100


async def expire_holds(desk: Desk, work: Work) -> int:
    """Mark holds and offers whose time is over, and pass their seats on; how many there were."""
    due = await work.bookings.ran_out(desk.now(), AT_ONCE)
    slots = await work.seats.lock_idle({slot_id for _, slot_id in due})
    done = [await expire(desk, work, booking_id) for booking_id, slot_id in due if slot_id in slots]
    await _pass_on(desk, work, slots.values())
    return sum(done)


async def lapse_offers(desk: Desk, work: Work) -> int:
    """Offer what is free wherever somebody waits, and end the waiting for what begins; how many places changed.

    Offers that ran out lapse with their holds, in expire_holds: an offer and its seat have one end.
    """
    ends = desk.now() + offer_terms(desk).lasts
    slots = await work.seats.lock_idle(await work.waiting.to_tend(ends, AT_ONCE))
    return sum([await _tend(desk, work, slot) for slot in slots.values()])


async def _tend(desk: Desk, work: Work, slot: SlotToBook) -> int:
    before = await work.waiting.queue(slot.id)
    if not slot.open or offer_terms(desk).too_late(desk.now(), slot.starts_at):
        for waiting_id in before:
            await _end(desk, work, waiting_id)
        return len(before)
    await pass_on(desk, work, slot)
    return len(before) - len(await work.waiting.queue(slot.id))


async def _end(desk: Desk, work: Work, waiting_id: str) -> None:
    entry = await work.waiting.get(waiting_id, lock=True)
    if entry is not None and entry.waits:
        entry.end()
        await work.save_waiting(entry, desk.now())


async def _pass_on(desk: Desk, work: Work, slots: Iterable[SlotToBook]) -> None:
    for slot in slots:
        await pass_on(desk, work, slot)
