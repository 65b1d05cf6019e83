"""What happened, in the past tense. A fact holds ids and plain words only, never anything personal.

Facts are written to the outbox in the same transaction as the change they report; a table of services/reactions.py says
who acts on them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """The root of all facts."""


@dataclass(frozen=True, slots=True)
class CaseFact(Fact):
    """A fact about one case; each is also a line of the case's timeline."""

    case_id: str


@dataclass(frozen=True, slots=True)
class CaseSubmitted(CaseFact):
    """A resident handed in a case."""


@dataclass(frozen=True, slots=True)
class CaseAssigned(CaseFact):
    """A case was given to a mediator."""

    staff_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class CaseWaiting(CaseFact):
    """Nobody responsible is bound yet: the unit keeps the case until somebody is."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class CaseAccepted(CaseFact):
    """The owner took the case on."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class CaseRefused(CaseFact):
    """The owner passed the case back with a reason."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class OwnerNotReached(CaseFact):
    """No channel was open to tell the owner of the case; somebody else gets it."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class ContactLogged(CaseFact):
    """The owner wrote down a contact with the resident."""

    staff_id: str
    first: bool


@dataclass(frozen=True, slots=True)
class CaseResolved(CaseFact):
    """The owner closed the case; `result` is agreed or not_agreed."""

    staff_id: str
    result: str


@dataclass(frozen=True, slots=True)
class CaseUrged(CaseFact):
    """The resident asked for more speed."""


@dataclass(frozen=True, slots=True)
class MaterialAdded(CaseFact):
    """The resident added words or pictures."""


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(CaseFact):
    """The resident took the case back."""


@dataclass(frozen=True, slots=True)
class ReceptionDecided(CaseFact):
    """A leader decided something about the case: a DecisionKind, and where it was said the unit and the day (ISO)."""

    booking_id: str
    decision: str
    unit_id: str | None
    due_at: str | None
    owner_id: str | None
    owner_keeps: bool


@dataclass(frozen=True, slots=True)
class HandoverRequested(Fact):
    """A resident asked for a person to talk to."""

    person_id: str


@dataclass(frozen=True, slots=True)
class StaffBound(Fact):
    """A mediator's WeChat account is now known."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class ConsentGiven(Fact):
    """A resident agreed to the handling of personal data."""

    person_id: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Fact):
    """A resident took the agreement back."""

    person_id: str


@dataclass(frozen=True, slots=True)
class PersonForgotten(Fact):
    """A person left the account; the link to their WeChat identity is gone."""

    person_id: str


@dataclass(frozen=True, slots=True)
class BookingFact(Fact):
    """A fact about one booking."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class BookingConfirmed(BookingFact):
    """A seat that was held is booked."""


@dataclass(frozen=True, slots=True)
class BookingChanged(BookingFact):
    """The resident took another seat instead."""

    from_slot_id: str


@dataclass(frozen=True, slots=True)
class BookingMoved(BookingFact):
    """The centre gave another seat instead, because nobody receives at the old time, and asks whether it suits."""

    from_slot_id: str


@dataclass(frozen=True, slots=True)
class BookingCancelled(BookingFact):
    """A booking is off; `reason` is one of backend/domain/reception/booking.py."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReminderDue(BookingFact):
    """It is time to remind somebody of a booking; written once for each of the policy's hours."""


@dataclass(frozen=True, slots=True)
class CheckedIn(BookingFact):
    """Somebody who booked is there."""


@dataclass(frozen=True, slots=True)
class WalkInQueued(BookingFact):
    """Somebody came without a booking and has a number."""


@dataclass(frozen=True, slots=True)
class NoShow(BookingFact):
    """Somebody who booked did not come."""


@dataclass(frozen=True, slots=True)
class DecisionMade(BookingFact):
    """The leader decided something about the matter of a visit."""


@dataclass(frozen=True, slots=True)
class DecisionDue(BookingFact):
    """What a leader told a unit to do is nearly due, and not yet settled."""


@dataclass(frozen=True, slots=True)
class WaitingFact(Fact):
    """A fact about one place on a waiting list."""

    waiting_id: str


@dataclass(frozen=True, slots=True)
class OfferMade(WaitingFact):
    """A freed seat is held for whoever waited longest."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class OfferLapsed(WaitingFact):
    """Nobody answered to the offer in time."""


@dataclass(frozen=True, slots=True)
class WaitingEnded(WaitingFact):
    """There is nothing to wait for any more: the slot begins, or nobody receives."""


@dataclass(frozen=True, slots=True)
class LeaderAway(Fact):
    """A reception does not take place; what becomes of its bookings are facts of their own."""

    reception_id: str


@dataclass(frozen=True, slots=True)
class MonthPublished(Fact):
    """A month's receptions are public."""

    month: str


@dataclass(frozen=True, slots=True)
class LeaderChanged(Fact):
    """At a published reception somebody else receives."""

    reception_id: str


@dataclass(frozen=True, slots=True)
class ReceptionChanged(Fact):
    """The slots or seats of a published reception were changed by hand, or it was called off before anybody booked."""

    reception_id: str


FACTS: Mapping[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        CaseSubmitted,
        CaseAssigned,
        CaseWaiting,
        CaseAccepted,
        CaseRefused,
        OwnerNotReached,
        ContactLogged,
        CaseResolved,
        CaseUrged,
        MaterialAdded,
        CaseWithdrawn,
        HandoverRequested,
        StaffBound,
        ConsentGiven,
        ConsentWithdrawn,
        PersonForgotten,
        BookingConfirmed,
        BookingChanged,
        BookingMoved,
        BookingCancelled,
        ReminderDue,
        CheckedIn,
        WalkInQueued,
        NoShow,
        DecisionMade,
        DecisionDue,
        ReceptionDecided,
        OfferMade,
        OfferLapsed,
        WaitingEnded,
        LeaderAway,
        MonthPublished,
        LeaderChanged,
        ReceptionChanged,
    )
}


def to_payload(fact: Fact) -> dict[str, Any]:
    """The fact's fields as JSON values."""
    return asdict(fact)


def from_payload(name: str, payload: Mapping[str, Any]) -> Fact:
    """The fact written down as `name` and `payload`; KeyError for a name nobody knows."""
    return FACTS[name](**payload)
