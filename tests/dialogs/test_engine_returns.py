"""Said anew at any time, chosen by a part of its title, begun by a code behind a word or scanned, members, cards."""

import pytest

from dialogs.kernel.checks import check
from dialogs.kernel.reader import read
from dialogs.kernel.words import Button, Entity, Input, InputKind, Understanding
from tests.dialogs.talk import Talk, compile_release

DOMAIN = """\
version: "3.1"
intents: [visit, agenda, fee]
entities: [time, leader, code]
slots:
  when: {type: any, x-aliases: [日子], mappings: [{type: from_entity, entity: time}]}
  leader: {type: text, x-words: {谁都行: [谁都行, 不挑]}, mappings: [{type: from_entity, entity: leader}]}
  later: {type: text, mappings: [{type: controlled}]}
  seat: {type: text, x-titles-from: seats, mappings: [{type: controlled}]}
  seats: {type: list, mappings: [{type: controlled}]}
  name: {type: text, x-label: 称呼, mappings: [{type: from_text}]}
  sure: {type: bool, mappings: [{type: controlled}]}
  code: {type: text, mappings: [{type: from_entity, entity: code}]}
  who: {type: categorical, values: [self, other], x-words: {self: [来]}, mappings: [{type: controlled}]}
  place: {type: text, mappings: [{type: controlled}]}
  url: {type: text, mappings: [{type: controlled}]}
  role: {type: text, mappings: [{type: controlled}]}
  consent: {type: bool, mappings: [{type: controlled}]}
actions: [action_find]
x-repairs:
  cancel: [取消]
  human: [转人工]
  more: [更多]
  correct: [改成, 改一下]
responses:
  utter_ask_seat: [{text: 哪个时间？, x-buttons-from: seats}]
  utter_ask_sure: [{text: 对吗, buttons: [{title: 对, payload: /SetSlots(sure=true)}]}]
  utter_card: [{text: 日历, custom: {article: {title: "{url}", many: ["{url}", 1, "{nothing}"]}}}]
"""
REQUIRED = "x-required: {action_find: [slots.consent]}\nresponses:"
ACTIONS = """\
actions:
  action_find:
    inputs: [when, leader, later]
    sets: [seats]
    outcomes:
      some: {seats: [{title: 周二 9:00 甲, payload: /SetSlots(seat=a)}]}
      none: {}
"""
FLOWS = """\
flows:
  visit:
    name: 约见
    description: 约
    nlu_trigger: [{intent: visit}]
    x-keywords: [约见]
    x-returns: {leader: choose}
    steps:
      - id: choose
        call: pick
      - collect: name
      - collect: sure
        next:
          - if: slots.when.problem = "past"
            then: past
          - if: slots.when.problem
            then: odd
          - else: END
      - id: past
        action: utter_past
        next: END
      - id: odd
        action: utter_odd
  pick:
    name: 挑时间
    description: 挑
    x-returns: {when: find, later: find}
    steps:
      - id: find
        set_slots: [{seat: null}]
      - id: look
        action: action_find
        next:
          - if: context.outcome = "some"
            then: ask
          - if: context.outcome = "none"
            then: ask
          - else: ask
      - id: ask
        collect: seat
  agenda:
    name: 看日历
    description: 日历
    nlu_trigger: [{intent: agenda}]
    x-keywords: [日历]
    steps:
      - id: look
        noop: true
        next: [{if: slots.when, then: ask}, {else: card}]
      - id: ask
        collect: when
        next: card
      - id: card
        action: utter_card
  fee:
    name: 要钱吗
    description: 费用
    nlu_trigger: [{intent: fee}]
    steps: [{action: utter_fee}]
  arrive:
    name: 签到
    description: 到了
    x-scan: {here_: place}
    x-whole: [来]
    x-entities: [code]
    steps:
      - collect: code
      - action: utter_fee
  ask_who:
    name: 谁来
    description: 谁来
    x-keywords: [问问]
    steps: [{collect: who}, {action: utter_fee}]
  by_code:
    name: 看号
    description: 只发来一个号
    x-entities: [code]
    steps: [{action: utter_card}]
  staff_only:
    name: 登记员
    description: 登记员
    x-role: staff
    x-scan: {desk_: place}
    x-whole: [登]
    x-entities: [code]
    steps: [{action: utter_fee}]
"""
SEATS = [
    {"title": "11月24日周二 9:00 甲", "payload": "/SetSlots(seat=a)"},
    {"title": "11月25日周三 9:00 乙", "payload": "/SetSlots(seat=b)"},
    {"title": "更多时间", "payload": "/SetSlots(later=b)"},
]
DAY = {"start": "2026-11-25", "end": "2026-11-25", "text": "周三"}


def office() -> Talk:
    """Somebody before any word."""
    return Talk(compile_release(DOMAIN, FLOWS, ACTIONS))


def choosing() -> Talk:
    """Somebody who is asked which seat."""
    talk = office()
    talk.text("约见", "visit")
    assert talk.returned("some", seats=SEATS) == ["utter_ask_seat"]
    return talk


