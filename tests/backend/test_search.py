"""Finding a time in the chat: by time, leader, matter, or the nearest; never a taken seat, always a choice."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from backend.services.reception import adjusting, calendar
from tests.backend.receptions_made import book, hold, wait
from tests.backend.world import CHINA, RESIDENT, World

# Wednesday 4 March 2026, ten o'clock: 12 hours' notice make Thursday the first day.
FRIDAY = {"start": "2026-03-06T00:00:00", "end": "2026-03-06T23:59:59"}
FRIDAY_MORNING = {"start": "2026-03-06T06:00:00", "end": "2026-03-06T11:59:59"}
FIRST_DAY = date(2026, 3, 4)
NINE = {"start": "2026-03-06T09:00:00", "end": "2026-03-06T09:00:00"}


@pytest.fixture
async def open_world(world: World) -> World:
    """A world whose March and April are published."""
    async with world.store.write() as work:
        await calendar.keep_published(world.desk, work)
    return world


async def find(world: World, openid: str = RESIDENT, **said: object) -> dict[str, Any]:
    """Ask for a time; an answer it always is."""
    status, answer = await world.call("POST", "/receptions/find", openid, said)
    assert status == 200, answer
    return answer


def titles(answer: Mapping[str, Any]) -> list[str]:
    """What the buttons say."""
    return [choice["title"] for choice in answer["slot_choices"]]


def slots(answer: Mapping[str, Any]) -> list[str]:
    """The slots behind the buttons."""
    return [
        choice["payload"].removeprefix("/SetSlots(slot_id=").removesuffix(")")
        for choice in answer["slot_choices"]
        if "slot_id" in choice["payload"]
    ]


async def test_the_nearest(open_world: World) -> None:
    """Without any wish: the next times that can still be booked, five of them, and a button for more."""
    answer = await find(open_world)
    assert answer["outcome"] == "some"
    assert titles(answer)[0].startswith("3月5日周四上午9:00 ")
    assert (len(slots(answer)), titles(answer)[-1]) == (5, "更多时间")
    assert all(len(title) <= 30 for title in titles(answer))
    assert answer["search_text"] == "最近能约的时间在下面。"
    assert answer["leader_choices"][-1]["title"] == "不挑人，越快越好"


async def test_the_soonest_is_the_first(open_world: World) -> None:
    """Who asks for the soonest, perhaps with the list before them, is told which of the lines it is; once."""
    answer = await find(open_world, when="nearest")
    assert answer["search_text"] == "最近能约的时间在下面。第一个就是最早的，就要它就点一下。"
    more = await find(open_world, when="nearest", slots_after="2026-03-05T11:00")
    assert more["search_text"] == "后面还有这些时间。"


async def test_more_times_go_on_to_the_end_and_begin_anew(open_world: World) -> None:
    """Tapping 更多时间 shows each time once and in order; after the last it begins anew and says so."""
    seen: list[str] = []
    after, answer = "", await find(open_world, when=FRIDAY)
    while answer["search_text"].startswith(("3月6日", "后面还有")) and len(seen) < 20:
        seen += titles(answer)[: len(slots(answer))]
        after = answer["slot_choices"][-1]["payload"].removeprefix("/SetSlots(slots_after=").removesuffix(")")
        answer = await find(open_world, when=FRIDAY, slots_after=after)
    assert len(seen) == len(set(seen)) == 20
    assert [title.startswith("3月6日") for title in seen] == [True] * 10 + [False] * 10
    last = await find(open_world, slots_after="2026-12-31T00:00")
    assert last["search_text"].startswith("后面没有空位了。")
    assert len(slots(last)) == 5


async def test_a_taken_seat_is_never_offered(open_world: World) -> None:
    """Booked, held and waited-for seats are gone; a hold that ran out is free again."""
    (wanted,) = slots(await find(open_world, when=NINE))
    assert (await hold(open_world, "o-a", wanted))["outcome"] == "held"
    full = await find(open_world, when=NINE)
    assert (full["outcome"], full["full_slot_id"]) == ("full", wanted)
    assert "约满了" in full["search_text"]
    assert wanted not in slots(full)
    assert titles(full)[0].startswith("3月6日周五上午9:30 ")
    open_world.clock.forward(minutes=16)
    assert slots(await find(open_world, when=NINE)) == [wanted]
    code = (await book(open_world, "o-b", wanted))["booking_code"]
    assert (await find(open_world, when=NINE))["outcome"] == "full"
    assert (await wait(open_world, "o-c", wanted))["outcome"] == "done"
    await open_world.call("POST", f"/bookings/{code}/cancel", "o-b", {})
    assert (await find(open_world, when=NINE))["outcome"] == "full", "it is offered to who waits"


async def test_a_full_day_offers_the_waiting_list_and_other_days(open_world: World) -> None:
    """When all of a morning is taken, the nearest times after it are shown."""
    for number, slot in enumerate(slots(await find(open_world, when=FRIDAY_MORNING))):
        assert (await book(open_world, f"o-{number}", slot))["outcome"] == "done"
    answer = await find(open_world, when=FRIDAY_MORNING)
    assert (answer["outcome"], bool(answer["full_slot_id"])) == ("full", True)
    assert titles(answer)[0].startswith("3月6日周五下午2:30 ")


@pytest.mark.parametrize(
    ("when", "outcome", "said"),
    [
        ({"start": "2026-03-03T00:00:00", "end": "2026-03-03T23:59:59"}, "past", "3月3日（周二）已经过去了。"),
        ({"start": "2026-03-04T12:00:00", "end": "2026-03-04T18:00:00"}, "too_soon", "要提前12小时预约"),
        ({"start": "2026-03-07", "end": "2026-03-07"}, "closed_day", "3月7日（周六）是周末，不接访。"),
        ({"start": "2026-04-05", "end": "2026-04-05"}, "closed_day", "4月5日（周日）是清明节假期，不接访。"),
        ({"start": "2026-03-06T18:30:00", "end": "2026-03-06T20:00:00"}, "closed_day", "没有安排接访"),
        ({"start": "2026-05-20", "end": "2026-05-20"}, "too_far", "现在最远能约到4月18日（周六）"),
        ({"text": "2月30日", "problem": "no_such_date"}, "closed_day", "没有“2月30日”这个时间。"),
    ],
)
async def test_every_no_says_why_and_offers_something(
    open_world: World, when: dict[str, str], outcome: str, said: str
) -> None:
    """Past, today, weekend, holiday, evening, next year, no such day: the reason, and the nearest free times."""
    answer = await find(open_world, when=when)
    assert (answer["outcome"], len(slots(answer))) == (outcome, 5)
    assert said in answer["search_text"]
    assert "full_slot_id" not in answer


async def test_times_near_the_one_that_was_named(open_world: World) -> None:
    """After a weekend comes its Monday, not tomorrow."""
    answer = await find(open_world, when={"start": "2026-03-14", "end": "2026-03-15"})
    assert titles(answer)[0].startswith("3月16日周一上午9:00 ")


async def test_a_month_that_is_not_published_is_too_far(world: World) -> None:
    """Until it is published nothing of it is shown; drafts are nobody's business."""
    async with world.store.write() as work:
        await calendar.generate(world.desk, work, "2026-03")
    answer = await find(world, when=FRIDAY)
    assert (answer["outcome"], answer["slot_choices"]) == ("too_far", [])
    assert "还没公布" in answer["search_text"]
    assert "0537-5550100" in answer["search_text"]
    assert (await find(world))["outcome"] == "nothing"


