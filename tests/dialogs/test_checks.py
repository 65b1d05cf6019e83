"""Every problem: one passage that trips it, beside minimal dialogs that trip nothing."""

import pytest

from dialogs.kernel import checks
from dialogs.kernel.checks.dependency import uses
from dialogs.kernel.problems import TABLE, Where
from dialogs.kernel.review import review
from tests.dialogs.minimal import DOMAIN, FLOW, release, sources
from tests.dialogs.spoiled import CONTENT, DEPENDENCY, REACH, READING, STRUCTURE, TESTS, WECHAT, Spoiled, spoil

ALL = [*READING, *STRUCTURE, *REACH, *WECHAT, *CONTENT, *DEPENDENCY, *TESTS]


def test_minimal_dialogs_have_no_problem() -> None:
    """Dialogs in order have nothing to mend."""
    found = review(sources())
    assert (found.problems, found.may_be_published) == ((), True)


@pytest.mark.parametrize("spoiled", ALL, ids=[f"{number}-{row[0]}" for number, row in enumerate(ALL)])
def test_each_problem_is_found(spoiled: Spoiled) -> None:
    """Spoiling one passage gives the problem of that code."""
    code, file, was, now = spoiled
    found = review(spoil(file, was, now))
    assert code in {problem.code for problem in found.problems}


def test_every_code_has_a_case() -> None:
    """No code is listed that no table spoils."""
    assert {row[0] for row in ALL} == set(TABLE)


def found_in(**changed: str) -> list[tuple[str, str, str]]:
    """Code, flow and step of what the checks find in a release."""
    return [(found.code, found.flow, found.step) for found in checks.check(release(**changed))]


def test_place_of_a_problem() -> None:
    """A problem names the file, the line, the flow and the step it is in."""
    (found,) = checks.check(release(flow=FLOW.replace("            then: choose", "            then: rest")))
    assert (found.file, found.line, found.flow, found.step) == ("flows/main.yml", 43, "main", "choose")


def test_uses_of_a_name() -> None:
    """Everything that names a slot, a flow or a response is listed in file order."""
    compiled = release()
    assert [(use.owner, use.where.step) for use in uses(compiled, "slot", "chosen")] == [
        ("action_send", ""),
        ("main", "choose"),
    ]
    assert [use.where for use in uses(compiled, "flow", "bye")] == [Where("flows/main.yml", 67, "main", "link_bye")]
    assert [use.owner for use in uses(compiled, "response", "utter_odd")] == ["number", "main", "bye"]
    assert uses(compiled, "response", "utter_nobody") == []


def test_outcomes_may_be_named_in_any_way() -> None:
    """A set, a negation, brackets and a second condition all name outcomes; other comparisons do not."""
    for condition in (
        '(context.outcome = "none" or context.outcome = "unavailable")',
        'not context.outcome = "none" and context.outcome = slots.story',
        'slots.story = "none" or context.outcome = {"none" 3}',
    ):
        flow = FLOW.replace('context.outcome = {"none"}', condition)
        assert "outcome_not_handled" not in {code for code, _, _ in found_in(flow=flow)}
    flow = FLOW.replace('context.outcome = {"none"}', 'slots.story = "none"')
    assert ("outcome_not_handled", "main", "find") in found_in(flow=flow)


def test_conditions_with_too_many_combinations_are_not_judged() -> None:
    """Where not all combinations can be tried, nothing is called certain."""
    many = " and ".join(f'slots.story matches "{letter}"' for letter in "abcdefghijkl")
    for condition, codes in ((f"{many} and slots.ok = null", []), ("slots.ok = null", ["branch_never"])):
        flow = FLOW.replace("if: not slots.ok", f"if: '{condition}'")
        assert [code for code, _, _ in found_in(flow=flow) if code == "branch_never"] == codes


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("slots.number >= 0 or slots.number < 0 or slots.number is null", ["branch_always"]),
        ("slots.number > 5 and slots.number < 5", ["branch_never"]),
        ("slots.number > 5 and slots.number < 6", []),
        ('slots.kind = {"a" "b"}', ["branch_always"]),
        ('slots.kind = "a"', []),
        ("slots.photos", []),
        ('slots.story = "x" and slots.story = "y"', ["branch_never"]),
        ('slots.story < "x" and slots.story > "y"', []),
        ("context.outcome = null or context.outcome", []),
        ('slots.story matches "x" and not slots.story matches "x"', ["branch_never"]),
        ("slots.kind contains slots.story", []),
        ("3 < slots.number", []),
    ],
)
def test_what_a_condition_can_amount_to(condition: str, codes: list[str]) -> None:
    """Conditions on values of every type are called certain only where they are; a filled slot is not null."""
    flow = FLOW.replace("- collect: kind\n", "- collect: number\n      - collect: kind\n").replace(
        'if: slots.kind = "a"', f"if: '{condition}'"
    )
    found = [code for code, _, step in found_in(flow=flow) if step == "collect_kind"]
    assert [code for code in found if code.startswith("branch")] == codes


