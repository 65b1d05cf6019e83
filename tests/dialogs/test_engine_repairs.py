"""Mending a conversation: what old and upset people type, and what should come of it."""

from dataclasses import replace

import pytest

from dialogs.kernel.words import Entity, Input, InputKind, Understanding
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk


@pytest.mark.parametrize(
    "word",
    [
        "取消",
        "算了不弄了",
        "算了我不弄了",
        "算了 他们不讲理",
        "算了，太麻烦",
        "我要取消",
        "取消吧",
        "取消！",
        " 取 消 ",
    ],
)
def test_cancel_ends_the_form_and_empties_it(word: str) -> None:
    """However it is worded, cancel ends what is under way and forgets it."""
    talk = at("count")
    assert talk.text(word) == ["utter_cancelled"]
    assert talk.session.is_idle
    assert talk.slots == {"unit": "中心"}


def test_cancel_with_nothing_under_way_says_so() -> None:
    """There is nothing to cancel when nothing is under way."""
    assert Talk(house()).text("取消") == ["utter_nothing_to_cancel"]


@pytest.mark.parametrize(
    "word", ["转人工", "转人工！！", "我要转人工", "你快给我转人工啊", "人工", "转 人 工", "请转人工吧"]
)
def test_a_person_is_one_word_away(word: str) -> None:
    """A person is called from the middle of any question, and the question waits."""
    talk = at("count")
    talk.text(word)
    assert talk.call().action == "action_call_person"
    assert talk.returned("done") == ["utter_person_comes", "utter_resume_flow", "utter_ask_count"]


@pytest.mark.parametrize("said", ["取消合同", "再说一遍道理给他听", "人工费没给", "上一步台阶坏了", "更多赔偿"])
def test_words_of_ours_inside_an_answer_are_an_answer(said: str) -> None:
    """An answer that only begins like a word of ours is an answer."""
    assert at("note").text(said) == ["utter_ask_count"]


def test_a_long_story_about_a_person_is_a_story() -> None:
    """The word for a person inside a long answer does not interrupt it."""
    talk = Talk(house())
    assert talk.text("人工湖边上的路灯坏了半年了一直没有人来修", "report") == ["utter_ask_kind"]


def test_a_person_without_a_flow_for_it_is_still_promised() -> None:
    """When no flow brings in a person, a sentence does."""
    plain = house()
    flows = {name: flow for name, flow in plain.flows.items() if name != "pattern_human"}
    talk = Talk(replace(plain, flows=flows))
    assert talk.text("人工") == ["utter_cannot_handle_human"]


def test_back_goes_to_the_last_question_asked() -> None:
    """上一步 empties the last answer and asks it again, also over what was never asked and out of called flows."""
    talk = at("photos")
    assert talk.text("上一步") == ["utter_ask_place"]
    assert "place" not in talk.slots
    assert talk.text("上一步") == ["utter_ask_kind"]
    assert talk.text("上一步") == ["utter_back_at_start", "utter_ask_kind"]
    assert talk.text("物业") == ["utter_ask_place"]


def test_back_to_a_skipped_question_asks_it() -> None:
    """A question that was passed over is asked again when one goes back to it."""
    talk = at("note")
    assert talk.text("上一步") == ["utter_ask_photos"]


def test_back_with_nothing_under_way_shows_the_menu() -> None:
    """There is no way back from nowhere, but there is the menu."""
    assert Talk(house()).text("上一步") == ["utter_help"]


def test_review_reads_back_what_was_answered() -> None:
    """我填了什么 reads the answers with their names, in order, and the question is put again."""
    talk = at("note")
    assert talk.text("我填了什么") == ["utter_review", "utter_ask_note"]
    assert talk.texts[0] == "经过：楼上漏水半年了\n类型：物业\n在哪儿：阳光小区3号楼一单元"
    assert Talk(house()).text("我填了什么") == ["utter_nothing_to_review"]