async def test_a_leader_who_is_named(open_world: World) -> None:
    """Only this leader's times, and on another's day it is said whose it is not."""
    answer = await find(open_world, leader_text="分管住建的")
    assert all(title.endswith("赵示范副区长") for title in titles(answer)[:5])
    assert answer["search_text"].startswith("赵示范副区长最近")
    day = datetime.strptime(titles(answer)[0].split("日")[0] + "2026", "%m月%d%Y").replace(tzinfo=CHINA)
    other = await find(open_world, leader_text="李区长", when={"start": f"{day:%Y-%m-%d}", "end": f"{day:%Y-%m-%d}"})
    assert other["outcome"] == "closed_day"
    assert "不是李示范区长接访" in other["search_text"]
    assert all(title.endswith("李示范区长") for title in titles(other)[:5])


async def test_the_joint_reception(open_world: World) -> None:
    """Only times at which a team receives; on another day that is said; when it is full it may be waited for."""
    tuesday, friday = {"start": "2026-03-10", "end": "2026-03-10"}, {"start": "2026-03-06", "end": "2026-03-06"}
    nearest = await find(open_world, leader_text="联合接访", dispute_type="property_management")
    assert (nearest["outcome"], nearest["search_text"]) == ("some", "联合接访最近能约的时间在下面。")
    assert titles(nearest)[0] == "3月10日周二上午9:00 周示范政法委书记等4位"
    assert all(title.endswith("等4位") for title in titles(nearest)[:5])
    on_the_day = await find(open_world, leader_text="联合接访", when=tuesday)
    assert (on_the_day["outcome"], titles(on_the_day)) == ("some", [*titles(nearest)[:5], "更多时间"])
    other = await find(open_world, leader_text="联合接访", when=friday)
    assert (other["outcome"], titles(other)[0]) == ("closed_day", titles(nearest)[0])
    assert other["search_text"].startswith("3月6日（周五）没有联合接访。联合接访最近")
    for number, slot in enumerate(slots(on_the_day) * 2):
        assert (await book(open_world, f"o-{number}", slot))["outcome"] == "done"
    full = await find(open_world, leader_text="联合接访", when=tuesday)
    assert (full["outcome"], full["full_slot_id"]) == ("full", slots(on_the_day)[0])
    assert titles(full)[0].startswith("3月17日周二上午9:00 ")


