"""The month's figures: over HTTP for the desk, as CSV and as a workbook, and by the command."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from backend.domain.refusal import Refused
from backend.services.reception import figures
from backend.services.reception.figures import Sheet, sheet, to_csv, to_xlsx
from tests.backend.receptions_made import book, made
from tests.backend.test_visits import DESK, RECEPTIONIST, at, at_desk
from tests.backend.world import RESIDENT, World

UNIT = "u-county-property"
ORDER: dict[str, object] = {"decision_kind": "instructed", "decision_unit": UNIT, "decision_due": "2026-03-13"}
OTHER = "o-other"


async def a_month(world: World) -> None:
    """One reception held with three visits: an instruction settled, one that is not, somebody heard; one to come."""
    await world.bind(RECEPTIONIST, DESK)
    await world.bind(f"s-{UNIT[2:]}-1", "o-property")
    _, slots = await made(world, hours=(9, 10))
    await made(world, day=world.clock.now().date().replace(day=27))
    codes = [
        (await book(world, RESIDENT, slots[0], companions=2))["booking_code"],
        (await book(world, OTHER, slots[1], dispute_type="labour"))["booking_code"],
    ]
    await at(world, 6, 9)
    walked = await at_desk(world, "walk_ins", {"visitor_name": "王大爷"})
    heard: dict[str, object] = {"decision_kind": "received"}
    for code, body in zip((*codes, walked["booking_code"]), (ORDER, ORDER, heard), strict=True):
        await at_desk(world, "decisions", {"booking_code": code, **body})
    await world.work()
    number = (await world.call("GET", "/cases", RESIDENT))[1]["case_number"]
    await world.call("POST", f"/tasks/{number}/resolve", "o-property", {"resolve_result": "agreed"})
    await world.work()


async def lines(world: World, month: str = "2026-03") -> list[dict[str, Any]]:
    """The figures as the desk gets them."""
    status, answer = await world.call("GET", f"/reception_desk/statistics/{month}", DESK)
    assert status == 200
    return list(answer["figures"])


async def test_the_month_is_counted(world: World) -> None:
    """What was held by now, who came, what was decided, the share settled; per level and leader."""
    await a_month(world)
    whole, level, leader = await lines(world)
    assert (whole["scope"], level["name"], leader["name"]) == ("合计", "区级", "张示范副区长")
    for line in (whole, level, leader):
        assert line | {"scope": "", "name": ""} == {
            "scope": "",
            "name": "",
            "receptions": 1,
            "visits": 3,
            "people": 5,
            "received": 1,
            "consulted": 0,
            "by_appointment": 0,
            "instructed": 2,
            "decided": 3,
            "followed": 2,
            "settled": 1,
            "settled_percent": "50.00",
        }
    assert [line["receptions"] for line in await lines(world, "2026-02")] == [0]
    for month in ("2026-13", "march", "2026-3"):
        status, answer = await world.call("GET", f"/reception_desk/statistics/{month}", DESK)
        assert (status, answer["error"]) == (400, "月份请写成 2026-11 这样。")


async def test_the_table_opens_in_excel(world: World) -> None:
    """The same lines as CSV with a mark for UTF-8, and as a workbook whose numbers are numbers."""
    await a_month(world)
    async with world.store.read() as work:
        made_sheet = await sheet(world.desk, work, "2026-03")
        with pytest.raises(Refused):
            await sheet(world.desk, work, "2026-00")
    assert made_sheet.title == "安和区2026年3月领导公开接访统计"
    raw = to_csv(made_sheet)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0] == list(made_sheet.heads)
    assert rows[1] == ["合计", "安和区", "1", "3", "5", "1", "0", "0", "2", "3", "2", "1", "50.00"]
    assert {len(row) for row in rows} == {len(made_sheet.heads)}
    page = load_workbook(io.BytesIO(to_xlsx(made_sheet))).active
    assert page is not None
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert cells[0][0] == made_sheet.title
    assert cells[1] == list(made_sheet.heads)
    assert cells[2][2:] == [1, 3, 5, 1, 0, 0, 2, 3, 2, 1, 50]


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx"])
def test_no_cell_is_computed(name: str) -> None:
    """A name that looks like a formula is words in both files."""
    risky = Sheet("统计", ("范围", "名称"), (("领导", name),))
    assert list(csv.reader(io.StringIO(to_csv(risky).decode("utf-8-sig"), newline="")))[1][1] == f"'{name}"
    page = load_workbook(io.BytesIO(to_xlsx(risky))).active
    assert page is not None
    assert page.cell(3, 2).value == f"'{name}"
    assert page.cell(3, 2).data_type == "s"


def test_a_month_is_four_and_two_digits() -> None:
    """2026-11 and nothing else."""
    assert figures.MONTH.fullmatch("2026-11")
    assert not figures.MONTH.fullmatch("２０２６-11")
