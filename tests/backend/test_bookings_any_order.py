"""Everybody does anything in any order, at any time: what must always hold, on both databases.

No more seats taken than there are; who was told that a seat is booked or offered has it; the order of the waiting list;
nothing told twice.
"""

import asyncio
import dataclasses
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Row, Table, select

from backend.domain.reception.booking import Party
from backend.domain.reception.rules import BookingLimits
from backend.domain.refusal import Refused
from backend.pii import parse
from backend.records import reception_tables as tables
from backend.records.cases import Contact
from backend.records.store import Store, open_store
from backend.records.work import Work
from backend.services import people
from backend.services.desk import Answer, Desk
from backend.services.reception import away, booking, changes, waiting
from backend.services.reception.booking import Chosen
from backend.services.reception.wishes import About, Form
from backend.worker.facts import work_facts
from backend.worker.tools import Tools
from tests.backend.receptions_made import FRIDAY, MATTER, Plan, a_reception, the_clock_works
from tests.backend.world import KEY_1, PHONE, Clock, FakeMessenger, make_desk

FORM = Form(About(), MATTER, Contact("李大姐", PHONE), "", Party())
WHO = st.integers(0, 4)
WHERE = st.integers(0, 1)
YES = st.booleans()
ONCE = frozenset({"BookingConfirmed", "BookingCancelled", "OfferMade", "OfferLapsed", "WaitingEnded", "LeaderAway"})
PLANS = (Plan(seats=1), Plan(day=FRIDAY + timedelta(days=3), seats=2))
TAKEN = ("held", "booked", "arrived", "received")

Rows = Sequence[Row[Any]]
UseCase = Callable[[Work], Awaitable[Answer]]


@dataclasses.dataclass
class Ground:
    """What all lives share: a loop, a database, and a count of lives."""

    runner: asyncio.Runner
    store: Store
    desk: Desk
    clock: Clock
    lives: Iterator[int]


