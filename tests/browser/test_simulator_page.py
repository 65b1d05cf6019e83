"""The simulator's page in a real Chromium, with a bot on wechatpy behind it, on a desktop and at a phone's width."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect
from wechatpy.replies import TransferCustomerServiceReply

from tests.connectors.simulator_stage import PICTURE_FILE, Answerer, Stage, stage

REPORTS = Path(__file__).parents[2] / "reports"
DESKTOP = (1280, 800)
PHONE = (390, 844)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MENU = {
    "button": [
        {
            "name": "我要反映",
            "sub_button": [
                {"name": "说一件事", "type": "click", "key": "DISPUTE"},
                {"name": "补充材料", "type": "click", "key": "ADD"},
            ],
        },
        {"name": "查进度", "type": "click", "key": "PROGRESS"},
    ]
}
CHOICES = ("邻里之间", "物业管理", "都不是")
HOSTILE = (
    '<img src=x onerror="window.hacked=1"><a href="javascript:window.hacked=2">点我</a><script>window.hacked=3</script>'
)

UNNAMED = """() => [...document.querySelectorAll('button, input, textarea, select, a[href]')]
  .filter((element) => element.offsetParent)
  .filter((element) => !(element.getAttribute('aria-label') || element.innerText || element.textContent
    || (element.labels && element.labels.length)))
  .map((element) => element.outerHTML.slice(0, 120))"""

FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const parts = numbers(getComputedStyle(at).backgroundColor);
      if (parts.length === 3 || parts[3] === 1) return parts;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || !element.offsetParent || element.closest('svg, script, .toast')) continue;
    const [one, other] = [numbers(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.className} ${text.slice(0, 20)}`);
  }
  return faint;
}"""


@dataclass
class Room:
    """A page of the simulator with its stage; what the browser complained about is collected."""

    here: Stage
    page: Page
    complaints: list[str]

    def phone(self, name: str) -> Locator:
        """Find somebody's phone."""
        return self.page.get_by_role("region", name=f"{name}的手机")

    async def picture(self, name: str) -> None:
        """Keep a screenshot among the reports, once nothing moves any more."""
        REPORTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=REPORTS / f"simulator-{name}.png", animations="disabled")


async def helper(message: Any) -> Any:
    """Answer as a small helpful bot would."""
    if message.type == "text" and message.content == "转人工":
        return TransferCustomerServiceReply(message=message)
    if message.type == "event" and message.event == "click":
        return "好的,请说说是什么事。"
    if message.type in {"event", "text"}:
        lines = [line(title, number) for number, title in enumerate(CHOICES, 1)]
        return "\n".join(["您好,这件事是哪一类?", "", *lines, "", "也可以看 https://example.org/help"])
    answers = {
        "image": "照片收到了。",
        "location": "地方记下了。",
        "voice": f"我听到的是:{message.raw.get('Recognition')}",
    }
    return answers.get(message.type, "success")


