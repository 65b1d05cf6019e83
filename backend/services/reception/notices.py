"""The words of notices about a booking or a place on a waiting list, as they are when the notice goes out.

What has been overtaken meanwhile (a reminder of a visit that is off, an offer that has lapsed) is not said any more.
"""

from collections.abc import Mapping
from datetime import datetime

from backend.domain.reception import visits
from backend.domain.reception.booking import Booking, State
from backend.records.decisions import Decided
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception import deciding, saying
from backend.services.reception.seat_reactions import WAITING

Words = Mapping[str, str]

NEEDED: Mapping[str, State] = {
    "reminder": State.BOOKED,
    "booking_moved": State.BOOKED,
    "leader_changed": State.BOOKED,
    "booking_cancelled": State.CANCELLED,
    "visitor_arrived": State.ARRIVED,
    "no_show": State.NO_SHOW,
}
"""The state in which a booking must be for a notice to be true."""
_NO_TAGS = str.maketrans("<>", "＜＞")


async def words(desk: Desk, work: Work, notice: str, about: str) -> Words | None:
    """All that a notice may mention; None if it is not true any more."""
    table, _, row_id = about.partition("/")
    found = await (_of_waiting if table == WAITING else _of_booking)(desk, work, notice, row_id)
    if found is None:
        return None
    centre = await work.places.office(desk.policy.centre_unit)
    return {"centre_phone": centre.phone, **_taps(desk, found), **found}


async def _of_waiting(desk: Desk, work: Work, notice: str, waiting_id: str) -> Words | None:
    entry = await work.waiting.get(waiting_id)
    slot = await work.seats.slot(entry.slot_id) if entry else None
    if entry is None or slot is None or (notice == "offer_made" and not entry.stands(desk.now())):
        return None
    until = entry.offer_until or slot.starts_at
    told = await _of_slot(desk, work, slot)
    return {
        **told,
        "offer_until": desk.texts.moment("due_hour", until),
        "offer_clock": desk.texts.moment("clock", until),
    }


async def _of_booking(desk: Desk, work: Work, notice: str, booking_id: str) -> Words | None:
    booking = await work.bookings.get(booking_id)
    if booking is None or _overtaken(notice, booking):
        return None
    slot = await work.seats.slot(booking.slot_id) if booking.slot_id else None
    if slot is not None and notice == "reminder" and desk.now() >= slot.starts_at:
        return None
    told = await _of_slot(desk, work, slot) if slot else await _of_walk_in(desk, work, booking)
    made = await work.decisions.of_booking(booking.id)
    return {
        **told,
        "booking_code": booking.code,
        "reason": await _reason(desk, work, booking),
        **(await _absence(desk, work, booking, slot) if notice == "no_show" else {}),
        **(await _decision(desk, work, made) if made else {}),
        **(await _visitor(desk, work, booking) if notice == "visitor_arrived" else {}),
    }


def _overtaken(notice: str, booking: Booking) -> bool:
    other = booking.state is not NEEDED.get(notice, booking.state)
    return other or (notice == "booking_moved" and not booking.move_asked)


async def _of_slot(desk: Desk, work: Work, slot: SlotToBook) -> dict[str, str]:
    return {
        "slot_text": await saying.slot_text(desk, work, slot),
        "place_text": await saying.place_text(desk, work, slot),
        "bring_text": desk.policy.reception.bring,
        **await _when_and_where(desk, work, slot.starts_at, slot.unit_id),
    }


async def _of_walk_in(desk: Desk, work: Work, booking: Booking) -> dict[str, str]:
    reception = await work.receptions.get(booking.reception_id, desk.now())
    unit_id = reception.unit_id if reception else desk.policy.centre_unit
    return await _when_and_where(desk, work, booking.arrived_at or booking.created_at, unit_id)


async def _when_and_where(desk: Desk, work: Work, at: datetime, unit_id: str) -> dict[str, str]:
    return {
        "when": desk.texts.moment("visit", at),
        "when_time": desk.texts.moment("form", at),
        "day_word": _day_word(desk, at),
        "place_name": (await work.places.office(unit_id)).name,
    }