def test_another_day_leads_back_to_looking() -> None:
    """A slot that leads back is looked at anew, though it had a value, and with it the question that waits."""
    talk = choosing()
    assert talk.text("周三呢", time=DAY) == []
    assert talk.call().arguments["when"] == DAY
    talk.returned("some", seats=SEATS)
    assert talk.text("周四呢", time={**DAY, "text": "周四"}) == []
    assert talk.call().arguments["when"]["text"] == "周四"


def test_words_of_its_own_lead_back() -> None:
    """What else people say for a value of such a slot (不挑) says it anew; inside other words it does not."""
    talk = choosing()
    assert talk.text("不挑") == []
    assert talk.call().arguments["leader"] == "谁都行"
    assert choosing().text("我不挑食")[0] == "utter_cannot_handle_1"


def test_a_button_may_lead_back() -> None:
    """A button that fills such a slot leads back as well, also by a part of its title that is a word of ours."""
    talk = choosing()
    talk.text("更多")
    assert talk.call().arguments["later"] == "b"


def test_the_innermost_flow_that_wants_it_is_gone_back_to() -> None:
    """What only the outer flow wants goes back in the outer one, out of the inner."""
    talk = choosing()
    talk.text("换甲局长", leader="甲局长")
    assert talk.call().arguments["leader"] == "甲局长"


def test_later_questions_lead_back_too() -> None:
    """At a later question that words cannot answer; where words are the answer, only a correction does."""
    talk = choosing()
    talk.text("1")
    assert talk.step == "collect_name"
    assert talk.text("周三的王大姐", time=DAY) == ["utter_ask_sure"]
    assert "when" not in talk.slots
    talk.text("还是找乙局长吧", leader="乙局长")
    assert talk.call().arguments["leader"] == "乙局长"
    talk.returned("some", seats=SEATS)
    talk.text("周三")
    assert talk.step == "collect_sure"


def test_a_correction_leads_back() -> None:
    """日子改成周三 goes back with the new value, 日子改一下 without one; from the outer flow too."""
    talk = choosing()
    assert talk.text("日子改成周三", time=DAY) == ["utter_corrected"]
    assert talk.call().arguments["when"] == DAY
    talk.returned("some", seats=SEATS)
    assert talk.text("日子改一下") == []
    assert talk.call().arguments["when"] is None


def test_what_the_trigger_says_fills_what_leads_back() -> None:
    """The message that begins the form fills slots that lead back."""
    talk = office()
    talk.text("周三约见甲局长", "visit", time=DAY, leader="甲局长")
    assert dict(talk.call().arguments) == {"when": DAY, "leader": "甲局长", "later": None}


def test_the_very_word_for_a_form_may_hold_what_it_asks() -> None:
    """想见区长 is a word for the form and a leader at once: what extractors find in it matters."""
    talk = office()
    assert talk.picks("我要约见")
    assert not talk.picks("我要看日历")
    talk.text("我要约见", leader="甲局长")
    assert talk.call().arguments["leader"] == "甲局长"


def test_a_day_is_for_the_form_in_hand() -> None:
    """A meaning that begins another form with the same slot does not take the words away; one without it does."""
    talk = choosing()
    assert talk.text("周三有谁", "agenda", time=DAY) == []
    assert talk.call().action == "action_find"
    assert choosing().text("周三要钱吗", "fee", time=DAY)[0] == "utter_fee"
    assert choosing().text("看看日历", "agenda")[0] == "utter_card"


@pytest.mark.parametrize("word", ["24日", "周二", "甲"])
def test_a_part_of_one_title_chooses(word: str) -> None:
    """Two characters or more that stand in one title only choose it."""
    talk = choosing()
    talk.text(word)
    assert (talk.step == "collect_name") == (len(word) > 1)


def test_a_part_of_several_titles_does_not() -> None:
    """9:00 stands in two titles; where titles are not looked up a part chooses nothing."""
    assert choosing().text("9:00")[0] == "utter_cannot_handle_1"
    talk = office()
    talk.session.offers = [Button("0-1", "周二 9:00 甲", "/fee")]
    assert talk.text("周二") == ["utter_cannot_handle_1"]


@pytest.mark.parametrize(("word", "chosen"), [("换一个", True), ("不对", True), ("换", False), ("先看看", False)])
def test_a_clause_of_one_title_chooses(word: str, chosen: bool) -> None:
    """People type the half of a title that says what they want; less than a clause, or one of two titles, is not it."""
    talk = office()
    talk.session.offers = [
        Button("0-1", "不对，换一个", "/fee"),
        Button("0-2", "先看看，再说", "/help"),
        Button("0-3", "先看看，不急", "/help"),
    ]
    assert (talk.text(word)[0] == "utter_fee") is chosen


