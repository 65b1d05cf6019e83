"""People who hold phones on the contract platform: they read what is asked and answer it."""

import re
from dataclasses import dataclass

from tests.contract.platform import Answer, Client, Delivery, text

STORY = "楼上漏水半年了物业不管,我在酒仙桥街道阳光小区"
ANSWERS = (
    ("您同意吗", "同意"),
    ("听起来是", "对"),
    ("像下面哪一种", "物业"),
    ("事情出在哪儿", "酒仙桥街道阳光小区"),
    ("怎么解决", "修好"),
    ("再答几个小问题", "先不说了"),
    ("有照片", "没有"),
    ("怎么称呼您", "王大姐"),
    ("留个电话", "13800138000"),
    ("还用上次的吗", "还用这个"),
    ("都对吗", "提交"),
)
LONGEST_FORM = 20
CASE_NUMBER = re.compile(r"[A-Z]{2}\d{13}")


@dataclass
class Person:
    """One phone; what it hears last is kept."""

    openid: str
    client: Client
    heard: str = ""

    async def say(self, words: str) -> str:
        """Send a text, be delivered once, return what is answered at once."""
        return await self.hear(text(self.openid, words))

    async def hear(self, delivery: Delivery) -> str:
        """Deliver and keep the answer."""
        answer: Answer = await self.client.deliver(delivery)
        assert answer.status == 200
        self.heard = answer.text
        return self.heard

    def answer(self) -> str:
        """What this person says to the question that was asked last."""
        asked = [(self.heard.rfind(piece), words) for piece, words in ANSWERS if piece in self.heard]
        assert asked, f"nobody knows what to answer to: {self.heard}"
        return max(asked)[1]

    async def until_submit(self) -> None:
        """Tell the story and answer questions until the last one, “都对吗”, stands."""
        await self.say(STORY)
        for _ in range(LONGEST_FORM):
            if "都对吗" in self.heard:
                return
            await self.say(self.answer())
        raise AssertionError(f"the form does not end; it asks: {self.heard}")

    async def report(self) -> str:
        """Go the whole road and return the case number."""
        await self.until_submit()
        return number_in(await self.say("提交"))


def number_in(words: str) -> str:
    """The case number that the words hold."""
    found = CASE_NUMBER.search(words)
    assert found, f"no case number in: {words}"
    return found.group()
