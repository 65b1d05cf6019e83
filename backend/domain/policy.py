"""A place's working rules as one frozen object; the YAML in backend/policies is its only source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.domain.deadlines import Timetable
from backend.domain.organisation import Post
from backend.domain.places import Radius
from backend.domain.reception.rules import ReceptionRules
from backend.domain.workdays import Office


@dataclass(frozen=True, slots=True)
class DisputeType:
    """One type of dispute: its name for people, and the ladder of units that answer for it."""

    title: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of something one person may do."""

    open_cases: int
    cases_a_day: int
    urge_pause: timedelta
    find_attempts: int
    bind_attempts: int
    attempts_window: timedelta
    binding_code_life: timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept after it has served."""

    words_after_closing: timedelta
    answers: timedelta
    outbox: timedelta


@dataclass(frozen=True, slots=True)
class Form:
    """A template or subscription message: its id on the platform and what stands in each field."""

    id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice in all the forms it can take; a form that the place has not registered is None."""

    text: str
    template: Form | None = None
    subscription: Form | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a place decides for itself."""

    name: str
    prefix: str
    office: Office
    centre_unit: str
    types: Mapping[str, DisputeType]
    timetable: Timetable
    radius: Radius
    limits: Limits
    retention: Retention
    channels: Mapping[str, tuple[str, ...]]
    notices: Mapping[str, Notice]
    reception: ReceptionRules
