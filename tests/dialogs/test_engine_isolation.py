"""Whose answer is whose: flows on top of one another, things sent before a flow begins, what a review reads back."""

from dialogs.kernel.words import InputKind
from tests.dialogs.house import ACTIONS, DOMAIN, FLOWS, at, house
from tests.dialogs.talk import Talk, compile_release

KEEPING = """\
  keeping:
    name: 先存着
    description: 没说什么事就发来的
    persisted_slots: [photos, place]
    x-sent: {photo: photos, voice: photos, location: place}
    steps: [{action: utter_kept}]
"""
SECOND = """\
  second:
    name: 另一件
    description: 别的流程
    x-keywords: [另一件]
    steps:
      - collect: story
      - collect: note
      - action: action_find
        next:
          - if: context.outcome = "some"
            then: END
          - else: END
"""
OFFER = """\
  offer:
    name: 出主意
    description: d
    steps: [{action: utter_offer}]
"""
CHOSEN = "  chosen: {type: text, mappings: [{type: controlled}]}"
INITIAL = """\
  greet:
    name: 招呼
    description: 有初始值的
    x-keywords: [招呼]
    steps:
      - id: town
        collect: town
        ask_before_filling: true
        rejections: [{if: slots.town = "坏", utter: utter_town_bad}]
      - collect: asked
"""


def test_a_digression_neither_sees_nor_wipes_the_answers_below() -> None:
    """A flow begun in the middle of another asks its own questions; then the other's answers are there again."""
    talk = Talk(house(flows=SECOND))
    talk.text("楼上漏水半年了", "report")
    assert talk.text("另一件") == ["utter_ask_story"]
    assert "story" not in talk.slots
    talk.text("楼下也漏水了")
    assert talk.text("备注") == []
    assert talk.returned("none", number="N9") == ["utter_resume_flow", "utter_ask_kind"]
    assert talk.slots == {"story": "楼上漏水半年了", "unit": "中心", "number": "N9"}


def test_a_digression_that_is_cancelled_gives_the_answers_back() -> None:
    """Cancelling what interrupted a form leaves the form as it was."""
    talk = Talk(house(flows=SECOND))
    talk.text("楼上漏水半年了", "report")
    talk.text("另一件")
    talk.text("楼下也漏水了")
    assert talk.text("取消") == ["utter_cancelled", "utter_ask_kind"]
    assert talk.slots["story"] == "楼上漏水半年了"


def test_a_call_that_returns_below_sees_its_own_answers() -> None:
    """What a lower thread's call brings goes to that thread, though another one lies on top and hides its slots."""
    person = "      - action: action_call_person\n"
    flows = FLOWS.replace(person, f"      - id: first\n        collect: story\n{person}")
    talk = at("ok", compile_release(DOMAIN, flows, ACTIONS))
    talk.text("对")
    assert talk.text("转人工") == ["utter_ask_story"]
    assert talk.returned("invalid", story="改过的经过") == []
    assert "story" not in talk.slots
    assert talk.text("我要找人") == []
    assert talk.returned("done") == ["utter_person_comes", "utter_ask_ok"]
    assert talk.slots["story"] == "改过的经过"


def test_things_sent_before_a_flow_belong_to_the_next_one() -> None:
    """Photos and a place sent out of the blue are kept, answer the questions of the form that follows, end with it."""
    talk = Talk(house(flows=KEEPING))
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_kept"]
    assert talk.send(InputKind.VOICE, media_id="b") == ["utter_kept"]
    assert talk.send(InputKind.LOCATION, lat=1.0, lng=2.0, label="阳光小区") == ["utter_kept"]
    assert [one["media_id"] for one in talk.slots["photos"]] == ["a", "b"]
    talk.text("楼上漏水半年了", "report")
    assert talk.text("物业") == ["utter_ask_note"]
    assert talk.text("我填了什么")[0] == "utter_review"
    assert talk.texts[0] == "经过：楼上漏水半年了\n类型：物业\n在哪儿：阳光小区\n照片：2张"
    talk.text("取消")
    assert talk.slots == {"unit": "中心"}


def test_things_sent_where_nobody_may_keep_them_show_the_menu() -> None:
    """A flow that is closed to the person keeps nothing; a kind that no flow keeps shows the menu."""
    talk = Talk(house(flows=KEEPING.replace("    persisted", "    x-role: mediator\n    persisted")))
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_help"]
    assert Talk(house(flows=KEEPING)).send(InputKind.VIDEO, media_id="a") == ["utter_help"]