def line(title: str, number: int) -> str:
    """Write a tappable line."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={title}&msgmenuid=c-{number}">{number} {title}</a>'


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Start the machine's Chromium."""
    path = shutil.which("chromium")
    assert path is not None, "The browser tests need Chromium on the PATH (Debian: apt-get install chromium)."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def room(browser: Browser, size: tuple[int, int], answer: Answerer = helper) -> AsyncIterator[Room]:
    """Open the page at a size; a complaint of the browser fails the test at its end."""
    async with stage(answer) as here:
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        complaints: list[str] = []

        def heard(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(here.url)
        yield Room(here, page, complaints)
        assert complaints == []
        await page.close()


async def two_phones(at: Room) -> None:
    """Make the menu, a template and the two phones of the page's own offer, and let both follow."""
    await at.here.api("menu/create", MENU)
    content = "案件编号:{{character_string1.DATA}}\n反映事项:{{thing2.DATA}}\n处理时限:{{time3.DATA}}"
    await at.here.control("/templates", {"template_id": "T1", "title": "新案件待受理", "content": content})
    await at.page.get_by_role("button", name="放两部手机").click()
    for name in ("张阿姨", "王调解员"):
        await at.phone(name).get_by_role("button", name="关注服务号").click()
        await expect(at.phone(name).get_by_role("button", name="1 邻里之间")).to_be_visible()


async def openid_of(at: Room, name: str) -> str:
    """Look up somebody's openid."""
    people = (await at.here.look("/people"))["people"]
    return str(next(person["openid"] for person in people if person["name"] == name))


async def send_card(at: Room, name: str) -> None:
    """Let the account send somebody a template message."""
    data = {"character_string1": "AH2026112100073", "thing2": "楼上漏水半年物业不管", "time3": "2026年11月24日 17:00"}
    body = {
        "touser": await openid_of(at, name),
        "template_id": "T1",
        "url": "http://127.0.0.1/case",
        "data": {key: {"value": value} for key, value in data.items()},
    }
    assert (await at.here.api("message/template/send", body))["errcode"] == 0


async def test_typing_and_tapping(chromium: Browser) -> None:
    """A typed text and a tapped line stand on the screen as own bubbles, and the tap carries its id to the bot."""
    async with room(chromium, DESKTOP) as at:
        await two_phones(at)
        hers = at.phone("张阿姨")
        await hers.get_by_label("改用键盘").click()
        await hers.get_by_role("textbox").fill("楼上漏水半年了,物业一直不管")
        await hers.get_by_role("textbox").press("Enter")
        await expect(hers.locator(".row.own .bubble")).to_have_text("楼上漏水半年了,物业一直不管")
        await hers.get_by_role("button", name="2 物业管理").last.click()
        await expect(hers.locator(".row.own .bubble")).to_have_count(2)
        assert at.here.bot.heard[-1].raw["bizmsgmenuid"] == "c-2"


async def send_things(hers: Locator) -> None:
    """Send a voice message, a sample picture and a place from the tray."""
    await hers.get_by_label("改用键盘").click()
    await hers.get_by_label("更多功能").click()
    await hers.get_by_role("button", name="语音", exact=True).click()
    await hers.get_by_role("textbox", name="说的话", exact=True).fill("我家天花板一直滴水")
    await hers.get_by_role("button", name="发送语音").click()
    await expect(hers.get_by_text("我听到的是:我家天花板一直滴水")).to_be_visible()
    await hers.get_by_role("button", name="示例图片").click()
    await hers.get_by_role("button", name="楼上漏水").click()
    await expect(hers.get_by_text("照片收到了。")).to_be_visible()
    await hers.get_by_role("button", name="位置", exact=True).click()
    await hers.get_by_label("安和区酒仙桥街道和平花园").check()
    await hers.get_by_role("button", name="发送位置").click()


async def test_things_menu_and_card(chromium: Browser) -> None:
    """On a desktop two people stand side by side: voice, picture and place on one phone, menu and card on the other."""
    async with room(chromium, DESKTOP) as at:
        await two_phones(at)
        hers, his = at.phone("张阿姨"), at.phone("王调解员")
        await send_things(hers)
        await expect(hers.locator(".place-name")).to_have_text("安和区酒仙桥街道和平花园")
        await his.get_by_role("button", name="我要反映", exact=True).click()
        await his.get_by_role("menuitem", name="说一件事").click()
        await expect(his.get_by_text("好的,请说说是什么事。")).to_be_visible()
        assert at.here.bot.heard[-1].raw["EventKey"] == "DISPUTE"
        await send_card(at, "王调解员")
        await expect(his.get_by_role("heading", name="新案件待受理")).to_be_visible()
        await expect(his.locator(".field").nth(1)).to_contain_text("反映事项")
        await expect(hers.get_by_text("地方记下了。")).to_be_in_viewport()
        await hers.get_by_label("改用菜单").click()
        await hers.get_by_role("button", name="查进度").click()
        await expect(hers.get_by_text("好的,请说说是什么事。")).to_be_in_viewport()
        await at.picture("desktop")


async def pick_photo(at: Room, hers: Locator) -> None:
    """Choose a picture of the machine's own."""
    await hers.get_by_label("改用键盘").click()
    await hers.get_by_label("更多功能").click()
    async with at.page.expect_file_chooser() as chooser:
        await hers.get_by_role("button", name="照片", exact=True).click()
    await (await chooser.value).set_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE_FILE})
    await expect(hers.get_by_text("照片收到了。")).to_be_visible()


