"""The published calendar for everybody: a page, a table, a feed that two parsers read; nothing personal in it."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import icalendar
import pytest
import vobject

from backend.domain.reception.sessions import Leader
from backend.published.sheet import write
from backend.services.reception import adjusting, away, calendar
from tests.backend.receptions_made import FORM, book
from tests.backend.test_calendar import do, make, one, publish
from tests.backend.world import CHINA, PHONE, RESIDENT, World

FACTS = (
    "赵示范",
    "副区长",
    "分管住房和城乡建设、自然资源、征地拆迁、物业",
    "上午9:00—11:30、下午2:30—5:00",
    "安和区和平路1号",
)
SHARP = '=HYPERLINK("http://x")'


async def get(world: World, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
    """What anybody gets, without a token."""
    async with world.http.get(path, headers=headers) as response:
        return response.status, response.headers, (await response.read()).decode()


@pytest.fixture
async def shown(world: World) -> World:
    """A world whose March is published."""
    await make(world)
    await publish(world)
    return world


async def events(world: World) -> dict[str, Any]:
    """The feed's events by their UID."""
    feed = icalendar.Calendar.from_ical((await get(world, "/calendar.ics"))[2])
    assert feed.errors == []
    return {str(event["UID"]): event for event in feed.walk("VEVENT")}


async def test_the_five_facts_are_published_in_every_form(shown: World) -> None:
    """Name, post, portfolio, time and place stand on the page, in the table and in the feed."""
    page = await get(shown, "/calendar?month=2026-03")
    table = await get(shown, "/calendar.csv?month=2026-03")
    assert [page[0], table[0]] == [200, 200]
    assert [fact for fact in FACTS if fact not in page[2] or fact not in table[2]] == []
    told = "\n".join(
        f"{event['SUMMARY']} {event['LOCATION']} {event['DESCRIPTION']}" for event in (await events(shown)).values()
    )
    assert [fact for fact in (*FACTS[:3], FACTS[4]) if fact not in told] == []


@pytest.mark.parametrize("path", ["/calendar", "/calendar.csv", "/calendar.ics"])
async def test_who_has_it_already_is_told_so(shown: World, path: str) -> None:
    """The same mark for the same content, 304 for who knows it, another mark after a change."""
    status, headers, body = await get(shown, path)
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    assert body
    again = await get(shown, path, **{"If-None-Match": headers["ETag"]})
    assert (again[0], again[2], again[1]["ETag"]) == (304, "", headers["ETag"])
    assert (await get(shown, path, **{"If-None-Match": f'W/{headers["ETag"]}, "x"'}))[0] == 304
    daily = await one(shown)
    await do(shown, lambda d, w: adjusting.move_leader(d, w, daily.id, "l-court"))
    assert (await get(shown, path, **{"If-None-Match": headers["ETag"]}))[0] == 200


async def test_only_what_was_published_is_visible(world: World) -> None:
    """Drafts are nowhere; a month that is not published or does not exist is said to be so."""
    await make(world)
    assert (await get(world, "/calendar?month=2026-03"))[0] == 404
    assert "还没公布" in (await get(world, "/calendar"))[2]
    assert (await get(world, "/calendar.csv"))[0] == 404
    assert await events(world) == {}
    await publish(world)
    assert (await get(world, "/calendar?month=2026-05"))[0] == 404
    for wrong in ("2026-13", "x", "2026-3", "../../etc", "٢٠٢٦-٠٣", "<script>"):
        status, _, body = await get(world, f"/calendar?month={wrong}")
        assert status == 400
        assert "<script>" not in body
    assert (await get(world, "/calendar.csv?month=x"))[0] == 404


async def test_the_page_needs_no_token_and_nothing_else_is_open(shown: World) -> None:
    """The calendar is open to read; writing to it, and everything else, is not."""
    for path in ("/calendar", "/calendar.csv", "/calendar.ics"):
        async with shown.http.post(path) as response:
            assert response.status == 405
    for path in ("/calendar/x", "/api/v1/receptions/find", "/templates/style.css"):
        assert (await get(shown, path))[0] == 401
    headers = (await get(shown, "/calendar"))[1]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_nothing_about_residents_is_published(shown: World) -> None:
    """Who books leaves no trace but that a full reception is full; why somebody is away is not told either."""
    first, other = await one(shown), (await one(shown, "county_joint", (await one(shown)).day.replace(day=10)))
    codes = [(await book(shown, f"o-{number}", slot.id))["booking_code"] for number, slot in enumerate(first.slots[:2])]
    async with shown.store.write() as work:
        await away.call_off(shown.desk, work, other.id, "病假")
    everything = "".join(
        [(await get(shown, path))[2] for path in ("/calendar?area=all", "/calendar.csv", "/calendar.ics")]
    )
    secrets = (*FORM.values(), PHONE, "o-0", RESIDENT, *codes, "病假")
    assert [word for word in secrets if word in everything] == []


async def test_each_area_has_its_own_list(shown: World) -> None:
    """The whole place's own receptions come first; towns and everything are one tap away."""
    own, town, everything = [
        (await get(shown, f"/calendar?month=2026-03{area}"))[2] for area in ("", "&area=AH03", "&area=all")
    ]
    assert ("李示范" in own, "梁示范" in own) == (True, False)
    assert ("李示范" in town, "梁示范" in town) == (False, True)
    assert "李示范" in everything
    assert "梁示范" in everything
    assert (await get(shown, "/calendar?month=2026-03&area=nowhere"))[2] == own


