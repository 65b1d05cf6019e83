"""What a resident does with cases: hand one in, follow it, add to it, urge it, take it back."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.domain import numbers, phones
from backend.domain.case import Case
from backend.domain.deadlines import DeadlineKind, deadlines_for
from backend.domain.refusal import Code, Refused
from backend.records.cases import Contact
from backend.records.people import Person
from backend.records.work import Work
from backend.services import telling
from backend.services.assignment import owner_for
from backend.services.desk import Answer, Desk

FIND = "find"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """What a resident handed in."""

    statement: str = field(repr=False)
    contact_name: str = field(repr=False)
    contact_phone: str = field(repr=False)
    dispute_type: str = OTHER
    area_code: str | None = None
    person_count: int | None = None
    urgent: bool = False
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)
    attachments: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Material:
    """What a resident adds later."""

    text: str = field(default="", repr=False)
    attachments: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


async def submit(desk: Desk, work: Work, openid: str, report: Report) -> Answer:
    """Take a case in and give it to its owner. Refused: invalid, consent_missing, too_many_cases."""
    contact = Contact(report.contact_name, _phone(report.contact_phone))
    if report.dispute_type not in desk.policy.types:
        raise Refused(Code.INVALID, reason="invalid_type")
    person = await _consenting(desk, work, openid)
    case = await _open(desk, work, person, report)
    await keep(work, case, report, contact)
    for attachment in report.attachments:
        await work.attachments.add(desk.new_id(), case.id, attachment, case.opened_at)
    await work.save(case, case.opened_at)
    return await _submitted(desk, work, case)


async def begin(desk: Desk, work: Work, person_id: str, report: Report) -> Case:
    """A new case, not yet given to anybody nor kept. A place nobody knows is the centre's."""
    now, policy = desk.now(), desk.policy
    organisation = await work.places.around(report.area_code)
    rule = policy.timetable.rule_for(report.dispute_type, urgent=report.urgent)
    return Case(
        id=desk.new_id(),
        number=await _number(desk, work, now),
        person_id=person_id,
        dispute_type=report.dispute_type,
        area_code=report.area_code if report.area_code in organisation.areas else None,
        unit_id="",
        opened_at=now,
        urgent=report.urgent,
        deadlines=deadlines_for(policy.timetable, rule, now, desk.calendar, policy.office),
    )


async def keep(work: Work, case: Case, report: Report, contact: Contact) -> None:
    """Keep a new case with what was told; its facts are still to be saved."""
    words = {"statement": report.statement, **report.details, "person_count": report.person_count}
    await work.cases.add(case, words, contact, report.person_count)


async def list_mine(desk: Desk, work: Work, openid: str) -> Answer:
    """The resident's cases, open ones first: some, one or none."""
    person = await work.people.find(openid)
    found = await work.cases.of_person(person.id) if person else []
    found.sort(key=lambda case: not case.is_open)
    if not found:
        return Answer("none")
    if len(found) == 1:
        return Answer("one", {"case_number": found[0].number, "case_choices": [telling.choice(desk, found[0])]})
    return Answer("some", {"case_choices": [telling.choice(desk, case) for case in found]})


async def show(desk: Desk, work: Work, openid: str, number: str) -> Answer:
    """One of the resident's own cases. Refused: case_not_found."""
    return Answer("found", await telling.told_to_resident(desk, work, await _own(work, openid, number)))


async def find(desk: Desk, work: Work, openid: str, number: str, last_four: str) -> Answer:
    """Anybody's case by its number and the phone's last four digits; wrong tries are counted by person.

    A wrong number and a wrong phone get the same answer. Refused: case_not_found, too_many_attempts.
    """
    limits = desk.policy.limits
    if await work.attempts.count(openid, FIND, desk.now(), limits.attempts_window) >= limits.find_attempts:
        raise Refused(Code.TOO_MANY_ATTEMPTS)
    tidy = numbers.tidy(number)
    case = await work.cases.by_number(tidy) if tidy else None
    contact = await work.cases.contact(case.id) if case else None
    known = contact.phone[-4:] if contact else ""
    if case is None or not hmac.compare_digest(known, phones.last_four(last_four) or "-"):
        await work.attempts.add(openid, FIND)
        raise Refused(Code.CASE_NOT_FOUND)
    return Answer("found", await telling.told_to_resident(desk, work, case))