REQUIRED = """\
flows:
  main:
    description: 开头
    if: slots.ok
    nlu_trigger: [{intent: begin}]
    steps:
      - {id: head, noop: true, next: body}
      - {id: body, call: child, next: tail}
      - {id: tail, link: end}
  child:
    description: 里面
    steps:
      - {id: one, action: utter_a}
  end:
    description: 末尾
    steps:
      - {id: last, action: utter_odd}
"""


def missing(needed: str, target: str = "utter_odd", **steps: str) -> bool:
    """Say whether the path to the last step is found to miss what is required; steps replace those of a name."""
    flow = REQUIRED
    for name, step in steps.items():
        (old,) = [line for line in flow.splitlines() if f"id: {name}," in line]
        flow = flow.replace(old, step)
    domain = DOMAIN[: DOMAIN.index("x-required:")] + f"x-required: {{{target}: [{needed}]}}\n"
    domain += DOMAIN[DOMAIN.index("responses:") :]
    return ("required_missing", "end", "last") in found_in(flow=flow, domain=domain)


BRANCH = """\
      - id: head
        noop: true
        next:
          - if: slots.kind
            then: [{id: side, action: utter_notice, next: body}]
          - else: %s
"""


def test_required_on_the_way_through_calls_and_links() -> None:
    """What a parent, its child or the flow linked from has done counts; what nobody did is missed."""
    assert missing("utter_notice")
    assert not missing("utter_a")
    assert not missing("child")
    assert not missing("head")
    assert not missing("utter_notice or utter_a")
    assert missing("utter_notice, utter_a")


def test_required_on_every_path() -> None:
    """One path without it is enough to miss it; different alternatives on different paths will do."""
    assert missing("utter_notice", head=BRANCH % "body")
    assert not missing("utter_notice or slots.kind = null", head=BRANCH % "body")
    assert not missing("utter_notice", head=BRANCH % "[{id: other, action: utter_notice, next: body}]")


def test_required_condition_holds_by_guard_branch_or_not_at_all() -> None:
    """The guard of a flow that only people begin tells as much as a branch does."""
    assert not missing("slots.ok")
    assert missing("slots.ok = null")
    assert missing(
        "slots.ok", tail="      - {id: tail, set_slots: [{ok: null}], next: fin}\n      - {id: fin, link: end}"
    )
    assert missing("slots.ok", one="      - {id: one, collect: ok}")
    assert missing("slots.story", body="      - {id: body, action: action_send, next: tail}")
    assert missing("slots.case_number", body="      - {id: body, action: action_send, next: tail}")


def test_required_condition_is_undone_by_what_sets_its_slot() -> None:
    """A condition once asked does not hold on when an action or a called flow may have changed its slot."""
    asked = """\
      - id: head
        noop: true
        next:
          - if: slots.case_number
            then: body
          - else: END"""
    assert not missing("slots.case_number", head=asked)
    sent = """\
      - id: one
        action: action_send
        next:
          - if: context.outcome = "done"
            then: END
          - else: END"""
    assert missing("slots.case_number", head=asked, one=sent)
    assert not missing("slots.case_number or child", head=asked, one=sent)


def test_required_of_a_flow_that_can_begin_alone() -> None:
    """A flow that a button can begin must meet by itself what is required in it."""
    assert missing("utter_a", last="      - {id: last, action: utter_odd}\n    x-menu: END")
    assert missing("utter_a", last="      - {id: last, action: utter_odd}\n    x-keywords: [末尾]")


def test_required_before_a_question() -> None:
    """The question of a collect can have requirements as a response has; asked for sure, it also meets them."""
    asking = "      - {id: last, collect: ok}"
    assert missing("utter_notice", target="utter_ask_ok", last=asking)
    assert not missing("utter_a", target="utter_ask_ok", last=asking)
    assert missing("utter_ask_ok", head="      - {id: head, collect: ok, next: body}")
    assert not missing("utter_ask_ok", head="      - {id: head, collect: ok, ask_before_filling: true, next: body}")


def test_flow_nobody_can_begin_has_no_facts() -> None:
    """Two flows that only link to each other are walked as if begun with nothing."""
    flow = REQUIRED + "".join(
        f"  {one}:\n    description: 圈\n    steps:\n      - {{id: only, link: {other}}}\n"
        for one, other in (("left", "right"), ("right", "left"))
    )
    assert "required_missing" not in {code for code, _, _ in found_in(flow=flow)}


def test_channels_other_than_wechat_are_not_measured() -> None:
    """A long text for another channel is no matter of WeChat's."""
    domain = DOMAIN.replace(
        "utter_odd: [{text: 不太对}]", f"utter_odd: [{{text: {'长' * 700}, channel: web}}, {{text: 短}}]"
    )
    assert found_in(domain=domain) == []


def test_nothing_required_is_nothing_missed() -> None:
    """A domain without `x-required` asks for nothing."""
    domain = DOMAIN[: DOMAIN.index("x-required:")] + DOMAIN[DOMAIN.index("responses:") :]
    assert found_in(domain=domain) == []
