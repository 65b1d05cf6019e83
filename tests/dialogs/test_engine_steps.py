"""Every kind of step, from the first message to the end of the flow."""

from dialogs.kernel.words import InputKind
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk


def test_a_form_is_asked_question_by_question_and_submitted() -> None:
    """A flow asks what it needs in order, calls the host and says what came of it."""
    talk = Talk(house())
    assert talk.text("楼上漏水半年了", "report") == ["utter_ask_kind"]
    assert talk.text("物业") == ["utter_ask_place"]
    assert talk.text("阳光小区") == ["utter_ask_photos"]
    assert talk.text("跳过") == ["utter_skipped", "utter_ask_note"]
    assert talk.text("尽快") == ["utter_ask_count"]
    assert talk.text("三个人") == ["utter_ask_phone"]
    assert talk.text("13900001234") == ["utter_ask_ok"]
    assert talk.tap("交上去") == []
    assert dict(talk.call().arguments) == {
        "story": "楼上漏水半年了",
        "kind": "property",
        "place": "阳光小区",
        "phone": "13900001234",
        "photos": None,
        "urgent": None,
    }
    assert talk.call().key == f"s:{talk.session.turn}:{talk.session.steps}"
    assert talk.returned("done", number="N1", unit="一处") == ["utter_done", "utter_completed"]
    assert talk.texts[0] == "编号N1，由一处办"
    assert talk.session.is_idle


def test_events_come_in_order() -> None:
    """The record of a turn tells what happened, in the order in which it did."""
    talk = Talk(house())
    talk.text("楼上漏水半年了", "report")
    assert talk.events == [
        "message_received",
        "understood",
        "flow_started",
        "slot_set",
        "step_entered",
        "step_entered",
        "said",
    ]
    assert talk.last.events[4].data == {"release": talk.release.id, "flow": "report", "step": "story"}
    talk = at("ok")
    talk.text("对")
    assert talk.events[-2:] == ["step_entered", "called"]
    talk.returned("done", number="N1")
    assert talk.events[:3] == ["returned", "slot_set", "step_entered"]
    assert "flow_ended" in talk.events


def test_slots_of_a_flow_are_emptied_at_its_end_unless_persisted_or_set_by_an_action() -> None:
    """What was asked is forgotten at the end; persisted slots and what actions set stay."""
    talk = at("ok")
    talk.text("对")
    talk.returned("done", number="N1", unit="一处")
    assert talk.slots == {"phone": "13900001234", "number": "N1", "unit": "一处"}


def test_a_slot_of_the_flow_that_an_action_fills_ends_with_it() -> None:
    """What an action fills is emptied with the flow if the flow collects or sets it, else it stays."""
    talk = Talk(house())
    talk.text("进度")
    talk.text("13900001234")
    talk.returned("none", phone="13800000000", number="N1")
    assert talk.slots == {"number": "N1", "unit": "中心"}


def test_a_slot_goes_back_to_its_initial_value() -> None:
    """What a flow set is not emptied but set back where the slot begins with something."""
    flows = (
        "  move:\n    name: 搬\n    description: d\n    steps: [{set_slots: [{unit: 二处}]}, {action: utter_move}]\n"
    )
    talk = Talk(house("  utter_move: [{text: '{unit}'}]\n", flows))
    talk.text("搬")
    assert (talk.texts, talk.slots["unit"]) == (["二处"], "中心")


def test_buttons_from_a_slot_that_holds_none() -> None:
    """Without choices the question is put without lines; choices without a title are left out."""
    talk = Talk(house())
    talk.text("进度")
    talk.text("1")
    assert (talk.returned("some"), talk.titles) == (["utter_ask_chosen"], [])
    talk = Talk(house())
    talk.text("进度")
    talk.text("1")
    talk.returned("some", choices=[{"payload": "x"}, 1, {"title": "二号", "payload": "y"}])
    assert talk.titles == ["二号"]


def test_a_filled_slot_is_not_asked_again() -> None:
    """A persisted answer spares the question the next time."""
    talk = Talk(house())
    talk.session.slots["phone"] = "13900001234"
    talk.text("进度")
    assert talk.call().action == "action_find"


def test_a_filled_slot_that_does_not_stand_is_refused_and_asked() -> None:
    """A value from before runs the rejections like any other."""
    talk = Talk(house())
    talk.session.slots["phone"] = "12"
    talk.text("楼上漏水半年了", "report")
    for answer in ("物业", "阳光小区", "没有", "没有", "3"):
        talk.text(answer)
    assert talk.heard == ["utter_phone_odd", "utter_ask_phone"]
    assert "phone" not in talk.slots


def test_ask_before_filling_empties_the_slot_once() -> None:
    """A question that must be asked is asked although its slot was filled."""
    talk = at("ok")
    talk.text("不对")
    assert (talk.step, talk.heard) == ("ok", ["utter_ask_ok"])
    assert "ok" not in talk.slots


