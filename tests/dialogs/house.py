"""A small set of dialogs with every kind of step, for tests of the engine."""

from dialogs.kernel.release import Release
from tests.dialogs.talk import Talk, compile_release

DOMAIN = """\
version: "3.1"
intents: [report, check, fee, affirm, deny, cancel, request_human, help, correct, skip, staff, guarded, repeat]
entities: [phone_number, location, kind, person_count]
slots:
  story:
    type: text
    x-label: 经过
    mappings: [{type: from_trigger_intent, intent: report}, {type: from_text}]
  kind:
    type: categorical
    values: [property, noise]
    x-label: 类型
    x-titles: {property: 物业, noise: 噪音扰民}
    mappings: [{type: from_entity, entity: kind}]
  place:
    type: any
    x-label: 在哪儿
    x-aliases: [地址, 地方]
    mappings: [{type: from_entity, entity: location}, {type: from_text}]
  count:
    type: float
    x-label: 人数
    mappings: [{type: from_entity, entity: person_count}, {type: from_text}]
    validation: {rejections: [{if: slots.count < 1, utter: utter_count_odd}]}
  phone:
    type: text
    x-label: 电话
    x-aliases: [手机号]
    mappings: [{type: from_entity, entity: phone_number}, {type: from_text}]
  photos:
    type: list
    x-label: 照片
    x-titles: {many: "{count}张"}
    mappings: [{type: controlled}]
  note: {type: text, x-label: 备注, mappings: [{type: from_text}]}
  ok: {type: bool, x-titles: {"true": 交上去, "false": 再改改}, mappings: [{type: controlled}]}
  number: {type: text, mappings: [{type: controlled}]}
  unit: {type: text, initial_value: 中心, mappings: [{type: controlled}]}
  choices: {type: list, mappings: [{type: controlled}]}
  chosen: {type: text, mappings: [{type: controlled}]}
  urgent: {type: bool, mappings: [{type: controlled}]}
  role: {type: text, mappings: [{type: controlled}]}
  asked: {type: text, mappings: [{type: from_text}]}
actions: [action_submit, action_find, action_call_person]
x-repairs:
  cancel: [取消, 算了, 不弄了]
  back: [上一步]
  human: [转人工, 人工]
  review: [我填了什么]
  repeat: [再说一遍]
  skip: [跳过]
  done: [发完了]
  correct: [改成, 改一下, 写错了, 错了]
  help: [帮助]
  affirm: [是, 对, 好的]
  deny: [不, 不对, 没有]
  more: [更多]
x-safety:
  fire: [着火]
  violence: [拿刀]
responses:
  utter_ask_kind:
    - text: 哪一类？
      buttons:
        - {title: 物业, payload: /SetSlots(kind=property)}
        - {title: 噪音扰民, payload: /SetSlots(kind=noise)}
        - {title: 说不清, payload: 噪音}
  utter_ask_ok:
    - text: 对吗？
      buttons:
        - {title: 交上去, payload: /SetSlots(ok=true)}
        - {title: 有错, payload: /SetSlots(ok=false)}
        - {title: 不交了, payload: /cancel}
        - {title: 要多少钱, payload: /fee}
  utter_ask_chosen: [{text: 哪一件？, x-buttons-from: choices}]
  utter_done: [{text: "编号{number}，由{unit}办"}]
  utter_review: [{text: "{review}"}]
  utter_corrected: [{text: "{label}改成{value}"}]
  utter_cannot_handle_menu: [{text: 菜单, buttons: [{title: 反映, payload: /report}, {title: 帮忙, payload: /help}]}]
  utter_completed: [{text: 还有吗}]
  utter_safety_fire: [{text: 打119}]
  utter_safety_violence: [{text: 打110}]
"""

ACTIONS = """\
actions:
  action_submit:
    durable: true
    inputs: [story, kind, place, phone, photos, urgent]
    sets: [number, unit]
    outcomes:
      done: {number: N1, unit: 一处}
      invalid: {}
  action_find:
    inputs: [phone]
    sets: [choices]
    outcomes:
      some: {choices: [{title: 一号, payload: /SetSlots(chosen=1)}]}
      none: {}
  action_call_person:
    durable: true
    inputs: []
    outcomes: {done: {}}
"""

