"""What a delivery says, in each of the forms it can take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from backend.domain.case import Case, State
from backend.domain.policy import Form
from backend.records.work import Work
from backend.services import telling
from backend.services.desk import Desk
from backend.services.reaction import NEW_TASK, STAFF
from backend.services.reception import notices

TEXT_BYTES_MAX = 2000
_TRUE_WHILE = {"case_accepted": State.ACCEPTED, "case_contacted": State.IN_PROGRESS}
"""These say what comes next, so they are told only while it does: what has come since has a notice of its own."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery ready to go: to whom, and the words for its sentences."""

    openid: str = field(repr=False)
    text: str = field(repr=False)
    forms: Mapping[str, Form]
    words: Mapping[str, str] = field(repr=False)

    def fields(self, channel: str) -> dict[str, str]:
        """The fields of a template or subscription message."""
        return {name: value.format_map(self.words) for name, value in self.forms[channel].fields.items()}


async def write_letter(desk: Desk, work: Work, row: Row[Any]) -> Letter | None:
    """The letter for a delivery; None if nobody can be reached, or if it is not true any more."""
    finder = work.staff if row.audience == STAFF else work.people
    openid = await finder.openid_of(row.recipient_id)
    words = await _words(desk, work, row)
    if openid is None or words is None:
        return None
    notice = desk.policy.notices[row.notice]
    forms = {"template": notice.template, "subscription": notice.subscription}
    lines = [line for line in notice.text.format_map(words).splitlines() if line.strip()]
    text = cut("\n".join(lines), TEXT_BYTES_MAX)
    return Letter(openid, text, {name: form for name, form in forms.items() if form}, words)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` bytes of UTF-8, never through a character."""
    return text if len(text.encode()) <= limit else text.encode()[: limit - 3].decode(errors="ignore") + "…"


async def _words(desk: Desk, work: Work, row: Row[Any]) -> Mapping[str, str] | None:
    told = await notices.words(desk, work, row.notice, row.about) if row.about else {}
    case = await work.cases.get(row.case_id) if row.case_id else None
    if case is not None and _is_over(case, row):
        return None
    now_time = {"now_time": desk.texts.moment("form", desk.now())}
    if told is None or case is None:
        return None if told is None else {**now_time, **told}
    words = telling.words(desk, await telling.scene_of(desk, work, case))
    return {**words, "note": await telling.last_note(work, case), **told}


def _is_over(case: Case, row: Row[Any]) -> bool:
    """Whether the case has gone on: its task is somebody else's by now, or the next step has been done."""
    if row.notice in NEW_TASK:
        return bool(case.owner_id != row.recipient_id)
    return case.state is not _TRUE_WHILE.get(row.notice, case.state)