def test_a_link_ends_the_flow_and_begins_the_other() -> None:
    """After a link the first flow's slots are empty and the other runs."""
    talk = Talk(house())
    talk.text("进度")
    talk.text("13900001234")
    assert talk.returned("some", choices=[{"title": "一号", "payload": "/SetSlots(chosen=1)"}]) == ["utter_ask_chosen"]
    assert talk.titles == ["一号"]
    assert talk.tap("一号") == ["utter_fee"]
    assert talk.slots == {"choices": [{"title": "一号", "payload": "/SetSlots(chosen=1)"}], "unit": "中心"}
    assert talk.events.count("flow_ended") == 2


def test_another_outcome_takes_another_branch() -> None:
    """The outcome of a call decides the way on."""
    talk = Talk(house())
    talk.text("进度")
    talk.text("13900001234")
    assert talk.returned("none") == ["utter_none", "utter_completed"]


def test_a_trigger_needs_its_threshold() -> None:
    """An intent below the flow's threshold does not begin it."""
    talk = Talk(house())
    assert talk.text("我有点事", "fee", 0.59) == ["utter_clarify"]
    assert talk.text("要钱吗", "fee", 0.6) == ["utter_fee"]


def test_a_guard_and_a_role_refuse_those_who_may_not() -> None:
    """A flow with a condition or a role is refused aloud to others, and open to those it is for."""
    talk = Talk(house())
    assert talk.text("再催催", "guarded") == ["utter_no_permission"]
    assert talk.text("任务", "staff") == ["utter_no_permission"]
    talk.session.slots |= {"number": "N1", "role": "mediator"}
    assert talk.text("再催催", "guarded") == ["utter_guarded"]
    assert talk.text("我的任务") == ["utter_staff"]


def test_an_uncertain_opening_is_dropped_without_a_word() -> None:
    """A trigger message too short for the story is not refused; the question is simply put."""
    talk = Talk(house())
    assert talk.text("报", "report") == ["utter_ask_story"]


def test_the_opening_message_fills_all_it_holds() -> None:
    """Entities of the message that begins a flow fill slots of it, called flows included."""
    talk = Talk(house())
    talk.text(
        "楼上漏水，我在阳光小区，电话13900001234",
        "report",
        kind="property",
        location={"name": "阳光小区", "text": "阳光小区"},
        phone_number="13900001234",
    )
    assert talk.step == "photos"
    assert talk.slots["place"] == {"name": "阳光小区", "text": "阳光小区"}
    assert talk.slots["phone"] == "13900001234"


def test_an_answer_fills_other_questions_too() -> None:
    """One answer may hold several, and what it holds is not asked again."""
    talk = at("place")
    assert talk.text("阳光小区，三个人，电话在这", person_count="3") == ["utter_ask_photos"]
    assert talk.slots["count"] == 3.0
    talk.text("没有")
    assert talk.text("没有") == ["utter_skipped", "utter_ask_phone"]


def test_rejections_offer_another_way_after_three() -> None:
    """Three refused answers in a row bring examples and a person instead of the question; then counting starts anew."""
    talk = at("phone")
    assert talk.text("1") == ["utter_phone_odd", "utter_ask_phone"]
    assert talk.text("12") == ["utter_phone_odd", "utter_ask_phone"]
    assert talk.text("123") == ["utter_phone_odd", "utter_too_many_rejections"]
    assert talk.failed("limit")
    assert talk.text("1234") == ["utter_phone_odd", "utter_ask_phone"]
    assert talk.text("13900001234") == ["utter_ask_ok"]


def test_force_slot_filling_takes_everything_but_the_bare_words() -> None:
    """Where everything is the answer, other subjects are kept as the answer; cancel and a person are still heard."""
    talk = Talk(house())
    assert talk.text("留言") == ["utter_ask_asked"]
    assert talk.text("转人工") == []
    talk.returned("done")
    assert talk.heard == ["utter_person_comes", "utter_resume_flow", "utter_ask_asked"]
    assert talk.text("要多少钱，我要转人工也没人理", "fee") == ["utter_completed"]
    talk.text("留言")
    assert talk.text("取消") == ["utter_cancelled"]


def test_a_list_takes_several_photos_until_enough() -> None:
    """Photos are gathered one message at a time until the person says that is all."""
    talk = at("photos")
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_ask_photos"]
    assert talk.send(InputKind.VIDEO, media_id="b") == ["utter_ask_photos"]
    assert talk.send(InputKind.VOICE, "我录了音", media_id="c") == ["utter_ask_photos"]
    assert talk.text("发完了") == ["utter_ask_note"]
    assert [photo["kind"] for photo in talk.slots["photos"]] == ["photo", "video", "voice"]


def test_a_list_has_its_own_question_for_more() -> None:
    """`utter_ask_more_<slot>` is said while a list may still grow."""
    talk = Talk(house("  utter_ask_more_photos: [{text: 还有吗}]\n"))
    talk.text("楼上漏水半年了", "report")
    talk.text("物业")
    talk.text("阳光小区")
    assert talk.send(InputKind.PHOTO) == ["utter_ask_more_photos"]
    assert talk.text("没有") == ["utter_ask_note"]
