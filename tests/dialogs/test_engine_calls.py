"""Calls to the host, what came of them, and everything that may go wrong beside the flow."""

from dataclasses import replace
from typing import cast

import pytest

from dialogs.kernel import engine
from dialogs.kernel import session as sessions
from dialogs.kernel.predicates import Node, Predicate
from dialogs.kernel.release import Branch, Release, Step
from dialogs.kernel.session import Session
from dialogs.kernel.words import Input, InputKind, Returned
from tests.dialogs.house import at, house
from tests.dialogs.talk import NOW, Talk


def _submitting() -> Talk:
    talk = at("ok")
    talk.text("对")
    return talk


def test_a_postponed_call_stays_pending_with_its_key() -> None:
    """A durable call that cannot be made now is told once, kept with its key, and goes on when it was made."""
    talk = _submitting()
    key = talk.call().key
    assert talk.returned("postponed") == ["utter_call_postponed"]
    assert talk.returned("postponed") == []
    pending = talk.session.pending
    assert pending is not None
    assert (pending.key, pending.durable) == (key, True)
    assert talk.returned("done", number="N1") == ["utter_done", "utter_completed"]
    assert talk.session.pending is None


def test_while_a_call_is_pending_only_a_person_and_the_menu_are_heard() -> None:
    """Everything else is told that the last matter is still being seen to; danger is answered all the same."""
    talk = _submitting()
    talk.returned("postponed")
    assert talk.text("怎么样了") == ["utter_call_still_pending"]
    assert talk.text("取消") == ["utter_call_still_pending"]
    assert talk.tap("要多少钱") == ["utter_call_still_pending"]
    assert talk.text("帮助") == ["utter_help"]
    assert talk.text("着火了") == ["utter_safety_fire", "utter_call_still_pending"]
    assert talk.text("转人工") == []
    assert talk.call().action == "action_call_person"
    assert talk.returned("done") == ["utter_person_comes"]
    pending = talk.session.pending
    assert pending is not None
    assert pending.action == "action_submit"


def test_a_person_is_called_once() -> None:
    """While a person is being called, asking again only says so."""
    talk = _submitting()
    talk.returned("postponed")
    talk.text("转人工")
    talk.returned("postponed")
    assert talk.text("转人工") == ["utter_call_still_pending"]
    assert talk.menu("/request_human") == ["utter_call_still_pending"]
    assert talk.returned("done") == ["utter_person_comes"]
    assert talk.returned("done", number="N1") == ["utter_done", "utter_completed"]


def test_a_call_answered_under_another_subject_goes_on_when_it_ends() -> None:
    """A pending call below a question that waits is noted; its flow goes on when that question is through."""
    talk = _submitting()
    talk.returned("postponed")
    flows = "  more:\n    name: 多说\n    description: d\n    steps: [{id: asked, collect: asked}]\n"
    talk.release = house(flows=flows)
    talk.session.release = talk.release.id
    talk.session.stack.append(_thread(talk, "留言", "speak"))
    assert talk.returned("done", number="N1") == []
    assert talk.text("随便说说") == ["utter_done", "utter_completed"]


def _thread(talk: Talk, word: str, flow: str) -> sessions.Thread:
    other = Talk(talk.release)
    other.text(word)
    assert other.session.stack[0].flow == flow
    return other.session.stack[0]


def test_a_flow_with_a_pending_call_is_not_begun_twice() -> None:
    """Coming back to a flow that waits for its call says that it waits."""
    talk = _submitting()
    talk.returned("postponed")
    talk.session.stack.append(_thread(talk, "进度", "check"))
    assert talk.menu("REPORT") == ["utter_call_still_pending"]
    assert len(talk.session.stack) == 1


def test_a_call_that_is_not_durable_may_be_unavailable() -> None:
    """`unavailable` is an outcome like another."""
    talk = Talk(house())
    talk.text("进度")
    talk.text("13900001234")
    assert talk.returned("unavailable") == ["utter_none", "utter_completed"]
    talk = Talk(house())
    talk.text("进度")
    talk.text("13900001234")
    assert talk.returned("postponed") == ["utter_none", "utter_completed"]


def test_nothing_is_returned_for_no_call() -> None:
    """An answer to no call is recorded and changes nothing."""
    talk = Talk(house())
    assert talk.returned("done") == []
    assert talk.failed("nothing_pending")


def test_only_declared_slots_are_taken_from_a_call() -> None:
    """What an action returns beyond our slots, or what cannot be stored, is left."""
    talk = _submitting()
    talk.returned("done", number={"a": float("nan"), "b": ("x\x00", 2**60)}, stranger=1)
    assert talk.slots["number"] == {"a": None, "b": ["x", None]}
    talk = _submitting()
    assert talk.returned("\ud800") == ["utter_ask_ok"]
    assert "stranger" not in talk.slots


def test_a_key_is_the_same_when_a_turn_is_run_again() -> None:
    """The idempotency key depends on the saved session alone."""
    talk = at("ok")
    data = sessions.write(talk.session)
    calls = [engine.start(talk.release, sessions.read(data), Input(InputKind.TEXT, "对"), NOW).call for _ in range(2)]
    assert calls[0] is not None
    assert calls[0] == calls[1]