FLOWS = """\
flows:
  report:
    name: 反映纠纷
    description: 反映
    nlu_trigger: [{intent: {name: report, confidence_threshold: 0.6}}]
    persisted_slots: [phone]
    x-menu: REPORT
    x-keywords: [纠纷, 漏水]
    steps:
      - id: story
        collect: story
        rejections: [{if: 'slots.story matches "^.{0,3}$"', utter: utter_story_short}]
      - id: kind
        collect: kind
      - id: where
        call: find_place
      - id: photos
        collect: photos
        x-optional: true
      - id: note
        collect: note
        x-optional: true
        description: 一句话
        rejections: [{if: 'slots.note = "坏"', utter: utter_note_bad}]
      - id: count
        collect: count
      - id: phone
        collect: phone
        description: 十一位手机号
        rejections: [{if: 'not slots.phone matches "^\\\\d{11}$"', utter: utter_phone_odd}]
      - id: ok
        collect: ok
        ask_before_filling: true
        next:
          - if: slots.ok
            then: submit
          - else: story
      - id: submit
        action: action_submit
        next:
          - if: context.outcome = "done"
            then: told
          - else: ok
      - id: told
        action: utter_done
  find_place:
    name: 在哪儿
    description: 问地方
    steps:
      - id: place
        collect: place
  check:
    name: 查进度
    description: 查
    nlu_trigger: [{intent: {name: check, confidence_threshold: 0.6}}]
    x-keywords: [进度]
    steps:
      - id: phone
        collect: phone
      - id: find
        action: action_find
        next:
          - if: context.outcome = "some"
            then: chosen
          - else: none
      - id: none
        action: utter_none
        next: END
      - id: chosen
        collect: chosen
      - id: mark
        set_slots: [{asked: x}, {chosen: null}]
      - link: fee
  fee:
    name: 要钱吗
    description: 费用
    nlu_trigger: [{intent: {name: fee, confidence_threshold: 0.6}}]
    x-keywords: [多少钱, "！"]
    steps: [{action: utter_fee}]
  guarded:
    name: 只有选过的
    description: 有条件
    if: slots.number
    nlu_trigger: [{intent: {name: guarded, confidence_threshold: 0.6}}]
    x-keywords: [催一催]
    steps: [{action: utter_guarded}]
  staff:
    name: 调解员
    description: 调解员才能用
    x-role: mediator
    x-keywords: [我的任务]
    nlu_trigger: [{intent: {name: staff, confidence_threshold: 0.6}}]
    steps: [{action: utter_staff}]
  speak:
    name: 留言
    description: 什么都听
    x-keywords: [留言]
    steps:
      - id: asked
        collect: asked
        force_slot_filling: true
  pattern_human:
    name: 转人工
    description: 请人来
    nlu_trigger: [{intent: {name: request_human, confidence_threshold: 0.6}}]
    steps:
      - action: action_call_person
      - action: utter_person_comes
"""


def house(domain: str = "", flows: str = "", **replaced: str) -> Release:
    """Compile the dialogs; `domain` and `flows` are added at their ends, `old=new` pairs need no quoting here."""
    text = DOMAIN + domain
    for old, new in replaced.items():
        text = text.replace(old, new)
    return compile_release(text, FLOWS + flows, ACTIONS)


def at(step: str, release: Release | None = None) -> Talk:
    """Talk up to a question of the form `report`."""
    talk = Talk(release or house())
    talk.text("楼上漏水半年了", "report")
    answers = {
        "kind": "物业",
        "place": "阳光小区3号楼一单元",
        "photos": "没有",
        "note": "尽快",
        "count": "三",
        "phone": "13900001234",
        "ok": "对",
    }
    for asked, answer in answers.items():
        if talk.step == step:
            break
        assert talk.step == asked, (talk.step, asked)
        talk.text(answer)
    return talk
