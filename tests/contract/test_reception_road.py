"""A booking walked from “我想见区长” to the leader's decision: bot, backend, worker and platform, on a clock told."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.people import Person
from tests.contract.told_office import Office, office

CODE = re.compile(r"预约码是 ([2-9A-Z]{6})")
MATTER = "老房子拆迁的补偿一直没谈拢，拖了两年"


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def place(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The product on either database."""
    async with office(tmp_path, database_url) as it:
        yield it


async def book(resident: Person) -> str:
    """Book the first time that is offered, and return the code."""
    assert "哪个合适" in await resident.say("我想见区长")
    assert "您同意吗" in await resident.say("1")
    assert "什么事" in await resident.say("同意")
    assert "有人一起来" in await resident.say(MATTER)
    assert "怎么称呼您" in await resident.say("我自己来")
    assert "留个电话" in await resident.say("王大姐")
    read_back = await resident.say("13800138000")
    assert MATTER in read_back
    assert "李示范区长" in read_back
    booked = await resident.say("约好")
    found = CODE.search(booked)
    assert found, booked
    return found[1]


async def bound_receptionist(place: Office) -> Person:
    """The receptionist of the district's centre, at the phone."""
    receptionist = place.person("receptionist")
    unit = next(name for name in place.codes if "登记员" in name)
    assert "登记台" in await receptionist.say(f"绑定 {place.codes[unit]}")
    return receptionist


def day_before(starts: datetime, hour: int) -> datetime:
    """That hour of the day before."""
    return (starts - timedelta(days=1)).replace(hour=hour, minute=0)


async def test_from_a_wish_to_a_decision(place: Office) -> None:
    """Booked, reminded, checked in, received; what was decided is told, and stands in the case that is followed."""
    receptionist = await bound_receptionist(place)
    resident = place.person("resident")
    code = await book(resident)
    assert code in await resident.say("我的预约")

    _, starts = await place.booking(code)
    await place.comes(day_before(starts, 16))
    assert "不来" in place.shown("resident")[-1]
    assert "等您来" in await place.tap(resident, "来")

    await place.comes(starts - timedelta(minutes=30))
    assert "王大姐" in await receptionist.say("接访名单")
    assert "怎么办" in await receptionist.say(code)
    assert "已报到" in await receptionist.say("签到")

    await place.comes(starts + timedelta(minutes=20))
    assert "预约码是多少" in await receptionist.say("记接访结果")
    assert "怎么定的" in await receptionist.say(code)
    assert "哪个单位" in await receptionist.say("批办")
    assert "哪天办好" in await receptionist.say("酒仙桥街道矛调中心")
    assert "怎么说的" in await receptionist.say("2099年1月10日")
    assert "批办" in await receptionist.say("街道牵头，重新评估，当面答复")
    await place.work()
    told = place.shown("resident")[-1]
    assert "情况记下了" in told
    assert "查进度" in told

    followed = await resident.say("查进度")
    assert "酒仙桥" in followed
    assert "1月10日" in followed
