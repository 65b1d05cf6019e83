"""What begins a subject, what may come between a question and its answer, and what is only a nod."""

import pytest

from dialogs.kernel.words import Entity, Input, InputKind, Understanding
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk

CHOOSING = """\
  urge:
    name: 催一催
    description: 也先问电话
    x-keywords: [催催]
    steps: [{collect: phone}, {action: utter_urged}]
"""
SMALL = """\
  smile:
    name: 笑脸
    description: 闲话
    x-offered: false
    nlu_trigger: [{intent: {name: smile, confidence_threshold: 0.6}}]
    x-keywords: [哈哈哈哈]
    steps: [{action: utter_smile}]
"""
BARE = """\
  bare:
    name: 只发号码
    description: 一个号码开始
    x-entities: [phone_number]
    steps: [{collect: phone}, {collect: asked}]
  speak_in_menu:
    name: 说说看
    description: 菜单里的
    x-menu: SPEAK
    steps: [{action: utter_spoken}]
"""


def code(text: str, end: int) -> Input:
    """A message with a number that ends at a place in it."""
    entity = Entity("phone_number", text[:end], 0, end)
    return Input(InputKind.TEXT, text, understanding=Understanding(entities=(entity,)))


def test_a_flow_at_its_first_question_gives_way_to_one_that_asks_the_same() -> None:
    """Changing one's mind at the question which case does not pile up subjects."""
    talk = Talk(house(flows=CHOOSING))
    talk.text("进度")
    assert talk.text("催催") == ["utter_ask_phone"]
    assert [thread.flow for thread in talk.session.stack] == ["urge"]
    assert talk.text("13900001234") == ["utter_urged", "utter_completed"]


def test_a_flow_that_knows_something_does_not_give_way() -> None:
    """With an answer in hand, a flow waits below the one that interrupts it."""
    talk = at("phone")
    talk.text("查进度", "check")
    assert [thread.flow for thread in talk.session.stack] == ["report", "check"]


def test_a_number_alone_begins_the_flow_for_it() -> None:
    """A message that is nothing but an entity begins the flow that names it; with other words, or in a form, not."""
    talk = Talk(house(flows=BARE))
    assert talk.give(code("13900001234", 11)) == ["utter_ask_asked"]
    assert talk.slots["phone"] == "13900001234"
    assert Talk(house(flows=BARE)).give(code("13900001234是我", 11)) == ["utter_cannot_handle_1"]
    other = code("13900001234", 11)
    assert Talk(house()).give(other) == ["utter_cannot_handle_1"]


def test_small_talk_is_not_offered_and_does_not_interrupt_an_answer() -> None:
    """A flow that is not offered is no candidate, and free words at a question are the answer in spite of it."""
    release = house(flows=SMALL, **{"staff, guarded": "staff, smile, guarded"})
    talk = Talk(release)
    assert talk.text("哈哈哈哈你说呢", "smile", 0.3) == ["utter_cannot_handle_1"]
    talk = at("place", release)
    assert talk.text("哈哈哈哈那边", "smile", 0.99) == ["utter_ask_photos"]


@pytest.mark.parametrize(("said", "heard"), [("好的", ["utter_ask_place"]), ("不对", ["utter_correct_which"])])
def test_a_nod_is_no_answer_to_an_open_question(said: str, heard: list[str]) -> None:
    """Yes where no yes-or-no was asked puts the question again; no asks what is to be changed."""
    assert at("place").text(said) == heard


def test_a_no_before_any_answer_puts_the_question_again() -> None:
    """Where nothing was answered there is nothing to change."""
    talk = Talk(house())
    talk.text("进度")
    assert talk.text("不对") == ["utter_ask_phone"]


def test_stopping_the_questions_skips_an_optional_one_and_cancels_elsewhere() -> None:
    """A word that means both passes over what may be skipped, and ends what may not."""
    release = house(**{"  skip: [跳过]": "  skip: [跳过, 不说了]", "  cancel: [取消, ": "  cancel: [取消, 不说了, "})
    assert at("note", release).text("不说了") == ["utter_skipped", "utter_ask_count"]
    assert at("place", release).text("不说了") == ["utter_cancelled"]


