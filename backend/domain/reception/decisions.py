"""What a leader decided at a reception, and what a decision must say to be one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.refusal import Code, Refused


class DecisionKind(StrEnum):
    """The four words in which receptions are reported each month."""

    RECEIVED = "received"
    CONSULTED = "consulted"
    BY_APPOINTMENT = "by_appointment"
    INSTRUCTED = "instructed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one booking: by whom it is to be done and by when, where that was said."""

    kind: DecisionKind
    unit_id: str | None = None
    due_at: datetime | None = None

    @property
    def orders(self) -> bool:
        """Whether a unit has to act."""
        return self.kind is DecisionKind.INSTRUCTED


def decide(kind: DecisionKind, unit_id: str | None, due_at: datetime | None, now: datetime) -> Decision:
    """A decision. Refused: invalid (an instruction names unit and day; no day lies in the past)."""
    if kind is DecisionKind.INSTRUCTED and unit_id is None:
        raise Refused(Code.INVALID, reason="invalid_decision_unit")
    if kind is DecisionKind.INSTRUCTED and due_at is None:
        raise Refused(Code.INVALID, reason="invalid_decision_due")
    if due_at is not None and due_at <= now:
        raise Refused(Code.INVALID, reason="invalid_decision_past")
    return Decision(kind, unit_id, due_at)