def test_values_are_read_as_people_say_them() -> None:
    """Titles, counts, places by name, whole numbers without a point."""
    talk = at("place")
    talk.send(InputKind.LOCATION, lat=1.0, lng=2.0, label="阳光小区东门")
    talk.send(InputKind.PHOTO)
    talk.send(InputKind.PHOTO)
    talk.text("发完了")
    talk.text("尽快")
    talk.text("3")
    talk.text("我填了什么")
    assert talk.texts[0].splitlines()[2:] == ["在哪儿：阳光小区东门", "照片：2张", "备注：尽快", "人数：3"]


def test_skip_passes_an_optional_question_and_no_other() -> None:
    """跳过 and a plain no pass what may be passed; what is needed says so."""
    talk = at("note")
    assert talk.text("没有") == ["utter_skipped", "utter_ask_count"]
    assert talk.text("跳过") == ["utter_cannot_skip", "utter_ask_count"]
    assert Talk(house()).text("没什么", "skip") == ["utter_cannot_handle_1"]


def test_a_list_that_is_needed_is_not_closed_empty() -> None:
    """A required list wants at least one thing."""
    flows = "  proof:\n    name: 证据\n    description: d\n    steps: [{id: photos, collect: photos}]\n"
    talk = Talk(house(flows=flows))
    talk.text("证据")
    assert talk.text("发完了") == ["utter_cannot_skip", "utter_ask_photos"]
    talk.send(InputKind.PHOTO)
    assert talk.text("好的") == ["utter_completed"]


@pytest.mark.parametrize("word", ["再说一遍", "?", "？？？", "更多", "……"])
def test_repeat_puts_the_question_again(word: str) -> None:
    """A puzzled person hears the question again."""
    assert at("count").text(word) == ["utter_ask_count"]


def test_repeat_without_a_question_says_the_last_words_again() -> None:
    """The last words are said again with their buttons; before the first word there are none."""
    talk = Talk(house())
    assert talk.text("?") == ["utter_repeat_nothing"]
    talk = Talk(house())
    talk.text("啊啊啊")
    talk.text("啊啊啊")
    assert talk.text("再说一遍") == ["utter_cannot_handle_menu"]
    assert talk.titles == ["反映", "帮忙"]
    assert talk.tap("反映") == ["utter_ask_story"]


def test_only_so_many_last_words_are_kept() -> None:
    """Very long last words are not carried along."""
    talk = Talk(house("  utter_fee: [{text: " + "长" * 2000 + "}]\n"))
    talk.text("多少钱")
    assert talk.session.said == []


def test_help_shows_the_menu_or_runs_its_flow() -> None:
    """帮助 says the menu; a flow for it takes its place, but not inside itself."""
    assert at("count").text("帮助") == ["utter_help", "utter_ask_count"]
    flows = (
        "  menu:\n    name: 菜单\n    description: d\n"
        "    nlu_trigger: [{intent: {name: help, confidence_threshold: 0.5}}]\n"
        "    steps: [{id: asked, collect: asked}]\n"
    )
    talk = Talk(house(flows=flows))
    assert talk.text("帮助") == ["utter_ask_asked"]
    assert talk.text("帮助") == ["utter_help", "utter_ask_asked"]


def test_not_understood_leads_to_the_menu_and_then_to_a_person() -> None:
    """First the question is put again, then comes the menu, then a person; then counting starts anew."""
    talk = at("count")
    assert talk.text("啊") == ["utter_cannot_handle_1", "utter_ask_count"]
    assert talk.text("啊") == ["utter_cannot_handle_menu", "utter_ask_count"]
    assert talk.text("啊") == ["utter_cannot_handle_human"]
    assert talk.text("3") == ["utter_ask_phone"]
    assert talk.session.misses == 0


def test_unclear_words_are_clarified_and_not_lost() -> None:
    """Between likely flows the person chooses, and the chosen one keeps what was first said."""
    talk = Talk(house())
    heard = talk.text(
        "楼上天天漏水没人管", "report", 0.5, (("check", 0.4), ("fee", 0.3), ("guarded", 0.26)), location="阳光小区"
    )
    assert heard == ["utter_clarify"]
    assert talk.titles == ["反映纠纷", "查进度", "要钱吗"]
    assert talk.text("1") == ["utter_ask_kind"]
    assert talk.slots["story"] == "楼上天天漏水没人管"
    assert talk.slots["place"] == "阳光小区"


