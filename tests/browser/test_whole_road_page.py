"""The whole product on the simulator's page: a report travels from one phone to another, on a desktop and a phone.

The README shows what the desktop test sees; to renew it, run the test and then
`cp reports/whole-road-readme.png tests/browser/simulator.png`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from connectors.local.play import read_script
from connectors.local.redis_server import free_port
from tests.browser.hand import Hand
from tests.browser.test_simulator_page import DESKTOP, PHONE, REPORTS
from tests.contract.people import number_in
from tests.contract.stack import Stack

README_PICTURE = Path(__file__).parent / "simulator.png"
README_SIZE: ViewportSize = {"width": 1100, "height": 940}
"""High enough for a whole card above the answer to it."""
LARGEST_PICTURE_BYTES = 400_000
UNDERSTOOD = ("听起来是", "对")
NOT_UNDERSTOOD = ("哪一种", "物业")
"""Without Rasa the type is chosen from a list."""
PLACE = "安和区酒仙桥街道阳光小区"


@dataclass
class Road:
    """The running product and its page, with one phone for each of two people."""

    stack: Stack
    page: Page
    resident: Hand
    mediator: Hand


@asynccontextmanager
async def road(
    browser: Browser, folder: Path, size: tuple[int, int], rasa_url: str | None = None
) -> AsyncIterator[Road]:
    """Start everything, open the page and give two people a phone; the browser must have nothing to complain about."""
    async with Stack(folder, f"http://127.0.0.1:{free_port()}", rasa_url=rasa_url) as stack:
        await stack.start_bot()
        address = await stack.start_simulator()
        await stack.make_menu()
        await register_templates(address)
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        complaints: list[str] = []

        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        await page.get_by_role("button", name="放两部手机").click()
        yield Road(stack, page, Hand(page, "张阿姨"), Hand(page, "王调解员"))
        assert complaints == []
        await page.close()


async def register_templates(address: str) -> None:
    """Register the account's templates, as its administrator does once on the platform."""
    async with ClientSession(address, timeout=ClientTimeout(total=10)) as http:
        for template in read_script()["templates"]:
            async with http.post("/simulator/templates", json=template) as answer:
                assert answer.status == 200


async def bind(at: Road) -> None:
    """Let the mediator become known by typing the one-time code."""
    code = next(code for name, code in at.stack.codes.items() if "酒仙桥街道矛调中心" in name)
    await at.mediator.take()
    await at.mediator.follow()
    await at.mediator.hears("我是和为贵的小助手")
    await at.mediator.write(code)
    await at.mediator.hears("绑定好了")


async def report(at: Road, sorting: tuple[str, str]) -> str:
    """Let the resident report a leak by tapping, typing, a place and a picture; return the case number.

    sorting: what is asked about the type of dispute, and what she taps.
    """
    question, answer = sorting
    her = at.resident
    await her.take()
    await her.follow()
    await her.hears("我是和为贵的小助手")
    await her.choose("反映纠纷", "我要反映纠纷")
    await her.hears("您同意吗")
    await her.tap("同意")
    await her.hears("出了什么事")
    await her.write("楼上漏水半年了，天花板都泡了，物业一直不管")
    await her.hears(question)
    await her.tap(answer)
    await her.hears("事情出在哪儿")
    await her.send_place(PLACE)
    await her.hears("怎么解决")
    await her.write("想让物业把水管修好")
    await her.hears("小问题")
    await her.tap("先不说了")
    await her.hears("有照片")
    await her.send_picture("楼上漏水")
    await her.hears("收到了")
    await her.tap("没有了")
    await her.hears("怎么称呼您")
    await her.write("张阿姨")
    await her.hears("留个电话")
    await her.write("13800138000")
    assert "照片和语音：1 样" in await her.hears("都对吗")
    await her.tap("提交")
    return number_in(await her.hears("登记好了"))


async def accept(at: Road, number: str) -> None:
    """Let the mediator see the card and accept."""
    await at.mediator.take()
    card = at.mediator.phone.get_by_role("region", name="新的调解任务")
    await expect(card).to_contain_text(number)
    await expect(card).to_contain_text("物业纠纷")
    await at.mediator.write("接受")
    told = await at.mediator.hears("已接受")
    assert "13800138000" in told
    assert "楼上漏水半年了" in told


async def keep_picture(at: Road, name: str) -> None:
    """Keep a screenshot among the reports, once nothing moves any more."""
    REPORTS.mkdir(exist_ok=True)
    await at.page.mouse.move(0, 0)  # a line under the pointer looks as if it was chosen
    await at.page.screenshot(path=REPORTS / f"whole-road-{name}.png", animations="disabled")


async def test_on_a_desktop(chromium: Browser, tmp_path: Path, rasa_url: str) -> None:
    """On a desktop both phones stand side by side, and the resident's shows that her case is in good hands."""
    async with road(chromium, tmp_path, DESKTOP, rasa_url) as at:
        await bind(at)
        number = await report(at, UNDERSTOOD)
        await accept(at, number)
        assert number in await at.resident.hears("有人接手了")
        await expect(at.mediator.phone).to_be_in_viewport()
        await keep_picture(at, "desktop")
        await at.page.set_viewport_size(README_SIZE)
        await keep_picture(at, "readme")


async def test_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    """At a phone's width one phone fills the screen, the other is one tap away, and all works with Rasa silent."""
    async with road(chromium, tmp_path, PHONE) as at:
        await bind(at)
        number = await report(at, NOT_UNDERSTOOD)
        await keep_picture(at, "phone-resident")
        await accept(at, number)
        await keep_picture(at, "phone-mediator")
        await at.resident.take()
        assert number in await at.resident.hears("有人接手了")
        await keep_picture(at, "phone")
        assert await at.page.evaluate("document.documentElement.scrollWidth > window.innerWidth") is False


def test_the_readme_picture_is_small() -> None:
    """The picture that the README shows is there, a PNG, and loads quickly."""
    content = README_PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < LARGEST_PICTURE_BYTES
