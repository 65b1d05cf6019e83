"""Giving a case to whom the organisation's table says, and handing waiting cases over when somebody can be reached."""

from collections.abc import Sequence

from backend.domain.case import Case, State
from backend.domain.deadlines import DeadlineKind
from backend.domain.organisation import Choice, Organisation, choose
from backend.records.work import Work
from backend.services.desk import Desk


async def owner_for(desk: Desk, work: Work, organisation: Organisation, case: Case) -> Choice:
    """The unit and mediator who answer for the case today."""
    ladder = organisation.ladder(case.area_code, desk.policy.types[case.dispute_type].posts)
    people = await work.staff.mediators({unit.id for unit in ladder})
    weekday = desk.now().astimezone(desk.policy.office.zone).isoweekday()
    return choose(ladder, people, weekday, case.refusers)


async def owner_at(desk: Desk, work: Work, unit_id: str, refusers: Sequence[str] = ()) -> Choice:
    """Somebody of the unit that a leader told to act; where nobody can be reached, of the centre."""
    units = {unit.id: unit for unit in (await work.places.organisation()).units}
    ladder = tuple(units[one] for one in dict.fromkeys((unit_id, desk.policy.centre_unit)))
    people = await work.staff.mediators({unit.id for unit in ladder})
    return choose(ladder, people, desk.now().astimezone(desk.policy.office.zone).isoweekday(), refusers)


async def give_again(desk: Desk, work: Work, case: Case) -> None:
    """Find another owner for a case that has just lost its own; the caller saves it."""
    case.give(await _anew(desk, work, await work.places.around(case.area_code), case))


async def pass_over(desk: Desk, work: Work, case_id: str, staff_id: str) -> None:
    """A new owner could not be told: somebody else gets the case, each being passed over once.

    Where nobody else can be reached they keep it: it is in their list of tasks when they next look.
    """
    case = await work.cases.get(case_id, lock=True)
    if case is None or case.owner_id != staff_id or case.state is not State.ASSIGNED or staff_id in case.refusers:
        return
    case.pass_over(staff_id)
    choice = await _anew(desk, work, await work.places.around(case.area_code), case)
    if choice.staff_id is not None:
        case.give(choice)
        await work.save(case, desk.now())


async def hand_over_waiting(desk: Desk, work: Work) -> int:
    """Give every waiting case to somebody who can now be reached; how many that were."""
    organisation = await work.places.organisation()
    handed = 0
    for case_id in await work.cases.waiting():
        case = await work.cases.get(case_id, lock=True)
        if case is None or case.state is not State.WAITING:
            continue
        choice = await _anew(desk, work, organisation, case)
        if choice.staff_id is not None:
            case.give(choice)
            await work.save(case, desk.now())
            handed += 1
    return handed


async def _anew(desk: Desk, work: Work, organisation: Organisation, case: Case) -> Choice:
    """Another owner: of the unit that a leader told to act, else whom the organisation's table says."""
    if DeadlineKind.INSTRUCTED in case.deadlines:
        return await owner_at(desk, work, case.unit_id, case.refusers)
    return await owner_for(desk, work, organisation, case)
