"""What every use case is given besides the transaction, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.domain.policy import Policy
from backend.domain.workdays import Calendar
from backend.wording import Texts


@dataclass(frozen=True, slots=True)
class Desk:
    """The place's rules and sentences, its calendar, and where time, ids and chance (`draw(n)`: 0..n-1) come from.

    site: the address at which the public calendar can be opened from a phone.
    """

    policy: Policy
    texts: Texts
    calendar: Calendar
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    draw: Callable[[int], int]
    site: str = "http://127.0.0.1:8001"


@dataclass(frozen=True, slots=True)
class Answer:
    """How it went: an outcome the flows know, and the slots it fills."""

    outcome: str
    slots: Mapping[str, Any] = field(default_factory=dict)
