"""Changing earlier answers, as old and upset people say it."""

from typing import Any

import pytest

from dialogs.kernel.words import Entity, Input, InputKind, Understanding
from tests.dialogs.house import ACTIONS, DOMAIN, FLOWS, at, house
from tests.dialogs.talk import Talk, compile_release

_PHONE = "    mappings: [{type: from_entity, entity: phone_number}, {type: from_text}]\n"
_RULE = (
    """    validation: {rejections: [{if: 'not slots.phone matches "^1?[0-9]{7,10}$"', utter: utter_phone_odd}]}\n"""
)
_OK = FLOWS[FLOWS.index("        collect: ok\n") : FLOWS.index("      - id: submit\n")]
_ASKED = "        collect: asked\n        force_slot_filling: true\n        next: END\n"
FORCED = compile_release(DOMAIN.replace(_PHONE, _PHONE + _RULE), FLOWS.replace(_OK, _ASKED), ACTIONS)
"""The form, whose last question takes everything as its answer."""


def insist(said: str, entity: str = "", value: str = "") -> Talk:
    """Say something at the question that takes everything, an entity where it stands in the words."""
    talk = at("ok", FORCED)
    start = said.find(value)
    found = (Entity(entity, value, start, start + len(value)),) if entity else ()
    talk.give(Input(InputKind.TEXT, said, understanding=Understanding(entities=found)))
    return talk


@pytest.mark.parametrize(
    ("said", "entities", "slot", "value"),
    [
        ("电话改成13800000000", {}, "phone", "13800000000"),
        ("不对 电话写错了，是13800000000", {"phone_number": "13800000000"}, "phone", "13800000000"),
        ("刚才那个地址写错了 是二单元", {}, "place", "阳光小区3号楼二单元"),
        ("地址改成幸福里5栋", {}, "place", "幸福里5栋"),
        ("地址错了，应该是5号楼201室", {}, "place", "阳光小区5号楼一单元201室"),
        ("地址改成3号楼对面", {}, "place", "3号楼对面"),
        ("人数改成五个", {}, "count", 5.0),
        ("类型错了是噪音", {}, "kind", "noise"),
        ("错了，13800000000", {"phone_number": "13800000000"}, "phone", "13800000000"),
        ("经过改成楼下漏水了", {}, "story", "楼下漏水了"),
    ],
)
def test_an_earlier_answer_is_corrected(said: str, entities: dict[str, Any], slot: str, value: object) -> None:
    """A correction changes the answer it names, keeps the others, and comes back to the question that waited."""
    talk = at("ok")
    kept = dict(talk.slots)
    heard = talk.text(said, **entities)
    assert (heard, talk.step) == (["utter_corrected", "utter_ask_ok"], "ok")
    assert talk.slots == kept | {slot: value}
    label = talk.release.slots[slot].label
    assert talk.texts[0].startswith(f"{label}改成")


@pytest.mark.parametrize("said", ["不对 电话错了", "电话改一下"])
def test_a_correction_without_a_value_asks_again(said: str) -> None:
    """Told only what is wrong, the engine asks that question and then comes back."""
    talk = at("ok")
    assert talk.text(said) == ["utter_ask_phone"]
    assert talk.text("13800000000") == ["utter_ask_ok"]


def test_a_correction_that_is_refused_is_not_confirmed() -> None:
    """A bad new value is refused at its question, without “改好了”."""
    talk = at("ok")
    assert talk.text("电话改成12") == ["utter_phone_odd", "utter_ask_phone"]


def test_a_correction_of_nothing_in_particular_asks_which() -> None:
    """改一下 offers the answers given so far; the one chosen is asked again."""
    talk = at("count")
    assert talk.text("改一下") == ["utter_correct_which"]
    assert talk.titles == ["经过", "类型", "在哪儿", "照片", "备注"]
    assert talk.text("3") == ["utter_ask_place"]
    assert talk.text("幸福里") == ["utter_ask_count"]


def test_a_correction_of_the_present_question_is_its_answer() -> None:
    """Correcting what is being asked answers it, or has it asked again."""
    talk = at("phone")
    assert talk.text("电话错了") == ["utter_ask_phone"]
    assert talk.text("电话改成13800000000") == ["utter_corrected", "utter_ask_ok"]


def test_a_correction_to_the_same_value_changes_nothing() -> None:
    """Saying the same again only puts the question again."""
    talk = at("ok")
    assert talk.text("电话改成13900001234") == ["utter_ask_ok"]


def test_a_correction_by_meaning_needs_no_word() -> None:
    """An intent `correct` is a correction although none of our words is said."""
    talk = at("ok")
    assert talk.text("电话不是这个，是13800000000", "correct", phone_number="13800000000")[0] == "utter_corrected"
    assert talk.text("你给弄拧了我说的不是这样的吧", "correct") == ["utter_correct_which"]


def test_a_correction_before_any_answer_has_nothing_to_change() -> None:
    """With no answer yet there is nothing to correct; with nothing under way the word means nothing."""
    talk = Talk(house())
    talk.text("进度")
    assert talk.text("改一下") == ["utter_nothing_to_review", "utter_ask_phone"]
    assert Talk(house()).text("改一下") == ["utter_cannot_handle_1"]
    assert Talk(house()).text("我说岔了", "correct") == ["utter_nothing_to_review"]


def test_a_name_deep_in_a_story_is_no_correction() -> None:
    """Only near the beginning does the name of an answer make a correction of it."""
    talk = at("note")
    assert talk.text("他们登记的时候把我们全楼人家的电话都写错了到现在也没有改过来") == ["utter_ask_count"]