class AnyLife(RuleBasedStateMachine):
    """Two receptions with three seats in all, five people; what they were told is remembered.

    At the beginning all seats are booked and two wait: most of what can go wrong begins there.
    """

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.life = next(self.ground.lives)
        self.desk, self.store = self.ground.desk, self.ground.store
        self.ground.clock.time = Clock().time
        self.booked: dict[str, int] = {}
        self.holds: dict[int, str] = {}
        self.off: set[str] = set()
        self.run(self._begin())
        for who, where in ((0, 0), (3, 1), (4, 1)):
            self.confirm_slot(who, where)
        for who in (1, 2):
            self.join_slot(who, 0)

    async def _begin(self) -> None:
        self.receptions: list[str] = []
        self.slots: list[str] = []
        for plan in PLANS:
            mine = dataclasses.replace(plan, rule=f"life_{self.life}")
            reception_id, slots = await a_reception(self.store, self.desk, mine)
            self.receptions.append(reception_id)
            self.slots += slots
        async with self.store.write() as work:
            for who in range(5):
                await people.record_consent(self.desk, work, self.openid(who), "1")

    def run(self, doing: Any) -> Any:
        """In the loop that all lives share."""
        return self.ground.runner.run(doing)

    def openid(self, who: int) -> str:
        """Somebody of this life."""
        return f"o-{self.life}-{who}"

    def ask(self, use_case: UseCase) -> str:
        """The outcome, or the refusal's code; what was answered is in `told`."""

        async def doing() -> str:
            async with self.store.write() as work:
                try:
                    answer = await use_case(work)
                except Refused as refused:
                    return str(refused.code)
                self.told = dict(answer.slots)
                return answer.outcome

        return str(self.run(doing()))

    def rows(self, table: Table) -> Rows:
        """What this life has in a table."""

        async def doing() -> Rows:
            async with self.store.read() as work:
                query = select(table).where(table.c.reception_id.in_(self.receptions))
                return (await work.connection.execute(query)).all()

        found: Rows = self.run(doing())
        return found

    def code_of(self, who: int) -> str:
        """A code that this person was told, the newest."""
        return next((code for code, owner in reversed(self.booked.items()) if owner == who), "-")

    @rule(who=WHO, where=WHERE)
    def hold(self, who: int, where: int) -> None:
        """Somebody holds a seat; while others wait for it nobody new gets it."""
        slot_id = self.slots[where]
        waits = [row for row in self.rows(tables.waiting) if (row.slot_id, row.state) == (slot_id, "waiting")]
        mine = self.holds.get(who)
        outcome = self.ask(lambda work: booking.hold(self.desk, work, self.openid(who), slot_id, About()))
        if outcome == "held":
            assert not waits or self.told["hold_id"] == mine
            self.holds[who] = self.told["hold_id"]

    @rule(who=WHO, where=WHERE)
    def confirm(self, who: int, where: int) -> None:
        """Somebody confirms the last hold, or books without one; while others wait for the seat nobody new gets it."""
        self.confirm_slot(who, where)

    def confirm_slot(self, who: int, where: int) -> None:
        """As the rule says."""
        found = {row.id: row for row in self.rows(tables.bookings)}
        held = found.get(self.holds.get(who, ""))
        stands = held is not None and (
            held.state == "booked" or (held.state == "held" and held.hold_until > self.desk.now())
        )
        slot_id = held.slot_id if held is not None else self.slots[where]
        waits = [row for row in self.rows(tables.waiting) if (row.slot_id, row.state) == (slot_id, "waiting")]
        chosen = Chosen(self.holds.get(who, ""), self.slots[where])
        if self.ask(lambda work: booking.confirm(self.desk, work, self.openid(who), chosen, FORM)) == "done":
            again = self.told["booking_code"] in self.booked
            assert stands or again or not waits
            self.booked[self.told["booking_code"]] = who

    @rule(who=WHO)
    def release(self, who: int) -> None:
        """Somebody gives the last hold back."""
        self.ask(lambda work: booking.release(self.desk, work, self.openid(who), self.holds.pop(who, "")))

    @rule(who=WHO)
    def cancel(self, who: int) -> None:
        """Somebody cancels."""
        code = self.code_of(who)
        if self.ask(lambda work: changes.cancel(self.desk, work, self.openid(who), code, "")) == "done":
            del self.booked[code]

    @rule(who=WHO, where=WHERE)
    def change(self, who: int, where: int) -> None:
        """Somebody changes; while others wait for the other slot nobody gets in there."""
        code, slot_id = self.code_of(who), self.slots[where]
        waits = [row for row in self.rows(tables.waiting) if (row.slot_id, row.state) == (slot_id, "waiting")]
        here = [row for row in self.rows(tables.bookings) if (row.code, row.slot_id) == (code, slot_id)]
        outcome = self.ask(lambda work: changes.change(self.desk, work, self.openid(who), code, slot_id))
        assert outcome != "done" or here or not waits

    @rule(who=WHO, where=WHERE)
    def join(self, who: int, where: int) -> None:
        """Somebody waits."""
        self.join_slot(who, where)

    def join_slot(self, who: int, where: int) -> None:
        """As the rule says."""
        self.ask(lambda work: waiting.join(self.desk, work, self.openid(who), self.slots[where], FORM))

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        """Somebody waits no longer."""
        self.ask(lambda work: waiting.leave(self.desk, work, self.openid(who), "-"))

    @rule(who=WHO, yes=YES)
    def answer_offer(self, who: int, *, yes: bool) -> None:
        """Somebody answers to an offer."""
        outcome = self.ask(lambda work: waiting.answer(self.desk, work, self.openid(who), "-", accepted=yes))
        if outcome == "accepted":
            self.booked[self.told["booking_code"]] = who

    @precondition(lambda self: not self.off)
    @rule(which=st.integers(0, 1))
    def leader_away(self, which: int) -> None:
        """A reception is called off; who was moved or cancelled is told so by a fact."""
        reception_id = self.receptions[which]
        before = {row.code for row in self.rows(tables.bookings) if row.reception_id == reception_id}

        async def call_off(work: Work) -> Answer:
            await away.call_off(self.desk, work, reception_id, "")
            return Answer("done")

        if self.ask(call_off) == "done":
            self.off.add(reception_id)
            after = {row.code: row.state for row in self.rows(tables.bookings)}
            for code in before & self.booked.keys():
                if after[code] == "cancelled":
                    del self.booked[code]

    @rule(who=WHO, yes=YES)
    def answer_move(self, who: int, *, yes: bool) -> None:
        """Somebody says whether the other time suits."""
        code = self.code_of(who)
        outcome = self.ask(lambda work: changes.answer_move(self.desk, work, self.openid(who), code, accepted=yes))
        if outcome == "declined":
            del self.booked[code]

    @rule(minutes=st.sampled_from([1, 16, 31]))
    def time_passes(self, minutes: int) -> None:
        """Time passes."""
        self.ground.clock.forward(minutes=minutes)

    @rule(hours=st.sampled_from([11, 24]))
    def much_time_passes(self, hours: int) -> None:
        """Until the night, or a whole day."""
        self.ground.clock.forward(hours=hours)

    @rule()
    def clock_works(self) -> None:
        """Holds expire, offers lapse and go on."""
        self.run(the_clock_works(self.store, self.desk))

    @rule()
    def worker_works(self) -> None:
        """Facts become deliveries."""
        self.run(work_facts(Tools(self.desk, self.store, FakeMessenger(), lambda: 0.0)))

    @invariant()
    def what_must_hold(self) -> None:
        """What must hold after every step."""
        bookings, entries = self.rows(tables.bookings), self.rows(tables.waiting)
        self.seats_are_enough(bookings)
        self.nobody_was_told_a_falsehood(bookings, entries)
        self.the_list_keeps_its_order(entries)

    def seats_are_enough(self, bookings: Rows) -> None:
        """Never more on a slot's seats than it has, and never two on one."""
        taken = [row for row in bookings if row.state in TAKEN]
        assert len({row.seat_id for row in taken}) == len(taken)
        for where, slot_id in enumerate(self.slots):
            assert sum(row.slot_id == slot_id for row in taken) <= PLANS[where].seats

    def nobody_was_told_a_falsehood(self, bookings: Rows, entries: Rows) -> None:
        """Who was told that it is booked has the seat, and somebody to see; who has an offer that stands, too."""
        found = {row.code: row for row in bookings}
        assert all(found[code].state == "booked" and found[code].seat_id for code in self.booked)
        assert not any(row.reception_id in self.off and row.state in TAKEN for row in bookings)
        held = {row.id for row in bookings if row.state == "held"}
        stand = [row for row in entries if row.state == "offered" and self.desk.now() < row.offer_until]
        assert all(row.booking_id in held for row in stand)

    def the_list_keeps_its_order(self, entries: Rows) -> None:
        """Nobody has an offer while somebody who waits longer for the same slot has none."""
        for slot_id in self.slots:
            places = {row.position: row.state for row in entries if row.slot_id == slot_id}
            offered = [place for place, state in places.items() if state == "offered"]
            waits = [place for place, state in places.items() if state == "waiting"]
            assert not offered or not waits or min(waits) > max(offered)

    def teardown(self) -> None:
        """Each such thing happened once, and is told once; nothing of this life is due in the next one."""

        async def doing() -> Rows:
            async with self.store.write() as work:
                happened = (await work.connection.execute(select(work.outbox.table))).all()
                for table in (tables.waiting, tables.reminders, tables.bookings, work.outbox.table):
                    await work.connection.execute(table.delete())
                return happened

        names = Counter((row.name, *sorted(row.payload.items())) for row in self.run(doing()) if row.name in ONCE)
        assert not names or max(names.values()) == 1


@pytest.fixture
def ground(made_url: str) -> Iterator[Ground]:
    """A database for all lives; one person may book more than the demo place allows, so that more happens."""
    with asyncio.Runner() as runner:
        clock = Clock()
        desk = make_desk(clock)
        reception = dataclasses.replace(desk.policy.reception, limits=BookingLimits(3, 3, 30))
        desk = dataclasses.replace(desk, policy=dataclasses.replace(desk.policy, reception=reception))
        store = runner.run(open_store(made_url, parse(KEY_1)))
        yield Ground(runner, store, desk, clock, itertools.count(1))
        runner.run(store.close())


def test_any_order(ground: Ground) -> None:
    """A few dozen lives."""
    few = settings(
        max_examples=12,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # what fails is shown at once; making it smaller takes minutes
        suppress_health_check=list(HealthCheck),
    )
    AnyLife.ground = ground
    run_state_machine_as_test(AnyLife, settings=few)