async def test_where_nobody_receives_together(open_world: World) -> None:
    """Without a joint reception ahead that is said, and others are offered."""
    async with open_world.store.write() as work:
        for month in ("2026-03", "2026-04"):
            for one in await work.receptions.month(month, open_world.clock.now()):
                if len(one.leaders) > 1 and one.day > FIRST_DAY:
                    await adjusting.cancel(open_world.desk, work, one.id, "学习")
    answer = await find(open_world, leader_text="联合接访")
    assert (answer["outcome"], len(slots(answer))) == ("some", 5)
    assert answer["search_text"] == "近期没有能约的联合接访。别的领导最近能约的时间在下面。"


async def test_several_who_may_be_meant_are_offered(open_world: World) -> None:
    """副区长 are four: their times, and a choice among them."""
    answer = await find(open_world, leader_text="副区长")
    assert answer["outcome"] == "some"
    assert [choice["title"] for choice in answer["leader_choices"][:-1]] == [
        "赵示范副区长",
        "刘示范副区长",
        "陈示范副区长",
        "杨示范副区长",
    ]


async def test_a_leader_nobody_knows(open_world: World) -> None:
    """Somebody else's leader is not known here; others are offered, and only a little is said back."""
    answer = await find(open_world, leader_text="马县长" * 40)
    assert answer["outcome"] == "unknown_leader"
    assert len(answer["search_text"]) < 60
    assert (len(slots(answer)), len(answer["leader_choices"])) == (5, 5)


async def test_a_matter_leads_to_whose_it_is(open_world: World) -> None:
    """A dispute over property goes to who answers for it; one of nobody's to the nearest; 都行 to the nearest."""
    property_management = await find(open_world, dispute_type="property_management")
    assert property_management["search_text"].startswith("这类事由赵示范副区长分管")
    assert all("赵示范" in title for title in titles(property_management)[:5])
    assert (await find(open_world, dispute_type="other"))["search_text"] == "最近能约的时间在下面。"
    anybody = await find(open_world, dispute_type="property_management", leader_text="都行")
    assert titles(anybody)[0].startswith("3月5日")
    that_day = await find(open_world, dispute_type="property_management", when=FRIDAY)
    assert that_day["outcome"] == "some"
    assert all(title.startswith("3月6日") for title in titles(that_day)[:5])


