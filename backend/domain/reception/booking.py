"""A booking: from the hold that is taken while a form is filled to the end of the visit.

The seat itself is the records' business: a unique index decides who sits on it. Nothing personal is in this object.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain import facts
from backend.domain.facts import Fact
from backend.domain.refusal import Code, Refused


class State(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    BOOKED = "booked"
    ARRIVED = "arrived"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


SEATED = (State.HELD, State.BOOKED, State.ARRIVED, State.RECEIVED)
"""States that take a seat."""
OVER = (State.RECEIVED, State.CANCELLED, State.EXPIRED, State.NO_SHOW)


class Reason(StrEnum):
    """Why a booking is in its state: one word; what people say about it is kept sealed elsewhere.

    offer: a hold that belongs to an offer to somebody who waited. leader_away: moved and asked about, or cancelled,
    because nobody receives then. All others are about a cancellation: by whom, or what for.
    """

    OFFER = "offer"
    LEADER_AWAY = "leader_away"
    RESIDENT = "resident"
    DESK = "desk"
    RELEASED = "released"
    DECLINED = "declined"
    FORGOTTEN = "forgotten"
    CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a reception's slot."""

    id: str
    slot_id: str
    reception_id: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes: companions besides the one who booked, and how many people the matter concerns."""

    companions: int = 0
    group_size: int = 1

    def check(self, companions_max: int, group_from: int, representatives: int) -> None:
        """A group sends representatives, at most five (信访工作条例, groups). Refused: too_many_companions."""
        if self.group_size >= group_from and self.companions + 1 > representatives:
            raise Refused(Code.TOO_MANY_COMPANIONS, reason="too_many_representatives")
        if self.group_size < group_from and self.companions > companions_max:
            raise Refused(Code.TOO_MANY_COMPANIONS)


@dataclass
class Booking:
    """One booking, changed only through its methods; `facts` collects what they did."""

    id: str
    code: str
    person_id: str | None
    reception_id: str
    slot_id: str | None
    seat_id: str | None
    created_at: datetime
    state: State = State.HELD
    hold_until: datetime | None = None
    walk_in: bool = False
    queue_number: int | None = None
    case_id: str | None = None
    matter: str = "other"
    companions: int = 0
    group_size: int = 1
    reply: str | None = None
    replaced_by: str | None = None
    sequence: int = 0
    confirmed_at: datetime | None = None
    arrived_at: datetime | None = None
    closed_at: datetime | None = None
    reason: Reason | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def is_offer(self) -> bool:
        """Whether this hold is an offer to somebody who waited."""
        return self.state is State.HELD and self.reason is Reason.OFFER

    @property
    def move_asked(self) -> bool:
        """Whether the centre moved it and has no answer yet."""
        return self.state is State.BOOKED and self.reason is Reason.LEADER_AWAY and self.reply is None

    def holds(self, now: datetime) -> bool:
        """Whether it is a hold that has not run out."""
        return self.state is State.HELD and self.hold_until is not None and now < self.hold_until

    def runs_out(self, now: datetime) -> bool:
        """Whether it is a hold whose time is over and that is not marked so yet."""
        return self.state is State.HELD and not self.holds(now)

    def confirm(self, now: datetime) -> None:
        """A hold becomes a booking. Refused: slot_taken when it is no hold any more."""
        if self.state is not State.HELD:
            raise Refused(Code.SLOT_TAKEN)
        self.state, self.confirmed_at, self.hold_until, self.reason = State.BOOKED, now, None, None
        self.facts.append(facts.BookingConfirmed(self.id))

    def release(self, now: datetime) -> None:
        """The hold is given back; one that is over is none any more. Nobody is told."""
        if self.state is State.HELD:
            self._end(State.CANCELLED, now, Reason.RELEASED)

    def expire(self, now: datetime) -> None:
        """A hold runs out; others are left alone."""
        if self.runs_out(now):
            self._end(State.EXPIRED, now, self.reason)

    def change(self, seat: Seat, now: datetime, starts_at: datetime, cut_off: timedelta) -> None:
        """The resident takes another seat instead. Refused: booking_over, too_late."""
        self._must_be_changeable(now, starts_at, cut_off)
        before = self._sit(seat)
        self.facts.append(facts.BookingChanged(self.id, before))

    def cancel(self, now: datetime, starts_at: datetime, cut_off: timedelta) -> None:
        """The resident does not come. Refused: booking_over, too_late."""
        self._must_be_changeable(now, starts_at, cut_off)
        self._cancel(now, Reason.RESIDENT)

    def take_back(self, now: datetime, reason: Reason) -> None:
        """The centre cancels, however late it is. Refused: booking_over."""
        self._must_be_booked()
        self._cancel(now, reason)

    def drop(self, now: datetime, reason: Reason) -> None:
        """What lies ahead is given back or cancelled, whichever it is. Refused: booking_over."""
        if self.state is State.HELD:
            self.release(now)
        else:
            self.take_back(now, reason)

    def move(self, seat: Seat) -> None:
        """The centre gives another seat instead and asks. Refused: booking_over."""
        self._must_be_booked()
        before = self._sit(seat)
        self.reason, self.reply = Reason.LEADER_AWAY, None
        self.facts.append(facts.BookingMoved(self.id, before))

    def answer_move(self, now: datetime, *, accepted: bool) -> None:
        """The resident answers to a move; a yes may be repeated. Refused: booking_over."""
        self._must_be_booked()
        self.reply = "yes" if accepted else "no"
        if not accepted:
            self._cancel(now, Reason.DECLINED)

    def answer_reminder(self, now: datetime, *, coming: bool) -> None:
        """The resident answers to a reminder, even after the cut-off; a yes may be repeated. Refused: booking_over."""
        self._must_be_booked()
        self.reply = "yes" if coming else "no"
        if not coming:
            self._cancel(now, Reason.DECLINED)

    def arrive(self, number: int, now: datetime) -> None:
        """Somebody is there. Who comes after being counted as absent is one who is late, without the seat.

        Refused: already_arrived, booking_over, booking_not_found (a hold is no booking yet).
        """
        if self.state in (State.HELD, State.EXPIRED):
            raise Refused(Code.BOOKING_NOT_FOUND)
        if self.state is State.ARRIVED:
            raise Refused(Code.ALREADY_ARRIVED)
        if self.state not in (State.BOOKED, State.NO_SHOW):
            raise Refused(Code.BOOKING_OVER)
        self.seat_id = self.seat_id if self.state is State.BOOKED else None
        self.state, self.queue_number, self.arrived_at, self.closed_at = State.ARRIVED, number, now, None
        self.facts.append(facts.CheckedIn(self.id))

    def walk_up(self, number: int, now: datetime) -> None:
        """Somebody who did not book is there and gets a number."""
        self.state, self.walk_in, self.queue_number = State.ARRIVED, True, number
        self.confirmed_at = self.arrived_at = now
        self.facts.append(facts.WalkInQueued(self.id))

    def miss(self, now: datetime) -> None:
        """Somebody who booked did not come; others are left alone."""
        if self.state is State.BOOKED:
            self._end(State.NO_SHOW, now, None)
            self.facts.append(facts.NoShow(self.id))

    def receive(self, now: datetime) -> None:
        """The leader has heard them; who had not checked in was there nevertheless. Refused: booking_not_found."""
        if self.state not in (State.BOOKED, State.ARRIVED, State.NO_SHOW, State.RECEIVED):
            raise Refused(Code.BOOKING_NOT_FOUND)
        if self.state is State.NO_SHOW:
            self.seat_id = None
        self.arrived_at = self.arrived_at or now
        self._end(State.RECEIVED, now, None)
        self.facts.append(facts.DecisionMade(self.id))

    def close(self, now: datetime) -> None:
        """The day is over for somebody who was there; what was decided may still be written down."""
        if self.state is State.ARRIVED:
            self._end(State.RECEIVED, now, None)

    def _sit(self, seat: Seat) -> str:
        """Take another seat; the slot that was left. An earlier answer was for another time."""
        before = self.slot_id or ""
        self.seat_id, self.slot_id, self.reception_id = seat.id, seat.slot_id, seat.reception_id
        self.sequence += 1
        self.reply = self.reason = None
        return before

    def _cancel(self, now: datetime, reason: Reason) -> None:
        self._end(State.CANCELLED, now, reason)
        self.sequence += 1
        self.facts.append(facts.BookingCancelled(self.id, str(reason)))

    def _end(self, state: State, now: datetime, reason: Reason | None) -> None:
        self.state, self.closed_at, self.reason, self.hold_until = state, now, reason, None

    def _must_be_booked(self) -> None:
        if self.state is not State.BOOKED:
            raise Refused(Code.BOOKING_OVER)

    def _must_be_changeable(self, now: datetime, starts_at: datetime, cut_off: timedelta) -> None:
        self._must_be_booked()
        if now >= starts_at:
            raise Refused(Code.BOOKING_OVER)
        if now > starts_at - cut_off:
            raise Refused(Code.TOO_LATE)
