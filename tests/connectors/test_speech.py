"""Recognised speech made fit to be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.speech import PlatformRecognition, tidy
from dialogs.kernel.words import Input, InputKind


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("嗯，那个我想问一下，就是说我家楼上漏水。。。", "我想问一下，我家楼上漏水。"),
        ("我我我家楼上漏水", "我家楼上漏水"),
        ("呃我那个就是想反映一下", "我就是想反映一下"),
        ("啊，我想找调解员，啊", "我想找调解员"),
        ("怎么说呢，就是邻居占我家地", "就是邻居占我家地"),
        ("完了，他不还钱", "他不还钱"),
        ("然后呢他就打我", "他就打我"),
        ("因为因为物业不管", "因为物业不管"),
        ("我们我们那个小区", "我们那个小区"),
        ("我想我想预约", "我想预约"),
        ("没没没给钱", "没给钱"),
        ("人家不不同意", "人家不同意"),
        ("不，不，不是我", "不是我"),
        ("去去年", "去年"),
        ("好好好", "好"),
        ("对对对", "对"),
        ("谢谢谢谢", "谢谢"),
        ("算了算了", "算了"),
        ("，，，漏水", "漏水"),
        ("我家 楼上 漏水", "我家楼上漏水"),
        ("他天天天天吵", "他天天吵"),
    ],
)
def test_fillers_and_stutter_go(said: str, words: str) -> None:
    """What is said while thinking, and what is said twice, is dropped."""
    assert tidy(said) == words


@pytest.mark.parametrize(
    "said",
    [
        "嗯",
        "嗯。",
        "那个",
        "那个人打我",
        "那个邻居老是吵",
        "我妈妈病了",
        "看看能不能调解",
        "的的确确",
        "他说是是非非",
        "明明白白说了",
        "要不要钱",
        "有没有人管",
        "幺三八零零零零一三八",
        "138 0013 8000",
        "三千三百三十三块",
        "他欠我一万一一直不还",
        "哈哈",
        "慢慢说",
        "不同意",
        "",
    ],
)
def test_what_means_something_stays(said: str) -> None:
    """Doubled words, digits, denials and a filler that is the whole answer are kept."""
    assert tidy(said) == said


@given(st.text(alphabet="嗯那个我就是说不没，。一二三欠天看 a1", max_size=40))
def test_words_are_never_lost_altogether(said: str) -> None:
    """Whatever holds a word still holds one; tidying twice is tidying once; no denial vanishes."""
    once = tidy(said)
    assert bool(once.strip("，。、 ")) == bool(said.strip("，。、 "))
    assert ("不" in said) == ("不" in once)
    assert ("没" in said) == ("没" in once)
    assert sum(map(str.isdigit, once)) == sum(map(str.isdigit, said))


async def test_the_platform_recognition_is_the_first_ear() -> None:
    """What WeChat recognised is taken, tidied; without it there are no words."""
    ear = PlatformRecognition()
    assert await ear.words(Input(InputKind.VOICE, "嗯，漏水漏水。。。")) == "漏水。"
    assert await ear.words(Input(InputKind.VOICE)) == ""
