"""Changing a calendar by hand: who receives, which slots are open, how many seats, one more, one less.

Bookings are never lost by it: what somebody has booked is refused, and leaving is its own use case.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from backend.domain.facts import LeaderChanged, ReceptionChanged
from backend.domain.reception.booking import State
from backend.domain.reception.calendar import times
from backend.domain.reception.rules import Hours
from backend.domain.reception.sessions import ADDED, Leader, Reception, Shown, Slot
from backend.domain.refusal import Code, Refused
from backend.records.seats import SlotToBook
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception.seating import expire, pass_on

SEATS_MAX = 200


@dataclass(frozen=True, slots=True)
class Extra:
    """A reception to be added by hand; the first leader's area is its area."""

    day: date
    leaders: tuple[str, ...]
    hours: Hours
    slot: timedelta
    seats: int
    unit_id: str
    title: str


async def move_leader(desk: Desk, work: Work, reception_id: str, leader_id: str, instead_of: str = "") -> None:
    """Let another leader receive: instead of one of a team, or of all who were named.

    Refused: reception_not_found, reception_over, leader_not_found, leader_busy.
    """
    reception = await _changeable(desk, work, reception_id)
    leader = await _leader(work, leader_id)
    known = {one.id for one in reception.leaders}
    if (instead_of and instead_of not in known) or leader_id in known:
        raise Refused(Code.LEADER_NOT_FOUND if instead_of not in known else Code.LEADER_BUSY)
    await _must_be_free(desk, work, leader, reception)
    team = [leader if one.id == instead_of else one for one in reception.leaders] if instead_of else [leader]
    await work.receptions.seat_leaders(reception_id, team)
    await work.receptions.change(reception_id, desk.now())
    if reception.state is Shown.PUBLISHED:
        await work.tell([LeaderChanged(reception_id)], desk.now())


async def close_slot(desk: Desk, work: Work, slot_id: str) -> None:
    """Take no more bookings for a slot. Refused: slot_not_found, reception_over, has_bookings."""
    reception, _ = await _slot(desk, work, slot_id)
    if any(taken for _, _, taken in await work.receptions.seats(slot_id, desk.now())):
        raise Refused(Code.HAS_BOOKINGS)
    await work.receptions.close_slot(slot_id, closed=True)
    await _changed(desk, work, reception)


async def open_slot(desk: Desk, work: Work, slot_id: str) -> None:
    """Take bookings for a slot again; who waits for it is offered it first. Refused: slot_not_found, reception_over."""
    reception, _ = await _slot(desk, work, slot_id)
    await work.receptions.close_slot(slot_id, closed=False)
    await _changed(desk, work, reception)
    await _offer(desk, work, slot_id)


async def change_seats(desk: Desk, work: Work, slot_id: str, seats: int) -> None:
    """Give a slot more seats or fewer, never fewer than are taken; who waits is offered new ones first.

    Refused: slot_not_found, reception_over, below_booked, invalid.
    """
    if not 1 <= seats <= SEATS_MAX:
        raise Refused(Code.INVALID)
    reception, _ = await _slot(desk, work, slot_id)
    there = await work.receptions.seats(slot_id, desk.now())
    spare = [seat for seat, _, taken in reversed(there) if not taken]
    surplus = len(there) - seats
    if surplus > len(spare):
        raise Refused(Code.BELOW_BOOKED)
    if surplus > 0:
        await work.receptions.drop_seats(spare[:surplus])
    else:
        highest = max((number for _, number, _ in there), default=0)
        await work.receptions.add_seats(slot_id, range(highest + 1, highest - surplus + 1), desk.new_id)
    await _changed(desk, work, reception)
    await _offer(desk, work, slot_id)


async def cancel(desk: Desk, work: Work, reception_id: str, note: str) -> None:
    """Call a reception off that nobody has booked. Refused: reception_not_found, reception_over, has_bookings."""
    reception = await _changeable(desk, work, reception_id)
    await work.seats.lock(alone=[slot.id for slot in reception.slots])
    reception = await _changeable(desk, work, reception_id)
    if any(slot.taken for slot in reception.slots):
        raise Refused(Code.HAS_BOOKINGS)
    await work.receptions.change(reception_id, desk.now(), state=str(Shown.CANCELLED), note=note or None)
    await work.tell([ReceptionChanged(reception_id)], desk.now())


