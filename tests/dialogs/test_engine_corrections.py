"""Changing earlier answers, as old and upset people say it."""

from typing import Any

import pytest

from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk


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
