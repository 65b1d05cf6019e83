"""What requests about seats look like: as the flows hold them in their slots."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from backend.api.schemas import CODE_MAX, Body, Name, Needed, Text, Word
from backend.domain.reception.booking import Party
from backend.domain.reception.limits import OTHER
from backend.records.cases import Contact
from backend.services.reception.booking import Chosen
from backend.services.reception.wishes import About, Form

COMPANIONS_MAX = 1000
GROUP_MAX = 100_000
DAY_MAX = 40
YES = frozenset({"yes", "true", "1", "accept", "coming"})
NO = frozenset({"no", "false", "0", "decline"})


def counted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """3, 3.0, "3" and {"value": 3} are three; nothing said is nobody."""
    if isinstance(value, dict):
        value = value.get("value")
    if value in (None, "", False):
        return 0
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _yes(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    word = str(value).strip().lower()
    return True if word in YES else False if word in NO else value


def _other(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return value or OTHER


def _begins(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The day of a moment or span, as the flows keep it; a date as it is."""
    if isinstance(value, dict):
        return str(value.get("start") or value.get("value") or "")
    return "" if value is None else value


Day = Annotated[str, BeforeValidator(_begins), StringConstraints(max_length=DAY_MAX)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Type = Annotated[Word, BeforeValidator(_other)]


class HoldSlot(Body):
    """POST /bookings/holds."""

    slot_id: Annotated[Word, Needed]
    case_number: Word = ""
    dispute_type: Type = OTHER

    def about(self) -> About:
        """As the use case takes it."""
        return About(self.case_number, self.dispute_type)


class Wish(Body):
    """What the form holds, for a booking and for a place on the waiting list."""

    slot_id: Word = ""
    visit_matter: Text = ""
    dispute_type: Type = OTHER
    case_number: Word = ""
    contact_name: Name = ""
    contact_phone: Word = ""
    on_behalf_of: Name = ""
    companions: Annotated[Annotated[int, Field(ge=0, le=COMPANIONS_MAX)], BeforeValidator(counted)] = 0
    group_size: Annotated[Annotated[int, Field(ge=0, le=GROUP_MAX)], BeforeValidator(counted)] = 0

    def form(self) -> Form:
        """As the use cases take it."""
        return Form(
            about=About(self.case_number, self.dispute_type),
            matter=self.visit_matter,
            contact=Contact(self.contact_name, self.contact_phone),
            on_behalf_of=self.on_behalf_of,
            party=Party(self.companions, max(1, self.group_size)),
        )


class ConfirmBooking(Wish):
    """POST /bookings."""

    hold_id: Word = ""

    def chosen(self) -> Chosen:
        """As the use case takes it."""
        return Chosen(self.hold_id, self.slot_id)


class JoinWaiting(Wish):
    """POST /waiting."""

    slot_id: Annotated[Word, Needed]


class ChangeBooking(Body):
    """POST /bookings/{booking_code}/change."""

    slot_id: Annotated[Word, Needed]


class CancelBooking(Body):
    """POST /bookings/{booking_code}/cancel."""

    cancel_reason: Text = ""


class AnswerMove(Body):
    """POST /bookings/{booking_code}/move."""

    move_answer: Yes


class AnswerOffer(Body):
    """POST /waiting/{waiting_id}/answer."""

    offer_answer: Yes


class CancelAtDesk(Body):
    """POST /reception_desk/cancellations."""

    booking_code: Annotated[Word, Field(min_length=1, max_length=CODE_MAX)]
    cancel_reason: Annotated[Text, Needed]


class CallOff(Body):
    """POST /reception_desk/away."""

    reception_id: Word = ""
    away_when: Day = ""
    away_reason: Text = ""