async def add(desk: Desk, work: Work, extra: Extra) -> Reception:
    """Add a reception as a draft; publishing the month again publishes it.

    Refused: leader_not_found, unknown_unit, leader_busy, invalid (no time for a slot, or a day that is over).
    """
    leaders = [await _leader(work, leader_id) for leader_id in extra.leaders]
    organisation = await work.places.organisation()
    if extra.unit_id not in {unit.id for unit in organisation.units}:
        raise Refused(Code.UNKNOWN_UNIT)
    zone = desk.policy.office.zone
    spans = times(extra.day, extra.hours, extra.slot, zone)
    if not leaders or not spans or spans[0][0] <= desk.now() or not 1 <= extra.seats <= SEATS_MAX:
        raise Refused(Code.INVALID)
    await work.receptions.lock()
    that_day = await work.receptions.on(extra.day, extra.day, desk.now())
    made = Reception(
        id=desk.new_id(),
        day=extra.day,
        rule=_free_rule(that_day),
        level=leaders[0].level,
        area_code=leaders[0].area_code,
        unit_id=extra.unit_id,
        title=extra.title,
        state=Shown.DRAFT,
        updated_at=desk.now(),
        adjusted=True,
        leaders=tuple(leaders),
        slots=tuple(Slot(desk.new_id(), begins, ends, seats=extra.seats) for begins, ends in spans),
    )
    for leader in leaders:
        await _must_be_free(desk, work, leader, made)
    await work.receptions.add([made], desk.new_id)
    return made


def _free_rule(that_day: list[Reception]) -> str:
    used = {one.rule for one in that_day}
    return next(rule for number in range(1, len(used) + 2) if (rule := f"{ADDED}_{number}") not in used)


async def _changeable(desk: Desk, work: Work, reception_id: str) -> Reception:
    reception = await work.receptions.get(reception_id, desk.now())
    if reception is None:
        raise Refused(Code.RECEPTION_NOT_FOUND)
    if reception.state is Shown.CANCELLED or reception.slots[-1].ends_at <= desk.now():
        raise Refused(Code.RECEPTION_OVER)
    return reception


async def _slot(desk: Desk, work: Work, slot_id: str) -> tuple[Reception, SlotToBook]:
    """The slot, locked alone and without holds that have run out, and its reception."""
    slot = (await work.seats.lock(alone=[slot_id])).get(slot_id)
    if slot is None:
        raise Refused(Code.SLOT_NOT_FOUND)
    for held in await work.bookings.of_reception(slot.reception_id, [State.HELD]):
        if held.slot_id == slot_id and held.runs_out(desk.now()):
            await expire(desk, work, held.id)
    return await _changeable(desk, work, slot.reception_id), slot


async def _offer(desk: Desk, work: Work, slot_id: str) -> None:
    slot = await work.seats.slot(slot_id)
    if slot is not None:
        await pass_on(desk, work, slot)


async def _leader(work: Work, leader_id: str) -> Leader:
    leader = (await work.leaders.known()).get(leader_id)
    if leader is None:
        raise Refused(Code.LEADER_NOT_FOUND)
    return leader


async def _must_be_free(desk: Desk, work: Work, leader: Leader, reception: Reception) -> None:
    for other in await work.receptions.on(reception.day, reception.day, desk.now()):
        takes_place = other.state is not Shown.CANCELLED and other.id != reception.id
        if takes_place and leader.id in {one.id for one in other.leaders} and other.overlaps(reception):
            raise Refused(Code.LEADER_BUSY)


async def _changed(desk: Desk, work: Work, reception: Reception) -> None:
    await work.receptions.change(reception.id, desk.now())
    if reception.state is Shown.PUBLISHED:
        await work.tell([ReceptionChanged(reception.id)], desk.now())
