"""What requests about the calendar look like. A time is the entity's value: local time without zone, or null."""

from datetime import datetime, tzinfo
from typing import Annotated, Any

from pydantic import BeforeValidator

from backend.api.schemas import Body, Text, Word
from backend.domain.reception.searching import Span
from backend.services.reception.search import Wish

_END_OF_DAY = "T23:59:59"
_SOONEST = "nearest"
"""Said instead of a time: whatever comes first."""
_DAY_LENGTH = len("2026-12-01")


def _moment(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, dict) else {"soonest": value == _SOONEST}


class Time(Body):
    """The entity `time`: a span, or a problem with what was said.

    any_day: only its hours were said. soonest: no time was said, but that it should be the first there is.
    """

    start: Word = ""
    end: Word = ""
    text: Text = ""
    problem: Word = ""
    any_day: bool = False
    soonest: bool = False


Said = Annotated[Time, BeforeValidator(_moment)]
NO_TIME = Time()


class AskCalendar(Body):
    """POST /receptions/calendar."""

    when: Said = NO_TIME

    def span(self, zone: tzinfo) -> Span | None:
        """The time that was said."""
        return _span(self.when, zone)


class FindSlots(Body):
    """POST /receptions/find."""

    when: Said = NO_TIME
    leader_text: Text = ""
    dispute_type: Word = ""
    case_number: Word = ""
    slots_after: Word = ""
    slot_id: Word = ""
    booking_code: Word = ""

    def wish(self, zone: tzinfo) -> Wish:
        """As the use case takes it; what cannot be read as a time is no time."""
        span = _span(self.when, zone)
        return Wish(
            when=span,
            any_day=span is not None and self.when.any_day,
            no_such_time=span is None and bool(self.when.problem),
            when_text=self.when.text,
            leader_text=self.leader_text,
            dispute_type=self.dispute_type,
            case_number=self.case_number,
            soonest=self.when.soonest,
            after=_local(self.slots_after, zone),
            slot_id=self.slot_id,
            booking_code=self.booking_code,
        )


def _span(when: Time, zone: tzinfo) -> Span | None:
    begins, said = _local(when.start, zone), when.end or when.start
    ends = _local(said + _END_OF_DAY if len(said) == _DAY_LENGTH else said, zone)
    if when.problem or begins is None or ends is None or ends < begins:
        return None
    return Span(begins, ends)


def _local(value: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at
