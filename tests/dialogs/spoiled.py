"""Ways to spoil the minimal dialogs, at least one for every code in problems.yml: file, what was there, what is now."""

from tests.dialogs.minimal import ACTIONS, DOMAIN, FLOW, sources

Spoiled = tuple[str, str, str, str]

READING: list[Spoiled] = [
    ("file_missing", "domain", DOMAIN, ""),
    ("file_too_large", "flow", "name: 主流程", "name: " + "长" * 300_001),
    ("file_encoding", "flow", "主流程", "主\ufffd流程"),
    ("file_encoding", "flow", "主流程", "主\ud800流程"),
    ("yaml_syntax", "flow", "name: 主流程", "name: [主流程"),
    ("yaml_syntax", "flow", "name: 主流程", "name: '主流程"),
    ("yaml_character", "flow", "主流程", "主\x00流程"),
    ("yaml_documents", "flow", "    if: slots.ok is null", "---\na: 1"),
    ("yaml_anchor", "flow", "name: 主流程", "name: &x 主流程"),
    ("yaml_anchor", "flow", "persisted_slots: [consent]", "persisted_slots: &x [consent]"),
    ("yaml_anchor", "flow", "name: 主流程", "name: *x"),
    ("yaml_tag", "flow", "name: 主流程", "name: !!str 主流程"),
    ("yaml_tag", "flow", "persisted_slots: [consent]", "persisted_slots: !!python/tuple [consent]"),
    ("yaml_key", "flow", "name: 主流程", "1: 主流程"),
    ("yaml_key", "flow", "name: 主流程", "? [a]\n    : 主流程"),
    ("yaml_duplicate_key", "flow", "name: 主流程", "name: 主流程\n    name: 又一个"),
    ("yaml_too_deep", "flow", "name: 主流程", "name: " + "[" * 31 + "]" * 31),
    ("unknown_key", "flow", "persisted_slots:", "persisted_slot:"),
    ("unknown_x_key", "flow", "x-menu: MAIN", "x-menus: MAIN"),
    ("missing_key", "flow", "description: 什么都用一遍", ""),
    ("missing_key", "flow", "      - action: utter_odd", "      - set_slots: []"),
    ("missing_key", "flow", "{if: 'slots.story = \"x\"', utter: utter_odd}", "{utter: utter_odd}"),
    ("missing_key", "domain", "{type: from_entity, entity: phone_number, ", "{type: from_entity, "),
    ("want_text", "flow", "name: 主流程", "name: 3"),
    ("want_text", "flow", "id: rest", "id: [rest]"),
    ("want_text", "domain", "intents: [begin,", "intents: [[begin],"),
    ("want_list", "flow", "x-keywords: [开始]", "x-keywords: 开始"),
    ("want_mapping", "flow", "      - action: utter_odd", "      - utter_odd"),
    ("want_mapping", "domain", "  fire: [着火]", "  - fire"),
    ("want_mapping", "actions", ACTIONS, "[]"),
    ("want_flag", "flow", "x-optional: true", 'x-optional: "true"'),
    ("want_number", "flow", "confidence_threshold: 0.7", "confidence_threshold: true"),
    ("bad_name", "flow", "  main:\n", "  主:\n"),
    ("bad_name", "flow", "id: rest", "id: END"),
    ("bad_name", "domain", "  story: {type", "  讲: {type"),
    ("duplicate_name", "domain", "intents: [begin,", "intents: [begin, begin,"),
    ("duplicate_value", "domain", "values: [a, b]", "values: [a, b, a]"),
    ("duplicate_step", "flow", "id: rest", "id: find"),
    ("flow_without_steps", "flow", "    steps:\n      - action: utter_odd", "    steps: []"),
    ("step_kind", "flow", "id: rest\n", "id: rest\n        call: bye\n"),
    ("step_kind", "flow", "        call: agreement\n", ""),
    ("noop_false", "flow", "noop: true", "noop: false"),
    ("noop_without_next", "flow", "      - action: utter_odd", "      - noop: true"),
    (
        "branch_without_next",
        "flow",
        "                  - number: null\n                next: find",
        "                  - number: null",
    ),
    ("branch_empty", "flow", "then: choose", "then: []"),
    ("link_with_next", "flow", "link: bye", "link: bye\n        next: END"),
    ("link_not_last", "flow", "link: bye", "link: bye\n      - action: utter_odd"),
    ("missing_else", "flow", "          - else: send\n", ""),
    ("else_not_last", "flow", "          - else: send\n", "          - else: send\n          - else: send\n"),
    ("way_shape", "flow", "then: choose", "then: choose\n            else: rest"),
    ("way_shape", "flow", "then: choose", "next: choose"),
    ("unknown_step", "flow", "then: choose", "then: chose"),
    ("bad_threshold", "flow", "confidence_threshold: 0.7", "confidence_threshold: 7"),
    ("missing_key", "domain", "    type: categorical\n", ""),
    ("slot_type", "domain", "type: categorical", "type: choice"),
    ("mapping_type", "domain", "type: from_text", "type: from_llm"),
    ("response_empty", "domain", "utter_ask_story: [{text: 什么事}]", "utter_ask_story: []"),
    ("response_empty", "domain", "utter_ask_story: [{text: 什么事}]", "utter_ask_story: [{channel: wechat}]"),
    ("response_condition", "domain", "[{type: slot, name: kind, value: a}", "[{type: flow, name: kind, value: a}"),
    ("action_name", "actions", "  action_find:", "  find:"),
    ("action_without_outcome", "actions", "    outcomes:\n      done: {case_number: N1}\n      refused: {}\n", ""),
    ("action_without_contract", "domain", "actions: [action_find,", "actions: [action_lost,"),
    ("condition_too_long", "flow", "if: slots.ok is null", "if: slots.ok = '" + "长" * 1_000 + "'"),
    ("condition_unexpected_end", "flow", "if: slots.ok is null", "if: slots.ok ="),
    ("condition_unexpected_token", "flow", "if: slots.ok is null", "if: slots.ok = = 1"),
    ("condition_unknown_character", "flow", "if: slots.ok is null", "if: slots.ok ＝ 1"),
    ("condition_unclosed_string", "flow", "if: slots.ok is null", 'if: slots.ok = "x'),
    ("condition_unquoted_word", "flow", "if: slots.ok is null", "if: slots.ok = 好"),
    ("condition_bad_regex", "flow", "if: slots.ok is null", "if: slots.ok matches '('"),
    ("condition_bad_regex", "flow", "if: slots.ok is null", "if: slots.story matches 'a{99999999999999999999}'"),
    ("condition_too_deep", "flow", "if: slots.ok is null", "if: " + "(" * 60 + "slots.ok" + ")" * 60),
]

