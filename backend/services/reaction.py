"""A fact being reacted to, and what a handler may want done about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from backend.domain import facts
from backend.domain.case import Case
from backend.domain.facts import Fact
from backend.records.deliveries import Wanted
from backend.records.work import Work
from backend.services.desk import Desk

STAFF, PERSON = "staff", "person"
NEW_TASK = frozenset({"task_assigned", "task_instructed"})
"""Notices by which an owner first hears of a case."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A fact being reacted to, with the number it has in the outbox."""

    desk: Desk
    work: Work
    outbox_id: int

    async def want(
        self, notice: str, audience: str, recipient_id: str, case_id: str | None = None, about: str | None = None
    ) -> None:
        """Want a notice delivered; the same one for the same fact is wanted once. See Wanted."""
        wanted = Wanted(notice, audience, recipient_id, case_id, about)
        await self.work.deliveries.add(self.desk.new_id(), self.outbox_id, wanted, self.desk.now())

    async def case(self, fact: facts.CaseFact) -> Case:
        """The fact's case."""
        found = await self.work.cases.get(fact.case_id)
        if found is None:
            raise LookupError(f"no case {fact.case_id}")
        return found


Handler = Callable[[Reaction, Fact], Awaitable[None]]