async def test_phone_width(chromium: Browser) -> None:
    """On a phone one phone fills the screen and the switcher shows the other; nothing sticks out at the side."""
    async with room(chromium, PHONE) as at:
        await at.page.get_by_role("button", name="放两部手机").click()
        await at.here.api("menu/create", MENU)
        hers, his = at.phone("张阿姨"), at.phone("王调解员")
        await hers.get_by_role("button", name="关注服务号").click()
        box = await hers.bounding_box()
        assert box is not None
        assert [box["width"], box["y"] + box["height"]] == list(PHONE)
        await pick_photo(at, hers)
        await hers.get_by_role("textbox").fill("转人工")
        await hers.get_by_role("button", name="发送", exact=True).click()
        await expect(hers.get_by_text("已为您转接人工客服")).to_be_visible()
        await at.picture("phone")
        await at.page.get_by_role("button", name="王调解员").click()
        await expect(his).to_be_visible()
        await expect(hers).to_be_hidden()
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert await at.page.evaluate(wide) is False


async def test_unread_mark(chromium: Browser) -> None:
    """At a phone's width a message to somebody who is not on the screen leaves a mark at her name."""
    async with room(chromium, PHONE) as at:
        await two_people_at_phone_width(at)
        await at.here.say(await openid_of(at, "王调解员"), "有一件新案子")
        mark = at.page.get_by_role("button", name="王调解员").locator(".unread")
        await expect(mark).to_be_visible()
        await at.page.get_by_role("button", name="王调解员").click()
        await expect(mark).to_be_hidden()


async def two_people_at_phone_width(at: Room) -> None:
    """Make two people who follow, the first on the screen."""
    for name in ("张阿姨", "王调解员"):
        await at.here.control("/people", {"name": name, "follow": True})
        await expect(at.page.get_by_role("button", name=name)).to_be_visible()


async def test_text_is_never_markup(chromium: Browser) -> None:
    """Whatever a bot or a person writes stands there as text; only web addresses and menu lines can be tapped."""

    async def hostile(_: Any) -> str:
        return HOSTILE

    async with room(chromium, DESKTOP, hostile) as at:
        person = await at.here.control("/people", {"name": "<b>甲</b>", "follow": True})
        await at.here.step(person["openid"], "text", text=HOSTILE)
        bubbles = at.page.locator(".bubble")
        await expect(bubbles).to_have_count(3)
        assert [text.strip() for text in await bubbles.all_inner_texts()] == [HOSTILE] * 3
        assert await at.page.locator(".bubble img, .bubble a, .bubble script, .stand-name b").count() == 0
        assert await at.page.evaluate("window.hacked") is None


async def test_follow_scan_unfollow(chromium: Browser) -> None:
    """A phone can follow by scanning a code of the account, consent to notices, and stop following."""
    async with room(chromium, DESKTOP) as at:
        wanted = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "village-12"}}}
        await at.here.api("qrcode/create", wanted)
        await at.here.control("/templates", {"template_id": "T1", "title": "进度通知", "content": "{{thing1.DATA}}"})
        await at.page.reload()
        await at.here.control("/people", {"name": "张阿姨"})
        hers = at.phone("张阿姨")
        await hers.get_by_role("button", name="扫码关注").click()
        await hers.get_by_role("button", name="village-12").click()
        await expect(hers.get_by_role("log")).to_contain_text("您好")
        assert at.here.bot.heard[-1].raw["EventKey"] == "qrscene_village-12"
        await hers.get_by_label("公众号资料").click()
        await hers.get_by_role("button", name="长期同意").click()
        await expect(hers.get_by_role("dialog")).to_be_hidden()
        assert (await at.here.look("/people"))["people"][0]["consents"] == {"T1": "long_term"}
        await hers.get_by_label("公众号资料").click()
        await hers.get_by_role("button", name="不再关注").click()
        await expect(hers.get_by_role("button", name="关注服务号")).to_be_visible()


