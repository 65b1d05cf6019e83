"""Buttons by tap, by number, by title; old ones; menus, codes, photos, voice and places."""

import pytest

from dialogs.kernel import session as sessions
from dialogs.kernel.words import Button, Input, InputKind
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk


@pytest.mark.parametrize("word", ["1", "1.", "１", "一", "第一个", " 1 ", "选1", "物业", "物业。", "就是物业"])
def test_a_button_is_chosen_by_number_or_title(word: str) -> None:
    """Digits, full width, Chinese numerals, ordinals and the title all choose the line."""
    talk = at("kind")
    assert not talk.wants(word) or word == "就是物业"
    assert talk.text(word) == ["utter_ask_place"]
    assert talk.slots["kind"] == "property"


def test_a_number_that_is_no_line_chooses_nothing() -> None:
    """A number beyond the lines is not understood."""
    assert at("kind").text("9") == ["utter_cannot_handle_1", "utter_ask_kind"]


def test_a_number_asked_for_is_not_taken_for_a_button() -> None:
    """When a number is asked for, lines offered before no longer count by number."""
    talk = at("count")
    talk.text("啊")
    assert talk.text("啊") == ["utter_cannot_handle_menu", "utter_ask_count"]
    assert talk.text("1") == ["utter_ask_phone"]
    assert talk.slots["count"] == 1.0


def test_a_tap_is_known_by_its_id_or_else_by_its_title() -> None:
    """Where the platform loses the id, the title of a button tapped is enough."""
    talk = at("kind")
    assert talk.give(Input(InputKind.BUTTON, "噪音扰民", "lost")) == ["utter_ask_place"]
    assert talk.slots["kind"] == "noise"
    assert talk.give(Input(InputKind.BUTTON, "不认识", "lost")) == ["utter_stale_button", "utter_ask_place"]


def test_a_button_may_stand_for_words() -> None:
    """A payload that is no command is heard as if typed."""
    talk = at("kind")
    assert talk.tap("说不清") == ["utter_ask_place"]
    assert talk.slots["kind"] == "noise"


def test_buttons_may_mend_or_change_the_subject() -> None:
    """Payloads of intents cancel, begin flows and answer yes or no."""
    assert at("ok").tap("不交了") == ["utter_cancelled"]
    assert at("ok").tap("要多少钱") == ["utter_fee", "utter_resume_flow", "utter_ask_ok"]


@pytest.mark.parametrize(
    ("payload", "responses"),
    [
        ("/correct", ["utter_nothing_to_review"]),
        ("/speak", ["utter_ask_asked"]),
        ("/nothing", ["utter_cannot_handle_1"]),
        ('/report{"kind": "noise"}', ["utter_ask_story"]),
        ("/report{x}", ["utter_ask_story"]),
        ("/report[1]", ["utter_cannot_handle_1"]),
        ("/SetSlots(nobody=1)", ["utter_stale_button"]),
        ("/SetSlots(phone=1)", ["utter_stale_button"]),
        ("/StartFlow(fee)", ["utter_fee"]),
        ("/StartFlow(nowhere)", ["utter_stale_button"]),
        ("/affirm", ["utter_cannot_handle_1"]),
        ("/request_human", []),
    ],
)
def test_payloads_of_buttons(payload: str, responses: list[str]) -> None:
    """Intents, entities, repairs, flows and names that nobody knows are all answered."""
    talk = Talk(house())
    talk.session.offers = [Button("0-1", "这个", payload)]
    assert talk.text("这个") == responses
    assert talk.slots.get("kind") == ("noise" if "noise" in payload else None)


def test_yes_on_a_button_answers_a_question() -> None:
    """`/affirm` on a button is a yes to the question that waits."""
    domain = "  utter_corrected: [{text: 改好, buttons: [{title: 行, payload: /affirm}]}]\n"
    talk = Talk(house(domain, **{'  utter_corrected: [{text: "{label}改成{value}"}]\n': ""}))
    talk.text("楼上漏水半年了", "report")
    for answer in ("物业", "阳光小区", "没有", "没有", "3", "13900001234"):
        talk.text(answer)
    assert talk.text("人数改成五个") == ["utter_corrected", "utter_ask_ok"]
    talk.tap("行")
    assert talk.call().action == "action_submit"


