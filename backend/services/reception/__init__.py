"""Use cases of leaders' public reception: its calendar, the residents' bookings, the desk, the figures."""
