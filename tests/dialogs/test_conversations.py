"""The golden conversations of dialogs/tests, and the runner that plays them."""

import json
from pathlib import Path

import pytest

import dialogs
from dialogs.kernel.conversations import Conversation, Result, coverage, play, read, rewrite
from dialogs.kernel.conversations.playing import CALLS_A_TURN
from dialogs.kernel.conversations.script import NOW
from dialogs.kernel.problems import Problem
from dialogs.kernel.reader import load
from dialogs.kernel.reader import read as compile_release
from dialogs.kernel.release import Release
from dialogs.kernel.review import review
from dialogs.kernel.words import InputKind
from tests.dialogs.minimal import FLOW, release, sources

SOURCES = load(Path(str(dialogs.__file__)).parent)
RELEASE = compile_release(SOURCES)[0]
CONVERSATIONS, UNREADABLE = read(SOURCES)


def test_conversations_can_be_read() -> None:
    """The dialogs compile, and each of their test files is in order."""
    assert RELEASE is not None
    assert UNREADABLE == []


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[f"{one.file}:{one.line}" for one in CONVERSATIONS])
def test_golden_conversation(conversation: Conversation) -> None:
    """The conversation goes as it is written, the session written out and read back at every turn."""
    assert RELEASE is not None
    assert "\n".join(map(str, play(RELEASE, conversation).problems)) == ""


def test_dialogs_may_be_published() -> None:
    """Nothing in the dialogs is an error, and every step and branch is reached by a conversation."""
    found = review(SOURCES)
    assert found.may_be_published
    assert found.coverage is not None
    assert (found.coverage.missed_steps, found.coverage.missed_branches) == ((), ())


READY = """\
fixtures:
  - ready:
      - consent: true
      - kind: b
  - shared:
      - now: "2026-11-25T09:00:00+08:00"
      - actions:
          action_find: {outcome: none}
"""
OPENING = """\
      - user: 开始
      - utter: utter_notice
      - utter: utter_ask_story
"""


def case(steps: str, fixtures: str = "ready, shared", *, head: str = READY) -> str:
    """Write a file with one conversation."""
    return f"{head}test_cases:\n  - test_case: 一\n    fixtures: [{fixtures}]\n    steps:\n{steps}"


def told(text: str, **changed: str) -> tuple[Result, list[Problem]]:
    """Play the only conversation of a text against the minimal dialogs."""
    conversations, problems = read(sources(tests=text))
    assert problems == []
    result = play(release(**changed), conversations[0])
    return result, result.problems


def codes(text: str, **changed: str) -> list[str]:
    """What is wrong with the only conversation of a text."""
    return [problem.code for problem in told(text, **changed)[1]]


def failures(text: str) -> list[str]:
    """What is wrong with a file of conversations."""
    return [problem.code for problem in read(sources(tests=text))[1]]


def test_conversation_as_expected_has_no_problem() -> None:
    """Replies by name and by text, slots and calls as they are: nothing to tell."""
    text = case(
        OPENING
        + """\
      - slot_was_set: [{consent: true}, kind]
      - slot_was_not_set: [story, {kind: a}]
      - user: 楼上漏水
      - bot: 照片
        x-buttons: []
      - x-called: {action_find: {story: 楼上漏水}}
      - x-called: action_find
      - x-not-called: [action_send, {action_find: {story: 别的}}, {action_find: {lost: null}}]
""",
    )
    assert codes(text) == []


def test_reply_not_expected_is_shown_as_a_difference() -> None:
    """A turn that says something else is told line by line, what was wanted beside what was said."""
    (found,) = told(case("      - user: 开始\n      - utter: utter_notice\n      - bot: 出了啥事\n"))[1]
    assert (found.code, found.file, found.line) == ("test_said", "tests/main.yml", 13)
    assert "  utter: utter_notice\n- bot: 出了啥事\n+ bot: 什么事\n" in found.message


def test_reply_nobody_listed_is_a_failure() -> None:
    """What is said without being expected counts, and is told by its name."""
    (found,) = told(case("      - user: 开始\n"))[1]
    assert "+ utter: utter_notice\n+ utter: utter_ask_story" in found.message


