"""Binding a mediator's WeChat account by a one-time code, and giving codes out."""

import unicodedata

from backend.domain.facts import StaffBound
from backend.domain.refusal import Code, Refused
from backend.records.staff import StaffMember
from backend.records.work import Work
from backend.services.assignment import hand_over_waiting
from backend.services.desk import Answer, Desk

BIND = "bind"
CODES = 1_000_000


async def bind(desk: Desk, work: Work, openid: str, code: str) -> Answer:
    """Make this account the member's own, and give it the cases that waited for somebody like them.

    Refused: already_bound, too_many_attempts, code_invalid, code_expired.
    """
    limits, now = desk.policy.limits, desk.now()
    if await work.staff.by_openid(openid) is not None:
        raise Refused(Code.ALREADY_BOUND)
    if await work.attempts.count(openid, BIND, now, limits.attempts_window) >= limits.bind_attempts:
        raise Refused(Code.TOO_MANY_ATTEMPTS)
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    known = await work.staff.code(digits)
    if known is None or known.used or known.expires_at <= now:
        await work.attempts.add(openid, BIND)
        expired = known is not None and not known.used
        raise Refused(Code.CODE_EXPIRED if expired else Code.CODE_INVALID)
    member = await work.staff.get(known.staff_id)
    if member is None:
        raise Refused(Code.CODE_INVALID)
    await work.staff.use_code(digits, now)
    await work.staff.bind(known.staff_id, openid, now)
    await work.tell([StaffBound(known.staff_id)], now)
    await hand_over_waiting(desk, work)
    return Answer("done", {"staff_name": member.name, "staff_unit": member.unit_name, "role": member.role})


async def new_code(desk: Desk, work: Work, staff_id: str) -> tuple[StaffMember, str] | None:
    """A fresh six-digit code for a member, in place of earlier unused ones; None if there is no such member."""
    member = await work.staff.get(staff_id)
    if member is None:
        return None
    expires_at = desk.now() + desk.policy.limits.binding_code_life
    while True:
        code = f"{desk.draw(CODES):06d}"
        if await work.staff.add_code(code, staff_id, expires_at):
            return member, code