def test_an_old_answer_button_changes_that_answer() -> None:
    """A line of an earlier question of the form corrects it; the same value only puts the question again."""
    talk = at("count")
    assert talk.tap("物业") == ["utter_ask_count"]
    assert talk.tap("噪音扰民") == ["utter_corrected", "utter_ask_count"]
    assert talk.slots["kind"] == "noise"


def test_an_old_button_of_the_present_question_answers_it() -> None:
    """A line of this very question counts although it was offered earlier."""
    talk = at("kind")
    talk.text("啊")
    first = talk.session.earlier[0]
    assert talk.give(Input(InputKind.BUTTON, first.title, first.id)) == ["utter_ask_place"]


def test_old_buttons_that_have_passed_say_so() -> None:
    """Lines of what is finished are answered with a word, never with an act; subjects may still be begun."""
    talk = at("ok")
    talk.text("对")
    talk.returned("done")
    assert talk.tap("交上去") == ["utter_stale_button"]
    assert talk.tap("不交了") == ["utter_stale_button"]
    assert talk.tap("说不清") == ["utter_stale_button"]
    assert talk.tap("要多少钱") == ["utter_fee"]
    talk = at("ok")
    talk.text("取消")
    del talk.session.slots["phone"]
    talk.text("进度")
    assert talk.tap("交上去") == ["utter_stale_button", "utter_ask_phone"]


def test_an_old_choice_between_flows_still_begins_one() -> None:
    """The lines of a clarification may be tapped later."""
    talk = Talk(house())
    talk.text("嗯那个事", "report", 0.5, (("check", 0.4),))
    talk.text("多少钱")
    assert talk.tap("查进度") == ["utter_ask_phone"]


def test_several_slots_on_one_button_count_only_while_new() -> None:
    """A line that sets several slots is obeyed when fresh and has passed when old."""
    payload = "/SetSlots(place=\"阳光, 小区\", count=2, kind=null, photos=, nobody=1, note='好')"
    talk = at("place")
    talk.session.offers = [Button("0-1", "老地方", payload)]
    assert talk.tap("老地方") == ["utter_ask_photos"]
    assert (talk.slots["place"], talk.slots["count"], talk.slots["note"]) == ("阳光, 小区", 2.0, "好")
    assert "kind" not in talk.slots
    assert talk.tap("老地方") == ["utter_stale_button", "utter_ask_photos"]


def test_typed_commands_are_only_words() -> None:
    """Nobody sets a slot by typing a payload."""
    talk = Talk(house())
    talk.text("/SetSlots(role=mediator)")
    assert "role" not in talk.slots


def test_menu_codes_and_following_begin_flows() -> None:
    """A menu key, a scanned scene, a kind of input; what is unknown shows the menu."""
    flows = (
        "  village:\n    name: 村\n    description: d\n    x-menu: v1\n    steps: [{action: utter_village}]\n"
        "  welcome:\n    name: 欢迎\n    description: d\n    x-menu: SUBSCRIBE\n    steps: [{action: utter_welcome}]\n"
    )
    talk = Talk(house(flows=flows))
    assert talk.menu("", InputKind.SUBSCRIBE) == ["utter_welcome"]
    assert talk.menu("qrscene_v1", InputKind.SUBSCRIBE) == ["utter_village"]
    assert talk.menu("V1", InputKind.SCAN) == ["utter_village"]
    assert talk.menu("v9", InputKind.SCAN) == ["utter_help"]
    assert talk.menu("/fee") == ["utter_fee"]
    assert talk.menu("REPORT") == ["utter_ask_story"]
    assert talk.menu("report") == ["utter_ask_story"]


def test_photos_find_their_list() -> None:
    """A photo sent early is kept for the list of the form, with a word if there is one for it."""
    talk = at("place")
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_ask_place"]
    assert talk.slots["photos"] == [{"kind": "photo", "media_id": "a"}]
    talk = Talk(house("  utter_attachment_kept: [{text: 收好了}]\n"))
    talk.text("楼上漏水半年了", "report")
    assert talk.send(InputKind.PHOTO) == ["utter_attachment_kept", "utter_ask_kind"]


def test_a_list_takes_no_more_than_its_limit() -> None:
    """A full list is closed."""
    talk = at("photos")
    for _ in range(20):
        talk.send(InputKind.PHOTO)
    assert talk.step == "note"
    assert len(talk.slots["photos"]) == 20