def test_long_differences_are_not_cut() -> None:
    """A difference is told to its end however long it is."""
    (found,) = told(case(f"      - user: 开始\n      - bot: {'长' * 500}\n"))[1]
    assert "长" * 500 in found.message


def test_buttons_are_compared_where_they_are_listed() -> None:
    """Titles offered must be those listed."""
    opening = OPENING + "      - user: 漏水\n      - {utter: utter_ask_kind, x-buttons: [甲, 乙]}\n"
    (found,) = told(case(opening, "agreed", head="fixtures: [{agreed: [{consent: true}]}]\n"))[1]
    assert "- utter: utter_ask_kind [甲 | 乙]\n+ utter: utter_ask_kind [甲 | 再说]" in found.message


@pytest.mark.parametrize(
    "expectation",
    [
        *["slot_was_set: [story]", "slot_was_set: [{consent: false}]", "slot_was_not_set: [consent]"],
        *["slot_was_not_set: [{consent: true}]", "slot_was_set: consent_", "slot_was_not_set: {kind: b}"],
    ],
)
def test_slot_not_as_expected(expectation: str) -> None:
    """A slot that is not set, or set to something else, is a failure on its own line."""
    (found,) = told(case(OPENING + f"      - {expectation}\n"))[1]
    assert (found.code, found.line) == ("test_slot", 16)


@pytest.mark.parametrize(
    "expectation",
    [
        *["x-called: action_send", "x-called: {action_find: {story: 别的}}", "x-not-called: action_find"],
        "x-not-called: [{action_find: {story: 漏水}}]",
    ],
)
def test_call_not_as_expected(expectation: str) -> None:
    """A call that was not made, was made, or was made with other arguments is a failure."""
    text = case(OPENING + f"      - user: 漏水\n      - utter: utter_ask_photos\n      - {expectation}\n")
    assert codes(text) == ["test_call"]


def test_taps_by_title_and_by_payload() -> None:
    """A tap presses a button of the latest reply that had any; one that is not there is a failure."""
    head = "fixtures: [{agreed: [{consent: true}]}]\n"
    text = case(OPENING + "      - user: 漏水\n      - utter: utter_ask_kind\n      - x-tap: {}\n", "agreed", head=head)
    for tap in ("甲", "/SetSlots(kind=a)"):
        result, _ = told(text.replace("{}", tap))
        assert [reply.response for reply in result.played[-1].replies] == ["utter_a", "utter_ask_chosen"]
    assert codes(text.replace("{}", "丙")) == ["test_no_button"]


def test_stubs_answer_in_turn_and_the_last_one_repeats() -> None:
    """A list of outcomes is used call by call; without slots the outcome's example is returned."""
    flow = FLOW.replace('{"none"}\n            then: rest', '{"none"}\n            then: again')
    again = "      - {id: again, collect: story, ask_before_filling: true, next: find}\n      - id: choose"
    flow = flow.replace("      - id: choose", again)
    head = """\
fixtures:
  - ready:
      - {consent: true, kind: b}
      - actions: {action_find: [{outcome: none}, {outcome: none, slots: {choices: null}}, {outcome: some}]}
"""
    steps = OPENING + "".join(f"      - user: 第{word}次说\n      - utter: utter_ask_story\n" for word in "一二")
    steps += "      - user: 第三次说\n      - {utter: utter_ask_chosen, x-buttons: [一号]}\n"
    assert codes(case(steps, "ready", head=head), flow=flow) == []


def test_without_a_stub_the_first_outcome_comes_with_its_example() -> None:
    """What nobody stubs goes as actions.yml has it first."""
    steps = OPENING + "      - user: 漏水\n      - {utter: utter_ask_chosen, x-buttons: [一号]}\n"
    assert codes(case(steps, "ready")) == []


def test_later_fixtures_win() -> None:
    """Slots, times and stubs of a later fixture stand over those of an earlier one."""
    head = READY + "  - other: [{kind: a}, {actions: {action_find: {outcome: some}}}]\n"
    (conversation,), _ = read(sources(tests=case("      - user: 开始\n", "ready, shared, other", head=head)))
    setting = conversation.setting
    assert (setting.slots, setting.now) == ({"consent": True, "kind": "a"}, "2026-11-25T09:00:00+08:00")
    assert [stub.outcome for stub in setting.stubs["action_find"]] == ["some"]


