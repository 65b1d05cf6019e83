"""A place on the waiting list of a slot: whoever came first is offered a freed seat first, for a while."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from backend.domain import facts
from backend.domain.facts import Fact
from backend.domain.refusal import Code, Refused


class WaitState(StrEnum):
    """Where somebody on the list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LEFT = "left"


WAITS = (WaitState.WAITING, WaitState.OFFERED)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """How long an offer stands, and between which hours of the day it may be made."""

    zone: tzinfo
    lasts: timedelta
    opens: time
    closes: time

    def until(self, now: datetime, starts_at: datetime) -> datetime | None:
        """When an offer made now would lapse; None if none may be made now. It must lapse before the slot begins."""
        local = now.astimezone(self.zone).time()
        end = now + self.lasts
        return end if self.opens <= local < self.closes and end <= starts_at else None

    def too_late(self, now: datetime, starts_at: datetime) -> bool:
        """Whether no offer can be made any more, today or later."""
        return now + self.lasts > starts_at


@dataclass
class Waiting:
    """One person's place on the list, changed only through its methods; `facts` collects what they did."""

    id: str
    person_id: str
    reception_id: str
    slot_id: str
    created_at: datetime
    position: int = 0
    state: WaitState = WaitState.WAITING
    case_id: str | None = None
    booking_id: str | None = None
    offer_until: datetime | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether it may still lead to a seat."""
        return self.state in WAITS

    def stands(self, now: datetime) -> bool:
        """Whether there is an offer that has not lapsed."""
        return self.state is WaitState.OFFERED and self.offer_until is not None and now < self.offer_until

    def offer(self, booking_id: str, until: datetime) -> None:
        """A seat is held for this person until then."""
        if self.state is not WaitState.WAITING:
            raise Refused(Code.NOT_WAITING)
        self.state, self.booking_id, self.offer_until = WaitState.OFFERED, booking_id, until
        self.facts.append(facts.OfferMade(self.id, booking_id))

    def accept(self, now: datetime) -> None:
        """Take the seat that is offered. Refused: offer_lapsed."""
        if not self.stands(now):
            raise Refused(Code.OFFER_LAPSED)
        self.state = WaitState.ACCEPTED

    def decline(self, now: datetime) -> None:
        """Give the seat that is offered to the next. Refused: offer_lapsed."""
        if not self.stands(now):
            raise Refused(Code.OFFER_LAPSED)
        self.state = WaitState.DECLINED

    def lapse(self, now: datetime) -> None:
        """Nobody answered in time; an offer that still stands is left alone."""
        if self.state is WaitState.OFFERED and not self.stands(now):
            self.state = WaitState.LAPSED
            self.facts.append(facts.OfferLapsed(self.id))

    def end(self) -> None:
        """There is nothing to wait for any more: the slot begins, or nobody receives."""
        if self.waits:
            self.state = WaitState.LAPSED
            self.facts.append(facts.WaitingEnded(self.id))

    def leave(self) -> None:
        """The person does not wait any more. Refused: not_waiting."""
        if not self.waits:
            raise Refused(Code.NOT_WAITING)
        self.state = WaitState.LEFT
