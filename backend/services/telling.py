"""How a case is told: to its resident, and to the mediator who works on it. All words come from the place's texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.domain.case import Case, State
from backend.domain.deadlines import Deadline, DeadlineKind
from backend.domain.organisation import Organisation
from backend.records.cases import Line
from backend.records.places import Office
from backend.records.staff import StaffMember
from backend.records.work import Work
from backend.services.desk import Desk

MATERIALS_SHOWN = 5
DETAILS = ("place", "other_party", "since_when", "handled_by", "wish", "person_count")


@dataclass(frozen=True, slots=True)
class Scene:
    """A case with the names that belong to it."""

    case: Case
    office: Office
    owner: StaffMember | None
    place: str


async def scene_of(desk: Desk, work: Work, case: Case) -> Scene:
    """Look up the names for a case."""
    organisation = await work.places.around(case.area_code)
    owner = await work.staff.get(case.owner_id) if case.owner_id else None
    return Scene(case, await work.places.office(case.unit_id), owner, place_name(desk, organisation, case))


def place_name(desk: Desk, organisation: Organisation, case: Case) -> str:
    """Where it is, as far as it is known."""
    return organisation.full_name(case.area_code) if case.area_code else desk.texts.say("case.no_place")


def due_text(desk: Desk, deadline: Deadline | None) -> str:
    """A deadline in words; by the minute where it does not end with the office's day."""
    if deadline is None:
        return ""
    local = deadline.due_at.astimezone(desk.policy.office.zone)
    to_the_minute = local.time() != desk.policy.office.closes
    return desk.texts.due(deadline.due_at, announced=deadline.announced, to_the_minute=to_the_minute)


def due_of(desk: Desk, case: Case, kind: DeadlineKind) -> str:
    """One of the case's deadlines in words."""
    return due_text(desk, case.deadlines.get(kind))


def words(desk: Desk, scene: Scene) -> dict[str, str]:
    """All that a sentence about a case may mention without being personal."""
    case, texts = scene.case, desk.texts
    deadline = case.next_deadline()
    due_at = deadline.due_at if deadline else case.closed_at or desk.now()
    return {
        "case_number": case.number,
        "type_title": desk.policy.types[case.dispute_type].title,
        "place": scene.place,
        "status": texts.say(f"states.{case.state}"),
        "status_short": texts.say(f"states_short.{case.state}"),
        "unit_name": scene.office.name,
        "staff_name": scene.owner.name if scene.owner else "",
        "due": due_text(desk, deadline),
        "due_time": texts.moment("form", due_at),
        "now_time": texts.moment("form", desk.now()),
        "urgent": texts.say("task.urgent") if case.urgent else "",
        "result": texts.say(f"results.{case.result}") if case.result else "",
        "after": texts.say(f"after_result.{case.result}") if case.result else "",
    }


def choice(desk: Desk, case: Case) -> dict[str, str]:
    """A case as a button for its resident."""
    parts = desk.texts.parts(case.opened_at)
    title = desk.policy.types[case.dispute_type].title
    return {
        "title": desk.texts.say("case.choice", type_title=title, **parts),
        "payload": f"/SetSlots(case_number={case.number})",
    }


def task_choice(desk: Desk, organisation: Organisation, case: Case) -> dict[str, str]:
    """A case as a button for its mediator."""
    title = desk.texts.say(
        "task.choice",
        status_short=desk.texts.say(f"states_short.{case.state}"),
        type_title=desk.policy.types[case.dispute_type].title,
        place=place_name(desk, organisation, case),
    )
    return {"title": title, "payload": f"/SetSlots(case_number={case.number})"}


async def told_to_resident(desk: Desk, work: Work, case: Case) -> dict[str, str]:
    """The slots that show a case to its resident."""
    scene = await scene_of(desk, work, case)
    lines = [await _line(desk, work, line) for line in await work.cases.timeline(case.id)]
    return {
        "case_title": desk.texts.say("case.title", **words(desk, scene)),
        "case_status": desk.texts.say(f"states.{case.state}"),
        "unit_name": scene.office.name,
        "unit_phone": scene.office.phone,
        "timeline_text": "\n".join(filter(None, (*lines, _now_line(desk, case), _due_line(desk, case)))),
    }


