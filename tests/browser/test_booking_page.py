"""A booking on the simulator's page: a resident books a leader's reception beside the month's calendar.

The README shows what this test sees; to renew it, run the test and then
`cp reports/booking-readme.png tests/browser/booking.png`.
"""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.test_simulator_page import DESKTOP, REPORTS
from tests.browser.test_whole_road_page import LARGEST_PICTURE_BYTES, README_SIZE, Road, road

README_PICTURE = Path(__file__).parent / "booking.png"


async def book(at: Road) -> None:
    """Let the resident book the first free time with the head of the district."""
    her = at.resident
    await her.take()
    await her.follow()
    await her.hears("我是和为贵的小助手")
    await her.write("我想见区长")
    await her.hears("哪个合适")
    await her.write("第一个")
    await her.hears("您同意吗")
    await her.tap("同意")
    await her.hears("想跟领导说什么事")
    await her.write("老房子拆迁补偿一直没谈拢")
    await her.hears("您自己来")
    await her.tap("我自己来")
    await her.hears("怎么称呼您")
    await her.write("张桂英")
    await her.hears("留个电话")
    await her.write("13800138000")
    assert "老房子拆迁补偿一直没谈拢" in await her.hears("都对吗")
    await her.tap("约好")
    assert "身份证" in await her.hears("约好了，您的预约码是")


async def test_a_booking_on_a_desktop(chromium: Browser, tmp_path: Path, rasa_url: str) -> None:
    """Booked by tapping and typing; on the other phone the calendar of the month lies as an article."""
    async with road(chromium, tmp_path, DESKTOP, rasa_url) as at:
        await at.mediator.take()
        await at.mediator.follow()
        await at.mediator.hears("我是和为贵的小助手")
        await at.mediator.write("接访日历")
        await expect(at.mediator.phone.get_by_role("log")).to_contain_text("领导公开接访日程")
        await book(at)
        await at.page.set_viewport_size(README_SIZE)
        REPORTS.mkdir(exist_ok=True)
        await at.page.screenshot(path=REPORTS / "booking-readme.png", animations="disabled")


def test_the_picture_of_a_booking_is_small() -> None:
    """The picture that the README shows is there, a PNG, and loads quickly."""
    content = README_PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < LARGEST_PICTURE_BYTES