def test_keywords_serve_when_nobody_understands() -> None:
    """Without Rasa a keyword begins a flow with the whole message; the name or keyword alone begins it bare."""
    talk = Talk(house())
    assert talk.text("我家楼上漏水半年了") == ["utter_ask_kind"]
    assert Talk(house()).text("反映纠纷") == ["utter_ask_story"]
    assert Talk(house()).text("问问进度和漏水") == ["utter_clarify"]


def test_a_digression_is_answered_and_the_form_goes_on() -> None:
    """A question in the middle of a form is answered, then the form's question is put again."""
    assert at("count").text("要多少钱啊", "fee") == ["utter_fee", "utter_resume_flow", "utter_ask_count"]
    assert at("note").text("请人来要不要出费用", "fee", 0.9) == ["utter_fee", "utter_resume_flow", "utter_ask_note"]
    assert at("note").text("要赔多少钱才行", "fee", 0.8) == ["utter_ask_count"]
    assert at("note").text("多少钱") == ["utter_fee", "utter_resume_flow", "utter_ask_note"]
    assert at("note").text("他们还在漏水呢", "report") == ["utter_ask_count"]


def test_the_same_subject_again_is_no_digression() -> None:
    """A message that means the form under way fills what it can, or is not understood."""
    talk = at("kind")
    assert talk.text("物业漏水不管啊", "report") == ["utter_ask_place"]
    talk = at("kind")
    assert talk.text("楼上天天漏", "report") == ["utter_cannot_handle_1", "utter_ask_kind"]
    talk = at("count")
    assert talk.text("电话在这儿", "report", phone_number="13900001234") == ["utter_ask_count"]
    assert talk.slots["phone"] == "13900001234"


def test_the_name_of_the_form_under_way_does_not_begin_it_anew() -> None:
    """Saying its name in the middle of it is no answer, and loses none."""
    talk = at("count")
    told = dict(talk.slots)
    assert talk.text("反映纠纷")[-1] == "utter_ask_count"
    assert talk.slots == told
    assert len(talk.session.stack) == 1


def test_what_the_form_already_holds_said_again_asks_again() -> None:
    """The same number once more, sent alone, is neither an answer to another question nor a mistake."""
    talk, number = at("kind"), "13900001234"
    meaning = Understanding(None, 0.0, (), (Entity("phone_number", number, 0, len(number)),))
    talk.give(Input(InputKind.TEXT, number, understanding=meaning))
    assert talk.slots["phone"] == number
    assert talk.give(Input(InputKind.TEXT, number, understanding=meaning)) == ["utter_ask_kind"]
    assert talk.slots["phone"] == number


def test_a_form_interrupted_by_another_comes_back() -> None:
    """A second form on top of the first is finished or cancelled, then the first goes on."""
    talk = at("count")
    assert talk.text("查进度", "check") == ["utter_ask_phone"]
    assert talk.text("算了") == ["utter_cancelled", "utter_ask_count"]
    talk.text("查进度", "check")
    assert talk.text("反映纠纷", "report") == ["utter_ask_count"]
    assert len(talk.session.stack) == 1


def test_meanings_can_mend_too() -> None:
    """Intents of repairs count where no word of ours was said, in a form only when they are clear."""
    assert at("count").text("不想弄这个东西", "cancel") == ["utter_cancelled"]
    assert at("count").text("不想弄这个东西", "cancel", 0.7) == ["utter_cannot_handle_1", "utter_ask_count"]


def test_yes_and_no_answer_by_word_and_by_meaning() -> None:
    """A yes-or-no question takes any yes or no."""
    for said, intent in (("对的对的", "affirm"), ("交上去", None), ("对", None), ("TRUE", None)):
        talk = at("ok")
        talk.text(said, intent)
        assert talk.call().action == "action_submit"
    for said, intent in (("还不行吧", "deny"), ("再改改", None), ("不对", None)):
        assert at("ok").text(said, intent) == ["utter_ask_ok"]
    assert at("ok").text("也许", "affirm", 0.3) == ["utter_cannot_handle_1", "utter_ask_ok"]


