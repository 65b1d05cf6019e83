"""Whether a notice about a seat is still true when it is sent."""

from backend.records.work import Work
from backend.services.desk import Desk


async def still_true(desk: Desk, work: Work, notice: str, about: str) -> bool:
    """Whether an offer (`waiting/<id>`) still stands, and whether a move (`bookings/<id>`) is still asked about."""
    _, _, name = about.partition("/")
    if notice == "offer_made":
        entry = await work.waiting.get(name)
        return entry is not None and entry.stands(desk.now())
    if notice == "booking_moved":
        booking = await work.bookings.get(name)
        return booking is not None and booking.move_asked
    return True
