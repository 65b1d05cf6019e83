"""The endpoints of leaders' public reception, in three tables: the calendar, the residents' bookings, the desk."""

from backend.api.route import Route

CALENDAR: tuple[Route, ...] = ()

BOOKINGS: tuple[Route, ...] = ()

RECEPTION_DESK: tuple[Route, ...] = ()
