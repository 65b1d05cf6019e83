"""Consent, the wish for a person to talk to, and being forgotten.

Leaving the account (unsubscribe) deletes at once: the link to the WeChat identity, consent, counters, stored answers,
notices not yet sent, and everything said in cases that are closed. What was said in a case that mediators are still
working on is kept until it is closed: it is needed for what the person asked for and for the duty to finish it (PIPL
art. 13, 47), and only those who handle it see it. When it closes it is erased at once, without the ordinary retention
time. Seats held, booked or waited for are free for others at once. Type, place, dates and the sequence of events stay
as statistics that lead to nobody.
"""

from backend.domain.facts import ConsentGiven, ConsentWithdrawn, HandoverRequested, PersonForgotten
from backend.domain.reception.booking import Reason
from backend.records.work import Work
from backend.services.assignment import give_again
from backend.services.desk import Answer, Desk
from backend.services.reception.leaving import let_go


async def record_consent(desk: Desk, work: Work, openid: str, version: str) -> Answer:
    """The resident agrees to the handling of personal data as told in this version of the text."""
    now = desk.now()
    person = await work.people.ensure(openid, desk.new_id(), now)
    if person.consent_version != version:
        await work.people.set_consent(person.id, version, now)
        await work.tell([ConsentGiven(person.id)], now)
    return Answer("done", {"consent": True})


async def withdraw_consent(desk: Desk, work: Work, openid: str) -> Answer:
    """The resident takes the agreement back; open cases must be withdrawn or closed first (open_cases)."""
    now = desk.now()
    person = await work.people.find(openid, lock=True)
    if person is None or person.consent_version is None:
        return Answer("done", {"consent": False})
    mine = await work.cases.of_person(person.id)
    if any(case.is_open for case in mine):
        return Answer("open_cases")
    await work.people.set_consent(person.id, None, now)
    await _erase(desk, work, [case.id for case in mine])
    await let_go(desk, work, person, Reason.CONSENT_WITHDRAWN)
    await work.tell([ConsentWithdrawn(person.id)], now)
    return Answer("done", {"consent": False})


async def request_human(desk: Desk, work: Work, openid: str) -> Answer:
    """The resident wants a person to talk to: the centre is told."""
    now = desk.now()
    person = await work.people.ensure(openid, desk.new_id(), now)
    await work.add_handover(desk.new_id(), person.id, now)
    await work.tell([HandoverRequested(person.id)], now)
    centre = await work.places.office(desk.policy.centre_unit)
    return Answer("done", {"centre_phone": centre.phone, "centre_hours": centre.hours})


async def forget(desk: Desk, work: Work, openid: str) -> Answer:
    """Somebody left the account: see this file's head for what is erased and what is kept until when."""
    now = desk.now()
    await work.answers.forget(openid)
    await work.attempts.forget(openid)
    await _forget_member(desk, work, openid)
    person = await work.people.find(openid, lock=True)
    if person is None:
        return Answer("done")
    mine = await work.cases.of_person(person.id)
    await _erase(desk, work, [case.id for case in mine if not case.is_open])
    await let_go(desk, work, person, Reason.FORGOTTEN)
    await work.deliveries.cancel_for(person.id, now)
    await work.people.forget(person.id)
    await work.tell([PersonForgotten(person.id)], now)
    return Answer("done")


async def erase_if_forgotten(desk: Desk, work: Work, case_id: str) -> None:
    """Erase what was said in a closed case whose resident has left."""
    case = await work.cases.get(case_id, lock=True)
    if case is not None and not case.is_open and await work.people.openid_of(case.person_id) is None:
        await _erase(desk, work, [case_id])


async def _forget_member(desk: Desk, work: Work, openid: str) -> None:
    """A mediator who left the account cannot be reached: the cases go to somebody who can."""
    member = await work.staff.by_openid(openid)
    if member is None:
        return
    await work.staff.unbind(member.id)
    await work.deliveries.cancel_for(member.id, desk.now())
    for task in await work.cases.tasks_of(member.id):
        case = await work.cases.get(task.id, lock=True)
        if case is not None and case.is_open and case.owner_id == member.id:
            await give_again(desk, work, case)
            await work.save(case, desk.now())


async def _erase(desk: Desk, work: Work, case_ids: list[str]) -> None:
    await work.cases.erase_words(case_ids)
    await work.attachments.erase(case_ids, desk.now())
