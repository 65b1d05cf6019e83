"""Refusals: one word each, the same in the domain, as HTTP error code, as outcome of a call and as branch in a flow."""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """Every way in which the backend says no."""

    INVALID = "invalid"
    KEY_REUSED = "key_reused"
    CONSENT_MISSING = "consent_missing"
    TOO_MANY_CASES = "too_many_cases"
    CASE_NOT_FOUND = "case_not_found"
    CASE_CLOSED = "case_closed"
    URGED_RECENTLY = "urged_recently"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    CODE_INVALID = "code_invalid"
    CODE_EXPIRED = "code_expired"
    ALREADY_BOUND = "already_bound"
    NOT_BOUND = "not_bound"
    NOT_YOUR_CASE = "not_your_case"
    ALREADY_ACCEPTED = "already_accepted"
    SLOT_TAKEN = "slot_taken"
    SLOT_CLOSED = "slot_closed"
    TOO_SOON = "too_soon"
    TOO_MANY_BOOKINGS = "too_many_bookings"
    MATTER_BOOKED = "matter_booked"
    SUSPENDED = "suspended"
    TOO_MANY_COMPANIONS = "too_many_companions"
    BOOKING_NOT_FOUND = "booking_not_found"
    BOOKING_OVER = "booking_over"
    TOO_LATE = "too_late"
    ALREADY_WAITING = "already_waiting"
    WAITING_FULL = "waiting_full"
    SEAT_FREE = "seat_free"
    NOT_WAITING = "not_waiting"
    OFFER_LAPSED = "offer_lapsed"
    RECEPTION_NOT_FOUND = "reception_not_found"
    ALREADY_AWAY = "already_away"
    NOT_ALLOWED = "not_allowed"
    TOO_EARLY = "too_early"
    WRONG_PLACE = "wrong_place"
    ALREADY_ARRIVED = "already_arrived"
    NO_RECEPTION_TODAY = "no_reception_today"
    ALREADY_DECIDED = "already_decided"
    UNKNOWN_UNIT = "unknown_unit"
    SLOT_NOT_FOUND = "slot_not_found"
    LEADER_NOT_FOUND = "leader_not_found"
    LEADER_BUSY = "leader_busy"
    HAS_BOOKINGS = "has_bookings"
    BELOW_BOOKED = "below_booked"
    RECEPTION_OVER = "reception_over"
    NO_CALENDAR = "no_calendar"


class Refused(Exception):  # noqa: N818 - a refusal is named as a state
    """A coded no. `slots` are further fields of the answer, `reason` picks a more exact sentence (invalid_phone)."""

    def __init__(self, code: Code, *, reason: str | None = None, slots: Mapping[str, str] | None = None) -> None:
        super().__init__(str(code))
        self.code = code
        self.reason = reason or str(code)
        self.slots: Mapping[str, str] = slots or {}
