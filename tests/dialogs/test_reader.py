"""The reader: files in, a release or problems out."""

from pathlib import Path

import pytest

from dialogs.kernel.problems import Problem
from dialogs.kernel.reader import MOST_PROBLEMS, load, read, release_id
from dialogs.kernel.reader.tree import LONGEST_FILE, Fields, parse, plain, resolve
from dialogs.kernel.release import END, Choice, Release, SlotMapping, Step, Trigger
from tests.dialogs.minimal import ACTIONS, DOMAIN, FLOW, release, sources


def problems_of(**changed: str) -> list[Problem]:
    """What reading finds."""
    return read(sources(**changed))[1]


def ways(compiled: Release, flow: str) -> dict[str, list[str]]:
    """Targets of every step."""
    return {step.id: [way.target for way in step.next] for step in compiled.flows[flow].steps.values()}


def steps(text: str) -> dict[str, Step]:
    """Compile the steps of one flow beside the minimal dialogs."""
    flow = f"flows:\n  one:\n    description: 一\n    steps:\n{text}"
    compiled, problems = read({**sources(), "flows/one.yml": flow})
    assert compiled is not None, problems
    return dict(compiled.flows["one"].steps)


def test_errors_leave_no_release() -> None:
    """Dialogs with an error cannot be run."""
    compiled, problems = read(sources(flow=FLOW.replace("link: bye", "link: by")))
    assert compiled is None
    assert [(found.code, found.file, found.line, found.flow, found.step) for found in problems] == [
        ("unknown_flow", "flows/main.yml", 67, "main", "link_by")
    ]


def test_warnings_leave_a_release() -> None:
    """Dialogs that only deserve a remark can be run."""
    compiled, problems = read(sources(flow=FLOW.replace("x-menu: MAIN", "x-menus: MAIN")))
    assert compiled is not None
    assert [found.severity for found in problems] == ["warning"]


def test_problems_come_all_at_once_in_order() -> None:
    """Three mistakes in two files are three records, by file and line."""
    found = problems_of(
        flow=FLOW.replace("link: bye", "link: by").replace("id: rest", "id: rest\n        nxt: 1"),
        domain=DOMAIN.replace("type: bool", "type: boolean"),
    )
    assert found == sorted(found)
    assert {(one.file, one.code) for one in found} >= {
        ("domain.yml", "slot_type"),
        ("flows/main.yml", "unknown_key"),
        ("flows/main.yml", "unknown_flow"),
    }


def test_no_more_problems_than_can_be_read() -> None:
    """A thousand mistakes are cut at the limit."""
    flow = FLOW + "".join(f"      - lost{number}: 1\n" for number in range(1_000))
    assert len(problems_of(flow=flow)) == MOST_PROBLEMS


def test_a_broken_file_is_not_held_against_the_others() -> None:
    """What an unreadable domain would have declared is not reported as missing."""
    assert {found.code for found in problems_of(domain=DOMAIN + "  [")} == {"yaml_syntax"}


def test_problem_reads_as_one_line() -> None:
    """A record says where, what, and how to mend it."""
    (found,) = problems_of(flow=FLOW.replace("link: bye", "link: by"))
    assert str(found) == (
        "flows/main.yml:67 main/link_by [error unknown_flow] 没有叫“by”的流程。请检查名字，或先写好这个流程。"
    )


def test_problem_of_a_file_names_no_flow() -> None:
    """A record about a file as a whole is short."""
    (found,) = problems_of(domain="")
    assert str(found) == "domain.yml:0 [error file_missing] 缺少这个文件。请把它放回 dialogs/ 里。"


def test_next_is_the_following_step_or_the_end() -> None:
    """Without `next` a step leads to the following one, the last one to the end."""
    found = steps("      - {id: one, action: utter_odd}\n      - {id: two, action: utter_odd}\n")
    assert {name: [way.target for way in step.next] for name, step in found.items()} == {"one": ["two"], "two": [END]}


def test_branches_are_flattened_in_file_order() -> None:
    """Nested steps stand behind the step they branch from, and the list goes on after them."""
    found = steps(
        """
      - id: one
        noop: true
        next:
          - if: slots.ok
            then:
              - id: inner
                noop: true
                next:
                  - if: slots.kind
                    then:
                      - {id: innermost, action: utter_odd, next: END}
                  - else:
                      - {id: other, link: bye}
          - else: two
      - {id: two, action: utter_odd}
"""
    )
    assert {name: [way.target for way in step.next] for name, step in found.items()} == {
        "one": ["inner", "two"],
        "inner": ["innermost", "other"],
        "innermost": [END],
        "other": [],
        "two": [END],
    }