async def test_states_are_true(shown: World) -> None:
    """Open, full, too near, over and called off are told apart."""
    full, off = await one(shown), await one(shown, day=(await one(shown)).day.replace(day=9))
    for number, slot in enumerate(full.slots):
        assert (await book(shown, f"o-{number}", slot.id))["outcome"] == "done"
    await do(shown, lambda d, w: adjusting.cancel(d, w, off.id, ""))
    rows = list(csv.DictReader(io.StringIO((await get(shown, "/calendar.csv"))[2].removeprefix("\ufeff"))))
    state = {row["日期"]: row["状态"] for row in rows if row["接访类型"] == "区领导公开接访"}
    assert [state[f"2026-03-{day:02d}"] for day in (3, 4, 5, 6, 9, 10)] == [
        "已结束",
        "停止预约",
        "可预约",
        "已约满",
        "已取消",
        "可预约",
    ]


async def test_the_table_opens_in_excel_and_runs_nothing(shown: World) -> None:
    """UTF-8 with a mark, CRLF, and cells that would be formulas are text."""
    async with shown.store.write() as work:
        known = await work.leaders.known()
        sharp: Leader = replace(known["l-court"], portfolio=SHARP, name="@SUM(A1)")
        await work.leaders.put(sharp)
    status, headers, body = await get(shown, "/calendar.csv")
    assert (status, headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert body.startswith("\ufeff日期,星期,")
    assert body.count("\r\n") == body.count("\n")
    cells = [cell for row in csv.reader(io.StringIO(body.removeprefix("\ufeff"))) for cell in row]
    assert f"'{SHARP}" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    assert write([["  =1", -1, "\t=1", "a"]]).decode() == "\ufeff'  =1,-1,'\t=1,a\r\n"
    page = (await get(shown, "/calendar"))[2]
    assert "HYPERLINK(&#34;" in page
    assert SHARP not in page


async def test_the_feed_is_read_by_two_parsers_alike(shown: World) -> None:
    """Both parsers find the same events at the same times in Shanghai."""
    _, headers, body = await get(shown, "/calendar.ics")
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line.encode()) for line in body.split("\r\n")) <= 75
    assert "\n" not in body.replace("\r\n", "")
    first = await events(shown)
    second = {str(event.uid.value): event for event in vobject.readOne(body).vevent_list}
    assert set(first) == set(second)
    for uid, event in first.items():
        other = second[uid]
        assert event["DTSTART"].dt.timestamp() == other.dtstart.value.timestamp()
        assert event["DTEND"].dt > event["DTSTART"].dt
        assert str(event["SUMMARY"]) == other.summary.value
        assert str(event["DESCRIPTION"]) == other.description.value
    daily = await one(shown)
    morning = first[f"{daily.id}-1@reception.heweigui"]
    assert morning["DTSTART"].dt == datetime(2026, 3, 6, 9, tzinfo=CHINA)
    assert str(morning["DTSTART"].params["TZID"]) == "Asia/Shanghai"
    assert morning["DTEND"].dt == datetime(2026, 3, 6, 11, 30, tzinfo=CHINA)


async def test_an_event_keeps_its_uid_and_counts_its_changes(shown: World) -> None:
    """Each change by hand makes SEQUENCE greater; what is called off stays as CANCELLED; nothing else moves."""
    before, daily = await events(shown), await one(shown)
    uid = f"{daily.id}-1@reception.heweigui"
    seen = [int(before[uid]["SEQUENCE"])]
    shown.clock.forward(minutes=1)
    await do(shown, lambda d, w: adjusting.move_leader(d, w, daily.id, "l-court"))
    seen.append(int((await events(shown))[uid]["SEQUENCE"]))
    await do(shown, lambda d, w: adjusting.close_slot(d, w, daily.slots[0].id))
    seen.append(int((await events(shown))[uid]["SEQUENCE"]))
    await do(shown, lambda d, w: adjusting.cancel(d, w, daily.id, ""))
    after = await events(shown)
    seen.append(int(after[uid]["SEQUENCE"]))
    assert seen == [0, 1, 2, 3]
    assert (str(before[uid]["STATUS"]), str(after[uid]["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert after[uid]["DTSTAMP"].dt > before[uid]["DTSTAMP"].dt
    assert set(after) == set(before)
    assert {name for name in before if after[name].to_ical() != before[name].to_ical()} == {
        uid,
        uid.replace("-1@", "-2@"),
    }
    await make(shown)
    assert set(await events(shown)) == set(before), "generating again makes no other events"


async def test_a_month_of_an_unannounced_year_says_so(world: World) -> None:
    """Where holidays are only guessed, the page and the message tell."""
    world.clock.time = datetime(2098, 11, 3, 9, tzinfo=CHINA)
    async with world.store.write() as work:
        assert (await calendar.generate(world.desk, work, "2098-11")).guessed
        await calendar.publish(world.desk, work, "2098-11")
    assert "2098年的放假安排还没公布" in (await get(world, "/calendar"))[2]
    _, told = await world.call("POST", "/receptions/calendar", body={})
    assert "2098年的放假安排还没公布" in told["calendar_text"]
    _, found = await world.call("POST", "/receptions/find", body={})
    assert "放假安排还没公布" in found["search_text"]
