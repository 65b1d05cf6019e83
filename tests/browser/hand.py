"""Somebody's hand on a phone of the simulator's page: finds things as a person does, by what is written on them."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

PATIENCE_MS = 30_000
"""How long a person waits for an answer or a notice; the platform itself gives up after five seconds and retries."""


@dataclass(frozen=True)
class Hand:
    """One person at one phone."""

    page: Page
    name: str

    @property
    def phone(self) -> Locator:
        """The phone, with everything on it."""
        return self.page.get_by_role("region", name=f"{self.name}的手机")

    async def take(self) -> None:
        """Bring the phone to the front where only one fits on the screen."""
        switch = self.page.locator(".person-tab", has_text=self.name)
        await expect(switch).to_be_attached()
        if await switch.is_visible():
            await switch.click()
        await expect(self.phone).to_be_visible()

    async def follow(self) -> None:
        """Follow the account."""
        await self.phone.get_by_role("button", name="关注服务号").click()

    async def write(self, words: str) -> None:
        """Type a message and send it with Enter."""
        await self._keyboard()
        line = self.phone.get_by_role("textbox", name=f"{self.name}要说的话")
        await line.fill(words)
        await line.press("Enter")
        await expect(self.phone.locator(".row.own .bubble").last).to_have_text(words)

    async def tap(self, title: str) -> None:
        """Tap a line of the account's latest message that offers it."""
        line = re.compile(rf"^(\d+ )?{re.escape(title)}$")
        await self.phone.get_by_role("log").get_by_role("button", name=line).last.click()

    async def choose(self, top: str, below: str) -> None:
        """Choose from the account's menu."""
        await self._menu()
        await self.phone.get_by_role("button", name=top, exact=True).click()
        await self.phone.get_by_role("menuitem", name=below).click()

    async def send_place(self, label: str) -> None:
        """Send one of the places on the map."""
        await self._tray("位置")
        await self.phone.get_by_role("radio", name=label).check()
        await self.phone.get_by_role("button", name="发送位置").click()
        await expect(self.phone.locator(".place-name").last).to_have_text(label)

    async def send_picture(self, title: str) -> None:
        """Send one of the sample pictures."""
        await self._tray("示例图片")
        await self.phone.get_by_role("button", name=title).click()
        await expect(self.phone.locator(".row.own .picture img").last).to_be_visible()

    async def hears(self, words: str) -> str:
        """Wait until the latest message of the account says this; return all of that message."""
        latest = self.phone.locator(".row.other").last
        await expect(latest).to_contain_text(words, timeout=PATIENCE_MS)
        return await latest.inner_text()

    async def _tray(self, ability: str) -> None:
        await self._keyboard()
        await self.phone.get_by_label("更多功能").click()
        await self.phone.get_by_role("button", name=ability, exact=True).click()

    async def _keyboard(self) -> None:
        switch = self.phone.get_by_label("改用键盘")
        if await switch.is_visible():
            await switch.click()

    async def _menu(self) -> None:
        switch = self.phone.get_by_label("改用菜单")
        if await switch.is_visible():
            await switch.click()
