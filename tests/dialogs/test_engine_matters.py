"""Several matters told in one message: named, taken one after another, nothing said is lost."""

from typing import Any

import pytest

from dialogs.kernel.release import Release
from dialogs.kernel.session import Session
from dialogs.kernel.words import Entity, Input, InputKind, Part, Understanding
from tests.dialogs.house import house
from tests.dialogs.talk import Talk

WORDS = """\
  utter_several_matters: [{text: "{count}件：{matters}。先说{first}，再说{rest}"}]
  utter_next_matter: [{text: "接着说{matter}"}]
  utter_single_matter: [{text: 当一件}]
"""
SINGLE = {"  help: [帮助]": "  help: [帮助]\n  single: [一件事]"}


def dialogs(flows: str = "") -> Release:
    """The house with words for several matters."""
    return house(domain=WORDS, flows=flows, **SINGLE)


def part(text: str, intent: str | None = "report", confidence: float = 0.95, **entities: Any) -> Part:
    """A stretch and what it means."""
    found = tuple(Entity(name, value, 0, len(str(value))) for name, value in entities.items())
    return Part(text, Understanding(intent, confidence if intent else 0.0, entities=found))


def tell(talk: Talk, *parts: Part, intent: str | None = "report") -> list[str]:
    """Say them in one message."""
    text = "，还有".join(each.text for each in parts)
    meaning = Understanding(intent, 0.9 if intent else 0.0, parts=parts)
    return talk.give(Input(InputKind.TEXT, text, understanding=meaning))


LEAK = part("物业不管漏水", kind="property")
NOISE = part("楼上天天跺脚吵人", kind="noise")


def test_they_are_named_and_the_first_begins() -> None:
    """What was understood is said; the first starts with its own words only."""
    talk = Talk(dialogs())
    assert tell(talk, LEAK, NOISE) == ["utter_several_matters", "utter_ask_place"]
    assert talk.texts[0] == "两件：物业、噪音扰民。先说物业，再说噪音扰民"
    assert (talk.slots["story"], talk.slots["kind"]) == ("物业不管漏水", "property")


def test_the_second_begins_by_itself_when_the_first_is_done() -> None:
    """At the end of the first the next is begun, filled with what was said of it, and its end is the usual one."""
    talk = Talk(dialogs())
    tell(talk, LEAK, NOISE)
    for answer in ("阳光小区", "没有", "尽快", "三", "13900001234", "对"):
        talk.text(answer)
    assert talk.returned("done", number="N1", unit="一处") == ["utter_done", "utter_next_matter", "utter_ask_place"]
    assert talk.texts[1] == "接着说噪音扰民"
    assert (talk.slots["story"], talk.slots["kind"]) == ("楼上天天跺脚吵人", "noise")
    assert talk.session.matters == []
    talk.text("取消")
    assert talk.session.stack == []


def test_cancelling_the_first_leaves_the_others() -> None:
    """Whoever drops one matter is taken to the next, and then there is none."""
    talk = Talk(dialogs())
    tell(talk, LEAK, NOISE, part("问一下要多少钱", "fee"))
    assert talk.text("取消") == ["utter_cancelled", "utter_next_matter", "utter_ask_place"]
    assert talk.text("取消") == ["utter_cancelled", "utter_next_matter", "utter_fee"]


def test_all_of_it_may_be_one_matter() -> None:
    """The person's word makes one story of all the stretches that belong to it."""
    talk = Talk(dialogs())
    tell(talk, LEAK, NOISE, part("问一下要多少钱", "fee"))
    assert talk.text("一件事") == ["utter_single_matter", "utter_ask_place"]
    assert talk.slots["story"] == "物业不管漏水，楼上天天跺脚吵人"
    assert talk.text("一件事") == ["utter_ask_place"]


def test_the_word_for_one_matter_means_nothing_elsewhere() -> None:
    """With nothing told there is nothing to make one of."""
    talk = Talk(dialogs())
    assert talk.text("一件事") == []


def test_told_when_the_story_is_asked() -> None:
    """At the question for the story the first is the answer."""
    talk = Talk(dialogs())
    assert talk.menu("REPORT") == ["utter_ask_story"]
    assert tell(talk, LEAK, NOISE) == ["utter_several_matters", "utter_ask_place"]
    assert talk.slots["story"] == "物业不管漏水"
    assert len(talk.session.matters) == 1


def test_the_flow_under_way_comes_first() -> None:
    """At the question for the story what belongs to this form is taken first, in whatever order it was told."""
    talk = Talk(dialogs())
    talk.menu("REPORT")
    tell(talk, part("查一下上次那个进度", "check"), LEAK)
    assert talk.slots["story"] == "物业不管漏水"
    assert [matter["flow"] for matter in talk.session.matters] == ["check"]


def test_elsewhere_in_a_form_words_are_the_answer() -> None:
    """At another question, and where everything is the answer, nothing is divided."""
    talk = Talk(dialogs())
    tell(talk, LEAK)
    talk.text("楼上漏水半年了", "report", kind="property")
    assert talk.step == "place"
    tell(talk, LEAK, NOISE)
    assert talk.session.matters == []
    talk = Talk(dialogs())
    talk.text("留言")
    tell(talk, LEAK, NOISE)
    assert talk.session.matters == []


