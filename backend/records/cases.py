"""Cases, their deadlines, timeline and notes. What people said is sealed; the case itself holds nothing personal."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain import facts
from backend.domain.case import CLOSED, OPEN, Case, Result, State
from backend.domain.deadlines import Deadline, DeadlineKind
from backend.pii import Vault
from backend.records.statements import insert_or_update
from backend.records.tables import case_counts, case_events, cases, deadlines, notes

WAITING_BATCH = 200


@dataclass(frozen=True, slots=True)
class Contact:
    """How the resident is called and reached."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline; `note` is what somebody wrote with it, if it was not erased."""

    at: datetime
    kind: str
    data: Mapping[str, Any]
    note: str | None = field(default=None, repr=False)


class Cases:
    """The tables of cases."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def next_count(self, prefix: str, day: str) -> int:
        """The day's next running number; concurrent callers wait for each other."""
        values = {"prefix": prefix, "day": day, "last": 1}
        statement = insert_or_update(self._db, case_counts, values, {"last": case_counts.c.last + 1})
        return int((await self._db.execute(statement.returning(case_counts.c.last))).scalar_one())

    async def add(self, case: Case, words: Mapping[str, Any], contact: Contact, person_count: int | None) -> None:
        """Keep a new case with what the resident told."""
        values = {
            **_row(case),
            "id": case.id,
            "number": case.number,
            "person_id": case.person_id,
            "dispute_type": case.dispute_type,
            "area_code": case.area_code,
            "opened_at": case.opened_at,
            "person_count": person_count,
            "words_sealed": self._vault.seal(json.dumps(words, ensure_ascii=False), f"cases/words/{case.id}"),
            "contact_sealed": self._vault.seal(
                json.dumps({"name": contact.name, "phone": contact.phone}, ensure_ascii=False),
                f"cases/contact/{case.id}",
            ),
            "phone_index": self._vault.index("phone", contact.phone),
        }
        await self._db.execute(insert(cases).values(values))
        await self._db.execute(insert(deadlines), [_deadline_row(case.id, one) for one in case.deadlines.values()])

    async def save(self, case: Case, now: datetime, note_id: str | None = None) -> None:
        """Keep a changed case; its facts become lines of the timeline, the note goes with the first."""
        await self._db.execute(update(cases).where(cases.c.id == case.id).values(_row(case)))
        for one in (deadline for deadline in case.deadlines.values() if deadline.met_at is not None):
            mine = (deadlines.c.case_id == case.id) & (deadlines.c.kind == one.kind)
            await self._db.execute(update(deadlines).where(mine).values(met_at=one.met_at))
        await self._keep_instruction(case)
        lines = [_line(case.id, fact, now) for fact in case.facts]
        if lines:
            lines[0]["note_id"] = note_id
            await self._db.execute(insert(case_events), lines)

    async def _keep_instruction(self, case: Case) -> None:
        """A leader's deadline comes later than the others, and a new one takes the place of the old."""
        one = case.deadlines.get(DeadlineKind.INSTRUCTED)
        if one is not None:
            row = _deadline_row(case.id, one)
            await self._db.execute(insert_or_update(self._db, deadlines, row, row))

    async def add_note(self, note_id: str, case_id: str, kind: str, text: str, now: datetime) -> None:
        """Keep what somebody wrote, sealed."""
        sealed = self._vault.seal(text, f"notes/text/{note_id}")
        values = {"id": note_id, "case_id": case_id, "kind": kind, "text_sealed": sealed, "at": now}
        await self._db.execute(insert(notes).values(values))

    async def get(self, case_id: str, *, lock: bool = False) -> Case | None:
        """A case by id; `lock` holds others off until the transaction ends."""
        return await self._one(cases.c.id == case_id, lock=lock)

    async def by_number(self, number: str, *, lock: bool = False) -> Case | None:
        """A case by its number."""
        return await self._one(cases.c.number == number, lock=lock)

    async def of_person(self, person_id: str) -> list[Case]:
        """A resident's cases, the newest first."""
        return await self._all(cases.c.person_id == person_id)

    async def tasks_of(self, staff_id: str) -> list[Case]:
        """A mediator's open cases, the newest first."""
        return await self._all(cases.c.owner_id == staff_id, cases.c.state.in_(OPEN))

    async def waiting(self) -> list[str]:
        """The ids of cases nobody has yet, the oldest first."""
        query = select(cases.c.id).where(cases.c.state == State.WAITING).order_by(cases.c.opened_at)
        return list((await self._db.execute(query.limit(WAITING_BATCH))).scalars())

    async def count_by_state(self) -> dict[str, int]:
        """How many cases there are in each state."""
        query = select(cases.c.state, func.count()).group_by(cases.c.state)
        return {str(state): count for state, count in await self._db.execute(query)}

    async def words(self, case_id: str) -> dict[str, Any] | None:
        """What the resident told, None once erased."""
        sealed = await self._column(cases.c.words_sealed, case_id)
        return None if sealed is None else dict(json.loads(self._vault.open(sealed, f"cases/words/{case_id}")))

    async def contact(self, case_id: str) -> Contact | None:
        """How the resident is reached, None once erased."""
        sealed = await self._column(cases.c.contact_sealed, case_id)
        return None if sealed is None else Contact(**json.loads(self._vault.open(sealed, f"cases/contact/{case_id}")))

    async def timeline(self, case_id: str) -> list[Line]:
        """All lines, the oldest first."""
        query = (
            select(case_events, notes.c.text_sealed)
            .outerjoin(notes, notes.c.id == case_events.c.note_id)
            .where(case_events.c.case_id == case_id)
            .order_by(case_events.c.id)
        )
        return [Line(row.at, row.kind, row.data, self._note(row)) for row in await self._db.execute(query)]

    async def erase_words(self, case_ids: Iterable[str]) -> None:
        """Erase what people said and wrote in these cases; number, type, place and timeline stay."""
        chosen = tuple(case_ids)
        nothing = {"words_sealed": None, "contact_sealed": None, "phone_index": None}
        await self._db.execute(update(cases).where(cases.c.id.in_(chosen)).values(nothing))
        await self._db.execute(delete(notes).where(notes.c.case_id.in_(chosen)))

    async def closed_before(self, moment: datetime, limit: int) -> list[str]:
        """Ids of cases closed before then whose words are not yet erased."""
        old = cases.c.state.in_(CLOSED) & (cases.c.closed_at < moment) & cases.c.words_sealed.is_not(None)
        return list((await self._db.execute(select(cases.c.id).where(old).limit(limit))).scalars())

    def _note(self, row: Row[Any]) -> str | None:
        return None if row.text_sealed is None else self._vault.open(row.text_sealed, f"notes/text/{row.note_id}")

    async def _column(self, column: ColumnElement[Any], case_id: str) -> str | None:
        return (await self._db.execute(select(column).where(cases.c.id == case_id))).scalar_one_or_none()

    async def _one(self, condition: ColumnElement[bool], *, lock: bool) -> Case | None:
        query = select(cases).where(condition)
        row = (await self._db.execute(query.with_for_update() if lock else query)).first()
        return (await self._build([row]))[0] if row else None

    async def _all(self, *conditions: ColumnElement[bool]) -> list[Case]:
        query = select(cases).where(*conditions).order_by(cases.c.opened_at.desc(), cases.c.id)
        return await self._build((await self._db.execute(query)).all())

    async def _build(self, rows: Iterable[Row[Any]]) -> list[Case]:
        found = list(rows)
        query = select(deadlines).where(deadlines.c.case_id.in_([row.id for row in found]))
        due: dict[str, dict[DeadlineKind, Deadline]] = {}
        for row in await self._db.execute(query):
            kind = DeadlineKind(row.kind)
            due.setdefault(row.case_id, {})[kind] = Deadline(kind, row.due_at, row.rule, row.announced, row.met_at)
        return [_case(row, due.get(row.id, {})) for row in found]


