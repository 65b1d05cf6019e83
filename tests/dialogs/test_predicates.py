"""Conditions: what they mean, what they refuse, and where."""

import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.kernel.predicates import Compare, Every, Name, PredicateError, Some, parse

SLOTS = {
    "name": "王大姐",
    "age": 60,
    "half": 0.5,
    "yes": True,
    "no": False,
    "list": ["邻里", 1],
    "empty": "",
    "zero": 0,
}
NAMES: dict[str, dict[str, Any]] = {"slots": SLOTS, "context": {"outcome": "done"}}


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "unexpected_end", 1),
        ("  ", "unexpected_end", 1),
        ("slots.a =", "unexpected_end", 10),
        ("slots.a = ", "unexpected_end", 10),
        ("(slots.a", "unexpected_end", 9),
        ('slots.a = {"x"', "unexpected_end", 15),
        ("slots.a slots.b", "unquoted_word", 9),
        ('slots.a "x"', "unexpected_token", 9),
        ("slots.a = yes", "unquoted_word", 11),
        ("slots.a = 物业", "unquoted_word", 11),
        ("a = 1", "unquoted_word", 1),
        ("slots.a.b.c = 1", "unquoted_word", 1),
        ("and slots.a", "unexpected_token", 1),
        ("slots.a = and", "unexpected_token", 11),
        ("(slots.a]", "unknown_character", 9),
        ("(slots.a}", "unexpected_token", 9),
        ("slots.a = {slots.b}", "unquoted_word", 12),
        ("slots.a = }", "unexpected_token", 11),
        ("slots.a ; 1", "unknown_character", 9),
        ('slots.a = "x', "unclosed_string", 11),
        ("slots.a = 'x", "unclosed_string", 11),
        ("slots.a = “x”", "unknown_character", 11),
        ('slots.a matches "("', "bad_regex", 17),
        ("slots.a matches slots.b", "bad_regex", 17),
        ("slots.a matches 1", "bad_regex", 17),
        ("slots.a = 1.2.3", "unknown_character", 11),
        ("not " * 60 + "slots.a", "too_deep", 165),
        ("(" * 60 + "slots.a", "too_deep", 42),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str, column: int) -> None:
    """Each refusal has a code and the column where it is."""
    with pytest.raises(PredicateError) as refusal:
        parse(text)
    assert (refusal.value.code, refusal.value.column) == (code, column)


@pytest.mark.parametrize(
    "text",
    [
        "slots.yes",
        "slots.name",
        "not slots.no",
        "not slots.nobody",
        "not slots.zero and not slots.empty",
        'slots.name = "王大姐"',
        "slots.name == '王大姐'",
        'slots.name is "王大姐"',
        'slots.name is not "李大姐"',
        "slots.nobody is null",
        "slots.nobody = none",
        "slots.name != null",
        "slots.name is not null",
        "slots.yes is true and slots.no IS FALSE",
        "slots.yes != 1",
        "slots.zero != false",
        "slots.age = 60.0",
        "slots.age > 59 and slots.age >= 60 and slots.age < 61 and slots.age <= 60",
        "slots.half < 0.6 and slots.half > -1",
        "59 < slots.age",
        'slots.name < "王大姨"',
        'slots.name contains "大"',
        'slots.list contains "邻里" and slots.list contains 1',
        '{"a", "done"} contains context.outcome',
        'context.outcome = {"a" "done"}',
        'context.outcome != {"a" "b"}',
        "slots.list = {1 '邻里'}",
        "slots.list != {1}",
        "slots.list != {1 2}",
        'slots.name matches "^王"',
        'slots.name matches "姐$"',
        "slots.no or slots.yes and slots.age",
        "slots.yes or slots.yes and slots.no",
        "(slots.yes or slots.no) and slots.age",
        "not (slots.yes and slots.no)",
        "not slots.no and slots.yes",
        "other.thing is null or slots.yes".replace("other.thing", "context.nothing"),
        r'"a\"b" contains "\""',
    ],
)
def test_what_holds(text: str) -> None:
    """Comparison, membership, patterns, precedence and truth, as the language page says."""
    assert parse(text).holds(NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "slots.nobody < 1",
        "slots.nobody > 1",
        "slots.yes < 2",
        "1 < slots.yes",
        "slots.name < 5",
        "slots.age > 'a'",
        'slots.nobody contains "a"',
        "slots.name contains 1",
        "slots.age contains 6",
        'slots.age matches "6"',
        "slots.yes = 1",
        "slots.yes = 'true'",
        "slots.list = {1}",
        "slots.yes and slots.no",
    ],
)
def test_what_does_not_hold(text: str) -> None:
    """What cannot be compared does not hold, and is no error."""
    assert not parse(text).holds(NAMES)


def test_nothing_is_known_of_an_empty_world() -> None:
    """Absent names are null, even a whole kind of them."""
    assert parse("slots.a is null and context.b is null").holds({})


def test_and_binds_closer_than_or() -> None:
    """The tree shows the usual precedence."""
    root = parse("slots.a or slots.b and slots.c").root
    assert isinstance(root, Some)
    assert isinstance(root.nodes[1], Every)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("slots.a or slots.b and slots.c", 9),
        ("slots.a and slots.b or slots.c", 21),
        ("slots.a or (slots.b and slots.c)", None),
        ("(slots.a or slots.b) and slots.c", None),
        ("(slots.a and slots.b or slots.c) and slots.d", 22),
        ("slots.a and slots.b or slots.c and slots.d or slots.e", 21),
        ("(slots.a and slots.b or slots.c) or (slots.d and slots.e or slots.f)", 22),
        ("slots.a and slots.b", None),
    ],
)
def test_a_mix_without_brackets_is_marked(text: str, column: int | None) -> None:
    """Where pypred would read something else, the predicate says at which column."""
    assert parse(text).mixed == column


def test_names_are_listed_with_their_columns() -> None:
    """Every name and where it stands is known, so that unknown ones can be reported."""
    predicate = parse('slots.a = 1 and context.outcome = "x"')
    assert predicate.names == (Name("slots", "a", 1), Name("context", "outcome", 17))
    assert isinstance(predicate.root, Every)
    assert isinstance(predicate.root.nodes[1], Compare)


def test_backslashes_may_be_doubled() -> None:
    r"""`\d` and `\\d` are the same pattern, and a quote is escaped by a backslash."""
    for text in (
        r'slots.age_text matches "^\d+$"',
        r'slots.age_text matches "^\\d+$"',
        r"slots.age_text matches '^\d+$'",
    ):
        assert parse(text).holds({"slots": {"age_text": "60"}})


TOKENS = ("slots.a", "and", "or", "not", "(", ")", "{", "}", '"x"', "=", "<", "matches", "1", "is", "null", "contains")


@given(st.text(max_size=40) | st.lists(st.sampled_from(TOKENS)).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any text either becomes a condition that can be asked, or is refused within itself."""
    try:
        parse(text).holds(NAMES)
    except PredicateError as refusal:
        column = refusal.column
    else:
        column = 1
    assert 1 <= column <= len(text) + 1


def test_a_pattern_that_may_change_its_meaning_one_day_is_read_quietly() -> None:
    """A pattern with `[[` means what it means today, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse('slots.a matches "^[[a]$"').holds({"slots": {"a": "["}})