def test_an_initial_value_is_no_answer_where_the_question_must_be_put() -> None:
    """ask_before_filling asks although the slot begins with something; a refused answer is asked for again."""
    slot = "  town: {type: text, initial_value: 安和, mappings: [{type: from_text}]}\nactions:"
    talk = Talk(house(flows=INITIAL, **{"actions:": slot}))
    assert talk.text("招呼") == ["utter_ask_town"]
    assert talk.text("坏") == ["utter_town_bad", "utter_ask_town"]
    assert talk.text("化雨") == ["utter_ask_asked"]
    assert talk.text("上一步") == ["utter_ask_town"]
    talk.text("取消")
    assert talk.slots == {"unit": "中心", "town": "安和"}


def test_a_review_reads_all_that_holds_after_a_loop() -> None:
    """Going through a form again loses no answer, and back goes to the question put last."""
    talk = at("ok")
    talk.text("我填了什么")
    before = talk.texts[0]
    assert talk.text("有错") == ["utter_ask_ok"]
    talk.text("我填了什么")
    assert talk.texts[0] == before
    assert talk.text("上一步") == ["utter_ask_phone"]


def test_what_was_said_before_its_question_can_be_changed() -> None:
    """A value that came with the story is corrected before its question; without a new one the question will come."""
    talk = Talk(house("  utter_correct_later: [{text: 等下问}]\n"))
    talk.text("楼上漏水半年了", "report", location="阳光小区", person_count=3)
    assert talk.text("地址改成幸福里") == ["utter_corrected", "utter_ask_kind"]
    assert talk.slots["place"] == "幸福里"
    assert talk.text("地址错了") == ["utter_correct_later", "utter_ask_kind"]
    assert "place" not in talk.slots
    assert talk.text("人数改成0") == ["utter_correct_later", "utter_ask_kind"]
    assert talk.text("物业") == ["utter_ask_place"]


def test_without_words_for_it_a_question_to_come_is_not_announced() -> None:
    """utter_correct_later is said only where the domain words it; an answer nobody gave is asked which."""
    talk = Talk(house())
    talk.text("楼上漏水半年了", "report", location="阳光小区")
    assert talk.text("地址错了") == ["utter_ask_kind"]
    assert talk.text("改一下") == ["utter_correct_which"]


def test_a_choice_is_read_by_the_title_it_was_offered_with() -> None:
    """A code that means nothing to people is read as its button said; without one it is not read at all."""
    slot = "  chosen: {type: text, x-label: 哪一件, x-titles-from: choices, mappings: [{type: controlled}]}"
    flows = FLOWS.replace("      - id: mark\n", "      - id: more\n        collect: asked\n      - id: mark\n")
    release = compile_release(DOMAIN.replace(CHOSEN, slot), flows, ACTIONS)
    talk = Talk(release)
    talk.text("进度")
    talk.text("13900001234")
    talk.returned("some", choices=["x", {"title": "一号楼的事", "payload": "/SetSlots(chosen=1)"}])
    assert talk.tap("一号楼的事") == ["utter_ask_asked"]
    assert talk.text("我填了什么")[0] == "utter_review"
    assert talk.texts[0] == "电话：13900001234\n哪一件：一号楼的事"
    talk.session.slots["choices"] = None
    talk.text("我填了什么")
    assert talk.texts[0] == "电话：13900001234"


def test_what_cannot_be_changed_is_asked_back() -> None:
    """A wish to change what nobody answered offers the answers that there are."""
    talk = Talk(house("  utter_offer: [{text: 改, buttons: [{title: 改编号, payload: /Correct(number)}]}]\n", OFFER))
    talk.text("楼上漏水半年了", "report")
    talk.text("出主意")
    assert talk.tap("改编号") == ["utter_correct_which"]


def test_a_release_that_is_gone_leaves_only_the_first_subject() -> None:
    """When the dialogs change in a digression, the form below begins anew with its own answers."""
    talk = Talk(house(flows=SECOND))
    talk.text("楼上漏水半年了", "report")
    talk.text("另一件")
    talk.text("楼下也漏水了")
    talk.release = house()
    assert talk.text("物业") == ["utter_release_changed", "utter_ask_kind"]
    assert talk.slots["story"] == "楼上漏水半年了"
