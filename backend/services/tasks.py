"""What a mediator does with the cases that are theirs."""

from dataclasses import dataclass, field
from datetime import datetime

from backend.domain import numbers
from backend.domain.case import Case, Result
from backend.domain.deadlines import DeadlineKind
from backend.domain.refusal import Code, Refused
from backend.records.staff import StaffMember
from backend.records.work import Work
from backend.services import telling
from backend.services.assignment import give_again
from backend.services.desk import Answer, Desk


@dataclass(frozen=True, slots=True)
class Ending:
    """How a mediation ended, in the mediator's words."""

    result: Result
    note: str = field(default="", repr=False)


async def list_mine(desk: Desk, work: Work, openid: str) -> Answer:
    """The mediator's open cases: some, one or none. Refused: not_bound."""
    member = await _member(work, openid)
    found = await work.cases.tasks_of(member.id)
    if not found:
        return Answer("none")
    organisation = await work.places.organisation()
    choices = [telling.task_choice(desk, organisation, case) for case in found]
    if len(found) > 1:
        return Answer("some", {"task_choices": choices})
    text = await telling.told_to_mediator(desk, work, found[0])
    return Answer("one", {"task_choices": choices, "case_number": found[0].number, "task_text": text})


async def show(desk: Desk, work: Work, openid: str, number: str) -> Answer:
    """A case of the mediator's own or of the unit. Refused: not_bound, case_not_found."""
    member = await _member(work, openid)
    case = await _case(work, number, lock=False)
    if case.owner_id != member.id and case.unit_id != member.unit_id:
        raise Refused(Code.CASE_NOT_FOUND)
    return Answer("found", {"task_text": await telling.told_to_mediator(desk, work, case)})


async def accept(desk: Desk, work: Work, openid: str, number: str) -> Answer:
    """Take a case on, and hear what it is about and whom to call.

    Refused: not_bound, case_not_found, not_your_case, already_accepted, case_closed.
    """
    member = await _member(work, openid)
    case = await _case(work, number)
    case.accept(member.id, desk.now())
    await work.save(case, desk.now())
    contact = await work.cases.contact(case.id)
    line = desk.texts.say(
        "task.contact_line",
        contact_name=contact.name if contact else "",
        contact_phone=contact.phone if contact else "",
    )
    due = telling.due_of(desk, case, DeadlineKind.FIRST_CONTACT)
    story = await telling.story_of(desk, work, case)
    return Answer("done", {"contact_line": line, "story_text": story, "due_text": due})


async def refuse(desk: Desk, work: Work, openid: str, number: str, reason: str) -> Answer:
    """Pass a case on to somebody else. Refused: not_bound, case_not_found, not_your_case, case_closed."""
    member = await _member(work, openid)
    case = await _case(work, number)
    case.refuse(member.id)
    await give_again(desk, work, case)
    await _save_with_note(desk, work, case, "refuse", reason)
    scene = await telling.scene_of(desk, work, case)
    way = "staff" if scene.owner else "unit"
    return Answer("done", {"new_owner_text": desk.texts.say(f"new_owner.{way}", **telling.words(desk, scene))})


async def log_contact(desk: Desk, work: Work, openid: str, number: str, note: str) -> Answer:
    """Write a contact down. Refused: not_bound, case_not_found, not_your_case, case_closed."""
    member = await _member(work, openid)
    case = await _case(work, number)
    case.log_contact(member.id, desk.now())
    await _save_with_note(desk, work, case, "contact", note)
    return Answer("done", {"due_text": telling.due_of(desk, case, DeadlineKind.RESOLVE)})


async def resolve(desk: Desk, work: Work, openid: str, number: str, ending: Ending) -> Answer:
    """Close a case. Refused: not_bound, case_not_found, not_your_case, case_closed."""
    member = await _member(work, openid)
    case = await _case(work, number)
    case.resolve(member.id, ending.result, desk.now())
    await _save_with_note(desk, work, case, "resolve", ending.note)
    return Answer("done")


async def _member(work: Work, openid: str) -> StaffMember:
    member = await work.staff.by_openid(openid)
    if member is None:
        raise Refused(Code.NOT_BOUND)
    return member


async def _case(work: Work, number: str, *, lock: bool = True) -> Case:
    tidy = numbers.tidy(number)
    case = await work.cases.by_number(tidy, lock=lock) if tidy else None
    if case is None:
        raise Refused(Code.CASE_NOT_FOUND)
    return case


async def _save_with_note(desk: Desk, work: Work, case: Case, kind: str, text: str) -> None:
    now: datetime = desk.now()
    note_id = desk.new_id() if text else None
    if note_id:
        await work.cases.add_note(note_id, case.id, kind, text, now)
    await work.save(case, now, note_id)