def test_unnamed_steps_keep_their_names_when_others_are_added() -> None:
    """A made-up id tells what the step does; only steps that do the same are numbered, clear of written ids."""
    text = """
      - {id: utter_odd_2, noop: true, next: END}
      - action: utter_odd
      - action: utter_odd
      - collect: kind
      - set_slots: [{kind: null}, {ok: true}]
      - {noop: true, next: END}
"""
    assert list(steps(text)) == ["utter_odd_2", "utter_odd", "utter_odd_3", "collect_kind", "set_slots", "noop"]


def test_collect_carries_all_its_settings() -> None:
    """Everything a collect may say is in its step."""
    compiled = release()
    step = compiled.flows["main"].steps["ask_ok"]
    assert (step.kind, step.name, step.utter, step.ask_before_filling) == ("collect", "ok", "utter_ask_ok", True)
    photos = compiled.flows["main"].steps["collect_photos"]
    assert (photos.optional, photos.force_slot_filling, photos.utter) == (True, True, "utter_ask_photos")
    start = compiled.flows["main"].steps["start"]
    assert (start.description, [each.utter for each in start.rejections]) == ("一句话", ["utter_odd"])


def test_collect_asks_by_action_where_there_is_one() -> None:
    """`action_ask_<slot>` stands in for the response."""
    actions = ACTIONS.replace("  action_find:", "  action_ask_story: {outcomes: {done: {}}}\n  action_find:")
    domain = DOMAIN.replace("  utter_ask_story: [{text: 什么事}]\n", "")
    step = release(actions=actions, domain=domain).flows["main"].steps["start"]
    assert (step.utter, step.ask_action) == (None, "action_ask_story")


def test_flow_carries_its_head() -> None:
    """Everything a flow may say of itself is in it."""
    flow = release().flows["main"]
    assert (flow.name, flow.description, flow.menu, flow.keywords) == ("主流程", "什么都用一遍", "MAIN", ("开始",))
    assert (flow.persisted_slots, flow.law, flow.file, flow.line) == (("consent",), "某法", "flows/main.yml", 2)
    assert flow.triggers == (Trigger("begin", 0.7, 7),)
    assert flow.guard is not None
    assert flow.guard.text == "slots.ok is null"
    assert (release().flows["bye"].name, release().flows["bye"].role) == ("bye", "mediator")


@pytest.mark.parametrize(
    ("written", "threshold"), [("begin", 0.6), ("{name: begin}", 0.6), ("{name: begin, confidence_threshold: 0}", 0.0)]
)
def test_trigger_threshold(written: str, threshold: float) -> None:
    """A trigger may be a name; without a threshold it is the engine's."""
    flow = FLOW.replace("{name: begin, confidence_threshold: 0.7}", written)
    assert release(flow=flow).flows["main"].triggers[0].threshold == threshold


def test_guard_may_be_a_plain_truth() -> None:
    """`if: true` and `if: false` are conditions."""
    for word in ("true", "false"):
        guard = release(flow=FLOW.replace("if: slots.ok is null", f"if: {word}")).flows["main"].guard
        assert guard is not None
        assert guard.holds({}) is (word == "true")


def test_slots_carry_all_their_settings() -> None:
    """Everything a slot may say is in it."""
    slots = release().slots
    assert (slots["story"].label, slots["story"].aliases, slots["story"].line) == ("事情", ("经过",), 5)
    assert slots["story"].mappings == (SlotMapping("from_text", not_intents=("deny",)),)
    assert slots["ok"].mappings[1] == SlotMapping("from_intent", intents=("deny",), value=False)
    assert slots["phone"].mappings == (SlotMapping("from_entity", entity="phone_number", flows=("main",)),)
    assert (slots["kind"].values, slots["kind"].titles) == (("a", "b"), {"a": "甲", "b": "乙"})
    assert (slots["phone"].personal, slots["phone"].longest, slots["number"].initial) == (True, 17, 2)
    assert [each.utter for each in slots["number"].rejections] == ["utter_odd"]


def test_responses_carry_all_their_settings() -> None:
    """Everything a variation may say is in it; Rasa's list of conditions becomes one condition."""
    responses = release().responses
    wechat, chosen, article = responses["utter_a"]
    assert wechat.condition is not None
    assert wechat.condition.text == 'slots.kind = "a" and slots.ok = null'
    assert (wechat.channel, article.custom) == ("wechat", {"article": {"title": "说明"}})
    assert chosen.condition is not None
    assert responses["utter_ask_ok"][0].buttons[0] == Choice("对", "/SetSlots(ok=true)")
    assert responses["utter_ask_chosen"][0].buttons_from == "choices"
    assert responses["utter_ask_photos"][0].image == "https://example.org/1.png"


