"""What requests about the day of a visit look like: as the flows hold them in their slots."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from backend.api.booking_schemas import GROUP_MAX, Day, Yes, counted
from backend.api.schemas import NAME_MAX, Body, Name, Needed, Text, Word
from backend.domain.reception.decisions import DecisionKind
from backend.services.reception.deciding import Said
from backend.services.reception.desk import Visitor

SCENE_MAX = 64


Code = Annotated[Word, Needed]
Scene = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SCENE_MAX)]


class AnswerReminder(Body):
    """POST /bookings/{booking_code}/reply."""

    coming: Yes


class CheckIn(Body):
    """POST /bookings/check_in: the scene of the code on the wall, and a booking code if one was said."""

    booking_code: Word = ""
    place_scene: Annotated[Scene | None, Field()] = None


class CheckInAtDesk(Body):
    """POST /reception_desk/check_ins."""

    booking_code: Code


class WalkIn(Body):
    """POST /reception_desk/walk_ins."""

    visitor_name: Annotated[Name, Needed]
    visitor_phone: Word = ""
    visitor_matter: Text = ""
    visitor_count: Annotated[Annotated[int, Field(ge=0, le=GROUP_MAX)], BeforeValidator(counted)] = 0

    def visitor(self) -> Visitor:
        """As the use case takes it."""
        return Visitor(self.visitor_name, self.visitor_phone, self.visitor_matter, max(1, self.visitor_count))


class FindUnit(Body):
    """POST /reception_desk/units/find."""

    decision_unit: Annotated[Name, Field(max_length=NAME_MAX), Needed]


class RecordDecision(Body):
    """POST /reception_desk/decisions."""

    booking_code: Code
    decision_kind: DecisionKind
    decision_text: Text = ""
    decision_unit: Annotated[Name, Field(max_length=NAME_MAX)] = ""
    decision_due: Day = ""

    def said(self) -> Said:
        """As the use case takes it."""
        return Said(self.decision_kind, self.decision_text, self.decision_unit, self.decision_due)
