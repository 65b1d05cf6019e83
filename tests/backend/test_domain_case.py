"""A case: who may do what when, and that no sequence of deeds breaks what must always hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.domain import facts
from backend.domain.case import CLOSED, OPEN, TAKEN_ON, Case, Result, State
from backend.domain.deadlines import Deadline, DeadlineKind
from backend.domain.organisation import Choice
from backend.domain.refusal import Code, Refused

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
PAUSE = timedelta(hours=24)
STAFF = st.sampled_from(["s1", "s2", "s3"])


def a_case(owner: str | None = "s1") -> Case:
    """A case just submitted, with its three deadlines."""
    due = {kind: Deadline(kind, NOW + timedelta(days=n), "ordinary") for n, kind in enumerate(DeadlineKind, 1)}
    case = Case("c", "AH2026030400012", "p", "neighbour", "AH01", "u", NOW, deadlines=due)
    case.submit(Choice("u", owner))
    return case


def refused(case: Case, deed: str, *arguments: object) -> Code:
    """The code with which the deed is refused."""
    with pytest.raises(Refused) as caught:
        getattr(case, deed)(*arguments)
    return caught.value.code


def test_only_the_owner_acts() -> None:
    """Whoever is not the owner is refused, whatever they try, and nothing changes."""
    case = a_case()
    before = (case.state, case.owner_id, list(case.facts))
    for deed in (("accept", "s2", NOW), ("refuse", "s2"), ("pass_over", "s2"), ("log_contact", "s2", NOW)):
        assert refused(case, *deed) is Code.NOT_YOUR_CASE
    assert refused(case, "resolve", "s2", Result.AGREED, NOW) is Code.NOT_YOUR_CASE
    assert (case.state, case.owner_id, case.facts) == before


def test_accepting_twice_is_refused() -> None:
    """Who has accepted a case is told so, and there is one fact of it."""
    case = a_case()
    case.accept("s1", NOW)
    assert refused(case, "accept", "s1", NOW) is Code.ALREADY_ACCEPTED
    assert sum(isinstance(fact, facts.CaseAccepted) for fact in case.facts) == 1


@pytest.mark.parametrize("ending", ["resolve", "withdraw"])
def test_a_closed_case_takes_nothing_more(ending: str) -> None:
    """After the end everything is refused with case_closed."""
    case = a_case()
    if ending == "resolve":
        case.resolve("s1", Result.AGREED, NOW)
    else:
        case.withdraw(NOW)
    deeds = (("add_material",), ("withdraw", NOW), ("urge", NOW, PAUSE), ("accept", "s1", NOW), ("refuse", "s1"))
    assert {refused(case, *deed) for deed in deeds} == {Code.CASE_CLOSED}
    assert case.next_deadline() is None


def test_urging_has_a_pause() -> None:
    """A second urging within the pause is refused, at its end it is not."""
    case = a_case()
    case.urge(NOW, PAUSE)
    assert refused(case, "urge", NOW + PAUSE - timedelta(seconds=1), PAUSE) is Code.URGED_RECENTLY
    case.urge(NOW + PAUSE, PAUSE)
    assert case.last_urged_at == NOW + PAUSE


def test_a_contact_also_accepts() -> None:
    """Who calls the resident has taken the case on, and only the first contact is the first."""
    case = a_case()
    case.log_contact("s1", NOW)
    case.log_contact("s1", NOW)
    names = [type(fact).__name__ for fact in case.facts[2:]]
    assert names == ["CaseAccepted", "ContactLogged", "ContactLogged"]
    assert [fact.first for fact in case.facts if isinstance(fact, facts.ContactLogged)] == [True, False]


def test_deadlines_are_met_once() -> None:
    """A deadline keeps the moment when it was first met."""
    case = a_case()
    case.accept("s1", NOW)
    case.resolve("s1", Result.NOT_AGREED, NOW + timedelta(hours=5))
    assert case.deadlines[DeadlineKind.ACCEPT].met_at == NOW
    assert case.deadlines[DeadlineKind.RESOLVE].met_at == NOW + timedelta(hours=5)


class AnyLife(RuleBasedStateMachine):
    """Everybody does anything in any order."""

    @initialize(owner=STAFF | st.none())
    def begin(self, owner: str | None) -> None:
        """A case comes in."""
        self.case = a_case(owner)
        self.now = NOW
        self.told = 0

    @rule(hours=st.integers(0, 72))
    def time_passes(self, hours: int) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    @rule(who=STAFF, deed=st.sampled_from(["accept", "log_contact"]))
    def mediator_acts(self, who: str, deed: str) -> None:
        """Somebody accepts or logs a contact."""
        self.attempt(lambda: getattr(self.case, deed)(who, self.now))

    @rule(who=STAFF, result=st.sampled_from(Result))
    def mediator_resolves(self, who: str, result: Result) -> None:
        """Somebody resolves."""
        self.attempt(lambda: self.case.resolve(who, result, self.now))

    @rule(who=STAFF, successor=STAFF | st.none(), why=st.sampled_from(["refuse", "pass_over"]))
    def mediator_is_out(self, who: str, successor: str | None, why: str) -> None:
        """Somebody refuses or cannot be told, and the case is given on."""

        def deed() -> None:
            getattr(self.case, why)(who)
            self.case.give(Choice("u2", successor))

        self.attempt(deed)

    @rule(deed=st.sampled_from(["withdraw", "add_material", "urge"]))
    def resident_acts(self, deed: str) -> None:
        """The resident withdraws, adds or urges."""
        arguments = {"withdraw": (self.now,), "add_material": (), "urge": (self.now, PAUSE)}[deed]
        self.attempt(lambda: getattr(self.case, deed)(*arguments))

    def attempt(self, deed: object) -> None:
        """Do it, or be refused without leaving a trace."""
        before = (
            self.case.state,
            self.case.owner_id,
            self.case.refusers,
            self.case.last_urged_at,
            len(self.case.facts),
        )
        try:
            deed()  # type: ignore[operator]
        except Refused:
            case = self.case
            assert before == (case.state, case.owner_id, case.refusers, case.last_urged_at, len(case.facts))

    @invariant()
    def holds(self) -> None:
        """What must hold in every state."""
        case = self.case
        assert (case.state is State.WAITING) == (case.owner_id is None and case.state in OPEN)
        assert (case.closed_at is not None) == (case.state in CLOSED)
        assert (case.result is not None) == (case.state is State.RESOLVED)
        assert case.unit_id
        if case.state in TAKEN_ON:
            assert case.deadlines[DeadlineKind.ACCEPT].met_at is not None
        closings = [fact for fact in case.facts if isinstance(fact, facts.CaseResolved | facts.CaseWithdrawn)]
        assert len(closings) == (case.state in CLOSED)
        assert len(case.facts) >= self.told
        self.told = len(case.facts)


TestAnyLife = AnyLife.TestCase