def _case(row: Row[Any], due: Mapping[DeadlineKind, Deadline]) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        person_id=row.person_id,
        dispute_type=row.dispute_type,
        area_code=row.area_code,
        unit_id=row.unit_id,
        opened_at=row.opened_at,
        urgent=row.urgent,
        state=State(row.state),
        owner_id=row.owner_id,
        refusers=tuple(row.refusers),
        result=Result(row.result) if row.result else None,
        last_urged_at=row.last_urged_at,
        closed_at=row.closed_at,
        deadlines=due,
    )


def _row(case: Case) -> dict[str, Any]:
    return {
        "unit_id": case.unit_id,
        "owner_id": case.owner_id,
        "refusers": list(case.refusers),
        "state": str(case.state),
        "urgent": case.urgent,
        "result": case.result and str(case.result),
        "last_urged_at": case.last_urged_at,
        "closed_at": case.closed_at,
    }


def _line(case_id: str, fact: facts.Fact, now: datetime) -> dict[str, Any]:
    data = {name: value for name, value in facts.to_payload(fact).items() if name != "case_id"}
    return {"case_id": case_id, "at": now, "kind": type(fact).__name__, "data": data, "note_id": None}


def _deadline_row(case_id: str, one: Deadline) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "kind": str(one.kind),
        "due_at": one.due_at,
        "rule": one.rule,
        "announced": one.announced,
        "met_at": one.met_at,
    }