def test_members_of_a_value_decide() -> None:
    """`slots.when.problem` looks into what the slot holds; nothing where there is nothing to look into."""
    for problem, said in (("past", ["utter_past"]), ("no_such_date", ["utter_odd"]), (None, [])):
        talk = office()
        talk.text("周三约见", "visit", time={**DAY, "problem": problem})
        talk.returned("some", seats=SEATS)
        talk.text("1")
        talk.text("王大姐")
        assert [name for name in talk.text("对") if name != "utter_completed"] == said


def test_a_code_behind_a_word_begins_its_flow() -> None:
    """来 K7M4QX is nobody's answer; the word alone begins it too; a word inside other words does not."""
    talk = choosing()
    assert talk.text("来 k7m4qx")[0] == "utter_fee"
    assert "code" not in talk.slots
    assert office().text("来") == ["utter_ask_code"]
    assert office().text("他来 K7M4QX") == ["utter_cannot_handle_1"]
    assert office().text("他来了就骂人") == ["utter_cannot_handle_1"]
    assert office().text("登 K7M4QX") == ["utter_cannot_handle_1"]


def test_a_choice_of_the_question_is_the_answer() -> None:
    """A word that is a choice of what is asked chooses it, though alone it would begin something."""
    talk = office()
    talk.text("问问")
    talk.text("来")
    assert (talk.slots.get("who"), talk.heard[0]) == (None, "utter_fee")


def test_a_code_alone_begins_the_flow_without_a_word() -> None:
    """Of the flows that take a code, those with a word of their own wait for the word."""
    alone = Understanding(entities=(Entity("code", "K7M4QX", 0, 6),))
    assert office().give(Input(InputKind.TEXT, "K7M4QX", understanding=alone))[0] == "utter_card"


def test_a_line_of_a_notice_stands_for_its_words() -> None:
    """A tap on a line that a notice offered is heard as if its words had been typed, whatever is asked."""
    assert choosing().give(Input(InputKind.BUTTON, "来 K7M4QX", "notice"))[0] == "utter_fee"
    assert office().give(Input(InputKind.BUTTON, "来", "notice")) == ["utter_ask_code"]
    talk = office()
    talk.text("问问")
    assert talk.give(Input(InputKind.BUTTON, "来", "notice")) == ["utter_ask_code"]
    assert office().give(Input(InputKind.BUTTON, "登", "notice")) == ["utter_no_permission"]


def test_a_scene_begins_its_flow() -> None:
    """A code whose scene begins as named is scanned, also by a new follower; the rest of the scene is kept."""
    for scene, kind in (("here_u-1", InputKind.SCAN), ("qrscene_here_u-1", InputKind.SUBSCRIBE)):
        talk = office()
        assert talk.menu(scene, kind) == ["utter_ask_code"]
        assert talk.slots["place"] == "u-1"
    assert office().menu("here_u-1") == ["utter_help"]
    assert office().menu("desk_u-1", InputKind.SCAN) == ["utter_no_permission"]
    assert office().menu("other", InputKind.SCAN) == ["utter_help"]


def test_cards_are_filled() -> None:
    """Gaps beside the text are filled, however deep; an unknown one is empty and recorded."""
    talk = office()
    talk.session.slots["url"] = "https://example.org"
    talk.give(Input(InputKind.TEXT, "日历"))
    assert talk.last.replies[0].custom == {
        "article": {"title": "https://example.org", "many": ["https://example.org", 1, ""]}
    }
    assert talk.failed("missing_value")


def test_the_checks_know_the_new_words() -> None:
    """A step to go back to that is not there stops the release; a card's unknown gap is told."""
    with pytest.raises(AssertionError, match="unknown_step"):
        compile_release(DOMAIN, FLOWS.replace("{leader: choose}", "{leader: nowhere}"), ACTIONS)
    assert "undefined_interpolation" in {problem.code for problem in check(compile_release(DOMAIN, FLOWS, ACTIONS))}


def test_a_way_back_past_what_is_required_is_told() -> None:
    """What a form's first step has made sure of is no longer sure where something said anew leads in before it."""
    flows = """\
flows:
  visit:
    name: 约见
    description: 约
    x-keywords: [约见]
    x-returns: {when: find}
    steps:
      - collect: name
        next: [{if: slots.consent, then: find}, {else: END}]
      - id: find
        action: action_find
"""
    domain = DOMAIN.replace("responses:", REQUIRED)
    codes = [found.code for found in check(compile_release(domain, flows, ACTIONS))]
    assert "required_missing" in codes
    sure = flows.replace("    x-returns: {when: find}\n", "")
    assert "required_missing" not in [found.code for found in check(compile_release(domain, sure, ACTIONS))]


def test_keys_are_read_strictly() -> None:
    """What is not text where a step or a slot is named is a problem."""
    files = {
        "domain.yml": DOMAIN,
        "actions.yml": ACTIONS,
        "flows/f.yml": FLOWS.replace("{here_: place}", "{here_: [x]}"),
    }
    assert any(problem.code == "want_text" for problem in read(files)[1])
