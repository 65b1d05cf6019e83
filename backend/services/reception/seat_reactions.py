"""Who is told what about seats: only what the person has not just done or heard in the chat, each once.

What a notice is about is told by `about`: `bookings/<id>` or `waiting/<id>`; its words are made when it is sent.
"""

from collections.abc import Mapping

from backend.domain import facts
from backend.domain.facts import Fact
from backend.domain.reception.booking import Reason
from backend.services.reaction import PERSON, Handler, Reaction

BOOKINGS, WAITING = "bookings", "waiting"

OWN_DOING = frozenset({Reason.RESIDENT, Reason.DECLINED, Reason.RELEASED, Reason.FORGOTTEN})
"""Cancellations that nobody needs to be told of."""


async def tell_moved(reaction: Reaction, fact: Fact) -> None:
    """Another time was found, and the person is asked whether it suits."""
    if isinstance(fact, facts.BookingMoved):
        await _about_booking(reaction, "booking_moved", fact.booking_id)


async def tell_cancelled(reaction: Reaction, fact: Fact) -> None:
    """Whose booking is off is told, unless it is their own doing."""
    if isinstance(fact, facts.BookingCancelled) and fact.reason not in OWN_DOING:
        await _about_booking(reaction, "booking_cancelled", fact.booking_id)


def tell_waiting(notice: str) -> Handler:
    """Whoever waits or waited is told."""

    async def handler(reaction: Reaction, fact: Fact) -> None:
        entry = await reaction.work.waiting.get(fact.waiting_id) if isinstance(fact, facts.WaitingFact) else None
        if entry is not None:
            await reaction.want(notice, PERSON, entry.person_id, entry.case_id, f"{WAITING}/{entry.id}")

    return handler


SEAT_HANDLERS: Mapping[type[Fact], tuple[Handler, ...]] = {
    facts.BookingConfirmed: (),
    facts.BookingChanged: (),
    facts.BookingMoved: (tell_moved,),
    facts.BookingCancelled: (tell_cancelled,),
    facts.OfferMade: (tell_waiting("offer_made"),),
    facts.OfferLapsed: (tell_waiting("offer_lapsed"),),
    facts.WaitingEnded: (tell_waiting("waiting_ended"),),
    facts.LeaderAway: (),
}


async def _about_booking(reaction: Reaction, notice: str, booking_id: str) -> None:
    booking = await reaction.work.bookings.get(booking_id)
    if booking is not None and booking.person_id is not None:
        await reaction.want(notice, PERSON, booking.person_id, booking.case_id, f"{BOOKINGS}/{booking.id}")
