"""Which deadlines hold for a case, and when each is over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from backend.domain.workdays import Calendar, Office, Span, after


class DeadlineKind(StrEnum):
    """What must have happened by then."""

    ACCEPT = "accept"
    FIRST_CONTACT = "first_contact"
    RESOLVE = "resolve"
    INSTRUCTED = "instructed"


BY_RULE = (DeadlineKind.ACCEPT, DeadlineKind.FIRST_CONTACT, DeadlineKind.RESOLVE)
"""Those that every rule of the policy sets; when an instruction is due, a leader says."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline. `rule` names the policy's entry it comes from; `announced` is False if holidays were guessed."""

    kind: DeadlineKind
    due_at: datetime
    rule: str
    announced: bool = True
    met_at: datetime | None = None

    def met(self, now: datetime) -> "Deadline":
        """The same deadline, met; the first time counts."""
        return self if self.met_at else replace(self, met_at=now)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The policy's spans by rule: `ordinary`, `urgent`, and one for each type of dispute that has its own."""

    rules: Mapping[str, Mapping[DeadlineKind, Span]]

    def rule_for(self, dispute_type: str, *, urgent: bool) -> str:
        """The name of the rule that holds."""
        if urgent:
            return "urgent"
        return dispute_type if dispute_type in self.rules else "ordinary"


def deadlines_for(
    timetable: Timetable, rule: str, start: datetime, calendar: Calendar, office: Office
) -> dict[DeadlineKind, Deadline]:
    """All deadlines of a case that came in at `start`."""
    made: dict[DeadlineKind, Deadline] = {}
    for kind, span in timetable.rules[rule].items():
        due = after(start, span, calendar, office)
        made[kind] = Deadline(kind, due.at, rule, due.announced)
    return made