STRUCTURE: list[Spoiled] = [
    ("duplicate_flow", "more", "", "flows: {main: {description: 再来, steps: [{action: utter_odd}]}}"),
    ("file_unknown", "readme", "", "a: 1"),
    ("unknown_flow", "flow", "link: bye", "link: by"),
    ("unknown_slot", "flow", "collect: number", "collect: numbers"),
    ("unknown_slot", "domain", "/SetSlots(ok=true)", "/SetSlots(okay=true)"),
    ("unknown_response", "flow", "utter: utter_ask_ok", "utter: utter_ask_okay"),
    ("unknown_action", "flow", "action: action_send", "action: action_sent"),
    ("unknown_intent", "flow", "name: begin", "name: began"),
    ("unknown_entity", "domain", "entity: phone_number", "entity: phone"),
    ("unknown_payload", "domain", "payload: /begin", "payload: /began"),
    ("unknown_payload", "domain", "payload: /begin", "payload: /StartFlow(began)"),
    ("unknown_payload", "domain", "payload: /begin", "payload: /Correct(began)"),
    ("unknown_payload", "domain", "payload: /begin", "payload: /SetSlots()"),
    ("unknown_payload", "domain", "payload: /begin", "payload: /?"),
    ("payload_value", "domain", "/SetSlots(kind=a)", "/SetSlots(kind=c)"),
    ("wrong_value", "domain", "initial_value: 2", "initial_value: 两个"),
    ("wrong_value", "domain", "value: true}", "value: 1}"),
    ("wrong_value", "actions", "done: {case_number: N1}", "done: {case_number: 1}"),
    ("wrong_value", "flow", "- number: null", "- number: 甲"),
    ("categorical_without_values", "domain", "    values: [a, b]\n", ""),
    ("values_without_categorical", "domain", "type: categorical", "type: text"),
    ("unknown_title", "domain", "x-titles: {a: 甲, b: 乙}", "x-titles: {a: 甲, c: 丙}"),
    (
        "mapping_intent",
        "domain",
        "{type: from_intent, intent: affirm, value: true}",
        "{type: from_intent, value: true}",
    ),
    ("duplicate_trigger", "flow", "description: 再见", "description: 再见\n    nlu_trigger: [{intent: begin}]"),
    ("duplicate_menu", "flow", "description: 再见", "description: 再见\n    x-menu: MAIN"),
    ("duplicate_keyword", "flow", "description: 再见", "description: 再见\n    x-keywords: [开始]"),
    ("ask_twice", "actions", "  action_find:", "  action_ask_kind: {outcomes: {done: {}}}\n  action_find:"),
    ("example_not_set", "actions", "sets: [case_number]", "sets: []"),
    ("outcome_reserved", "actions", "      none: {}", "      unavailable: {}"),
    ("unknown_outcome", "flow", '{"none"}', '{"nothing"}'),
    ("call_cycle", "flow", "      - id: ask\n        collect: consent", "      - id: ask\n        call: agreement"),
    ("child_links", "flow", "call: agreement", "call: main"),
    ("safety_without_response", "domain", "  fire: [着火]", "  flood: [大水]"),
    ("unknown_repair", "domain", "  affirm: [同意]", "  affirms: [同意]"),
    ("builtin_response_missing", "domain", "  utter_help:", "  utter_helps:"),
]

