"""What goes wrong around a booking, over the whole product: odd dates, a full time, a seat given back, a wrong door."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
import yaml

from backend import wording
from connectors.extractors import leaders
from tests.backend.world import CHINA
from tests.contract.people import Person
from tests.contract.platform import Delivery, event
from tests.contract.test_reception_road import CODE, MATTER
from tests.contract.told_office import BEGINNING, Office, office

TITLE = re.compile(r">\d+ ([^<]+)</a>")
NINE = "2026年12月4日9点"


@pytest_asyncio.fixture
async def place(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The product on SQLite."""
    async with office(tmp_path, sqlite_url) as it:
        yield it


async def fill_in(resident: Person, choice: str) -> str:
    """Choose a line and answer what is asked, as far as the last question; return what is read back."""
    assert "您同意吗" in await resident.say(choice)
    assert "什么事" in await resident.say("同意")
    assert "有人一起来" in await resident.say(MATTER)
    assert "怎么称呼您" in await resident.say("我自己来")
    assert "留个电话" in await resident.say(f"{resident.openid}大姐")
    return await resident.say("13800138000")


async def book(resident: Person, wish: str, choice: str) -> str:
    """Book what a wish finds; the code."""
    assert "哪个合适" in await resident.say(wish)
    await fill_in(resident, choice)
    found = CODE.search(await resident.say("约好"))
    assert found, resident.heard
    return found[1]


async def test_odd_wishes_are_answered_with_something_to_choose(place: Office) -> None:
    """No such date, a day long past, one too far, nobody of that name, nonsense: there is always a next thing to do."""
    resident = place.person("resident")
    for wish in ("2月30日想见领导", "2020年1月6日呢", "2099年6月1日呢", "25点呢", "想约钱局长", "换成李区长", "最近的"):
        heard = await resident.say(wish)
        assert "哪个合适" in heard, (wish, heard)
        assert any("示范" in title for title in TITLE.findall(heard)), heard
    first = set(TITLE.findall(resident.heard))
    later = set(TITLE.findall(await resident.say("更多时间")))
    assert later
    assert not later & first - {"更多时间"}
    assert "没弄明白" in await resident.say("阿巴阿巴")
    assert "什么都没有交上去" in await resident.say("算了")


def test_both_sides_know_the_same_words_for_the_joint_reception() -> None:
    """What is found in a message is what the search understands."""
    heard = yaml.safe_load(Path(str(leaders.__file__)).with_suffix(".yml").read_text(encoding="utf-8"))["together"]
    assert heard == wording.load(CHINA).tree["search"]["joint_words"]


async def test_the_joint_reception_is_booked_by_its_name(place: Office) -> None:
    """However it is asked for, the times are those at which a team receives, on Tuesdays, and what for is asked."""
    for number, wish in enumerate(("周二联合接访", "我想参加联合接访", "联合接访怎么约", "联合接访")):
        resident = place.person(f"resident-{number}")
        heard = await resident.say(wish)
        assert "哪个合适" in heard, (wish, heard)
        shown = [title for title in TITLE.findall(heard) if "更多" not in title]
        assert shown
        assert all("周二" in title and "等4位" in title for title in shown), (wish, shown)
        assert "您同意吗" in await resident.say("1")
        assert "什么事" in await resident.say("同意")


async def test_a_seat_given_back_goes_to_who_waits(place: Office) -> None:
    """A full time is not offered; who waits is offered the seat that is given back, and has it by a tap."""
    first, second, third = (place.person(name) for name in ("first", "second", "third"))
    code = await book(first, f"{NINE}想见领导", "1")
    await book(second, f"{NINE}想见领导", "1")
    heard = await third.say(f"{NINE}想见领导")
    assert "候补" in heard
    assert "候补" in await fill_in(third, "候补")
    assert "排上了" in await third.say("排候补")
    assert "排着候补：\n12月4日（周五）上午9:00，赵示范副区长，安和区矛调中心" in await third.say("我的预约")

    assert "确定取消" in await first.say("取消预约")
    assert "为什么" in await first.say("确定取消")
    assert "取消好了" in await first.say("跳过")
    await place.work()
    assert "有名额" in place.shown("third")[-1]
    taken = CODE.search(await place.tap(third, "要"))
    assert taken
    assert taken[1] != code
    assert taken[1] in await third.say("我的预约")


def scan(openid: str, unit: str, second: int) -> Delivery:
    """A scan of a place's code; so many seconds on, since two of one second are one to the platform's receivers."""
    scanned = event(openid, "SCAN", f"checkin_{unit}")
    inner = scanned.inner.replace(str(scanned.created), str(scanned.created + second))
    return Delivery(openid, scanned.created + second, inner)


async def test_the_code_on_the_wall_checks_in(place: Office) -> None:
    """Scanned too early it says when; at another place where to go; on the day it gives a number; then it is known."""
    resident = place.person("resident")
    code = await book(resident, f"{NINE}想见领导", "1")
    assert "来早了" in await resident.hear(scan("resident", "u-county-centre", 0))
    _, starts = await place.booking(code)
    await place.comes(starts - timedelta(minutes=20))
    assert "在现场" in await resident.say("我到了")
    assert "不是这里" in await resident.hear(scan("resident", "u-ah01-centre", 1))
    assert "签到好了" in await resident.hear(scan("resident", "u-county-centre", 2))
    assert "签过到" in await resident.hear(scan("resident", "u-county-centre", 3))
    stranger = place.person("stranger")
    assert "没找到您今天的预约" in await stranger.hear(
        event("stranger", "subscribe", "qrscene_checkin_u-county-centre")
    )


async def test_a_leader_who_cannot_come_is_told_once_to_each(place: Office) -> None:
    """The desk calls a day off; who had booked is given another time, and says by a tap whether it suits."""
    receptionist = place.person("receptionist")
    unit = next(name for name in place.codes if "登记员" in name)
    await receptionist.say(f"绑定 {place.codes[unit]}")
    resident = place.person("resident")
    code = await book(resident, f"{NINE}想见领导", "1")
    before = (await place.booking(code))[1]
    assert "哪天" in await receptionist.say("领导来不了")
    assert "原因" in await receptionist.say("2026年12月4日")
    assert "确定吗" in await receptionist.say("到市里开会")
    assert "取消" in await receptionist.say("确定取消这场")
    await place.comes(BEGINNING + timedelta(minutes=1))
    told = [words for words in place.shown("resident") if "换了时间" in words or "改" in words]
    assert len(told) == 1
    assert (await place.booking(code))[1] != before
    assert "等您来" in await place.tap(resident, "来")