POSTPONED = """\
fixtures:
  - ready:
      - {consent: true, kind: b, number: 3, photos: [x], phone: "138"}
      - actions:
          action_find: {outcome: none}
          action_send: [{outcome: postponed}, {outcome: postponed}, {outcome: done}]
"""
SENT = (
    OPENING
    + """\
      - user: 漏水
      - utter: utter_ask_ok
      - x-tap: 对
      - utter: utter_call_postponed
"""
)


def test_postponed_call_is_tried_again_before_the_next_line() -> None:
    """The host tries again first: still postponed nothing is said of it, done it goes on before the line is heard."""
    text = SENT + "      - x-retry: true\n      - x-not-called: action_send\n      - user: 你好\n"
    result, problems = told(case(text, "ready", head=POSTPONED))
    assert [reply.response for reply in result.played[-1].replies][:2] == ["utter_done", "utter_odd"]
    assert [problem.line for problem in problems] == [20]


def test_retry_without_a_line() -> None:
    """A background retry that succeeds says what follows."""
    said = "      - bot: 编号N1，3个，true，138，x\n      - utter: utter_odd\n"
    text = SENT + "      - x-retry: true\n" * 2 + said
    _, problems = told(case(text, "ready", head=POSTPONED))
    assert [problem.code for problem in problems] == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("lost: 1", "unknown_slot"),
        ("actions: {action_lost: {outcome: done}}", "unknown_action"),
        ("actions: {action_find: {outcome: lost}}", "unknown_outcome"),
        ("actions: {action_find: {outcome: postponed}}", "unknown_outcome"),
        ("actions: {action_send: {outcome: unavailable}}", "unknown_outcome"),
    ],
)
def test_fixtures_give_what_exists(given: str, code: str) -> None:
    """A fixture with a slot, action or outcome that the release does not have is a failure."""
    head = f"fixtures:\n  - odd:\n      - {given}\n"
    assert code in codes(case("      - user: 开始\n", "odd", head=head))


def test_understanding_is_of_what_exists() -> None:
    """A line with an intent, a runner-up or an entity that the release does not have is a failure."""
    steps = (
        "      - {user: 你好, intent: lost, ranking: [{name: begin}, {name: gone}], entities: {where: 1, place: 2}}\n"
    )
    assert codes(case(steps))[:3] == ["unknown_intent", "unknown_intent", "unknown_entity"]


def test_inputs_are_what_a_channel_would_make() -> None:
    """Every kind of act becomes the input that the WeChat adapter makes of such a message."""
    steps = """\
      - user: 好
      - user: 7
      - {x-voice: 漏水, intent: begin}
      - x-voice: {text: 漏水, media_id: v1}
      - x-voice: {}
      - x-photo: p1
      - x-video: f1
      - x-location: {lat: 30, lng: 120.2, label: 小区}
      - x-link: {title: 看, url: "https://example.org"}
      - x-menu: MAIN
      - x-scan: scene
      - x-subscribe: true
      - x-subscribe: scene
      - x-unknown: true
      - x-tap: 对
      - x-retry: true
"""
    (conversation,), problems = read(sources(tests=case(steps)))
    assert problems == []
    given = [turn.given for turn in conversation.turns if turn.given is not None]
    assert [(one.kind, one.text, one.payload) for one in given] == [
        (InputKind.TEXT, "好", ""),
        (InputKind.TEXT, "7", ""),
        (InputKind.VOICE, "漏水", ""),
        (InputKind.VOICE, "漏水", ""),
        (InputKind.VOICE, "", ""),
        (InputKind.PHOTO, "", ""),
        (InputKind.VIDEO, "", ""),
        (InputKind.LOCATION, "小区", ""),
        (InputKind.LINK, "看", "https://example.org"),
        (InputKind.MENU, "", "MAIN"),
        (InputKind.SCAN, "", "scene"),
        (InputKind.SUBSCRIBE, "", ""),
        (InputKind.SUBSCRIBE, "", "scene"),
        (InputKind.UNKNOWN, "", ""),
    ]
    assert [one.attachment for one in given if one.attachment] == [
        {"kind": "voice", "media_id": "voice", "format": "amr"},
        {"kind": "voice", "media_id": "v1", "format": "amr"},
        {"kind": "voice", "media_id": "voice", "format": "amr"},
        {"kind": "photo", "media_id": "p1"},
        {"kind": "video", "media_id": "f1"},
        {"kind": "location", "lat": 30, "lng": 120.2, "label": "小区"},
    ]
    assert (conversation.turns[-2].tap, conversation.turns[-1].tap) == ("对", "")