def test_while_a_call_is_out_nothing_is_divided() -> None:
    """With a call pending there is no question to answer."""
    talk = Talk(dialogs())
    talk.text("转人工")
    tell(talk, LEAK, NOISE)
    assert talk.session.matters == []


@pytest.mark.parametrize(
    "parts",
    [
        (LEAK, part("电梯也坏了没人修", kind="property")),
        (LEAK, part("我们家老人受不了")),
        (LEAK, part("今天天气不错", None)),
        (LEAK, part("今天天气不错", "fee", 0.2)),
        (LEAK, part("我的任务呢", "staff")),
        (LEAK,),
        (part("随便说说", None), part("再随便说说", None)),
        (LEAK, part(" ", kind="noise")),
    ],
    ids=["one kind", "no kind", "no meaning", "hardly a meaning", "not allowed", "one", "nothing", "blank"],
)
def test_what_is_not_clearly_another_matter_is_none(parts: tuple[Part, ...]) -> None:
    """Two stretches of one kind, or one that says nothing clear, are one matter."""
    talk = Talk(dialogs())
    assert "utter_several_matters" not in tell(talk, *parts)
    assert talk.session.matters == []


def test_what_is_unclear_belongs_to_its_neighbour() -> None:
    """Stretches without a meaning stay with the matter they stand beside, and entities stay in their places."""
    talk = Talk(dialogs())
    lead = part("有两个事要说", None)
    more = part("13900001234是我电话", None, phone_number="13900001234")
    tell(talk, lead, part("先说一个吧", None), LEAK, more, NOISE, part("受不了了", None))
    assert talk.slots["story"] == "有两个事要说，先说一个吧，物业不管漏水，13900001234是我电话"
    assert talk.slots["phone"] == "13900001234"
    assert talk.session.matters[0]["values"]["story"] == "楼上天天跺脚吵人，受不了了"


def test_a_stretch_that_names_the_kind_names_it_for_those_before() -> None:
    """“有人吵” and then “楼上吵” are one matter, of the kind that the second names."""
    talk = Talk(dialogs())
    tell(talk, part("我要反映有人吵"), NOISE, part("查一下上次那个进度", "check"))
    assert talk.slots["kind"] == "noise"
    assert talk.slots["story"] == "我要反映有人吵，楼上天天跺脚吵人"


def test_no_more_than_three_are_taken() -> None:
    """What comes after the third belongs to it."""
    talk = Talk(dialogs())
    tell(talk, LEAK, NOISE, part("问一下要多少钱", "fee"), part("查一下上次那个进度", "check"))
    assert talk.texts[0].startswith("三件：物业、噪音扰民、要钱吗。")
    assert [matter["flow"] for matter in talk.session.matters] == ["report", "fee"]


def test_without_rasa_keywords_tell_them_apart() -> None:
    """Stretches without an intent are told apart by the flows' keywords."""
    talk = Talk(dialogs())
    parts = (part("楼上漏水半年了", None), part("上次那个进度呢", None))
    assert tell(talk, *parts, intent=None)[0] == "utter_several_matters"
    assert talk.texts[0] == "两件：反映纠纷、查进度。先说反映纠纷，再说查进度"


def test_dialogs_without_words_for_it_take_one() -> None:
    """An older release, which has no words for several matters, hears one."""
    talk = Talk(house())
    assert tell(talk, LEAK, NOISE) == ["utter_ask_kind"]


def test_a_matter_that_the_next_release_lacks_is_passed_over() -> None:
    """A flow that is gone, or closed to the person by now, is not begun; a slot that is gone is left out."""
    talk = Talk(dialogs())
    tell(talk, LEAK, NOISE)
    talk.session.matters = [
        {"flow": "gone", "title": "没了", "values": {}},
        {"flow": "guarded", "title": "关着", "values": {}},
        {"flow": "report", "title": "反映", "values": {"story": "楼上漏水半年了", "gone": 1}},
    ]
    assert talk.text("取消") == ["utter_cancelled", "utter_next_matter", "utter_ask_kind"]
    assert talk.slots["story"] == "楼上漏水半年了"


def test_dialogs_without_words_between_matters_say_none() -> None:
    """The words between matters, and those for one of all, may be missing."""
    talk = Talk(house(domain=WORDS.splitlines(keepends=True)[0], **SINGLE))
    tell(talk, LEAK, NOISE)
    assert talk.text("一件事") == ["utter_ask_place"]
    talk = Talk(house(domain=WORDS.splitlines(keepends=True)[0], **SINGLE))
    tell(talk, LEAK, NOISE)
    assert talk.text("取消") == ["utter_cancelled", "utter_ask_place"]


def test_matters_do_not_outlive_a_conversation_that_broke() -> None:
    """What was left when nothing is under way is forgotten with the next message."""
    talk = Talk(dialogs())
    talk.session = Session("s", "p", matters=[{"flow": "report", "title": "反映", "values": {}}])
    talk.text("要多少钱", "fee")
    assert talk.session.matters == []
