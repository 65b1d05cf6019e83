"""Who is told what about the day itself: reminders, who has come, who has not, and what the leader decided."""

from collections.abc import Mapping

from backend.domain import facts
from backend.domain.facts import Fact
from backend.domain.reception.decisions import DecisionKind
from backend.records.staff import RECEPTIONIST
from backend.services.reaction import PERSON, STAFF, Handler, Reaction
from backend.services.reception import deciding
from backend.services.reception.seat_reactions import BOOKINGS


def tell_visitor(notice: str) -> Handler:
    """Whoever booked is told; somebody who came without an account cannot be."""

    async def handler(reaction: Reaction, fact: Fact) -> None:
        booking = await reaction.work.bookings.get(fact.booking_id) if isinstance(fact, facts.BookingFact) else None
        if booking is not None and booking.person_id is not None:
            await reaction.want(notice, PERSON, booking.person_id, booking.case_id, f"{BOOKINGS}/{booking.id}")

    return handler


async def call_desk(reaction: Reaction, fact: Fact) -> None:
    """Whoever receives people at the place hears that somebody who booked is there."""
    work = reaction.work
    booking = await work.bookings.get(fact.booking_id) if isinstance(fact, facts.CheckedIn) else None
    reception = await work.receptions.get(booking.reception_id, reaction.desk.now()) if booking else None
    if booking is None or reception is None:
        return
    for member in await work.staff.bound_of(reception.unit_id):
        if member.role == RECEPTIONIST:
            await reaction.want("visitor_arrived", STAFF, member.id, about=f"{BOOKINGS}/{booking.id}")


async def tell_unit(reaction: Reaction, fact: Fact) -> None:
    """The mediator who goes on with an instructed case is told, or the one it is taken from."""
    if not isinstance(fact, facts.ReceptionDecided) or fact.owner_id is None:
        return
    if fact.decision == DecisionKind.INSTRUCTED:
        notice = "task_instructed" if fact.owner_keeps else "task_passed_on"
        await reaction.want(notice, STAFF, fact.owner_id, fact.case_id, f"{BOOKINGS}/{fact.booking_id}")


async def tell_due(reaction: Reaction, fact: Fact) -> None:
    """Whoever has the case now is reminded of what the leader wants; the centre where nobody has it."""
    work = reaction.work
    made = await work.decisions.of_booking(fact.booking_id) if isinstance(fact, facts.DecisionDue) else None
    case = await work.cases.get(made.case_id) if made is not None and made.case_id else None
    if made is None or case is None or not case.is_open:
        return
    centre = await work.staff.bound_of(reaction.desk.policy.centre_unit)
    for staff_id in [case.owner_id] if case.owner_id else [member.id for member in centre]:
        await reaction.want("decision_due", STAFF, staff_id, case.id, f"{BOOKINGS}/{made.booking_id}")


async def settle(reaction: Reaction, fact: Fact) -> None:
    """What leaders decided about a case is done when the case is."""
    if isinstance(fact, facts.CaseResolved):
        await deciding.settle(reaction.desk, reaction.work, fact.case_id)


DAY_HANDLERS: Mapping[type[Fact], tuple[Handler, ...]] = {
    facts.ReminderDue: (tell_visitor("reminder"),),
    facts.CheckedIn: (call_desk,),
    facts.WalkInQueued: (),
    facts.NoShow: (tell_visitor("no_show"),),
    facts.DecisionMade: (tell_visitor("reception_decided"),),
    facts.DecisionDue: (tell_due,),
    facts.ReceptionDecided: (tell_unit,),
}