async def test_a_case_knows_its_matter_and_is_nobody_elses(open_world: World) -> None:
    """The case of the person says what it is about; somebody else's number says nothing."""
    number = await open_world.submit()
    mine = await find(open_world, case_number=number)
    assert "赵示范" in mine["search_text"]
    theirs = await find(open_world, "o-stranger", case_number=number)
    assert theirs["search_text"] == "最近能约的时间在下面。"


async def test_what_is_called_off_is_told_without_its_reason(open_world: World) -> None:
    """A reception that was called off is no free time, and why is not for everybody."""
    async with open_world.store.write() as work:
        (off,) = [
            one
            for one in await work.receptions.month("2026-03", open_world.clock.now())
            if (one.rule, one.day.day) == ("county_daily", 6)
        ]
        await adjusting.cancel(open_world.desk, work, off.id, "病假")
        towns = [
            one for one in await work.receptions.on(off.day, off.day, open_world.clock.now()) if one.level == "town"
        ]
        for one in towns:
            await adjusting.cancel(open_world.desk, work, one.id, "病假")
    answer = await find(open_world, when=FRIDAY)
    assert answer["outcome"] == "closed_day"
    assert answer["search_text"].startswith("3月6日（周五）的接访取消了。")
    assert "病假" not in str(answer)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"when": None, "leader_text": None, "dispute_type": None, "case_number": None, "slots_after": None},
        {"when": "下周二"},
        {"when": {"start": "nonsense", "end": "9999"}},
        {"when": {"start": "2026-03-06T10:00:00", "end": "2026-03-05T10:00:00"}},
        {"slots_after": "'; drop table bookings"},
        {"leader_text": "（）"},
        {"when": {"start": "2026-03-06T09:00:00+08:00"}},
    ],
)
async def test_nonsense_is_answered_with_times(open_world: World, said: dict[str, Any]) -> None:
    """What cannot be understood is left aside."""
    answer = await find(open_world, **said)
    assert slots(answer)


async def test_the_calendar_in_the_chat(open_world: World) -> None:
    """The next receptions with the five facts, an article's title, summary and address; later months not yet."""
    status, found = await open_world.call("POST", "/receptions/calendar", body={"when": None})
    assert (status, found["outcome"]) == (200, "found")
    for fact in ("3月4日（周三）", "副区长", "分管", "上午9:00—11:30", "和平路1号"):
        assert fact in found["calendar_text"]
    assert len(found["calendar_text"].encode()) < 2048, "WeChat's limit for a text"
    assert found["calendar_title"] == "安和区2026年3月领导公开接访日程"
    assert found["calendar_url"].endswith("/calendar?month=2026-03")
    body = {"when": {"start": "2026-06-01", "end": "2026-06-30"}}
    _, later = await open_world.call("POST", "/receptions/calendar", body=body)
    assert later["outcome"] == "not_published"
    assert "6月的接访日程还没公布" in later["calendar_text"]


async def test_on_the_last_evening_the_next_month_is_shown(open_world: World) -> None:
    """When nothing is left of this month, the next is of use."""
    open_world.clock.time = datetime(2026, 3, 31, 18, tzinfo=CHINA)
    _, found = await open_world.call("POST", "/receptions/calendar", body={})
    assert "2026年4月" in found["calendar_title"]


async def test_the_calendar_of_one_day(open_world: World) -> None:
    """Asked for a day, it names that day only; for a day without receptions, it says so and names the next."""
    body = {"when": {"start": "2026-03-09T00:00:00", "end": "2026-03-09T23:59:59"}}
    _, found = await open_world.call("POST", "/receptions/calendar", body=body)
    assert "3月9日（周一）" in found["calendar_text"]
    assert "3月10日" not in found["calendar_text"]
    body = {"when": {"start": "2026-03-07T00:00:00", "end": "2026-03-07T23:59:59"}}
    _, found = await open_world.call("POST", "/receptions/calendar", body=body)
    assert "3月7日（周六）没有接访" in found["calendar_text"]
    assert "3月9日（周一）" in found["calendar_text"]


