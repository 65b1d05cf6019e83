"""What follows from each fact: one table. Who is told what, and what else must be done, in one transaction a fact."""

from collections.abc import Mapping

from backend.domain import facts
from backend.domain.facts import Fact
from backend.records.work import Work
from backend.services.assignment import hand_over_waiting
from backend.services.desk import Desk
from backend.services.people import erase_if_forgotten
from backend.services.reaction import PERSON, STAFF, Handler, Reaction
from backend.services.reception.calendar_reactions import CALENDAR_HANDLERS
from backend.services.reception.day_reactions import DAY_HANDLERS, settle
from backend.services.reception.seat_reactions import BOOKINGS, SEAT_HANDLERS


def tell_resident(notice: str) -> Handler:
    """The case's resident is told."""

    async def handler(reaction: Reaction, fact: Fact) -> None:
        if isinstance(fact, facts.CaseFact):
            case = await reaction.case(fact)
            await reaction.want(notice, PERSON, case.person_id, case.id)

    return handler


def tell_owner(notice: str) -> Handler:
    """The mediator who has the case now is told."""

    async def handler(reaction: Reaction, fact: Fact) -> None:
        if isinstance(fact, facts.CaseFact):
            case = await reaction.case(fact)
            if case.owner_id is not None:
                await reaction.want(notice, STAFF, case.owner_id, case.id)

    return handler


async def push_task(reaction: Reaction, fact: Fact) -> None:
    """The new owner gets the task, unless it has moved on meanwhile; what a leader wants of it is said with it."""
    if isinstance(fact, facts.CaseAssigned):
        case = await reaction.case(fact)
        if case.owner_id == fact.staff_id and case.is_open:
            order = await reaction.work.decisions.order_of(case.id)
            about = f"{BOOKINGS}/{order.booking_id}" if order else None
            notice = "task_instructed" if order else "task_assigned"
            await reaction.want(notice, STAFF, fact.staff_id, case.id, about)


async def tell_first_contact(reaction: Reaction, fact: Fact) -> None:
    """The resident hears of the first contact only: the later ones they have had themselves."""
    if isinstance(fact, facts.ContactLogged) and fact.first:
        await tell_resident("case_contacted")(reaction, fact)


async def call_centre(reaction: Reaction, _fact: Fact) -> None:
    """Everybody at the centre who can be reached is told that somebody wants a person."""
    for member in await reaction.work.staff.bound_of(reaction.desk.policy.centre_unit):
        await reaction.want("handover_requested", STAFF, member.id)


async def hand_over(reaction: Reaction, _fact: Fact) -> None:
    """Waiting cases go to whoever can be reached; asked after both facts, so that neither misses the other."""
    await hand_over_waiting(reaction.desk, reaction.work)


async def erase_closed(reaction: Reaction, fact: Fact) -> None:
    """Nothing said is kept once the case of somebody who left is closed."""
    if isinstance(fact, facts.CaseFact):
        await erase_if_forgotten(reaction.desk, reaction.work, fact.case_id)


HANDLERS: Mapping[type[Fact], tuple[Handler, ...]] = {
    facts.CaseSubmitted: (),
    facts.CaseAssigned: (push_task,),
    facts.CaseWaiting: (hand_over,),
    facts.CaseAccepted: (tell_resident("case_accepted"),),
    facts.CaseRefused: (),
    facts.OwnerNotReached: (),
    facts.ContactLogged: (tell_first_contact,),
    facts.CaseResolved: (tell_resident("case_resolved"), settle, erase_closed),
    facts.CaseUrged: (tell_owner("task_urged"),),
    facts.MaterialAdded: (tell_owner("task_material"),),
    facts.CaseWithdrawn: (tell_owner("task_withdrawn"), erase_closed),
    facts.HandoverRequested: (call_centre,),
    facts.StaffBound: (hand_over,),
    facts.ConsentGiven: (),
    facts.ConsentWithdrawn: (),
    facts.PersonForgotten: (),
    **SEAT_HANDLERS,
    **DAY_HANDLERS,
    **CALENDAR_HANDLERS,
}


async def react(desk: Desk, work: Work, outbox_id: int, fact: Fact) -> None:
    """Do all that follows from a fact."""
    for handler in HANDLERS[type(fact)]:
        await handler(Reaction(desk, work, outbox_id), fact)
