"""The demo place's files: complete, consistent, and refused when they contradict themselves."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from backend import rules, wording
from backend.api.errors import EDGE, STATUS
from backend.domain.case import State
from backend.domain.facts import FACTS, CaseFact
from backend.domain.refusal import Code
from connectors.wechat.fields import fit
from tests.backend.places import demo_place
from tests.backend.world import Clock, make_desk

DESK = make_desk(Clock())
DIALOGS = Path(__file__).parents[2] / "dialogs" / "domain.yml"
WORDS = {
    "case_number": "AH2026112100073",
    "type_title": "房屋租赁买卖纠纷",
    "place": "酒仙桥街道阳光社区阳光小区",
    "due": "11月24日（周二）下班前",
    "due_time": "2026年11月24日 17:30",
    "now_time": "2026年11月21日 20:05",
    "unit_name": "安和区农村土地纠纷调解委员会",
    "staff_name": "王调解员",
    "status": "正在调解",
    "status_short": "调解中",
    "urgent": "（急）",
    "result": "双方谈妥了",
    "after": "谢谢。",
    "note": "",
}
RECEPTION = {
    "slot_text": "12月1日（周二）上午9:00，李示范区长，安和区矛调中心",
    "place_text": "安和区矛调中心，安和区和平路1号一楼大厅。坐2路公交车到区政府站",
    "place_name": "安和区农村土地纠纷调解委员会",
    "when": "12月1日（周二）上午9:00",
    "when_time": "2026年12月01日 09:00",
    "day_word": "明天",
    "bring_text": "身份证原件",
    "booking_code": "K7M4QX",
    "offer_until": "11月30日（周一）上午10:30前",
    "offer_clock": "10:30",
    "centre_phone": "0537-5550100",
    "reason": "",
    "late": "",
    "rest": "",
    "next_step": "另约时间请回复“约领导”",
    "decision_line": "交给安和区农村土地纠纷调解委员会办，要求12月10日（周四）下班前办好",
    "decision_title": "批办",
    "decision_note": "",
    "follow": "编号 AH2026112100073，想看进展，回复“查进度”。",
    "ask": "回复“查进度”看",
    "order_unit": "安和区农村土地纠纷调解委员会",
    "order_due": "12月10日（周四）下班前",
    "order_time": "2026年12月10日 17:30",
    "visitor_name": "李大姐",
    "number": "3号",
    "people": "2",
    **{f"tap_{name}": "我来" for name in DESK.texts.tree["visit"]["taps"]},
}
WORDS |= RECEPTION
SLOTS = {"next_urge_text": "明天", "opens_text": "8:00", "place_text": "安和区矛调中心"}


def test_every_dispute_type_has_a_title_and_a_ladder_everywhere() -> None:
    """All types that flows know lead to units in every area, the last of them the centre."""
    place = demo_place()
    known = yaml.safe_load(DIALOGS.read_text(encoding="utf-8"))["slots"]["dispute_type"]["values"]
    assert set(DESK.policy.types) == {name for name in known if not name.startswith("out_")}
    for kind in DESK.policy.types.values():
        for code in place.areas:
            assert place.ladder(code, kind.posts)[-1].id == DESK.policy.centre_unit


def test_every_refusal_and_error_has_a_sentence_and_a_status() -> None:
    """Each code is mapped once and said in Chinese."""
    assert set(STATUS) == set(Code)
    for name in [*Code, *EDGE.values()]:
        assert re.search("[一-鿿]", DESK.texts.say(f"refusals.{name}", **SLOTS))


def test_every_state_and_every_line_of_a_timeline_has_words() -> None:
    """No state and no fact about a case is without its sentence."""
    assert all(DESK.texts.has(f"states.{state}") and DESK.texts.has(f"states_short.{state}") for state in State)
    assert all(DESK.texts.has(f"timeline.{name}") for name, kind in FACTS.items() if issubclass(kind, CaseFact))


def test_every_notice_can_be_said_and_sent() -> None:
    """Each sentence and field uses known words only, and the fields pass the platform's rules."""
    for notice in DESK.policy.notices.values():
        used = {name for _, name, _, _ in Formatter().parse(notice.text) if name}
        assert used <= set(WORDS)
        for form in filter(None, (notice.template, notice.subscription)):
            fields = {name: value.format_map(WORDS) for name, value in form.fields.items()}
            fitted = fit(fields)
            assert all(
                fitted[name] == value for name, value in fields.items() if name.startswith("thing") and len(value) <= 20
            )


def test_a_push_says_how_to_answer() -> None:
    """The fields of a new task hold number, type, place, deadline and the word to answer with, uncut."""
    template = DESK.policy.notices["task_assigned"].template
    assert template is not None
    fields = fit({name: value.format_map(WORDS) for name, value in template.fields.items()})
    for word in ("case_number", "place", "due_time"):
        assert WORDS[word] in fields.values()
    assert WORDS["type_title"] + WORDS["urgent"] in fields.values()
    assert any("接受" in value and "不接" in value for value in fields.values())


def test_a_sentence_with_a_missing_word_is_an_error() -> None:
    """Nothing is said with a hole in it."""
    with pytest.raises(KeyError):
        DESK.texts.say("notices.task_assigned", case_number="AH")


def changed(tmp_path: Path, change: Any) -> Path:
    """A policies folder with a changed rule file."""
    raw = rules.read("anhe.yml")
    change(raw)
    (tmp_path / "anhe.yml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return tmp_path


def without_centre(raw: dict[str, Any]) -> None:
    """A ladder that ends below the centre."""
    raw["ladders"]["nearby"].pop()


def without_span(raw: dict[str, Any]) -> None:
    """A rule that lacks a deadline."""
    del raw["deadlines"]["urgent"]["accept"]


def unknown_rule(raw: dict[str, Any]) -> None:
    """A rule for a type that does not exist."""
    raw["deadlines"]["football"] = raw["deadlines"]["ordinary"]


def unknown_form(raw: dict[str, Any]) -> None:
    """A form for a notice that nobody says."""
    raw["forms"]["hello"] = {}


@pytest.mark.parametrize("change", [without_centre, without_span, unknown_rule, unknown_form])
def test_a_policy_that_contradicts_itself_is_refused(tmp_path: Path, change: Any) -> None:
    """What cannot work is found when the process starts."""
    with pytest.raises(rules.PolicyError):
        rules.load(rules.read("texts.yml"), folder=changed(tmp_path, change))


def test_guessed_deadlines_say_so() -> None:
    """A deadline beyond the announced years tells that holidays are not yet known."""
    texts = wording.load(DESK.policy.office.zone)
    at = Clock().now()
    assert texts.due(at) == "3月4日（周三）下班前"
    assert "还没公布" in texts.due(at, announced=False)
    assert texts.due(at, to_the_minute=True) == "3月4日（周三）上午10:00前"