def test_danger_comes_first_and_never_blocks() -> None:
    """Words of danger are answered at once, the message still counts, and what is submitted is marked urgent."""
    talk = Talk(house())
    heard = talk.text("楼上着火了他还拿刀", "report")
    assert heard == ["utter_safety_fire", "utter_ask_kind"]
    assert talk.slots["urgent"] is True
    assert talk.text("拿刀了") == ["utter_safety_violence", "utter_ask_kind"]
    for answer in ("物业", "阳光小区", "没有", "没有", "3", "13900001234", "对"):
        talk.text(answer)
    assert talk.call().arguments["urgent"] is True
    talk.returned("done")
    assert "urgent" not in talk.slots


def test_danger_before_a_form_marks_the_form() -> None:
    """Danger spoken of while nothing is under way marks the next case, not a question in between."""
    talk = Talk(house())
    assert talk.text("着火了") == ["utter_safety_fire"]
    talk.text("多少钱")
    assert talk.slots["urgent"] is True
    talk.text("楼上漏水半年了", "report")
    talk.text("取消")
    assert "urgent" not in talk.slots


def test_danger_without_a_mark_is_still_answered() -> None:
    """Dialogs without the slot `urgent` answer danger all the same."""
    plain = house()
    talk = Talk(replace(plain, slots={name: slot for name, slot in plain.slots.items() if name != "urgent"}))
    assert talk.text("着火了") == ["utter_safety_fire"]
    assert "urgent" not in talk.slots


def test_after_a_pause_the_form_is_recalled() -> None:
    """Hours later the person is told that the form was kept; the answer still counts."""
    talk = at("count")
    talk.now = "2026-11-26T09:00:00+08:00"
    assert talk.text("3") == ["utter_resume", "utter_ask_phone"]
    assert talk.text("13900001234") == ["utter_ask_ok"]
    talk.now = "2026-11-29T09:00:00+08:00"
    assert talk.text("啊") == ["utter_resume", "utter_ask_ok"]
    talk.now = "someday"
    assert talk.text("啊") == ["utter_cannot_handle_1", "utter_ask_ok"]


@pytest.mark.parametrize("seen", ["a while ago", "2026-11-20T09:00:00", "2026-11-23T08:59:00+08:00"])
def test_a_pause_that_is_short_or_cannot_be_told_is_none(seen: str) -> None:
    """A stored time that is none, of no zone, or just before the hour: the form goes on; the next pause is told."""
    talk = at("count")
    talk.session.seen = seen
    assert talk.text("3") == ["utter_ask_phone"]
    talk.now = "2026-11-26T09:00:00+08:00"
    assert talk.text("13900001234") == ["utter_resume", "utter_ask_ok"]


def test_repairs_can_be_overridden_by_flows() -> None:
    """A flow with a pattern's id runs in its place and knows what it is about."""
    names = ("cancel", "correct", "review", "cannot_handle", "completed", "safety", "resume", "clarify")
    flows = "".join(
        f"  pattern_{name}:\n    name: 模式{name}\n    description: d\n    steps: [{{action: utter_my_{name}}}]\n"
        for name in names
    )
    domain = '  utter_my_correct: [{text: "{label}:{value}"}]\n  utter_my_cannot_handle: [{text: "{count}"}]\n'
    talk = Talk(house(domain, flows))
    talk.text("楼上漏水半年了", "report")
    assert talk.text("啊") == ["utter_my_cannot_handle", "utter_ask_kind"]
    assert talk.texts[0] == "1"
    talk.text("物业")
    assert talk.text("类型改成噪音扰民") == ["utter_my_correct", "utter_ask_place"]
    assert talk.texts[0] == "类型:噪音扰民"
    assert talk.text("我填了什么") == ["utter_my_review", "utter_ask_place"]
    talk.now = "2026-11-26T09:00:00+08:00"
    assert talk.text("幸福里着火了") == ["utter_safety_fire", "utter_my_safety", "utter_my_resume", "utter_ask_photos"]
    assert talk.text("取消") == ["utter_my_cancel"]
    assert talk.text("啊啊", "fee", 0.5) == ["utter_my_clarify"]
    talk.text("留言")
    assert talk.text("我说完了") == ["utter_my_completed"]
