"""How a slot, a booking and a place on the waiting list are told to the person. All words come from the texts."""

from backend.domain.reception.booking import Booking, State
from backend.domain.reception.waiting import Waiting, WaitState
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Desk


async def slot_text(desk: Desk, work: Work, slot: SlotToBook) -> str:
    """12月1日（周二）9:00，李示范区长，安和区矛调中心."""
    who = await who_receives(desk, work, slot)
    place = (await work.places.office(slot.unit_id)).name
    return desk.texts.say("booking.slot", who=who, place=place, **desk.texts.parts(slot.starts_at))


async def who_receives(desk: Desk, work: Work, slot: SlotToBook) -> str:
    """The leader, or the first of the team and how many there are."""
    names = await work.seats.who_receives(slot.reception_id)
    if len(names) > 1:
        return desk.texts.say("booking.team", first=names[0], count=len(names))
    return "".join(names)


async def place_text(desk: Desk, work: Work, slot: SlotToBook) -> str:
    """Where it is and how to come."""
    office = await work.places.office(slot.unit_id)
    way = desk.policy.reception.way_to(slot.unit_id)
    path = "booking.place" if office.address else "booking.place_only"
    return desk.texts.say(path, name=office.name, address=office.address, way=way)


def cancel_until_text(desk: Desk, slot: SlotToBook) -> str:
    """Until when it may be changed or cancelled."""
    return desk.texts.moment("due_hour", slot.starts_at - desk.policy.reception.cancel_until)


async def confirmed(desk: Desk, work: Work, booking: Booking, slot: SlotToBook) -> dict[str, str]:
    """The slots of an answer that tells of a booking made."""
    return {
        "booking_code": booking.code,
        "slot_text": await slot_text(desk, work, slot),
        "bring_text": desk.policy.reception.bring,
        "place_text": await place_text(desk, work, slot),
        "cancel_until_text": cancel_until_text(desk, slot),
    }


async def shown(desk: Desk, work: Work, booking: Booking, slot: SlotToBook) -> dict[str, str]:
    """The slots that show a booking to the person."""
    state = "asked" if booking.move_asked else str(booking.state)
    told = await work.bookings.told(booking.id)
    text = desk.texts.say(
        "booking.text",
        state=desk.texts.say(f"booking.states.{state}"),
        matter=desk.policy.types[booking.matter].title,
        name=told.name if told else "",
        **await confirmed(desk, work, booking, slot),
    )
    return {"booking_text": text, "booking_state": str(booking.state), "booking_code": booking.code}


async def choice(desk: Desk, work: Work, booking: Booking, slot: SlotToBook) -> dict[str, str]:
    """A booking as a button."""
    who = await who_receives(desk, work, slot)
    title = desk.texts.say("booking.choice", who=who, **desk.texts.parts(slot.starts_at))
    return {"title": title, "payload": f"/SetSlots(booking_code={booking.code})"}


async def waiting_choice(desk: Desk, work: Work, entry: Waiting, slot: SlotToBook) -> dict[str, str]:
    """A place on a waiting list as a button."""
    who = await who_receives(desk, work, slot)
    name = "offered" if entry.state is WaitState.OFFERED else "waiting"
    title = desk.texts.say(f"booking.choice_{name}", who=who, **desk.texts.parts(slot.starts_at))
    return {"title": title, "payload": f"/SetSlots(waiting_id={entry.id})"}


async def waiting_text(desk: Desk, work: Work, entry: Waiting, slot: SlotToBook) -> str:
    """Where in the list somebody stands, or until when there is an offer."""
    what = await slot_text(desk, work, slot)
    if entry.offer_until is not None and entry.state is WaitState.OFFERED:
        return desk.texts.say("booking.offered", slot=what, until=desk.texts.moment("due_hour", entry.offer_until))
    return desk.texts.say("booking.waiting", slot=what, place=await work.waiting.ahead_of(entry) + 1)


def over(booking: Booking) -> bool:
    """Whether there is nothing more to do about it."""
    return booking.state not in (State.BOOKED, State.ARRIVED)
