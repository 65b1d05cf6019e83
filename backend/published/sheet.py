"""A table as CSV that Excel opens: UTF-8 with a mark, and no cell that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from backend.services.reception.showing import Entry
from backend.wording import Texts

MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes spreadsheets take a cell for a formula when it comes first (OWASP, CSV Injection)."""


def write(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV (RFC 4180); numbers stay numbers."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_safe(cell) for cell in row] for row in rows])
    return (MARK + text.getvalue()).encode()


def calendar(texts: Texts, entries: Iterable[Entry]) -> bytes:
    """The calendar with its five facts, a line for each leader of a reception."""
    columns: dict[str, str] = texts.tree["calendar"]["columns"]
    return write([list(columns.values()), *(row for entry in entries for row in _rows(texts, entry))])


def _rows(texts: Texts, entry: Entry) -> list[list[object]]:
    state = texts.say(f"calendar.states.{entry.state}")
    place = [entry.office.name, entry.office.address]
    day = entry.reception.day
    weekday = texts.tree["weekdays"][day.weekday()]
    when = [day.isoformat(), weekday, entry.times]
    rest = [*place, entry.reception.title, state]
    return [[*when, one.name, one.post, one.portfolio, *rest] for one in entry.leaders]


def _safe(cell: object) -> object:
    """Text that would be a formula is quoted with an apostrophe, as spreadsheets do it themselves."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell
