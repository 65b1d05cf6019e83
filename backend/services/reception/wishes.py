"""What somebody who wants to see a leader has told, checked: who they are, about what, who comes."""

from dataclasses import dataclass, field

from backend.domain import numbers, phones
from backend.domain.case import Case
from backend.domain.reception.booking import Party
from backend.domain.reception.limits import OTHER, Bounds, Made, Wish
from backend.domain.refusal import Code, Refused
from backend.records.bookings import Told
from backend.records.cases import Contact
from backend.records.people import Person
from backend.records.seats import SlotToBook
from backend.records.waiting import Wanted
from backend.records.work import Work
from backend.services.desk import Desk


@dataclass(frozen=True, slots=True)
class About:
    """What a visit is about: a case of the person's own, or a type of dispute."""

    case_number: str = ""
    dispute_type: str = OTHER


@dataclass(frozen=True, slots=True)
class Form:
    """What the person filled in."""

    about: About = About()
    matter: str = field(default="", repr=False)
    contact: Contact = field(default=Contact("", ""), repr=False)
    on_behalf_of: str = field(default="", repr=False)
    party: Party = Party()  # noqa: RUF009 - it is frozen


async def consenting(work: Work, openid: str) -> Person:
    """The person, locked: what they do is done one after the other. Refused: consent_missing."""
    person = await work.people.find(openid, lock=True)
    if person is None or person.consent_version is None:
        raise Refused(Code.CONSENT_MISSING)
    return person


async def subject(desk: Desk, work: Work, person: Person, about: About) -> tuple[str, Case | None]:
    """Type of dispute and case. A type the place does not mediate is no hindrance. Refused: invalid."""
    case = await _own_case(work, person, about.case_number)
    if case is not None:
        return case.dispute_type, case
    return about.dispute_type if about.dispute_type in desk.policy.types else OTHER, None


async def wanted(desk: Desk, work: Work, person: Person, form: Form) -> Wanted:
    """The form, checked; what a case knows need not be told again. Refused: invalid, too_many_companions."""
    rules = desk.policy.reception
    form.party.check(rules.companions_max, rules.group.begins, rules.group.representatives)
    matter, case = await subject(desk, work, person, form.about)
    if not form.matter and case is None:
        raise Refused(Code.INVALID, reason="invalid_matter")
    known = await work.cases.contact(case.id) if case else None
    name = form.contact.name or (known.name if known else "")
    phone = phones.tidy(form.contact.phone or (known.phone if known else ""))
    if not name:
        raise Refused(Code.INVALID, reason="invalid_contact")
    if phone is None:
        raise Refused(Code.INVALID, reason="invalid_phone")
    told = Told(form.matter, name, phone, form.on_behalf_of)
    return Wanted(matter, form.party, told, case.id if case else None)


def check_limits(desk: Desk, made: list[Made], slot: SlotToBook, matter: str, case_id: str | None) -> None:
    """Refused: suspended, matter_booked, too_many_bookings."""
    rules = desk.policy.reception
    bounds = Bounds(rules.limits, rules.no_show, desk.policy.office.zone)
    bounds.check(made, Wish(matter, case_id, slot.starts_at), desk.now())


async def _own_case(work: Work, person: Person, number: str) -> Case | None:
    if not number:
        return None
    tidy = numbers.tidy(number)
    case = await work.cases.by_number(tidy) if tidy else None
    if case is None or case.person_id != person.id:
        raise Refused(Code.INVALID, reason="case_not_found")
    return case