async def test_hours_without_a_day_are_those_of_the_next_day_that_has_them(open_world: World) -> None:
    """下午, said on a Saturday, is Monday's afternoon; of hours at which nobody receives, that is said."""
    open_world.clock.time = datetime(2026, 3, 7, 9, tzinfo=CHINA)
    when = {"start": "2026-03-07T13:00:00", "end": "2026-03-07T17:59:59", "text": "下午", "any_day": True}
    answer = await find(open_world, when=when)
    assert answer["outcome"] == "some"
    assert titles(answer)[0].startswith("3月9日周一下午2:30 ")
    night = {"start": "2026-03-07T18:00:00", "end": "2026-03-07T23:59:59", "text": "晚上", "any_day": True}
    answer = await find(open_world, when=night)
    assert (answer["outcome"], bool(slots(answer))) == ("closed_day", True)
    assert answer["search_text"].startswith("晚上没有空的时间。")


async def test_other_hours_are_of_the_day_and_the_leader_picked_before(open_world: World) -> None:
    """改成下午, said of a morning that was picked: that day's afternoon, with the same leader."""
    monday = {"start": "2026-03-09T08:00:00", "end": "2026-03-09T11:59:59", "text": "下周一上午"}
    picked = await find(open_world, when=monday)
    when = {"start": "2026-03-04T13:00:00", "end": "2026-03-04T17:59:59", "text": "下午", "any_day": True}
    answer = await find(open_world, when=when, slot_id=slots(picked)[0])
    assert titles(answer)[0] == titles(picked)[0].replace("上午9:00", "下午2:30")


async def test_who_changes_a_booking_sees_the_same_leader_first(open_world: World) -> None:
    """The own leader's times, and how to come to others; on a day of others theirs; never by another's code."""
    picked = await find(open_world, leader_text="李区长")
    code = (await book(open_world, RESIDENT, slots(picked)[0], dispute_type="property_management"))["booking_code"]
    again = await find(open_world, booking_code=code.lower(), dispute_type="property_management")
    assert again["search_text"] == "李示范区长最近能约的时间在下面。换一位领导也行，就回“换一位领导”。"
    assert titles(again)[:4] == titles(picked)[1:5]
    assert all(title.endswith("李示范区长") for title in titles(again)[:5])
    day = datetime.strptime(titles(again)[0].split("日")[0] + "2026", "%m月%d%Y").replace(tzinfo=CHINA)
    same = await find(open_world, booking_code=code, when={"start": f"{day:%Y-%m-%d}", "end": f"{day:%Y-%m-%d}"})
    assert (titles(same)[:4], same["search_text"].endswith("就回“换一位领导”。")) == (titles(again)[:4], True)
    tuesday = {"start": "2026-03-10T09:00:00", "end": "2026-03-10T09:00:00"}
    other = await find(open_world, booking_code=code, when=tuesday)
    assert (other["outcome"], other["search_text"]) == ("some", "3月10日（周二）上午9:00能约的时间在下面。")
    for said in ({"booking_code": code, "leader_text": "哪位都行"}, {"booking_code": "AAAAAA"}):
        assert (await find(open_world, **said))["search_text"] == "最近能约的时间在下面。"
    theirs = await find(open_world, "o-stranger", booking_code=code)
    assert theirs["search_text"] == "最近能约的时间在下面。"


async def test_secretaries_of_every_town_are_not_offered_to_who_has_no_case_there(open_world: World) -> None:
    """书记 alone is the district's; 镇长 is some town's, and the town stands beside the name."""
    county = await find(open_world, leader_text="书记")
    assert all(title.endswith(("区委书记", "政法委书记", "等4位", "更多时间")) for title in titles(county))
    town = await find(open_world, leader_text="镇长")
    assert all("镇" in title.removesuffix("镇长") for title in titles(town)[:-1])