def test_a_question_may_be_prepared_by_an_action() -> None:
    """`action_ask_x` is called before the question; the words for its outcome are said."""
    talk = Talk(_prepared("utter_ask_asked_some: [{text: 有}]"))
    assert talk.text("留言") == []
    assert talk.call().action == "action_ask_asked"
    assert talk.returned("some") == ["utter_ask_asked_some"]
    assert talk.text("好") == ["utter_completed"]
    talk = Talk(_prepared("utter_nobody: [{text: 无}]"))
    talk.text("留言")
    assert talk.returned("some") == ["utter_ask_asked"]


def _prepared(response: str) -> Release:
    release = house(f"  {response}\n")
    flow = release.flows["speak"]
    step = replace(flow.steps["asked"], utter=None, ask_action="action_ask_asked")
    flow = replace(flow, steps={**flow.steps, "asked": step})
    return replace(release, flows={**release.flows, "speak": flow})


def test_a_new_release_begins_the_form_again_with_the_answers() -> None:
    """When the release of a form is gone, the form begins anew and asks only what it does not know."""
    talk = at("count")
    talk.release = house("  utter_new: [{text: 新}]\n")
    assert talk.text("啊") == ["utter_release_changed", "utter_ask_count"]
    assert talk.session.release == talk.release.id
    for answer in ("3", "13900001234", "对"):
        talk.text(answer)
    talk.returned("done")
    assert "story" not in talk.slots


def test_a_new_release_without_the_form_lets_it_go() -> None:
    """When the new release no longer has the flow, what it filled is forgotten."""
    talk = at("count")
    other = house("  utter_new: [{text: 新}]\n")
    slots = {name: slot for name, slot in other.slots.items() if name != "note"}
    talk.release = replace(other, slots=slots, flows={"fee": other.flows["fee"]})
    assert talk.text("多少钱") == ["utter_release_changed", "utter_fee"]
    assert talk.slots == {"unit": "中心"}


def test_an_idle_session_takes_any_release() -> None:
    """With nothing under way a new release goes unnoticed."""
    talk = Talk(house())
    talk.text("多少钱")
    talk.release = house("  utter_new: [{text: 新}]\n")
    assert talk.text("多少钱") == ["utter_fee"]


def test_a_call_that_returns_into_a_changed_release() -> None:
    """The flow goes on if its step still stands; else what is done stays done and nothing is submitted twice."""
    talk = _submitting()
    talk.release = house("  utter_new: [{text: 新}]\n")
    assert talk.text("在吗") == ["utter_call_still_pending"]
    assert talk.returned("done", number="N1")[0] == "utter_done"
    talk = _submitting()
    talk.release = _without_step("submit", "told")
    assert talk.returned("done", number="N1") == ["utter_release_changed"]
    assert talk.session.is_idle
    talk = _submitting()
    talk.release = _without_step("submit", "told")
    assert talk.returned("invalid") == ["utter_release_changed", "utter_ask_ok"]


def _without_step(*gone: str) -> Release:
    release = house("  utter_new: [{text: 新}]\n")
    flow = release.flows["report"]
    steps = {name: step for name, step in flow.steps.items() if name not in gone}
    return replace(release, flows={**release.flows, "report": replace(flow, steps=steps)})


def test_a_loop_without_a_wait_is_stopped() -> None:
    """Too many steps end the flow with a record and the way to a person."""
    release = _changed(
        "fee", {"a": Step("a", "noop", next=(Branch(None, "b"),)), "b": Step("b", "noop", next=(Branch(None, "a"),))}
    )
    talk = Talk(release)
    assert talk.text("多少钱") == ["utter_limit"]
    assert talk.failed("limit")
    assert talk.session.is_idle


def _changed(flow_id: str, steps: dict[str, Step]) -> Release:
    release = house()
    return replace(release, flows={**release.flows, flow_id: replace(release.flows[flow_id], steps=steps)})


def test_flows_that_call_themselves_are_stopped() -> None:
    """Flows called inside one another have a limit."""
    talk = Talk(_changed("fee", {"a": Step("a", "call", "fee")}))
    assert talk.text("多少钱") == ["utter_limit"]


def test_subjects_on_top_of_one_another_have_a_limit() -> None:
    """A fifth subject is not begun; the fourth is left."""
    forms = {"甲": "kind", "乙": "place", "丙": "count", "丁": "photos"}
    flows = "".join(
        f"  form_{slot}:\n    name: {name}\n    description: d\n    steps: [{{id: a, collect: {slot}}}]\n"
        for name, slot in forms.items()
    )
    talk = Talk(house(flows=flows))
    for name in forms:
        talk.text(name)
    assert len(talk.session.stack) == 4
    assert talk.text("进度") == ["utter_limit"]
    assert talk.failed("limit")