def test_understanding_is_given_beside_the_words() -> None:
    """Intent, runners-up and entities stand beside the words; an entity lies where its wording does."""
    steps = """\
      - user: 我电话138，在阳光小区
        intent: {name: begin, confidence: 0.7}
        ranking: [{name: deny, confidence: 0.2}, {name: affirm}]
        entities: {phone_number: "138", number: 9, place: {text: 阳光小区}}
      - user: 好
        entities: [{entity: place, value: 阳光小区, role: home}, {entity: place, value: null}]
"""
    (conversation,), problems = read(sources(tests=case(steps)))
    assert problems == []
    first, second = [turn.given.understanding for turn in conversation.turns if turn.given is not None]
    assert first is not None
    assert (first.intent, first.confidence, first.ranking) == ("begin", 0.7, (("deny", 0.2), ("affirm", 0.95)))
    assert [(one.entity, one.start, one.end) for one in first.entities] == [
        ("phone_number", 3, 6),
        ("number", 0, 0),
        ("place", 8, 12),
    ]
    assert second is not None
    assert [(one.role, one.start, one.end) for one in second.entities] == [("home", 0, 0), (None, 0, 0)]


def test_intent_reaches_the_engine_only_if_it_asks() -> None:
    """Understanding of a form's answer that needs none is left out, as Rasa would not have been asked."""
    asked, _ = told(case("      - {user: 我想说件事, intent: begin}\n"))
    assert asked.events[1].data["intent"] == "begin"
    unasked, _ = told(case(OPENING + "      - {user: 取消, intent: begin}\n"))
    assert [one.data["intent"] for one in unasked.events if one.name == "understood"][-1] is None


def test_time_stands_until_a_step_gives_another() -> None:
    """A later `now` is the time of that turn and of those after it: days later the form is recalled."""
    later = '      - {user: 你好, now: "2026-11-28T09:00:00+08:00"}\n'
    result, _ = told(case(OPENING + later))
    assert result.played[-1].replies[0].response == "utter_resume"
    assert NOW.startswith("2026-11-23T09:00")


def test_calls_without_end_are_cut() -> None:
    """A flow that only calls is given up after so many calls in one turn."""
    flow = FLOW.replace("then: choose", "then: wait_not").replace(
        "      - id: choose", "      - {id: wait_not, noop: true, next: find}\n      - id: choose"
    )
    result, _ = told(case(OPENING + "      - user: 漏水\n", "ready"), flow=flow)
    assert len(result.played[-1].calls) == CALLS_A_TURN


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{user: 好, lost: 1}", "unknown_key"),
        ("{x-photo: p, intent: begin}", "unknown_key"),
        ("{user: [好]}", "want_text"),
        ("{user: 好, now: 3}", "want_text"),
        ("{x-location: 小区}", "want_mapping"),
        ("{user: 好, entities: [place]}", "want_mapping"),
        ("{user: 好, intent: 3}", "want_text"),
        ("{x-tap: }", "missing_key"),
    ],
)
def test_steps_that_cannot_be_read(step: str, code: str) -> None:
    """A step with a foreign key or a value of the wrong kind is reported, and its conversation is not played."""
    text = case(f"      - {step}\n")
    assert code in failures(text)
    assert read(sources(tests=text))[0] == []


@pytest.mark.parametrize(
    "step", ["{bot: [好]}", "{utter: utter_odd, lost: 1}", "{slot_was_set: [], lost: 1}", "{x-called: {a: 1}}"]
)
def test_expectations_that_cannot_be_read(step: str) -> None:
    """An expectation with a foreign key or a value of the wrong kind is reported."""
    assert failures(case(f"      - user: 好\n      - {step}\n")) != []


def test_numbers_said_are_texts() -> None:
    """`bot: 7` expects the text 7."""
    (conversation,), problems = read(sources(tests=case("      - user: 好\n      - bot: 7\n")))
    assert (conversation.turns[0].said[0].text, problems) == ("7", [])


