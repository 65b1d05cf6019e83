"""What the leader decided: kept with the booking, in the case's timeline, and with the unit that is told to act."""

from dataclasses import dataclass, field
from datetime import date, datetime

from backend.domain.case import Case
from backend.domain.reception import codes
from backend.domain.reception.booking import Booking
from backend.domain.reception.decisions import Decision, DecisionKind, decide
from backend.domain.refusal import Code, Refused
from backend.domain.units import named, nearest
from backend.records.cases import Contact
from backend.records.decisions import Decided
from backend.records.work import Work
from backend.services.assignment import owner_at
from backend.services.cases import Report, begin, keep
from backend.services.desk import Answer, Desk
from backend.services.reception.desk import receptionist

NOTE = "decision"


@dataclass(frozen=True, slots=True)
class Said:
    """What the receptionist wrote down: the kind, the leader's words, and for an instruction who and by when."""

    kind: DecisionKind
    words: str = field(default="", repr=False)
    unit: str = ""
    due: str = ""


async def record(desk: Desk, work: Work, openid: str, code: str, said: Said) -> Answer:
    """Keep a decision, once for each booking; an instruction without an open case opens one.

    Refused: not_allowed, booking_not_found, already_decided, unknown_unit, invalid.
    """
    member, now = await receptionist(work, openid), desk.now()
    booking = await _booking(desk, work, code, member.unit_id)
    if await work.decisions.of_booking(booking.id) is not None:
        raise Refused(Code.ALREADY_DECIDED)
    decision = decide(said.kind, await _unit(work, said.unit), _day(desk, said.due), now)
    booking.receive(now)
    case = await _followed(desk, work, booking, decision, said.words)
    booking.case_id = case.id if case else booking.case_id
    # What is told here is erased with what was told when booking: where that is gone already, nothing is kept.
    words = said.words if await work.bookings.told(booking.id) is not None else ""
    made = Decided(desk.new_id(), booking.id, case.id if case else None, decision, now, words=words)
    if not await work.decisions.add(made):
        raise Refused(Code.ALREADY_DECIDED)
    await work.save_booking(booking, now)
    return Answer("done", {"decision_summary": await summary(desk, work, booking, made)})


async def find_unit(work: Work, openid: str, name: str) -> Answer:
    """The unit to act: found, or unclear with the nearest to choose from. Refused: not_allowed, unknown_unit."""
    await receptionist(work, openid)
    units = (await work.places.organisation()).units
    found = named(name, units)
    if found is not None:
        return Answer("found", {"decision_unit": found.name})
    near = nearest(name, units)
    if not near:
        raise Refused(Code.UNKNOWN_UNIT)
    choices = [{"title": one.name, "payload": f"/SetSlots(decision_unit={one.name})"} for one in near]
    return Answer("unclear", {"unit_choices": choices})


async def summary(desk: Desk, work: Work, booking: Booking, made: Decided) -> str:
    """What was kept, for the receptionist to check."""
    case = await work.cases.get(made.case_id) if made.case_id else None
    return desk.texts.say(
        f"decisions.summary.{'case' if case else 'no_case'}",
        code=booking.code,
        kind=desk.texts.say(f"decisions.title.{made.decision.kind}"),
        line=await line(desk, work, made.decision),
        case_number=case.number if case else "",
    )


async def line(desk: Desk, work: Work, decision: Decision) -> str:
    """The decision in the words of the timeline."""
    unit = await work.places.office(decision.unit_id) if decision.unit_id else None
    due = desk.texts.due(decision.due_at) if decision.due_at else ""
    return desk.texts.say(f"decisions.line.{decision.kind}", unit_name=unit.name if unit else "", due=due)


async def settle(desk: Desk, work: Work, case_id: str) -> None:
    """The case is resolved: what leaders decided about it is done."""
    await work.decisions.settle(case_id, desk.now())


async def _booking(desk: Desk, work: Work, code: str, unit_id: str) -> Booking:
    """The booking of somebody who was here; locked."""
    tidy = codes.tidy(code)
    found = await work.bookings.by_code(tidy, lock=True) if tidy else None
    reception = await work.receptions.get(found.reception_id, desk.now()) if found else None
    if found is None or reception is None:
        raise Refused(Code.BOOKING_NOT_FOUND)
    if reception.unit_id != unit_id:
        raise Refused(Code.BOOKING_NOT_FOUND, reason="booking_elsewhere")
    if desk.now() < reception.slots[0].starts_at - desk.policy.reception.check_in_before:
        raise Refused(Code.BOOKING_NOT_FOUND, reason="not_received_yet")
    return found


async def _followed(desk: Desk, work: Work, booking: Booking, decision: Decision, words: str) -> Case | None:
    """The case that the decision stands in; None where there is none and nobody is told to act."""
    case = await work.cases.get(booking.case_id, lock=True) if booking.case_id else None
    if decision.orders and decision.unit_id and (case is None or not case.is_open):
        case = await _opened(desk, work, booking, decision)
    elif case is not None:
        keeps = not decision.orders or await _keeps(work, case, decision)
        case.decided(booking.id, decision, keeps=keeps)
        if not keeps and decision.unit_id:
            case.give(await owner_at(desk, work, decision.unit_id))
    if case is None:
        return None
    note_id = desk.new_id() if words else None
    if note_id:
        await work.cases.add_note(note_id, case.id, NOTE, words, desk.now())
    await work.save(case, desk.now(), note_id)
    return case


async def _keeps(work: Work, case: Case, decision: Decision) -> bool:
    """Whether the case's owner belongs to the unit that is told to act."""
    owner = await work.staff.get(case.owner_id) if case.owner_id else None
    return owner is not None and owner.unit_id == decision.unit_id


async def _opened(desk: Desk, work: Work, booking: Booking, decision: Decision) -> Case:
    """A case from what was told when booking, so that the resident can follow what becomes of it."""
    told = await work.bookings.told(booking.id)
    reception = await work.receptions.get(booking.reception_id, desk.now())
    report = Report(
        statement=told.matter if told and told.matter else desk.texts.say("decisions.no_words"),
        contact_name=told.name if told else "",
        contact_phone=told.phone if told else "",
        dispute_type=booking.matter,
        area_code=reception.area_code if reception else None,
        person_count=booking.group_size,
    )
    case = await begin(desk, work, booking.person_id or desk.new_id(), report)
    case.decided(booking.id, decision, keeps=False)
    case.give(await owner_at(desk, work, decision.unit_id or case.unit_id))
    await keep(work, case, report, Contact(report.contact_name, report.contact_phone))
    return case


async def _unit(work: Work, name: str) -> str | None:
    """The unit that was named; None if none was. Refused: unknown_unit."""
    if not name.strip():
        return None
    found = named(name, (await work.places.organisation()).units)
    if found is None:
        raise Refused(Code.UNKNOWN_UNIT)
    return found.id


def _day(desk: Desk, text: str) -> datetime | None:
    """The end of the office's day on a date (2026-12-10, or a moment of that day). Refused: invalid."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()[: len("2026-12-10")])
    except ValueError as error:
        raise Refused(Code.INVALID, reason="invalid_decision_due") from error
    office = desk.policy.office
    return datetime.combine(day, office.closes, office.zone)
