"""The published calendar in its forms: a page, a table for spreadsheets, a feed for calendars."""