REACH: list[Spoiled] = [
    ("unreachable_step", "flow", "            then: choose", "            then: rest"),
    ("unreachable_flow", "flow", "link: bye", "action: utter_odd"),
    ("dead_end", "flow", "          - else: send", "          - else: find"),
    ("loop_without_wait", "flow", "then: choose", "then: find"),
    ("loop_without_asking", "flow", "        ask_before_filling: true\n", ""),
    ("unsatisfiable_collect", "domain", "[{text: 选一个, x-buttons-from: choices}]", "[{text: 选一个}]"),
    ("unsatisfiable_collect", "domain", "active_flow: main", "active_flow: bye"),
    ("rejects_everything", "flow", "'slots.story = \"x\"'", "slots.story"),
    ("outcome_not_handled", "flow", '          - if: context.outcome = {"none"}\n            then: rest\n', ""),
    ("no_cancel", "domain", "cancel: [取消]", "cancel: []"),
    ("no_human", "domain", "human: [人工]", "human: []"),
]

WECHAT: list[Spoiled] = [
    ("message_too_long", "domain", "text: 用途说明", "text: " + "长" * 683),
    ("message_too_long", "domain", "x-longest: 17", "x-longest: 700"),
    ("button_title_long", "domain", "title: 对,", "title: 一二三四五六七八九十一二三四五六七八九十一,"),
    ("menu_key_long", "flow", "x-menu: MAIN", "x-menu: " + "M" * 129),
    ("too_many_articles", "domain", "{article: {title: 说明}}", "{articles: [{title: 说明}, {title: 又一篇}]}"),
    ("articles_in_one_turn", "flow", "- action: utter_a\n", "- action: utter_a\n              - action: utter_a\n"),
]

