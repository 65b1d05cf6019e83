"""Every error's way to HTTP, once: a refusal's code keeps its name, and each code has one status."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.domain.refusal import Code, Refused
from backend.wording import Texts

STATUS: Mapping[Code, int] = {
    Code.INVALID: 400,
    Code.KEY_REUSED: 409,
    Code.CONSENT_MISSING: 403,
    Code.TOO_MANY_CASES: 409,
    Code.CASE_NOT_FOUND: 404,
    Code.CASE_CLOSED: 409,
    Code.URGED_RECENTLY: 409,
    Code.TOO_MANY_ATTEMPTS: 403,  # not 429: to a client that means trying again, here it means no
    Code.CODE_INVALID: 400,
    Code.CODE_EXPIRED: 400,
    Code.ALREADY_BOUND: 409,
    Code.NOT_BOUND: 403,
    Code.NOT_YOUR_CASE: 403,
    Code.ALREADY_ACCEPTED: 409,
    Code.SLOT_TAKEN: 409,
    Code.SLOT_CLOSED: 409,
    Code.TOO_SOON: 409,
    Code.TOO_MANY_BOOKINGS: 409,
    Code.MATTER_BOOKED: 409,
    Code.SUSPENDED: 403,
    Code.TOO_MANY_COMPANIONS: 409,
    Code.BOOKING_NOT_FOUND: 404,
    Code.BOOKING_OVER: 409,
    Code.TOO_LATE: 409,
    Code.ALREADY_WAITING: 409,
    Code.WAITING_FULL: 409,
    Code.SEAT_FREE: 409,
    Code.NOT_WAITING: 409,
    Code.OFFER_LAPSED: 409,
    Code.RECEPTION_NOT_FOUND: 404,
    Code.ALREADY_AWAY: 409,
    Code.NOT_ALLOWED: 403,
    Code.TOO_EARLY: 409,
    Code.WRONG_PLACE: 409,
    Code.ALREADY_ARRIVED: 409,
    Code.NO_RECEPTION_TODAY: 409,
    Code.ALREADY_DECIDED: 409,
    Code.UNKNOWN_UNIT: 400,
    Code.SLOT_NOT_FOUND: 404,
    Code.LEADER_NOT_FOUND: 404,
    Code.LEADER_BUSY: 409,
    Code.HAS_BOOKINGS: 409,
    Code.BELOW_BOOKED: 409,
    Code.RECEPTION_OVER: 409,
    Code.NO_CALENDAR: 404,
}

EDGE: Mapping[int, str] = {
    400: "invalid_body",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "invalid_too_large",
    500: "internal",
    503: "unavailable",
    504: "timeout",
}
"""Errors that no use case raises: status and code. Those that begin with `invalid` are reported as `invalid`."""

_WORDS: Mapping[str, str] = {
    "missing": "missing",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "empty",
    "too_short": "empty",
}


def refusal(texts: Texts, refused: Refused) -> tuple[int, dict[str, Any]]:
    """Status and body of a refusal."""
    sentence = texts.say(f"refusals.{refused.reason}", **refused.slots)
    return STATUS[refused.code], {"error": sentence, "code": str(refused.code), **refused.slots}


def edge(texts: Texts, status: int, reason: str | None = None) -> tuple[int, dict[str, Any]]:
    """Status and body of an error found at the edge."""
    name = reason or EDGE.get(status, "internal")
    code = "invalid" if name.startswith("invalid") else name
    return status, {"error": texts.say(f"refusals.{name}"), "code": code}


def validation(texts: Texts, error: ValidationError) -> tuple[int, dict[str, Any]]:
    """Status and body for a request that does not fit its schema; what was sent is never repeated."""
    sentences = dict.fromkeys(_sentence(texts, one) for one in error.errors(include_url=False, include_input=False))
    return 400, {"error": "".join(sentences), "code": "invalid"}


def _sentence(texts: Texts, error: ErrorDetails) -> str:
    name = str(error["loc"][0]) if error["loc"] else "body"
    field = texts.say(f"fields.{name if texts.has(f'fields.{name}') else 'body'}")
    return texts.say(f"validation.{_WORDS.get(error['type'], 'other')}", field=field)
