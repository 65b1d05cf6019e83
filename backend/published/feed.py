"""The calendar as iCalendar (RFC 5545): an event for each span of a reception.

An event keeps its UID for ever and counts its SEQUENCE up with each change; what was called off stays, as CANCELLED.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from backend.services.reception.showing import Entry
from backend.wording import Texts

OCTETS_MAX = 75
"""Of a line without its break; longer ones go on behind a break and a space (RFC 5545, 3.1)."""
_UID = "{id}-{number}@reception.heweigui"
_ZONE = "Asia/Shanghai"
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//heweigui//reception//ZH",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    "X-PUBLISHED-TTL:PT6H",
    f"X-WR-TIMEZONE:{_ZONE}",
)
_TIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{_ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar(texts: Texts, zone: tzinfo, name: str, entries: Iterable[Entry]) -> bytes:
    """The whole feed; the same calendar always gives the same bytes."""
    lines = [*_HEAD, f"X-WR-CALNAME:{_escaped(name)}", *_TIMEZONE]
    for entry in entries:
        for number, span in enumerate(entry.reception.spans, 1):
            lines += _event(texts, zone, entry, number, span)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(texts: Texts, zone: tzinfo, entry: Entry, number: int, span: tuple[datetime, datetime]) -> list[str]:
    one = entry.reception
    begins, ends = (at.astimezone(zone) for at in span)
    summary = texts.say("calendar.event", who=entry.who, title=one.title)
    told = texts.say("calendar.event_text", title=one.title, who="\n".join(entry.described), where=entry.place)
    return [
        "BEGIN:VEVENT",
        f"UID:{_UID.format(id=one.id, number=number)}",
        f"DTSTAMP:{_utc(one.updated_at)}",
        f"LAST-MODIFIED:{_utc(one.updated_at)}",
        f"SEQUENCE:{one.sequence}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        f"DTSTART;TZID={_ZONE}:{begins:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={_ZONE}:{ends:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(summary)}",
        f"LOCATION:{_escaped(entry.place)}",
        f"DESCRIPTION:{_escaped(told)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    plain = "".join(char for char in text.replace("\r\n", "\n") if char == "\n" or char.isprintable())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never cutting a character in two."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS_MAX:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + char, size + octets
    return "\r\n".join([*pieces, piece])
