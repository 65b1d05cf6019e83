"""A case: who may do what with it when, and what then has happened.

The types of state are fixed here; what they are called belongs to the place's texts. Nothing personal is in this
object: words and phone numbers stay in the records, sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain import facts
from backend.domain.deadlines import Deadline, DeadlineKind
from backend.domain.facts import Fact
from backend.domain.organisation import Choice
from backend.domain.reception.decisions import Decision
from backend.domain.refusal import Code, Refused


class State(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


OPEN = (State.WAITING, State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS)
CLOSED = (State.RESOLVED, State.WITHDRAWN)
TAKEN_ON = (State.ACCEPTED, State.IN_PROGRESS)


class Result(StrEnum):
    """How a mediation ended."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


@dataclass
class Case:
    """One case, changed only through its methods; `facts` collects what they did."""

    id: str
    number: str
    person_id: str
    dispute_type: str
    area_code: str | None
    unit_id: str
    opened_at: datetime
    urgent: bool = False
    state: State = State.WAITING
    owner_id: str | None = None
    refusers: tuple[str, ...] = ()
    result: Result | None = None
    last_urged_at: datetime | None = None
    closed_at: datetime | None = None
    deadlines: Mapping[DeadlineKind, Deadline] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    def submit(self, choice: Choice) -> None:
        """Take the case in and give it to whom the organisation chose."""
        self.facts.append(facts.CaseSubmitted(self.id))
        self.give(choice)

    def give(self, choice: Choice) -> None:
        """Hand an open case to an owner, or let the unit keep it until somebody can be reached."""
        self._must_be_open()
        self.unit_id, self.owner_id = choice.unit_id, choice.staff_id
        if choice.staff_id is None:
            self.state = State.WAITING
            self.facts.append(facts.CaseWaiting(self.id, choice.unit_id))
        else:
            self.state = State.ASSIGNED
            self.facts.append(facts.CaseAssigned(self.id, choice.staff_id, choice.unit_id))

    def accept(self, staff_id: str, now: datetime) -> None:
        """The owner takes the case on. Refused: case_closed, not_your_case, already_accepted."""
        self._must_own(staff_id)
        if self.state in TAKEN_ON:
            raise Refused(Code.ALREADY_ACCEPTED)
        self.state = State.ACCEPTED
        self._meet(DeadlineKind.ACCEPT, now)
        self.facts.append(facts.CaseAccepted(self.id, staff_id))

    def refuse(self, staff_id: str) -> None:
        """The owner passes the case back; `give` must follow. Refused: case_closed, not_your_case."""
        self._lose_owner(staff_id, facts.CaseRefused(self.id, staff_id))

    def pass_over(self, staff_id: str) -> None:
        """The owner cannot be told of it; `give` must follow. Refused: case_closed, not_your_case."""
        self._lose_owner(staff_id, facts.OwnerNotReached(self.id, staff_id))

    def log_contact(self, staff_id: str, now: datetime) -> None:
        """A contact with the resident; who makes it has also taken the case on. Refused: case_closed, not_your_case."""
        self._must_own(staff_id)
        if self.state is State.ASSIGNED:
            self.accept(staff_id, now)
        first = self.state is State.ACCEPTED
        self.state = State.IN_PROGRESS
        self._meet(DeadlineKind.FIRST_CONTACT, now)
        self.facts.append(facts.ContactLogged(self.id, staff_id, first))

    def resolve(self, staff_id: str, result: Result, now: datetime) -> None:
        """The mediation is over. Refused: case_closed, not_your_case."""
        self._must_own(staff_id)
        self.state, self.result, self.closed_at = State.RESOLVED, result, now
        for kind in DeadlineKind:
            self._meet(kind, now)
        self.facts.append(facts.CaseResolved(self.id, staff_id, str(result)))

    def urge(self, now: datetime, pause: timedelta) -> None:
        """The resident asks for more speed, at most once a `pause`. Refused: case_closed, urged_recently."""
        self._must_be_open()
        if self.last_urged_at is not None and now < self.last_urged_at + pause:
            raise Refused(Code.URGED_RECENTLY)
        self.last_urged_at = now
        self.facts.append(facts.CaseUrged(self.id))

    def add_material(self) -> None:
        """The resident adds words or pictures. Refused: case_closed."""
        self._must_be_open()
        self.facts.append(facts.MaterialAdded(self.id))

    def withdraw(self, now: datetime) -> None:
        """The resident takes the case back. Refused: case_closed."""
        self._must_be_open()
        self.state, self.closed_at = State.WITHDRAWN, now
        self.facts.append(facts.CaseWithdrawn(self.id))

    def decided(self, booking_id: str, decision: Decision, *, keeps: bool) -> None:
        """A leader decided something about it; what a unit is told to do is due on the leader's day.

        keeps: the owner stays and is told; otherwise `give` follows.
        """
        unit_id, due_at = decision.unit_id, decision.due_at
        if decision.orders and due_at is not None:
            due = Deadline(DeadlineKind.INSTRUCTED, due_at, "reception")
            self.deadlines = {**self.deadlines, DeadlineKind.INSTRUCTED: due}
        day = due_at.isoformat() if due_at else None
        kind = str(decision.kind)
        self.facts.append(facts.ReceptionDecided(self.id, booking_id, kind, unit_id, day, self.owner_id, keeps))

    def next_deadline(self) -> Deadline | None:
        """The first deadline not yet met, None once closed."""
        unmet = [one for one in self.deadlines.values() if one.met_at is None]
        return min(unmet, key=lambda one: one.due_at) if unmet and self.is_open else None

    def _lose_owner(self, staff_id: str, why: Fact) -> None:
        self._must_own(staff_id)
        self.refusers = (*(one for one in self.refusers if one != staff_id), staff_id)
        self.state, self.owner_id = State.WAITING, None
        self.facts.append(why)

    def _meet(self, kind: DeadlineKind, now: datetime) -> None:
        if kind in self.deadlines:
            self.deadlines = {**self.deadlines, kind: self.deadlines[kind].met(now)}

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(Code.CASE_CLOSED)

    def _must_own(self, staff_id: str) -> None:
        if self.owner_id != staff_id:
            raise Refused(Code.NOT_YOUR_CASE)
        self._must_be_open()
