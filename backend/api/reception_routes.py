"""The endpoints of leaders' public reception, in three tables: the calendar, the residents' bookings, the desk."""

from backend.api.booking_routes import AT_THE_DESK, SEATS
from backend.api.calendar_routes import CALENDAR
from backend.api.route import Route
from backend.api.visit_routes import DESK, ON_THE_DAY

__all__ = ["BOOKINGS", "CALENDAR", "RECEPTION_DESK"]

BOOKINGS: tuple[Route, ...] = (*SEATS, *ON_THE_DAY)

RECEPTION_DESK: tuple[Route, ...] = (*DESK, *AT_THE_DESK)
