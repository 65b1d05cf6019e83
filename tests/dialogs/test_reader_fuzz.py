"""Any text whatever gives a list of problems: the reader, the checks and the conversations never raise."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.kernel.problems import Problem
from dialogs.kernel.reader import read
from dialogs.kernel.review import review
from tests.dialogs.minimal import ACTIONS, DOMAIN, FLOW, sources

TESTS = """\
fixtures:
  - ready: [{consent: true}, {now: "2026-11-23T09:00:00+08:00"}, {actions: {action_find: {outcome: none}}}]
test_cases:
  - test_case: 一
    fixtures: [ready]
    steps:
      - {user: 开始, intent: {name: begin, confidence: 0.9}, entities: {phone_number: "138"}}
      - utter: utter_notice
      - {x-tap: 甲}
      - {slot_was_set: [{kind: a}]}
"""
FILES = {"domain.yml": DOMAIN, "actions.yml": ACTIONS, "flows/main.yml": FLOW, "tests/main.yml": TESTS}
WORDS = [line.strip().removeprefix("- ") for text in FILES.values() for line in text.splitlines()]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(
        ["main", "story", "utter_odd", "action_send", "END", "slots.ok", "if", "then", "{story}", "/begin"]
    ),
)
KEYS = st.sampled_from(sorted(set(re.findall(r"[\w-]+(?=:)", "".join(FILES.values())))))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


def written(tree: object) -> str:
    """Write a tree as YAML's flow style, loosely."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {written(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(written(member) for member in tree) + "]"
    return "null" if tree is None else str(tree)


def survive(texts: dict[str, str]) -> None:
    """Review the texts; whatever is found is in order."""
    found = review(texts)
    assert list(found.problems) == sorted(set(found.problems))
    assert all(isinstance(one, Problem) and one.message for one in found.problems)
    assert (found.release is None) == any(one.is_error for one in read(texts)[1])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.text())
def test_any_text(path: str, text: str) -> None:
    """Characters of all kinds."""
    survive({**FILES, path: text})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), TREES)
def test_any_tree(path: str, tree: object) -> None:
    """Lists and mappings of our own words in the wrong places."""
    survive({**FILES, path: written(tree)})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0),
    st.sampled_from([*WORDS, "", "- ", "  ", "[", "}", "*", "&a ", "? "]),
)
def test_any_line_changed(path: str, at: int, word: str) -> None:
    """Good files with one line exchanged for another."""
    lines = FILES[path].splitlines()
    old = lines[at % len(lines)]
    lines[at % len(lines)] = old[: len(old) - len(old.lstrip(" -"))] + word
    survive({**FILES, path: "\n".join(lines)})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.randoms(use_true_random=False))
def test_any_lines_moved(path: str, chance: random.Random) -> None:
    """Good files with some lines dropped, doubled or moved."""
    lines = FILES[path].splitlines()
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines))
        line = lines.pop(place) if chance.random() < 0.5 else lines[place]
        lines.insert(chance.randrange(len(lines) + 1), line)
        del lines[chance.randrange(len(lines)) :: len(lines)]
    survive({**FILES, path: "\n".join(lines)})


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "&a [*a, *a]",
        "a: &a [x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]",
        "!!python/object/apply:os.system ['echo no']",
        "a: 1" + "0" * 10_000,
        "flows: {main: {steps: [{noop: true, next: [{if: '" + "not " * 200 + "slots.ok', then: END}]}]}}",
        "? ? ? ? a",
        "\ufeffflows: {}",
        "a: \ud800",
        "\x00",
    ],
)
def test_hostile_text(text: str) -> None:
    """Deep nesting, anchors that multiply, foreign objects, huge numbers, broken characters."""
    for path in FILES:
        survive({**FILES, path: text})


def test_no_sources_at_all() -> None:
    """Nothing is a missing domain."""
    assert [found.code for found in review({}).problems] == ["file_missing"]
    assert review(sources()).may_be_published