async def add_material(desk: Desk, work: Work, openid: str, number: str, material: Material) -> Answer:
    """Words or pictures for an open case. Refused: invalid, case_not_found, case_closed."""
    if not material.text and not material.attachments:
        raise Refused(Code.INVALID)
    case = await _own(work, openid, number, lock=True)
    case.add_material()
    now = desk.now()
    note_id = await _note(desk, work, case, "material", material.text)
    for attachment in material.attachments:
        await work.attachments.add(desk.new_id(), case.id, attachment, now)
    await work.save(case, now, note_id)
    return Answer("done")


async def urge(desk: Desk, work: Work, openid: str, number: str) -> Answer:
    """Ask for more speed. Refused: case_not_found, case_closed, urged_recently (with next_urge_text)."""
    case = await _own(work, openid, number, lock=True)
    now, pause = desk.now(), desk.policy.limits.urge_pause
    before = case.last_urged_at
    try:
        case.urge(now, pause)
    except Refused as refusal:
        if refusal.code is not Code.URGED_RECENTLY or before is None:
            raise
        slots = {"next_urge_text": desk.texts.moment("from", before + pause), **_due(desk, case)}
        raise Refused(Code.URGED_RECENTLY, slots=slots) from refusal
    await work.save(case, now)
    return Answer("done", {**_due(desk, case), "next_urge_text": desk.texts.moment("from", now + pause)})


async def withdraw(desk: Desk, work: Work, openid: str, number: str, reason: str) -> Answer:
    """Take a case back. Refused: case_not_found, case_closed."""
    case = await _own(work, openid, number, lock=True)
    case.withdraw(desk.now())
    await work.save(case, desk.now(), await _note(desk, work, case, "withdraw", reason))
    return Answer("done")


async def _consenting(desk: Desk, work: Work, openid: str) -> Person:
    person = await work.people.find(openid, lock=True)
    if person is None or person.consent_version is None:
        raise Refused(Code.CONSENT_MISSING)
    mine = await work.cases.of_person(person.id)
    today = desk.now().astimezone(desk.policy.office.zone).date()
    handed_in_today = [case for case in mine if case.opened_at.astimezone(desk.policy.office.zone).date() == today]
    limits = desk.policy.limits
    if sum(case.is_open for case in mine) >= limits.open_cases or len(handed_in_today) >= limits.cases_a_day:
        raise Refused(Code.TOO_MANY_CASES)
    return person


async def _open(desk: Desk, work: Work, person: Person, report: Report) -> Case:
    """The new case, already given to its owner: no case is turned away because nobody knows its place."""
    case = await begin(desk, work, person.id, report)
    case.submit(await owner_for(desk, work, await work.places.around(report.area_code), case))
    return case


async def _number(desk: Desk, work: Work, now: datetime) -> str:
    day = now.astimezone(desk.policy.office.zone).date()
    while True:
        count = await work.cases.next_count(desk.policy.prefix, f"{day:%Y%m%d}")
        number = numbers.compose(desk.policy.prefix, day, count)
        if number is not None:
            return number


async def _submitted(desk: Desk, work: Work, case: Case) -> Answer:
    scene = await telling.scene_of(desk, work, case)
    way = "assigned" if scene.owner else "waiting"
    slots = {
        "case_number": case.number,
        "unit_name": scene.office.name,
        "unit_phone": scene.office.phone,
        "next_step": desk.texts.say(f"next_step.{way}", **telling.words(desk, scene)),
        "due_text": telling.due_of(desk, case, DeadlineKind.FIRST_CONTACT),
    }
    return Answer("done", slots)


async def _own(work: Work, openid: str, number: str, *, lock: bool = False) -> Case:
    person = await work.people.find(openid)
    tidy = numbers.tidy(number)
    case = await work.cases.by_number(tidy, lock=lock) if person and tidy else None
    if case is None or person is None or case.person_id != person.id:
        raise Refused(Code.CASE_NOT_FOUND)
    return case


async def _note(desk: Desk, work: Work, case: Case, kind: str, text: str) -> str | None:
    if not text:
        return None
    note_id = desk.new_id()
    await work.cases.add_note(note_id, case.id, kind, text, desk.now())
    return note_id


def _due(desk: Desk, case: Case) -> dict[str, str]:
    return {"due_text": telling.due_text(desk, case.next_deadline())}


def _phone(text: str) -> str:
    phone = phones.tidy(text)
    if phone is None:
        raise Refused(Code.INVALID, reason="invalid_phone")
    return phone