def test_too_many_turns_without_an_end_are_stopped() -> None:
    """A conversation that never ends is begun anew."""
    talk = at("count")
    talk.session.busy = 1_000
    assert talk.text("3") == ["utter_limit"]
    assert talk.session.is_idle
    assert talk.text("帮助") == ["utter_help"]


def test_a_branch_that_is_missing_ends_the_flow() -> None:
    """Without a branch that holds the flow ends, and the record says where."""
    never = replace(_predicate(), root=cast("Node", _Never()))
    talk = Talk(_changed("fee", {"a": Step("a", "noop", next=(Branch(never, "a"),))}))
    assert talk.text("多少钱") == []
    assert talk.failed("no_branch")


class _Never:
    """A condition that does not hold."""

    def holds(self, _names: object) -> bool:
        """Never."""
        return False


class _Broken:
    """A condition that breaks."""

    def holds(self, _names: object) -> bool:
        """Raise what nobody foresaw."""
        raise RuntimeError("broken")


def _predicate() -> Predicate:
    condition = house().flows["guarded"].guard
    assert condition is not None
    return condition


def test_steps_without_next_go_on_in_order() -> None:
    """A step that names no way leads to the following one, and the last to the end."""
    steps = {"a": Step("a", "action", "utter_fee"), "b": Step("b", "action", "utter_none")}
    assert Talk(_changed("fee", steps)).text("多少钱") == ["utter_fee", "utter_none"]


def test_what_breaks_is_excused_and_leaves_the_form_as_it_was() -> None:
    """An internal failure becomes a sentence and a record; the question still waits."""
    talk = at("count")
    flow = talk.release.flows["report"]
    broken = replace(_predicate(), root=cast("Node", _Broken()))
    count = replace(flow.steps["count"], rejections=(replace(flow.steps["phone"].rejections[0], condition=broken),))
    talk.release = replace(
        talk.release, flows={**talk.release.flows, "report": replace(flow, steps={**flow.steps, "count": count})}
    )
    assert talk.text("3") == ["utter_internal_error"]
    assert talk.failed("internal")
    assert talk.step == "count"
    assert talk.text("着火了，3个人") == ["utter_safety_fire", "utter_internal_error"]
    assert talk.text("取消") == ["utter_cancelled"]


def test_a_call_whose_answer_breaks_something_is_not_taken_up_again() -> None:
    """After a failure on the way on from a call, the flow is left, so that it does not fail for ever."""
    talk = _submitting()
    flow = talk.release.flows["report"]
    submit = replace(flow.steps["submit"], next=(Branch(replace(_predicate(), root=cast("Node", _Broken())), "told"),))
    talk.release = replace(
        talk.release, flows={**talk.release.flows, "report": replace(flow, steps={**flow.steps, "submit": submit})}
    )
    assert talk.returned("done") == ["utter_internal_error"]
    assert talk.session.is_idle


@pytest.mark.parametrize("where", [("report", "nowhere"), ("nowhere", "kind")])
def test_a_session_that_stands_nowhere_is_excused(where: tuple[str, str]) -> None:
    """A place that this release does not have is an internal failure, not a crash."""
    talk = at("kind")
    talk.session.stack[0].frames = [list(where)]
    assert talk.text("物业") == ["utter_internal_error"]
    assert talk.text("取消") == ["utter_cancelled"]


def test_a_caller_that_is_gone_is_excused() -> None:
    """The end of a called flow whose call is gone is an internal failure."""
    talk = at("place")
    talk.session.stack[0].frames[0][1] = "nowhere"
    assert talk.text("阳光小区") == ["utter_internal_error"]


def test_a_missing_response_is_recorded() -> None:
    """A response without words is a record, not a crash."""
    release = house()
    talk = Talk(replace(release, responses={}))
    assert talk.text("多少钱") == []
    assert talk.failed("no_response")


def test_a_missing_value_leaves_a_gap_and_a_record() -> None:
    """A gap without a value is empty, and the record names it."""
    talk = Talk(house("  utter_fee: [{text: '给{number}办'}]\n"))
    assert talk.text("多少钱") == ["utter_fee"]
    assert talk.texts == ["给办"]
    assert talk.failed("missing_value")


def test_an_action_without_a_contract_is_still_called() -> None:
    """A host action that has no contract is called without arguments."""
    talk = Talk(_changed("fee", {"a": Step("a", "action", "action_odd")}))
    talk.text("多少钱")
    assert (talk.call().action, talk.call().arguments, talk.call().durable) == ("action_odd", {}, False)


def test_long_texts_are_cut() -> None:
    """What is typed is kept up to the limit, without characters that cannot be stored."""
    talk = at("note")
    talk.text("好" * 3_000 + "\ud800\x00")
    assert talk.slots["note"] == "好" * 2_000


def test_returned_to_a_fresh_session() -> None:
    """A session begun by the host is idle, pins nothing, and can be written."""
    session = Session.new("a", "b", "r")
    assert (session.release, session.is_idle, session.pending) == ("r", True, None)
    sprint = engine.resume(house(), session, Returned("done"), NOW)
    assert sprint.session.is_idle