def test_a_place_on_the_map_answers_where() -> None:
    """A location fills the question that takes anything, asked or not; otherwise it is kept where it can be."""
    talk = at("place")
    talk.send(InputKind.LOCATION, lat=1.5, lng=2.5, label="东门")
    assert talk.slots["place"] == {"lat": 1.5, "lng": 2.5, "label": "东门"}
    talk = at("kind")
    assert talk.send(InputKind.LOCATION, lat=1.5, lng=2.5) == ["utter_ask_kind"]
    assert talk.slots["place"] == {"lat": 1.5, "lng": 2.5, "label": None}
    talk = at("photos")
    assert talk.send(InputKind.LOCATION, lat=1.5, lng=2.5) == ["utter_ask_photos"]
    assert talk.slots["photos"][0]["lat"] == 1.5
    assert at("note").send(InputKind.LOCATION, lat=1.5, lng=2.5) == ["utter_cannot_handle_1", "utter_ask_note"]


def test_recognised_voice_is_words() -> None:
    """Voice with text answers like typing; without text it is kept as evidence, or the person is told."""
    assert at("place").send(InputKind.VOICE, "阳光小区", media_id="v") == ["utter_ask_photos"]
    talk = at("place")
    assert talk.send(InputKind.VOICE, media_id="v") == ["utter_ask_place"]
    assert talk.slots["photos"] == [{"kind": "voice", "media_id": "v"}]
    assert Talk(house()).send(InputKind.VOICE, media_id="v") == ["utter_cannot_handle_1"]
    talk = Talk(house("  utter_voice_unheard: [{text: 没听清}]\n"))
    assert talk.send(InputKind.VOICE, media_id="v") == ["utter_voice_unheard"]


def test_things_sent_with_nothing_under_way() -> None:
    """Without a form a photo shows the menu; what is unknown is not understood."""
    assert Talk(house()).send(InputKind.PHOTO, media_id="a") == ["utter_help"]
    assert Talk(house()).send(InputKind.UNKNOWN) == ["utter_cannot_handle_1"]
    talk = Talk(house())
    talk.text("进度")
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_cannot_handle_1", "utter_ask_phone"]


def test_a_photo_may_answer_where_anything_goes() -> None:
    """A question that takes anything takes a photo when no list of the form does."""
    flows = "  thing:\n    name: 东西\n    description: d\n    steps: [{collect: place}]\n"
    talk = Talk(house(flows=flows))
    talk.text("东西")
    assert talk.send(InputKind.PHOTO, media_id="a") == ["utter_completed"]


def test_a_list_may_take_words() -> None:
    """A list mapped from text gathers what is typed."""
    domain = DOMAIN_NAMES
    flows = "  people:\n    name: 名单\n    description: d\n    steps: [{collect: names}, {action: utter_names}]\n"
    talk = Talk(
        house(
            domain,
            flows,
            **{"  urgent: {type": "  names: {type: list, mappings: [{type: from_text}]}\n  urgent: {type"},
        )
    )
    talk.text("名单")
    assert talk.text("张三") == ["utter_ask_names"]
    talk.text("李四")
    assert talk.text("发完了") == ["utter_names", "utter_completed"]
    assert talk.texts[0] == "张三、李四"


DOMAIN_NAMES = '  utter_names: [{text: "{names}"}]\n'


@pytest.mark.parametrize(
    ("said", "asks"), [("转人工", False), ("取消", False), ("多少钱", False), ("楼上漏水半年了", True), ("", False)]
)
def test_only_what_needs_it_is_understood_by_rasa(said: str, *, asks: bool) -> None:
    """Words of ours and nothing at all need nobody to understand them."""
    assert Talk(house()).wants(said) is asks


def test_answers_that_are_certain_need_no_understanding() -> None:
    """Numbers for a number and forced answers are taken as they are; free text is worth asking about."""
    assert not at("count").wants("三个人")
    assert at("count").wants("好多")
    assert at("note").wants("尽快")
    talk = Talk(house())
    talk.text("留言")
    assert not talk.wants("随便说说")
    talk = at("ok")
    talk.text("对")
    assert not talk.wants("怎么样了")


def test_a_session_is_small_and_stays_small() -> None:
    """After hundreds of turns a session is as small as after ten."""
    talk = at("count")
    sizes = []
    for _ in range(300):
        talk.text("5")
        talk.text("上一步")
        sizes.append(len(sessions.write(talk.session)))
    assert sizes[-1] <= sizes[10] + 16
    assert sizes[-1] < 4_000