def test_broken_test_file_is_a_problem() -> None:
    """A test file that is no YAML is reported, and the release is not touched by it."""
    found = review(sources(tests="test_cases: ["))
    assert ([problem.code for problem in found.problems], found.release is not None) == (["yaml_syntax"], True)


UPDATED = case(
    """\
      # 注释留着
      - user: 开始
      - bot: 旧的话
        x-buttons: [没了]

      - slot_was_set: [consent]
      # 这里也留着
      - user: 漏水
      - utter: utter_ask_photos
      - utter: utter_ask_kind
      - x-photo: p
"""
)


def updated(text: str, **changed: str) -> str:
    """Accept what was really said."""
    conversations, _ = read(sources(tests=text))
    return rewrite(text, [play(release(**changed), one) for one in conversations])


def test_update_accepts_what_was_said() -> None:
    """Only said lines of turns that differ change, in their own way of saying; a second time nothing changes."""
    after = updated(UPDATED)
    assert after == UPDATED.replace(
        "      - bot: 旧的话\n        x-buttons: [没了]\n",
        "      - bot: 用途说明\n        x-buttons: []\n      - utter: utter_ask_story\n",
    ).replace(
        "      - utter: utter_ask_photos\n      - utter: utter_ask_kind\n", "      - utter: utter_ask_photos\n"
    ).replace("      - x-photo: p\n", "      - x-photo: p\n      - utter: utter_ask_photos\n")
    assert codes(after) == []
    assert updated(after) == after


@pytest.mark.parametrize("said", ["一\n二", "“好”: [x]", "# 不是注释", " 前后有空 ", "true", "3", '引号"里'])
def test_update_writes_what_yaml_reads_back(said: str) -> None:
    """Whatever was said is written so that the test then passes."""
    domain = sources()["domain.yml"].replace("{text: 用途说明}", f"{{text: {json.dumps(said, ensure_ascii=False)}}}")
    text = case("      - user: 开始\n      - bot: 旧\n      - utter: utter_ask_story\n")
    assert codes(updated(text, domain=domain), domain=domain) == []


@pytest.mark.parametrize(
    "steps",
    [
        "      - \n        user: 开始\n",
        "      [{user: 开始}, {bot: 旧}]\n",
        "      - user: 开始\n      -\n        bot: 旧\n",
    ],
)
def test_update_leaves_alone_what_it_cannot_write(steps: str) -> None:
    """Steps that do not begin on lines of their own are not rewritten."""
    assert updated(case(steps)) == case(steps)


def whole(compiled: Release, text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Steps and branches that the conversations of a text miss."""
    conversations, _ = read(sources(tests=text))
    found = coverage(compiled, [play(compiled, one).events for one in conversations])
    assert found.steps == sum(len(flow.steps) for flow in compiled.flows.values())
    missed = [(where.step, target) for where, target in found.missed_branches]
    return [where.step for where in found.missed_steps], missed


def test_coverage_names_what_no_test_reaches() -> None:
    """Steps never entered and ways never taken are told; two conditions to one target are one way."""
    steps = OPENING + "      - user: 漏水\n      - utter: utter_ask_photos\n      - user: 取消\n"
    missed_steps, missed_ways = whole(release(), case(steps))
    assert missed_steps == [
        *["utter_a", "set_slots", "choose", "collect_phone", "ask_ok", "send", "done", "link_bye", "ask", "utter_odd"]
    ]
    assert ("noop", "END") not in missed_ways
    assert ("noop", "ask") in missed_ways
    assert ("agree", "start") not in missed_ways
    assert ("collect_kind", "find") not in missed_ways
    assert ("find", "choose") in missed_ways
    assert missed_ways.count(("find", "rest")) == 0
    assert ("collect_photos", "collect_phone") in missed_ways


def test_cancelling_is_not_reaching_the_end() -> None:
    """A flow that was dropped has not gone from its step to the end; one that ended has."""
    compiled = release()
    dropped = "      - user: 开始\n      - utter: utter_notice\n      - utter: utter_ask_consent\n      - user: 取消\n"
    assert ("ask", "END") in whole(compiled, case(dropped, "shared"))[1]
    agreed = dropped.replace("取消", "同意")
    assert ("ask", "END") not in whole(compiled, case(agreed, "shared"))[1]
