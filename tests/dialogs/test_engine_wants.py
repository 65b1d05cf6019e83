"""What the host need not find out: where extractors could change nothing."""

import pytest

from dialogs.kernel import engine
from dialogs.kernel.words import Input, InputKind
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk

FORCED = """\
  forced:
    name: 报一报
    description: 先问在哪儿，再什么都听
    steps:
      - collect: place
        force_slot_filling: true
      - id: asked
        collect: asked
        force_slot_filling: true
"""


@pytest.mark.parametrize("said", ["转人工", "1", "物业", "取消", "", "多少钱", "更多"])
def test_nothing_is_picked_out_of_what_is_known_by_its_word(said: str) -> None:
    """Buttons, numbers, titles and words of ours hold nothing for extractors."""
    assert not at("kind").picks(said)


def test_what_is_no_text_is_not_searched() -> None:
    """A photo, a tap, a menu entry and a message while a call is out hold nothing for extractors."""
    talk = at("kind")
    assert not engine.wants_entities(talk.release, talk.session, Input(InputKind.MENU, "我家", "REPORT"))
    assert not engine.wants_entities(talk.release, talk.session, Input(InputKind.BUTTON, "我家", "0-0"))
    talk = at("ok")
    talk.text("对")
    assert not talk.picks("我家在阳光小区")


def test_an_answer_is_searched_only_where_it_could_matter() -> None:
    """A question that takes every word as it is needs no extractors, unless its slot takes them or it is corrected."""
    talk = Talk(house(flows=FORCED))
    assert talk.picks("楼上漏水半年了")
    talk.text("报一报")
    assert talk.picks("阳光小区")
    talk.text("阳光小区")
    assert talk.step == "asked"
    assert not talk.picks("去年就在阳光小区住了")
    assert talk.picks("地址改成幸福里")
    assert at("kind").picks("楼上那家的事")