def test_an_empty_list_of_conditions_is_none() -> None:
    """A response whose condition is an empty list is always possible."""
    domain = DOMAIN.replace("condition: slots.kind}", "condition: []}")
    assert release(domain=domain).responses["utter_a"][1].condition is None


def test_actions_carry_their_contract() -> None:
    """Inputs, outcomes with examples, slots set and durability are in the action."""
    action = release().actions["action_send"]
    assert (action.inputs[0], action.sets, action.durable) == ("story", ("case_number",), True)
    assert action.outcomes == {"done": {"case_number": "N1"}, "refused": {}}


def test_domain_declares() -> None:
    """Intents, entities with Rasa's settings, repairs, safety words and requirements are in the release."""
    compiled = release()
    assert (compiled.intents, compiled.entities) == (("begin", "affirm", "deny"), ("phone_number", "place"))
    assert (compiled.repairs["cancel"], compiled.safety["fire"]) == (("取消",), ("着火",))
    assert compiled.required["personal"] == ("slots.consent",)


def test_empty_sections_are_empty() -> None:
    """A key with nothing behind it is a key left out."""
    domain = DOMAIN.replace("actions: [action_find, action_send]", "actions:")
    assert release(domain=domain).actions.keys() == {"action_find", "action_send"}


def test_id_is_of_the_content_alone() -> None:
    """Order does not change the id, a comma does, tests and their names do not; sources are kept without tests."""
    texts = sources()
    backward = dict(reversed(texts.items()))
    assert release_id(texts) == release_id(backward) == release_id({**texts, "tests/a.yml": "a: 1"})
    assert release_id(texts) != release_id({**texts, "domain.yml": DOMAIN + " "})
    assert release_id({"a": "bc"}) != release_id({"ab": "c"})
    compiled, _ = read({**texts, "tests/a.yml": "a: 1"})
    assert compiled is not None
    assert (compiled.id, compiled.sources) == (release_id(texts), texts)


def test_load_takes_the_files_of_a_folder(tmp_path: Path) -> None:
    """Domain, actions, flows and tests are loaded by relative path; anything else is not."""
    for name in ("domain.yml", "actions.yml", "flows/a.yml", "tests/b.yml", "flows/notes.txt", "other.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name}", encoding="utf-8")
    (tmp_path / "flows" / "folder.yml").mkdir()
    assert load(tmp_path) == {name: f"# {name}" for name in ("actions.yml", "domain.yml", "flows/a.yml", "tests/b.yml")}


def test_load_of_nothing_is_nothing(tmp_path: Path) -> None:
    """A folder that is not there has no files."""
    assert load(tmp_path / "absent") == {}


def test_load_never_fails_on_bytes(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 become a problem, and no more is read than can be used."""
    (tmp_path / "domain.yml").write_bytes(b"\xff\xfe" + b"a" * (5 * LONGEST_FILE))
    texts = load(tmp_path)
    assert len(texts["domain.yml"]) <= 4 * LONGEST_FILE + 1
    assert [found.code for found in read(texts)[1]] == ["file_too_large"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("", None), ("~", None), ("null", None), ("true", True), ("False", False), ("no", "no"), ("12:30", "12:30")],
        *[
            ("12", 12),
            ("-3", -3),
            ("0", 0),
            ("0537", "0537"),
            ("+86139", "+86139"),
            ("1234567890123456", "1234567890123456"),
        ],
        *[("1.5", 1.5), ("1e3", 1000.0), ("1e999", "1e999"), (".5", ".5"), ("2026-11-23", "2026-11-23")],
    ],
)
def test_unquoted_scalars(text: str, value: object) -> None:
    """Words stay words, telephone numbers and dates too; only plain numbers and truths are more."""
    assert (resolve(text), type(resolve(text))) == (value, type(value))


def test_tree_gives_plain_values() -> None:
    """A tree without lines is what YAML says."""
    tree = parse("f", "a: [1, 'x', {b: null}]\nc: |\n  一\n  二\n", [])
    assert tree is not None
    assert plain(tree) == {"a": [1, "x", {"b": None}], "c": "一\n二\n"}


def test_nothing_is_an_empty_mapping() -> None:
    """A file of comments is a mapping without keys."""
    assert parse("f", "# 只有注释\n", []) == Fields({}, 1)