def test_an_optional_yes_or_no_can_be_skipped() -> None:
    """跳过 passes over a yes-or-no that may be skipped; one that may not says so."""
    flows = (
        "  choice:\n    name: 选一选\n    description: d\n    steps: [{collect: ok, x-optional: true}, {collect: ok}]\n"
    )
    talk = Talk(house(flows=flows))
    talk.text("选一选")
    assert talk.text("跳过") == ["utter_skipped", "utter_completed"]
    assert at("ok").text("跳过") == ["utter_cannot_skip", "utter_ask_ok"]


def test_where_all_is_an_answer_the_menu_and_questions_to_us_are_heard() -> None:
    """At a question that takes everything, the name of a flow and a question to us interrupt; all else answers."""
    talk = Talk(house(flows=BARE))
    talk.text("留言")
    assert talk.text("说说看") == ["utter_spoken", "utter_resume_flow", "utter_ask_asked"]
    assert talk.text("你们多少钱吗") == ["utter_fee", "utter_resume_flow", "utter_ask_asked"]
    for answer in ("多少钱我都给", "查进度吗", "纠纷"):
        talk = Talk(house(flows=BARE))
        talk.text("留言")
        assert talk.text(answer) == ["utter_completed"], answer


def test_a_link_is_not_read() -> None:
    """A link, sent or typed, is told to be closed to us; without words for that it is not understood."""
    release = house("  utter_link_unread: [{text: 打不开}]\n")
    assert Talk(release).send(InputKind.LINK, "标题") == ["utter_link_unread"]
    talk = at("place", release)
    assert talk.text("https://example.org/a?b=1") == ["utter_link_unread", "utter_ask_place"]
    assert Talk(house()).text("HTTP://example.org") == ["utter_cannot_handle_1"]
    assert at("place").text("http是什么") == ["utter_ask_photos"]


def test_a_story_told_while_something_else_was_asked_is_kept() -> None:
    """What begins a form is taken as its story although another question waits, and a word says so."""
    release = house("  utter_noted: [{text: 记下了}]\n")
    talk = Talk(release)
    talk.menu("REPORT")
    talk.session.stack[-1].frames[-1][1] = "kind"
    assert talk.text("楼上漏水半年了没人管", "report", location="阳光小区") == ["utter_noted", "utter_ask_kind"]
    assert talk.slots["story"] == "楼上漏水半年了没人管"
    assert talk.text("楼上还是漏水半年了", "report") == ["utter_cannot_handle_1", "utter_ask_kind"]


def test_what_an_exacting_question_wants_is_its_answer_whatever_it_seems_to_mean() -> None:
    """A number that passes the rules of a phone is the phone, and its meaning is not even asked for."""
    talk = at("phone")
    assert not talk.wants("13900001234")
    assert talk.text("13900001234", "fee", 0.99) == ["utter_ask_ok"]
    assert at("phone").text("要多少钱呢", "fee", 0.99)[0] == "utter_fee"


def test_a_place_keeps_all_its_words() -> None:
    """A short answer in which a place was recognised is kept whole; a story is not."""
    talk = at("place")
    talk.text("望江街道滨江花园", location={"code": "A1", "text": "望江街道"})
    assert talk.slots["place"] == {"code": "A1", "text": "望江街道滨江花园"}
    talk = at("place")
    talk.text("我们" * 30 + "望江街道", location={"code": "A1", "text": "望江街道"})
    assert talk.slots["place"] == {"code": "A1", "text": "望江街道"}


def test_what_was_not_asked_for_must_stand() -> None:
    """A value volunteered at another question is dropped in silence when its own question would refuse it."""
    talk = at("place")
    talk.text("阳光小区", location="阳光小区", person_count=0)
    assert "count" not in talk.slots


def test_a_word_said_twice_in_one_breath_is_heard() -> None:
    """算了算了 ends what is under way, whatever follows in a short message."""
    assert at("place").text("算了算了不告了") == ["utter_cancelled"]


def test_other_words_for_a_choice_choose_it() -> None:
    """What people say for a value chooses it, even a word that is else a nod; a title goes first."""
    words = "    x-words: {noise: [好的, 吵], property: [物管, 噪音扰民]}\n    x-titles: {property: 物业"
    release = house(**{"    x-titles: {property: 物业": words})
    assert at("kind", release).text("好的") == ["utter_ask_place"]
    talk = at("kind", release)
    talk.text("噪音扰民")
    assert talk.slots["kind"] == "noise"
    talk = at("kind", release)
    talk.text("就是物管那些人")
    assert talk.slots["kind"] == "property"