def _day_word(desk: Desk, at: datetime) -> str:
    """Today, tomorrow, the day after; else the date."""
    zone, near = desk.policy.office.zone, desk.texts.tree["visit"]["days"]
    days = (at.astimezone(zone).date() - desk.now().astimezone(zone).date()).days
    return str(near[days]) if 0 <= days < len(near) else desk.texts.moment("day", at)


async def _reason(desk: Desk, work: Work, booking: Booking) -> str:
    """Why the centre cancelled, as far as there is something to say."""
    told = await work.bookings.told(booking.id)
    said = told.cancel_reason.rstrip("。") if told else ""
    path = f"visit.cancel_reasons.{booking.reason}"
    if not desk.texts.has(path) or (booking.reason == "desk" and not said):
        return ""
    return desk.texts.say(path, words=_plain(said))


async def _absence(desk: Desk, work: Work, booking: Booking, slot: SlotToBook | None) -> dict[str, str]:
    """Whether one may still come, and what staying away leads to."""
    rule, now = desk.policy.reception.no_show, desk.now()
    made = await work.bookings.made_by(booking.person_id or "")
    missed = [one.starts_at for one in made if one.state is State.NO_SHOW]
    until = visits.rests_until(rule, missed, now)
    reception = await work.receptions.get(booking.reception_id, now)
    still = slot is not None and reception is not None and now < reception.slots[-1].ends_at
    centre = await work.places.office(desk.policy.centre_unit)
    way = "until" if until else "left"
    rest = desk.texts.say(
        f"visit.rest.{way}",
        left=visits.left(rule, missed, now),
        until=desk.texts.moment("day", until) if until else "",
        centre_phone=centre.phone,
    )
    return {
        "late": desk.texts.say("visit.late_still") if still else "",
        "rest": rest,
        "next_step": desk.texts.say(f"visit.next_step.{way}"),
    }


async def _decision(desk: Desk, work: Work, made: Decided) -> dict[str, str]:
    """What was decided, and where it can be followed."""
    texts, decision = desk.texts, made.decision
    case = await work.cases.get(made.case_id) if made.case_id else None
    unit = await work.places.office(decision.unit_id) if decision.unit_id else None
    centre = await work.places.office(desk.policy.centre_unit)
    way = "case" if case else "none"
    number = case.number if case else ""
    return {
        "decision_line": await deciding.line(desk, work, decision),
        "decision_title": texts.say(f"decisions.title.{decision.kind}"),
        "decision_note": f"{_plain(made.words.rstrip('。'))}。" if made.words else "",
        "follow": texts.say(f"visit.follow.{way}", case_number=number, centre_phone=centre.phone),
        "ask": texts.say(f"visit.ask.{way}"),
        "order_unit": unit.name if unit else "",
        "order_due": texts.due(decision.due_at) if decision.due_at else "",
        "order_time": texts.moment("form", decision.due_at or made.decided_at),
    }


async def _visitor(desk: Desk, work: Work, booking: Booking) -> dict[str, str]:
    told = await work.bookings.told(booking.id)
    return {
        "visitor_name": _plain(told.name if told else "") or desk.texts.say("visit.nameless"),
        "number": desk.texts.say("visit.number", number=booking.queue_number),
        "people": str(1 + booking.companions),
    }


def _plain(text: str) -> str:
    """What somebody wrote, so that it can never become a line to tap."""
    return text.translate(_NO_TAGS)


def _taps(desk: Desk, found: Words) -> dict[str, str]:
    """The lines of a text that can be tapped; the tap says for the person what they could type."""
    taps = {}
    for name in desk.texts.tree["visit"]["taps"]:
        said = desk.texts.say(f"visit.taps.{name}.said", booking_code=found.get("booking_code", ""))
        shown = desk.texts.say(f"visit.taps.{name}.shown")
        taps[f"tap_{name}"] = desk.texts.say("visit.tap", said=said, shown=shown)
    return taps
