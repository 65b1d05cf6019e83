"""The smallest dialogs that use everything once and have no problem; tests spoil them one line at a time."""

from dialogs.kernel.checks.structure import BUILT_IN_RESPONSES
from dialogs.kernel.reader import read
from dialogs.kernel.release import Release

_DOMAIN = """\
version: "3.1"
intents: [begin, affirm, deny]
entities: [phone_number, {place: {roles: [home]}}]
slots:
  story: {type: text, x-label: 事情, x-aliases: [经过], mappings: [{type: from_text, not_intent: deny}]}
  ok:
    type: bool
    mappings:
      - {type: from_intent, intent: affirm, value: true}
      - {type: from_intent, intent: [deny], value: false}
  kind:
    type: categorical
    values: [a, b]
    x-titles: {a: 甲, b: 乙}
    mappings: [{type: controlled}]
  number:
    type: float
    initial_value: 2
    validation:
      rejections:
        - {if: slots.number < 1, utter: utter_odd}
  photos: {type: list, mappings: [{type: controlled}]}
  choices: {type: list, mappings: [{type: controlled}]}
  chosen: {type: text, mappings: [{type: controlled}]}
  phone:
    type: text
    x-personal: true
    x-longest: 17
    mappings:
      - {type: from_entity, entity: phone_number, conditions: [{active_flow: main}]}
  consent: {type: bool, mappings: [{type: controlled}]}
  case_number: {type: text, mappings: [{type: controlled}]}
actions: [action_find, action_send]
x-repairs:
  cancel: [取消]
  human: [人工]
  affirm: [同意]
x-safety:
  fire: [着火]
x-required:
  personal: [slots.consent]
  action_send: [utter_notice or 某法第一条, slots.consent]
responses:
  utter_odd: [{text: 不太对}]
  utter_notice: [{text: 用途说明}]
  utter_a:
    - text: 甲
      condition: [{type: slot, name: kind, value: a}, {type: slot, name: ok, value: null}]
      channel: wechat
    - {text: "选了{kind}", condition: slots.kind}
    - {text: 一样, custom: {article: {title: 说明}}}
  utter_ask_story: [{text: 什么事}]
  utter_ask_ok: [{text: 对吗, buttons: [{title: 对, payload: /SetSlots(ok=true)}, {title: 再来, payload: /begin}]}]
  utter_ask_kind:
    - {text: 哪种, buttons: [{title: 甲, payload: /SetSlots(kind=a)}, {title: 再说, payload: "/{kind}"}]}
  utter_ask_number: [{text: 几个}]
  utter_ask_photos: [{text: 照片, image: "https://example.org/1.png"}]
  utter_ask_chosen: [{text: 选一个, x-buttons-from: choices}]
  utter_ask_phone: [{text: 电话}]
  utter_ask_consent: [{text: 同意吗, buttons: [{title: 同意, payload: 同意}]}]
  utter_done: [{text: "编号{case_number}，{number}个，{ok}，{phone}，{photos}"}]
  utter_safety_fire: [{text: 打119}]
"""

ACTIONS = """\
actions:
  action_find:
    description: 查一查
    inputs: [story]
    sets: [choices]
    outcomes:
      some: {choices: [{title: 一号, payload: /SetSlots(chosen=1)}]}
      none: {}
  action_send:
    durable: true
    inputs: [story, kind, number, photos, chosen, phone]
    sets: [case_number]
    outcomes:
      done: {case_number: N1}
      refused: {}
"""

FLOW = """\
flows:
  main:
    name: 主流程
    description: 什么都用一遍
    if: slots.ok is null
    nlu_trigger:
      - intent: {name: begin, confidence_threshold: 0.7}
    persisted_slots: [consent]
    x-keywords: [开始]
    x-menu: MAIN
    x-law: 某法
    steps:
      - action: utter_notice
        x-law: 某法第一条
      - id: agree
        call: agreement
        next:
          - if: slots.consent
            then: start
          - else: END
      - id: start
        collect: story
        description: 一句话
        rejections:
          - {if: 'slots.story = "x"', utter: utter_odd}
      - collect: kind
        next:
          - if: slots.kind = "a"
            then:
              - action: utter_a
              - set_slots:
                  - number: null
                next: find
          - else: find
      - id: find
        action: action_find
        next:
          - if: context.outcome = "some"
            then: choose
          - if: context.outcome = {"none"}
            then: rest
          - else: rest
      - id: choose
        collect: chosen
      - id: rest
        collect: number
      - collect: photos
        x-optional: true
        force_slot_filling: true
      - collect: phone
      - id: ask_ok
        collect: ok
        ask_before_filling: true
        utter: utter_ask_ok
        next:
          - if: not slots.ok
            then: ask_ok
          - else: send
      - id: send
        action: action_send
        next:
          - if: context.outcome = "done"
            then: done
          - else: END
      - id: done
        action: utter_done
      - link: bye
  agreement:
    description: 征求同意
    steps:
      - noop: true
        next:
          - if: slots.consent
            then: END
          - else: ask
      - id: ask
        collect: consent
  bye:
    description: 再见
    x-role: mediator
    steps:
      - action: utter_odd
"""

DOMAIN = _DOMAIN + "".join(f"  {name}: [{{text: 话}}]\n" for name in BUILT_IN_RESPONSES)


def sources(**changed: str) -> dict[str, str]:
    """Return the texts of the minimal dialogs; `domain`, `actions`, `flow`, `tests` replace a file, empty drops it."""
    texts = {
        "domain.yml": changed.get("domain", DOMAIN),
        "actions.yml": changed.get("actions", ACTIONS),
        "flows/main.yml": changed.get("flow", FLOW),
        "tests/main.yml": changed.get("tests", ""),
    }
    return {path: text for path, text in texts.items() if text}


def release(**changed: str) -> Release:
    """Return the minimal dialogs compiled."""
    compiled, problems = read(sources(**changed))
    assert compiled is not None, problems
    return compiled
