"""`python -m backend reception …`: the calendar from the command line, in real processes."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.backend.test_commands import GIVEN, run

Asked = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
async def ask(sqlite_url: str) -> Asked:
    """Asks the command about a database that is migrated and seeded."""
    given = {**GIVEN, "DATABASE_URL": sqlite_url}
    assert (await run("migrate", DATABASE_URL=sqlite_url))[0] == 0
    assert (await run("seed", **given))[0] == 0

    async def asked(*words: str) -> tuple[int, str, str]:
        return await run("reception", *words, **given)

    return asked


async def test_a_month_from_draft_to_published(ask: Asked) -> None:
    """Generate, look, move, close, open, seats, add, cancel, publish: each says what it did."""
    status, out, _ = await ask("generate", "2099-06")
    assert status == 0
    assert "新排" in out
    assert "还没公布" in out
    _, again, _ = await ask("generate", "2099-06")
    assert "新排 0，改动 0，删去 0" in again
    _, listed, _ = await ask("show", "2099-06", "--area", "AH", "--slots")
    reception, slot = re.search(
        r"^([0-9a-f]{32})  2099-06-01 .*  draft  AH  .*\n  ([0-9a-f]{32})  09:00  0/1", listed, re.MULTILINE
    ).groups()  # type: ignore[union-attr]
    for words in (
        ("move", reception, "l-court"),
        ("close", slot),
        ("open", slot),
        ("seats", slot, "3"),
        ("add", "2099-06-06", "--leader", "l-court", "--hours", "9:00-11:00", "--unit", "u-county-centre"),
    ):
        assert (await ask(*words))[0] == 0, words
    _, listed, _ = await ask("show", "2099-06", "--area", "AH", "--slots")
    assert re.search(rf"{reception} .*draft\*.*孙示范法院院长.*0/12", listed)
    assert (await ask("cancel", reception, "--reason", "停电"))[0] == 0
    status, out, _ = await ask("publish", "2099-06")
    assert (status, "calendar?month=2099-06" in out) == (0, True)
    assert "赵示范副区长" in (await ask("leaders"))[1]


async def test_what_cannot_be_is_one_sentence(ask: Asked) -> None:
    """Unknown receptions, months, slots, days and words end with status 1 or 2 and say why."""
    for words, said in (
        (("publish", "2098-01"), "还没有排好"),
        (("generate", "2098-13"), "2026-11"),
        (("move", "nothing", "l-court"), "没找到这场接访"),
        (("away", "nothing"), "没找到这场接访"),
        (("close", "nothing"), "没找到这个时段"),
        (("statistics", "x"), "2026-11"),
    ):
        status, _, err = await ask(*words)
        assert (status, len(err.strip().splitlines())) == (1, 1), words
        assert said in err
    assert (await ask("add", "tomorrow", "--leader", "l-court", "--hours", "9", "--unit", "u"))[0] == 2
    assert (await ask("sing"))[0] == 2


async def test_help_and_statistics(ask: Asked, tmp_path: Path) -> None:
    """Its help names every word; the figures are written as CSV and Excel."""
    _, out, _ = await ask("--help")
    for word in ("generate", "show", "move", "away", "close", "open", "publish", "statistics"):
        assert word in out
    table, book = tmp_path / "f.csv", tmp_path / "f.xlsx"
    assert (await ask("statistics", "2026-11", "--csv", str(table), "--xlsx", str(book)))[0] == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert book.read_bytes().startswith(b"PK")
    assert "统计" in (await ask("statistics", "2026-11"))[1]
