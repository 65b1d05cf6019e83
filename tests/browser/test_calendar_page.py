"""The published calendar in a real Chromium: at a phone's width and on a desktop, in words that everybody can read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from backend import rules
from backend.api.app import create_app
from backend.migrations.runner import migrate
from backend.pii import parse
from backend.records.store import open_store
from backend.services.reception import adjusting, calendar
from backend.services.seeding import seed
from tests.backend.world import CHINA, KEY_1, TOKEN, Clock, make_desk
from tests.browser.test_simulator_page import DESKTOP, FAINT, PHONE, REPORTS, UNNAMED

NOW = datetime(2026, 12, 3, 10, tzinfo=CHINA)
SMALL = """() => [...document.querySelectorAll('nav a, nav strong, summary')].filter((element) => element.offsetParent)
  .filter((element) => element.getBoundingClientRect().height < 44).map((element) => element.textContent)"""


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[str]:
    """A backend with a published December, one of its receptions called off; its address."""
    url = f"sqlite+aiosqlite:///{folder / 'calendar.db'}"
    await migrate(url)
    store, clock = await open_store(url, parse(KEY_1)), Clock()
    clock.time = NOW
    desk = make_desk(clock)
    async with store.write() as work:
        await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))
        await calendar.keep_published(desk, work)
        there = await work.receptions.month("2026-12", NOW)
        off = next(one for one in there if (one.rule, one.day.day) == ("county_daily", 7))
        await adjusting.cancel(desk, work, off.id, "")
    async with TestServer(create_app(desk, store, TOKEN)) as server:
        yield str(server.make_url("/"))
    await store.close()


@asynccontextmanager
async def opened(browser: Browser, size: tuple[int, int], address: str) -> AsyncIterator[Page]:
    """The page at a size; a complaint of the browser, or anything loaded besides it, fails the test at its end."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    complaints: list[str] = []
    loaded: list[tuple[str, str]] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: loaded.append((request.resource_type, request.url)))
    await page.goto(f"{address}calendar")
    yield page
    assert complaints == []
    assert [url for kind, url in loaded if kind not in {"document", "other"}] == []


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
async def test_everybody_can_read_the_calendar(
    chromium: Browser, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    """The five facts are there, nothing is cut off, faint, nameless or too small to tap, and the states are told."""
    async with site(tmp_path) as address, opened(chromium, size, address) as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("安和区2026年12月领导公开接访日程")
        friday = page.get_by_role("region", name="12月4日（周五）")
        for fact in ("赵示范", "副区长", "分管住房和城乡建设", "上午9:00—11:30", "安和区和平路1号"):
            await expect(friday).to_contain_text(fact)
        await expect(friday).to_contain_text("可预约")
        await expect(page.get_by_role("region", name="12月7日（周一）")).to_contain_text("已取消")
        await expect(page.get_by_role("region", name="12月3日（周四）")).to_contain_text("停止预约")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for fault in (UNNAMED, FAINT, SMALL):
            assert await page.evaluate(fault) == []
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"
        await asyncio.to_thread(REPORTS.mkdir, exist_ok=True)
        await page.screenshot(path=REPORTS / f"calendar-{name}.png")


async def test_towns_months_and_past_days_are_a_tap_away(chromium: Browser, tmp_path: Path) -> None:
    """Links lead to a town's list and to the month before; past days are folded and open."""
    async with site(tmp_path) as address, opened(chromium, PHONE, address) as page:
        first = page.get_by_role("region", name="12月1日（周二）")
        await expect(first).to_be_hidden()
        await page.get_by_text("已经过去的 2 天").click()
        await expect(first).to_be_visible()
        await page.get_by_role("link", name="化雨镇").click()
        await expect(page.get_by_role("region", name="12月4日（周五）")).to_contain_text("镇")
        await page.get_by_role("link", name="全部").click()
        await expect(page.get_by_role("region", name="12月4日（周五）").get_by_role("article")).to_have_count(6)


async def test_the_page_works_from_the_keyboard(chromium: Browser, tmp_path: Path) -> None:
    """The first stop jumps over the links to the days."""
    async with site(tmp_path) as address, opened(chromium, DESKTOP, address) as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="跳到日程")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#days")).to_be_focused()
