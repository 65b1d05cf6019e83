"""`reception`: the calendar of leaders' public reception: make it, look at it, adjust it, publish it, report."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, time, timedelta
from pathlib import Path

from backend.api import errors
from backend.composition import make_desk, opened
from backend.config import MissingError, Settings
from backend.domain.reception.sessions import Reception, Slot
from backend.domain.refusal import Refused
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception import adjusting, away, calendar, figures, naming

Run = Callable[[Desk, Work, argparse.Namespace], Awaitable[str]]


async def main(settings: Settings, arguments: list[str]) -> None:
    """Do it, in one transaction, and say what was done; MissingError says why not."""
    asked, desk = _parser().parse_args(arguments), make_desk(settings)
    try:
        async with opened(settings) as store, store.write() as work:
            said = await _RUN[asked.what](desk, work, asked)
    except Refused as refused:
        raise MissingError(errors.refusal(desk.texts, refused)[1]["error"]) from refused
    print(said)  # noqa: T201 - said to who asked


async def _generate(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    made = await calendar.generate(desk, work, asked.month)
    gaps = "".join(f"\n缺领导或地点：{rule} {area}" for rule, area in made.gaps)
    guessed = "\n那年的放假安排还没公布，先按周末推算；公布后请再生成一次。" if made.guessed else ""
    counts = f"新排 {made.added}，改动 {made.changed}，删去 {made.removed}，保持不动 {made.kept}。"
    return f"{made.month}：{counts}{guessed}{gaps}"


async def _show(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    receptions = await work.receptions.month(asked.month, desk.now())
    chosen = [one for one in receptions if asked.area in {"", one.area_code}]
    return "\n".join(line for one in chosen for line in _lines(desk, one, slots=asked.slots)) or "这个月还没有接访。"


def _lines(desk: Desk, one: Reception, *, slots: bool) -> list[str]:
    seats, taken = sum(slot.seats for slot in one.slots), sum(slot.taken for slot in one.slots)
    who = "、".join(f"{leader.title}({leader.id})" for leader in one.leaders)
    when = f"{one.day} {naming.times(desk, one.spans)}"
    head = "  ".join([one.id, when, one.state + "*" * one.adjusted, one.area_code, who, f"{taken}/{seats}"])
    return [head, *(_slot(desk, slot) for slot in one.slots if slots)]


def _slot(desk: Desk, slot: Slot) -> str:
    at = f"{slot.starts_at.astimezone(desk.policy.office.zone):%H:%M}"
    return "  ".join(["", slot.id, at, f"{slot.taken}/{slot.seats}", "closed" * slot.closed]).rstrip()


async def _leaders(_desk: Desk, work: Work, _asked: argparse.Namespace) -> str:
    return "\n".join(f"{one.id}  {one.title}  {one.area_code}  {one.portfolio}" for one in await work.leaders.all())


async def _move(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    await adjusting.move_leader(desk, work, asked.reception, asked.leader, asked.instead_of)
    return "换好了。"


async def _away(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    done = await away.call_off(desk, work, asked.reception, asked.reason)
    return f"取消了：改约 {done.moved} 个，取消 {done.cancelled} 个，候补 {done.waited} 个，都会通知到。"


async def _cancel(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    await adjusting.cancel(desk, work, asked.reception, asked.reason)
    return "取消了。"


async def _close(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    await adjusting.close_slot(desk, work, asked.slot)
    return "关上了。"


async def _open(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    await adjusting.open_slot(desk, work, asked.slot)
    return "开放了。"


async def _seats(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    await adjusting.change_seats(desk, work, asked.slot, asked.seats)
    return f"现在有 {asked.seats} 个名额。"


async def _add(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    extra = adjusting.Extra(
        day=asked.day,
        leaders=tuple(asked.leader),
        hours=tuple(sorted(asked.hours)),
        slot=timedelta(minutes=asked.slot_minutes),
        seats=asked.seats,
        unit_id=asked.unit,
        title=asked.title,
    )
    made = await adjusting.add(desk, work, extra)
    return f"加好了：{made.id}。公布 {made.month} 以后居民就能看到。"


async def _publish(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    return f"公布了 {await calendar.publish(desk, work, asked.month)} 场接访：{desk.site}/calendar?month={asked.month}"


async def _statistics(desk: Desk, work: Work, asked: argparse.Namespace) -> str:
    made = await figures.sheet(desk, work, asked.month)
    files = [(asked.csv, figures.to_csv), (asked.xlsx, figures.to_xlsx)]
    written = [(path, to_bytes(made)) for path, to_bytes in files if path]
    for path, content in written:
        await asyncio.to_thread(path.write_bytes, content)
    if written:
        return "写好了：" + "、".join(str(path) for path, _ in written)
    return "\n".join([made.title, *("  ".join(map(str, row)) for row in (made.heads, *made.rows))])


_RUN: Mapping[str, Run] = {
    "generate": _generate,
    "show": _show,
    "leaders": _leaders,
    "move": _move,
    "away": _away,
    "cancel": _cancel,
    "close": _close,
    "open": _open,
    "seats": _seats,
    "add": _add,
    "publish": _publish,
    "statistics": _statistics,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend reception", description="领导公开接访的日程。")
    what = parser.add_subparsers(dest="what", required=True, metavar="what")
    for name, text in (("generate", "按规则排一个月：不动已公布的和手改过的"), ("publish", "公布一个月")):
        what.add_parser(name, help=text).add_argument("month", help="2026-12")
    show = what.add_parser("show", help="看一个月：编号、时间、领导、约了几个（* 是手改过的）")
    show.add_argument("month", help="2026-12")
    show.add_argument("--area", default="", help="地区编号")
    show.add_argument("--slots", action="store_true", help="每个时段也列出来")
    what.add_parser("leaders", help="看所有领导和编号")
    for name, text in (("away", "领导来不了：约了的人改约或告知"), ("cancel", "取消一场没有人约的接访")):
        off = what.add_parser(name, help=text)
        off.add_argument("reception", help="接访编号")
        off.add_argument("--reason", default="", help="原因，只给工作人员看")
    for name, text in (("close", "关上一个没有人约的时段"), ("open", "重新开放一个时段")):
        what.add_parser(name, help=text).add_argument("slot", help="时段编号")
    _more(what)
    return parser


def _more(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    move = what.add_parser("move", help="换领导")
    move.add_argument("reception", help="接访编号")
    move.add_argument("leader", help="领导编号")
    move.add_argument("--instead-of", default="", help="一起接访时，换下哪一位")
    seats = what.add_parser("seats", help="改一个时段的名额，不能少于已经约了的")
    seats.add_argument("slot", help="时段编号")
    seats.add_argument("seats", type=int, help="几个")
    add = what.add_parser("add", help="加一场")
    add.add_argument("day", type=date.fromisoformat, help="2026-12-05")
    add.add_argument("--leader", action="append", required=True, help="领导编号，可以写几次")
    add.add_argument("--hours", action="append", required=True, type=_hours, help="9:00-11:30，可以写几次")
    add.add_argument("--unit", required=True, help="在哪个单位")
    add.add_argument("--title", default="领导公开接访", help="叫什么")
    add.add_argument("--slot-minutes", type=int, default=30, help="一个时段几分钟")
    add.add_argument("--seats", type=int, default=1, help="一个时段几个名额")
    statistics = what.add_parser("statistics", help="一个月的统计")
    statistics.add_argument("month", help="2026-11")
    statistics.add_argument("--csv", type=Path, help="写成 CSV 文件")
    statistics.add_argument("--xlsx", type=Path, help="写成 Excel 文件")


def _hours(text: str) -> tuple[time, time]:
    begins, _, ends = text.partition("-")
    return time.fromisoformat(begins.zfill(5)), time.fromisoformat(ends.zfill(5))