CONTENT: list[Spoiled] = [
    (
        "required_missing",
        "flow",
        "          - else: END\n      - id: start",
        "          - else: start\n      - id: start",
    ),
    ("required_missing", "flow", "      - action: utter_notice\n        x-law: 某法第一条\n", ""),
    ("unknown_requirement", "domain", "  action_send: [utter_notice", "  action_sent: [utter_notice"),
    ("unknown_requirement", "domain", "某法第一条, slots", "某法第二条, slots"),
    ("unknown_requirement", "domain", "personal: [slots.consent]", "personal: [slots.consents]"),
    ("unknown_requirement", "domain", "personal: [slots.consent]", "personal: [context.consent]"),
    ("unknown_requirement", "domain", "personal: [slots.consent]", 'personal: ["true"]'),
    ("undefined_interpolation", "domain", "选了{kind}", "选了{kinds}"),
    ("ambiguous_condition", "flow", "if: slots.ok is null", "if: slots.ok is null or slots.kind and slots.story"),
    ("ambiguous_condition", "flow", "'slots.story = \"x\"'", "'slots.ok or slots.kind and slots.story = \"x\"'"),
    ("ambiguous_condition", "domain", "if: slots.number < 1", "if: slots.number < 1 or slots.ok and slots.kind"),
    ("ambiguous_condition", "domain", "condition: slots.kind}", "condition: slots.kind or slots.ok and slots.story}"),
    ("branch_always", "flow", "if: not slots.ok", "if: slots.ok is not null"),
    ("branch_never", "flow", "if: not slots.ok", "if: slots.ok is null"),
    (
        "else_never",
        "flow",
        "            then: END\n          - else: ask",
        "            then: END\n          - if: not slots.consent\n            then: ask\n          - else: ask",
    ),
]

DEPENDENCY: list[Spoiled] = [
    ("unused_response", "domain", "utter_notice: [", "utter_spare: [{text: 备用}]\n  utter_notice: ["),
    ("unused_slot", "domain", "  story: {", "  spare: {type: text}\n  story: {"),
    ("unused_action", "actions", "  action_find:", "  action_spare: {outcomes: {done: {}}}\n  action_find:"),
]

TESTS: list[Spoiled] = [
    ("test_without_steps", "tests", "", "test_cases: [{test_case: 一}]"),
    (
        "test_duplicate",
        "tests",
        "",
        "test_cases: [{test_case: 一, steps: [{user: 好}]}, {test_case: 一, steps: [{user: 好}]}]",
    ),
    ("test_fixture_unknown", "tests", "", "test_cases: [{test_case: 一, fixtures: [x], steps: [{user: 好}]}]"),
    ("test_step_shape", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 好, bot: 好}]}]"),
    ("test_step_shape", "tests", "", "test_cases: [{test_case: 一, steps: [好]}]"),
    ("test_starts_late", "tests", "", "test_cases: [{test_case: 一, steps: [{bot: 好}]}]"),
    ("test_time", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 好, now: 明天}]}]"),
    ("test_time", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 好, now: '2026-11-23'}]}]"),
    ("test_said", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 开始}, {bot: 好}]}]"),
    ("test_slot", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 开始}, {slot_was_set: [story]}]}]"),
    ("test_call", "tests", "", "test_cases: [{test_case: 一, steps: [{user: 开始}, {x-called: action_send}]}]"),
    ("test_no_button", "tests", "", "test_cases: [{test_case: 一, steps: [{x-tap: 好}]}]"),
]

PATHS = {"domain": "domain.yml", "actions": "actions.yml", "flow": "flows/main.yml", "tests": "tests/main.yml"}
BEFORE = {"domain": DOMAIN, "actions": ACTIONS, "flow": FLOW, "tests": "", "more": "", "readme": ""}


def spoil(file: str, was: str, now: str) -> dict[str, str]:
    """Return the minimal dialogs with one passage replaced; the passage must be there."""
    assert was in BEFORE[file]
    text = BEFORE[file].replace(was, now, 1) if was else now
    if file in PATHS:
        return sources(**{file: text})
    return {**sources(), {"more": "flows/more.yml", "readme": "readme.txt"}[file]: text}