def test_words_of_correction_inside_an_answer_are_an_answer() -> None:
    """A story in which something was changed is not a correction."""
    talk = at("note")
    assert talk.text("物业私自把绿地改成了停车场我们都不同意") == ["utter_ask_count"]
    talk = at("note")
    assert talk.text("错了就是错了他们物业到现在也不肯认账我们只好来找你们") == ["utter_ask_count"]


def test_a_correction_drops_the_subject_that_interrupted() -> None:
    """Correcting an answer of the form leaves a subject begun in between."""
    talk = at("ok")
    talk.session.slots.pop("phone")
    talk.text("查进度", "check")
    assert talk.step == "phone"
    assert talk.text("地址改成幸福里")[0] == "utter_corrected"
    assert [thread.flow for thread in talk.session.stack] == ["report"]


def test_after_submission_answers_are_no_longer_changed() -> None:
    """Once the world has changed, there is no way back over it."""
    talk = at("ok")
    talk.text("对")
    talk.session.stack[-1].frames[-1][1] = "submit"
    talk.returned("invalid")
    assert talk.step == "ok"
    assert talk.text("电话改成13800000000")[0] == "utter_corrected"


@pytest.mark.parametrize(
    ("said", "entity", "found", "slot", "value"),
    [
        ("地址改成幸福里5栋", "location", "幸福里", "place", "幸福里5栋"),
        ("地址改成二单元", "", "", "place", "阳光小区3号楼二单元"),
        ("电话错了，是13800000000", "phone_number", "13800000000", "phone", "13800000000"),
        ("我的手机号写错了，应该是13800000000吧", "phone_number", "13800000000", "phone", "13800000000"),
        ("电话错了，是15550101010", "", "", "phone", "15550101010"),
        ("不对，刚才说的备注改成尽快上门", "", "", "note", "尽快上门"),
        ("类型改成噪音扰民", "", "", "kind", "noise"),
        ("人数改成五个", "", "", "count", 5.0),
        ("我说错了是幸福里", "location", "幸福里", "place", "幸福里"),
        ("错了，13800000000", "phone_number", "13800000000", "phone", "13800000000"),
    ],
)
def test_a_plain_correction_is_heard_where_everything_is_an_answer(
    said: str, entity: str, found: str, slot: str, value: object
) -> None:
    """A named answer with a value that is plainly its own is corrected even at a question that takes everything."""
    talk = insist(said, entity, found)
    assert (talk.heard, talk.step) == (["utter_corrected", "utter_ask_asked"], "ok")
    assert talk.slots[slot] == value


@pytest.mark.parametrize(
    ("said", "entity", "found"),
    [
        ("他说要改成一个月还一千", "", ""),
        ("把地址改成13号的是他们", "", ""),
        ("希望电话改成13800000000", "phone_number", "13800000000"),
        ("备注改成道歉", "", ""),
        ("地址错了", "", ""),
        ("电话错了他们也不改，我打了110", "", ""),
        ("电话改成先打13800000000再说别的事情", "phone_number", "13800000000"),
        ("电话改成静音了，他们还是打13800000000", "phone_number", "13800000000"),
        ("类型改成物业管的那种", "", ""),
        ("人数改成五个以上才能开会", "", ""),
        ("不对，电话改成静音", "", ""),
        ("照片改成两张", "", ""),
        ("我说错了是幸福里", "", ""),
        ("是他错了住在幸福里", "location", "幸福里"),
        ("错了就是错了他们住幸福里", "location", "幸福里"),
    ],
)
def test_an_answer_that_only_sounds_like_a_correction_is_an_answer(said: str, entity: str, found: str) -> None:
    """Where everything is an answer, words of change without a plain value of a named answer are the answer."""
    talk = insist(said, entity, found)
    assert "utter_corrected" not in talk.heard
    assert talk.session.stack == [] or talk.step != "ok"


def test_another_choice_is_corrected_by_its_title_alone() -> None:
    """改成 and the very title of a choice changes the question that has it; another word asks which is meant."""
    talk = at("ok")
    assert talk.text("改成噪音扰民") == ["utter_corrected", "utter_ask_ok"]
    assert talk.slots["kind"] == "noise"
    assert at("ok").text("改成别的") == ["utter_correct_which"]
    assert insist("改成噪音扰民").heard == ["utter_corrected", "utter_ask_asked"]
    assert "utter_corrected" not in insist("改成噪音小一点").heard


def test_a_long_answer_to_an_open_question_is_a_correction_only_when_plain_or_surely_meant() -> None:
    """Words of change in a story told at an open question are the story; a sure meaning is heard."""
    talk = Talk(house())
    talk.menu("REPORT")
    said = "经过是这样的，物业私自把绿地改成了停车场"
    assert talk.text(said) == ["utter_ask_kind"]
    assert talk.slots["story"] == said
    talk = at("place")
    heard = talk.text("前面那个号码我给你说的不是那样的", "correct", 0.99, phone_number="13800000000")
    assert heard == ["utter_correct_which"]
    assert at("place").text("前面那个号码我给你说的不是那样的", "correct", 0.5) == ["utter_ask_photos"]


def test_an_entity_tells_which_answer_is_meant_and_a_late_word_nothing() -> None:
    """A wish to change something at the beginning changes what the entity belongs to; a word far on does not."""
    talk = at("ok")
    assert talk.text("改一下，是13800000000", phone_number="13800000000") == ["utter_corrected", "utter_ask_ok"]
    assert at("ok").text("他们自己写错了吧") == ["utter_cannot_handle_1", "utter_ask_ok"]
