"""Leaders' public reception: pure decisions about calendars, seats, waiting lists and figures."""
