"""The month's figures as they are reported: in all, by level, by leader; as answer, as CSV and as a workbook."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from backend.domain.reception.decisions import DecisionKind
from backend.domain.reception.sessions import Leader, Reception, Shown
from backend.domain.reception.statistics import Figures, Report, Sitting, count
from backend.domain.refusal import Code, Refused
from backend.records.work import Work
from backend.services.desk import Answer, Desk
from backend.services.reception.desk import receptionist

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
BOM = "\ufeff"
"""So that Excel reads a CSV file as UTF-8."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with: a spreadsheet would compute it."""
_WIDTHS = (8, 26)
"""Widths of the first columns of the workbook, in characters; the others are as wide as their heads."""

Cell = str | int | Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """The report as a table: a title, heads, and rows of words and numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


async def show(desk: Desk, work: Work, openid: str, month: str) -> Answer:
    """The figures of a month (2026-11) for the desk. Refused: not_allowed, invalid."""
    await receptionist(work, openid)
    if not MONTH.fullmatch(month):
        raise Refused(Code.INVALID, reason="invalid_month")
    report, leaders = await _count(desk, work, month)
    lines = [
        {"scope": scope, "name": name, **_plain(figures)} for scope, name, figures in _lines(desk, report, leaders)
    ]
    return Answer("found", {"month": month, "figures": lines})


async def sheet(desk: Desk, work: Work, month: str) -> Sheet:
    """The figures of a month as a table. Refused: invalid."""
    if not MONTH.fullmatch(month):
        raise Refused(Code.INVALID, reason="invalid_month")
    report, leaders = await _count(desk, work, month)
    year, number = month.split("-")
    words = desk.texts.tree["figures"]
    title = desk.texts.say("figures.title", place=desk.policy.name, year=year, month=int(number))
    rows = tuple(
        (scope, name, *_cells(figures, words["none"])) for scope, name, figures in _lines(desk, report, leaders)
    )
    return Sheet(title, tuple(words["heads"]), rows)


def to_csv(made: Sheet) -> bytes:
    """The table as CSV: UTF-8 with a mark for Excel, no cell that a spreadsheet would compute."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([_safe(head) for head in made.heads])
    writer.writerows([[_safe(cell) for cell in row] for row in made.rows])
    return (BOM + file.getvalue()).encode()


def to_xlsx(made: Sheet) -> bytes:
    """The table as an Excel workbook: numbers as numbers, words as words."""
    book = Workbook()
    page = book.create_sheet(made.title[:31], 0)
    del book[book.sheetnames[1]]
    page.append([made.title])
    page.append(list(made.heads))
    for row in made.rows:
        page.append([_safe(cell) for cell in row])
    page["A1"].font = Font(bold=True, size=14)
    for at, head in enumerate(made.heads, 1):
        page.cell(2, at).font = Font(bold=True)
        page.cell(2, at).alignment = Alignment(wrap_text=True, vertical="center")
        width = _WIDTHS[at - 1] if at <= len(_WIDTHS) else 2 * len(head) + 2
        page.column_dimensions[get_column_letter(at)].width = width
    page.freeze_panes = "C3"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def _count(desk: Desk, work: Work, month: str) -> tuple[Report, dict[str, Leader]]:
    now = desk.now()
    held = [one for one in await work.receptions.month(month, now) if _held(one, now)]
    sittings = [Sitting(one.id, one.level, tuple(leader.id for leader in one.leaders)) for one in held]
    leaders = {leader.id: leader for one in held for leader in one.leaders}
    return count(sittings, await work.decisions.visits(month)), leaders


def _held(one: Reception, now: datetime) -> bool:
    return one.state is Shown.PUBLISHED and bool(one.slots) and one.slots[0].starts_at <= now


def _lines(desk: Desk, report: Report, leaders: dict[str, Leader]) -> Iterator[tuple[str, str, Figures]]:
    """Scope, name and figures of each line: all, the levels from the widest on, the leaders by rank."""
    words = desk.texts.tree["figures"]
    yield words["scopes"]["whole"], desk.policy.name, report.whole
    names = {**words["levels"], **{one: one for one in report.levels if one not in words["levels"]}}
    for level, name in names.items():
        if level in report.levels:
            yield words["scopes"]["level"], name, report.levels[level]
    for leader in sorted(leaders.values(), key=lambda one: (one.area_code, one.rank, one.id)):
        yield words["scopes"]["leader"], leader.title, report.leaders[leader.id]


def _plain(figures: Figures) -> dict[str, int | str | None]:
    kinds = {str(kind): figures.kinds[kind] for kind in DecisionKind}
    share = None if figures.share is None else str(figures.share)
    return {
        "receptions": figures.receptions,
        "visits": figures.visits,
        "people": figures.people,
        **kinds,
        "decided": figures.decided,
        "followed": figures.followed,
        "settled": figures.settled,
        "settled_percent": share,
    }


def _cells(figures: Figures, none: str) -> Iterator[Cell]:
    """The numbers of a line, in the order of the heads."""
    yield from (figures.receptions, figures.visits, figures.people)
    yield from (figures.kinds[kind] for kind in DecisionKind)
    yield from (figures.decided, figures.followed, figures.settled)
    yield none if figures.share is None else figures.share


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
