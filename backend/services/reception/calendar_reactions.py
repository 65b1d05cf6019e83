"""Who is told what about the calendar: whoever has booked hears that somebody else receives."""

from collections.abc import Mapping

from backend.domain import facts
from backend.domain.facts import Fact
from backend.domain.reception.booking import State
from backend.services.reaction import PERSON, Handler, Reaction
from backend.services.reception.seat_reactions import BOOKINGS


async def tell_new_leader(reaction: Reaction, fact: Fact) -> None:
    """Everybody who has booked is told once who receives now; who it is, is looked up when it is sent."""
    if not isinstance(fact, facts.LeaderChanged):
        return
    for one in await reaction.work.bookings.of_reception(fact.reception_id, (State.BOOKED,)):
        if one.person_id is not None:
            await reaction.want("leader_changed", PERSON, one.person_id, one.case_id, f"{BOOKINGS}/{one.id}")


CALENDAR_HANDLERS: Mapping[type[Fact], tuple[Handler, ...]] = {
    facts.MonthPublished: (),
    facts.ReceptionChanged: (),
    facts.LeaderChanged: (tell_new_leader,),
}