async def test_engineers_panel(chromium: Browser) -> None:
    """Faults are set and taken away on the page, and the log shows what they did."""
    async with room(chromium, DESKTOP) as at:
        person = await at.here.control("/people", {"name": "张阿姨", "follow": True})
        await at.page.get_by_role("button", name="工程面板").click()
        await at.page.get_by_role("tab", name="故障").click()
        await at.page.locator("select[name=errcode]").select_option("45009")
        await at.page.get_by_role("button", name="设上").click()
        await expect(at.page.locator(".set-faults")).to_contain_text("45009")
        assert await at.here.say(person["openid"]) == 45009
        await expect(at.page.get_by_text("没有故障,一切正常。")).to_be_visible()
        await at.page.get_by_role("button", name="机器人的回答丢一次").click()
        await at.page.get_by_label("取消这个故障").click()
        await expect(at.page.get_by_text("没有故障,一切正常。")).to_be_visible()
        await at.page.get_by_role("tab", name="往来").click()
        await at.page.get_by_role("button", name="出错").click()
        await at.page.get_by_text("message/custom/send").click()
        await expect(at.page.locator("pre").last).to_contain_text('"errcode": 45009')
        await at.picture("panel")
        await at.page.get_by_role("tab", name="配额").click()
        await at.page.get_by_role("button", name="过 49 小时").click()
        await expect(at.page.locator(".quota")).to_contain_text("不能发")


async def test_everything_has_a_name_and_contrast(chromium: Browser) -> None:
    """Every control has a name, every text a contrast of 4.5 : 1, on both widths, with sheets and panels open."""
    for size in (DESKTOP, PHONE):
        async with room(chromium, size) as at:
            person = await at.here.control("/people", {"name": "张阿姨", "role": "mediator", "follow": True})
            await at.here.step(person["openid"], "text", text="楼上漏水")
            await at.here.step(person["openid"], "voice", seconds=4, recognition="滴水")
            await at.here.step(person["openid"], "location", lat=36.5, lng=116.2, label="阳光小区")
            hers = at.phone("张阿姨")
            await hers.get_by_label("更多功能").click()
            await hers.get_by_role("button", name="位置", exact=True).click()
            await at.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
            assert await at.page.evaluate(UNNAMED) == []
            assert await at.page.evaluate(FAINT) == []
            await at.page.keyboard.press("Escape")
            await expect(hers.get_by_role("button", name="位置", exact=True)).to_be_focused()
            await at.page.get_by_role("button", name="工程面板").click()
            for tab in ("往来", "故障", "配额", "二维码", "说明"):
                await at.page.get_by_role("tab", name=tab).click()
                assert await at.page.evaluate(UNNAMED) == []
                assert await at.page.evaluate(FAINT) == []


async def test_comes_back(chromium: Browser) -> None:
    """A page that is loaded anew shows the same screens; a phone that is taken away is gone."""
    async with room(chromium, DESKTOP) as at:
        person = await at.here.control("/people", {"name": "张阿姨", "follow": True})
        await at.here.step(person["openid"], "text", text="还在吗")
        await at.page.reload()
        await expect(at.phone("张阿姨").get_by_text("还在吗")).to_be_visible()
        await expect(at.page.get_by_text("已连接")).to_be_visible()
        await at.page.get_by_label("收起张阿姨的手机").click()
        await expect(at.page.get_by_role("heading", name="还没有手机")).to_be_visible()


async def test_headers(chromium: Browser) -> None:
    """The page comes with a policy that allows no scripts but its own, and asks no other server for anything."""
    async with room(chromium, DESKTOP) as at:
        asked: list[str] = []
        at.page.on("request", lambda request: asked.append(request.url))
        response = await at.page.reload()
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert re.search(r"default-src 'none'; script-src 'self'; style-src 'self'", policy)
        await expect(at.page.get_by_role("heading", name="还没有手机")).to_be_visible()
        assert [url for url in asked if not url.startswith(at.here.url)] == []