async def told_to_mediator(desk: Desk, work: Work, case: Case) -> str:
    """The whole task as one text: what happened, who to call, by when, and how to answer."""
    scene = await scene_of(desk, work, case)
    contact = await work.cases.contact(case.id)
    text = desk.texts.say(
        "task.text",
        **words(desk, scene),
        story=await story_of(desk, work, case),
        contact_name=contact.name if contact else "",
        contact_phone=contact.phone if contact else "",
        how_to_answer=_how_to_answer(desk, case.state),
    )
    return _without_gaps(text)


async def story_of(desk: Desk, work: Work, case: Case) -> str:
    """What happened, as it was told: the resident's own words, the answers, what was sent and decided since."""
    said = await work.cases.words(case.id) or {"statement": desk.texts.say("task.erased")}
    materials = await _materials(desk, work, case)
    text = desk.texts.say("task.story", statement=said["statement"], details=_details(desk, said), materials=materials)
    return _without_gaps(text)


async def last_note(work: Work, case: Case) -> str:
    """What the mediator wrote for the resident when closing the case, "" before."""
    written = [line.note for line in await work.cases.timeline(case.id) if line.kind == "CaseResolved" and line.note]
    return written[-1] if written else ""


def _without_gaps(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())


def _details(desk: Desk, said: Mapping[str, Any]) -> str:
    return "\n".join(
        desk.texts.say(f"task.details.{name}", value=said[name]) for name in DETAILS if said.get(name) not in (None, "")
    )


async def _materials(desk: Desk, work: Work, case: Case) -> str:
    lines: Sequence[Line] = await work.cases.timeline(case.id)
    added = [line.note for line in lines if line.kind == "MaterialAdded" and line.note]
    told = [await _decided(desk, work, line) for line in lines if line.kind == "ReceptionDecided"]
    told += [desk.texts.say("task.material", value=note) for note in added[-MATERIALS_SHOWN:]]
    count = await work.attachments.count_of(case.id)
    if count:
        told.append(desk.texts.say("task.attachments", count=count))
    return "\n".join(told)


def _how_to_answer(desk: Desk, state: State) -> str:
    known = state in (State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS)
    return desk.texts.say(f"task.how_to_answer.{state if known else 'other'}")


def _now_line(desk: Desk, case: Case) -> str:
    return desk.texts.say("case.now", status=desk.texts.say(f"states.{case.state}"))


def _due_line(desk: Desk, case: Case) -> str:
    deadline = case.next_deadline()
    if deadline is None:
        return ""
    return desk.texts.say(f"case.due_lines.{deadline.kind}", due=due_text(desk, deadline))


async def _decided(desk: Desk, work: Work, line: Line) -> str:
    unit = await work.places.office(line.data["unit_id"]) if line.data.get("unit_id") else None
    decision = _decision(desk, line, unit.name if unit else "")
    return desk.texts.say("task.decided", decision=decision, note=f"。{line.note}" if line.note else "")


async def _line(desk: Desk, work: Work, line: Line) -> str:
    who = await work.staff.get(line.data["staff_id"]) if "staff_id" in line.data else None
    unit = await work.places.office(line.data["unit_id"]) if line.data.get("unit_id") else None
    sentence = desk.texts.say(
        f"timeline.{line.kind}",
        staff_name=who.name if who else desk.texts.say("case.somebody"),
        unit_name=unit.name if unit else "",
        result=desk.texts.say(f"results.{line.data['result']}") if "result" in line.data else "",
        decision=_decision(desk, line, unit.name if unit else ""),
        note=f"。{line.note}" if line.note else "",
    )
    return f"{desk.texts.moment('line', line.at)} {sentence}"


def _decision(desk: Desk, line: Line, unit_name: str) -> str:
    """What a leader decided, in the words of the timeline; "" on every other line."""
    if "decision" not in line.data:
        return ""
    due_at = line.data.get("due_at")
    due = desk.texts.due(datetime.fromisoformat(due_at)) if due_at else ""
    return desk.texts.say(f"decisions.line.{line.data['decision']}", unit_name=unit_name, due=due)
