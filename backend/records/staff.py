"""The people in the units, their binding codes and which WeChat account is theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.case import OPEN
from backend.domain.organisation import Mediator
from backend.pii import Vault
from backend.records.statements import insert_or_update
from backend.records.tables import binding_codes, cases, staff, units

MEDIATOR, RECEPTIONIST = "mediator", "receptionist"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of a unit, with what residents and colleagues may know."""

    id: str
    name: str
    role: str
    unit_id: str
    unit_name: str
    bound: bool


@dataclass(frozen=True, slots=True)
class BindingCode:
    """A one-time code as it is kept: only its keyed hash is stored."""

    staff_id: str
    expires_at: datetime
    used: bool


class Staff:
    """The tables of staff and binding codes."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._db = connection
        self._vault = vault

    async def by_openid(self, openid: str) -> StaffMember | None:
        """The active member bound to this openid."""
        return await self._one(staff.c.openid_index == self._vault.index("openid", openid))

    async def get(self, staff_id: str) -> StaffMember | None:
        """The active member with this id."""
        return await self._one(staff.c.id == staff_id)

    async def unbound(self) -> list[StaffMember]:
        """All active members whose account is not yet known, in the order of their ids."""
        return await self._all(staff.c.openid_index.is_(None))

    async def bound_of(self, unit_id: str) -> list[StaffMember]:
        """The members of a unit who can be reached."""
        return await self._all(staff.c.openid_index.is_not(None), staff.c.unit_id == unit_id)

    async def mediators(self, unit_ids: Iterable[str]) -> list[Mediator]:
        """The mediators of these units as the choice of an owner sees them; a receptionist owns no case."""
        load = (
            select(cases.c.owner_id, func.count().label("load"))
            .where(cases.c.state.in_(OPEN))
            .group_by(cases.c.owner_id)
            .subquery()
        )
        query = (
            select(staff.c.id, staff.c.unit_id, staff.c.openid_index, staff.c.duty_days, load.c.load)
            .outerjoin(load, load.c.owner_id == staff.c.id)
            .where(staff.c.unit_id.in_(tuple(unit_ids)), staff.c.active, staff.c.role == MEDIATOR)
        )
        return [
            Mediator(row.id, row.unit_id, row.openid_index is not None, tuple(row.duty_days), row.load or 0)
            for row in await self._db.execute(query)
        ]

    async def openid_of(self, staff_id: str) -> str | None:
        """Where to send to, None if not bound."""
        query = select(staff.c.openid_sealed).where(staff.c.id == staff_id)
        sealed = (await self._db.execute(query)).scalar_one_or_none()
        return None if sealed is None else self._vault.open(sealed, _openid_context(staff_id))

    async def bind(self, staff_id: str, openid: str, now: datetime) -> None:
        """Make this openid the member's account."""
        values = {
            "openid_index": self._vault.index("openid", openid),
            "openid_sealed": self._vault.seal(openid, _openid_context(staff_id)),
            "bound_at": now,
        }
        await self._db.execute(update(staff).where(staff.c.id == staff_id).values(values))

    async def unbind(self, staff_id: str) -> None:
        """Forget the member's account; the member stays."""
        values = {"openid_index": None, "openid_sealed": None, "bound_at": None}
        await self._db.execute(update(staff).where(staff.c.id == staff_id).values(values))

    async def put(self, staff_id: str, unit_id: str, name: str, duty_days: Iterable[int], role: str = MEDIATOR) -> None:
        """Add a member or correct unit, name, duty days and role; an account already bound stays."""
        change = {
            "unit_id": unit_id,
            "name_sealed": self._vault.seal(name, _name_context(staff_id)),
            "duty_days": list(duty_days),
            "role": role,
            "active": True,
        }
        await self._db.execute(insert_or_update(self._db, staff, {"id": staff_id, **change}, change))

    async def code(self, code: str) -> BindingCode | None:
        """The binding code somebody typed, locked, if it was ever given out."""
        query = select(binding_codes).where(binding_codes.c.code_index == self._code_index(code))
        row = (await self._db.execute(query.with_for_update())).first()
        return BindingCode(row.staff_id, row.expires_at, row.used_at is not None) if row else None

    async def add_code(self, code: str, staff_id: str, expires_at: datetime) -> bool:
        """Give out a code in place of the member's earlier unused ones; False if the code is taken."""
        if await self.code(code) is not None:
            return False
        unused = (binding_codes.c.staff_id == staff_id) & binding_codes.c.used_at.is_(None)
        await self._db.execute(delete(binding_codes).where(unused))
        values = {"code_index": self._code_index(code), "staff_id": staff_id, "expires_at": expires_at}
        await self._db.execute(insert(binding_codes).values(values))
        return True

    async def use_code(self, code: str, now: datetime) -> None:
        """A code works once."""
        mine = binding_codes.c.code_index == self._code_index(code)
        await self._db.execute(update(binding_codes).where(mine).values(used_at=now))

    def _code_index(self, code: str) -> str:
        return self._vault.index("binding_code", code)

    async def _one(self, *conditions: ColumnElement[bool]) -> StaffMember | None:
        found = await self._all(*conditions)
        return found[0] if found else None

    async def _all(self, *conditions: ColumnElement[bool]) -> list[StaffMember]:
        query = (
            select(staff, units.c.name.label("unit_name"))
            .join(units, units.c.id == staff.c.unit_id)
            .where(staff.c.active, *conditions)
            .order_by(staff.c.id)
        )
        return [
            StaffMember(
                row.id,
                self._vault.open(row.name_sealed, _name_context(row.id)),
                row.role,
                row.unit_id,
                row.unit_name,
                row.openid_index is not None,
            )
            for row in await self._db.execute(query)
        ]


def _openid_context(staff_id: str) -> str:
    return f"staff/openid/{staff_id}"


def _name_context(staff_id: str) -> str:
    return f"staff/name/{staff_id}"
