"""Words, numbers, values and responses by themselves."""

import math
from typing import Any

import pytest

from dialogs.kernel import session as sessions
from dialogs.kernel.payloads import Payload
from dialogs.kernel.payloads import parse as parse_payload
from dialogs.kernel.predicates import parse
from dialogs.kernel.release import Release, Slot, SlotMapping, Variation
from dialogs.kernel.responses import choose, display, fill
from dialogs.kernel.session import Session, Thread
from dialogs.kernel.slots import Heard, coerce, requested, triggering, volunteered
from dialogs.kernel.wording import bare, clean, key, number, place, storable
from dialogs.kernel.words import Button, Call, Entity

RELEASE = Release(
    "r",
    {},
    {},
    {
        "yes": Slot("yes", "bool", titles={"true": "要", "false": "算"}),
        "kind": Slot("kind", "categorical", values=("a", "b"), titles={"a": "打架受伤", "b": "打官司"}),
    },
    {},
    {},
    repairs={"affirm": ("是",), "deny": ("否", "")},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("３ 个", 3),
        ("三", 3),
        ("两个人", 2),
        ("俩", 2),
        ("十二", 12),
        ("二十", 20),
        ("三百零五", 305),
        ("两万三千", 23000),
        ("一二", 12),
        ("3.5", 3.5),
        ("没有", None),
        ("3到5个", None),
        ("9" * 16, None),
        ("万" * 400, None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    """Digits, full width and Chinese numerals; one number, or none."""
    assert number(text) == value


def test_a_number_stands_alone_or_chooses_nothing() -> None:
    """Only a text that is nothing but a number chooses a line."""
    assert [place(text) for text in ("1", "1.", "第二个", "选 3", "二单元", "", "9" * 20)] == [
        1,
        1,
        2,
        3,
        None,
        None,
        None,
    ]


def test_politeness_is_taken_off_but_never_everything() -> None:
    """我要取消了 is 取消; a word made of particles stays."""
    assert [bare(word) for word in ("我要取消了", "麻烦转人工谢谢", "好的", "我", "了")] == [
        "取消",
        "转人工",
        "好",
        "我",
        "了",
    ]
    assert key(" Ｏ Ｋ！") == "ok"
    assert clean(" a\u200b\ud800\nb\x07 ") == "a\nb"


def test_only_what_can_be_stored_is_stored() -> None:
    """Values become plain, finite, shallow JSON."""
    deep: Any = [[[[[[[1]]]]]]]
    assert storable(deep) == [[[[[[None]]]]]]
    assert storable({"a": math.inf, 1: object(), "t": (1, True), "n": None}) == {
        "a": None,
        "1": None,
        "t": [1, True],
        "n": None,
    }
    assert storable(2**60) is None
    assert storable("x" * 30_000) == "x" * 20_000
    assert storable(1.5) == 1.5


@pytest.mark.parametrize(
    ("slot", "value", "said", "expected"),
    [
        (Slot("t", "text"), " a ", "", "a"),
        (Slot("t", "text"), "", "", None),
        (Slot("t", "text"), None, "", None),
        (Slot("t", "text"), 3.0, "", "3"),
        (Slot("t", "text"), 3.5, "", "3.5"),
        (Slot("t", "text"), {"text": "半年"}, "", "半年"),
        (Slot("t", "text"), {"start": "2026"}, "去年", "去年"),
        (Slot("t", "text"), True, "真的", "真的"),
        (Slot("t", "text"), ["a"], "", None),
        (RELEASE.slots["yes"], True, "", True),
        (RELEASE.slots["yes"], "true", "", True),
        (RELEASE.slots["yes"], "算", "", False),
        (RELEASE.slots["yes"], "是", "", True),
        (RELEASE.slots["yes"], "否", "", False),
        (RELEASE.slots["yes"], "也许", "", None),
        (RELEASE.slots["yes"], 1, "", None),
        (Slot("f", "float"), True, "", None),
        (Slot("f", "float"), 3, "", 3.0),
        (Slot("f", "float"), "三个", "", 3.0),
        (Slot("f", "float"), ["三个"], "", None),
        (RELEASE.slots["kind"], "a", "", "a"),
        (RELEASE.slots["kind"], "打架受伤", "", "a"),
        (RELEASE.slots["kind"], "打架", "", "a"),
        (RELEASE.slots["kind"], "是打官司的事", "", "b"),
        (RELEASE.slots["kind"], "打", "", None),
        (RELEASE.slots["kind"], 1, "", None),
        (Slot("l", "list"), "a", "", ["a"]),
        (Slot("l", "list"), ["a"], "", ["a"]),
        (Slot("x", "any"), {"a": 1}, "", {"a": 1}),
    ],
)
def test_values_fit_their_slots_or_are_nothing(slot: Slot, value: object, said: str, expected: object) -> None:
    """A value takes the slot's type, or is not taken."""
    assert coerce(RELEASE, slot, value, said) == expected


def test_mappings_listen_where_they_are_told_to() -> None:
    """Conditions on flows and intents decide whether a mapping listens."""
    only = SlotMapping("from_text", flows=("f",), not_intents=("deny",))
    slot = Slot("t", "text", mappings=(only,))
    assert requested(RELEASE, slot, Heard("好", flow="f")) == ("好", True)
    assert requested(RELEASE, slot, Heard("好", flow="g")) == (None, False)
    assert requested(RELEASE, slot, Heard("好", (), "deny", 0.9, "f")) == (None, False)
    meant = Slot("t", "text", mappings=(SlotMapping("from_intent", intents=("report",), value="x"),))
    assert requested(RELEASE, meant, Heard("好", (), "report", 0.9)) == ("x", False)
    assert requested(RELEASE, meant, Heard("好", (), "report", 0.2)) == (None, False)
    assert requested(RELEASE, meant, Heard("好")) == (None, False)


def test_entities_fill_by_role_and_each_only_once() -> None:
    """An entity goes to the first empty slot that wants its kind and role."""
    home = SlotMapping("from_entity", entity="place", role="home")
    work = SlotMapping("from_entity", entity="place", role="work")
    bad = SlotMapping("from_entity", entity="odd")
    slots = {
        "a": Slot("a", "text", mappings=(bad, home)),
        "b": Slot("b", "text", mappings=(home,)),
        "c": Slot("c", "text", mappings=(work,)),
        "d": Slot("d", "text", mappings=(home,)),
        "e": Slot("e", "float", mappings=(bad,)),
    }
    release = Release("r", {}, {}, slots, {}, {})
    heard = Heard("甲乙", (Entity("place", "乙", role="work"), Entity("place", "甲", role="home"), Entity("odd", [])))
    assert volunteered(release, heard, ["d", "a", "a", "b", "c", "e", "x"], {"d": "有"}) == {"a": "甲", "c": "乙"}


def test_an_opening_gives_a_value_or_its_words() -> None:
    """from_trigger_intent gives its value or the message; a from_text that names the intent gives the message."""
    slots = {
        "a": Slot("a", "text", mappings=(SlotMapping("from_trigger_intent", intents=("go",), value="v"),)),
        "b": Slot("b", "text", mappings=(SlotMapping("from_text", intents=("go",)), SlotMapping("from_text"))),
        "c": Slot("c", "text", mappings=(SlotMapping("from_trigger_intent", intents=("stay",)),)),
        "d": Slot("d", "float", mappings=(SlotMapping("from_trigger_intent", intents=("go",)),)),
    }
    release = Release("r", {}, {}, slots, {}, {})
    assert triggering(release, Heard("走吧", (), "go", 0.9), [*slots, "x"]) == {"a": "v", "b": "走吧"}
    assert triggering(release, Heard("", (), "go", 0.9), [*slots, "x"]) == {"a": "v"}


def test_the_variation_is_chosen_by_rank() -> None:
    """Condition and channel, condition, channel, plain; the first among equals; none if none holds."""
    yes = parse("slots.a")
    plain, other = Variation("plain"), Variation("other")
    wechat, condition, both = (
        Variation("wechat", channel="wechat"),
        Variation("if", condition=yes),
        Variation("both", condition=yes, channel="wechat"),
    )
    variations = (plain, other, wechat, condition, both)
    assert choose(variations, {"slots": {"a": 1}}, "wechat") == (4, both)
    assert choose(variations, {"slots": {"a": 1}}, "sms") == (3, condition)
    assert choose(variations, {"slots": {}}, "wechat") == (2, wechat)
    assert choose(variations, {}, "sms") == (0, plain)
    assert choose((both,), {}, "sms") is None


def test_gaps_are_filled_once() -> None:
    """Values go into gaps and are not read again; unknown ones are named."""
    assert fill("{a}{b}{ }", {"a": "{b}"}.get) == ("{b}{ }", ["b"])
    assert fill("无", dict[str, str]().get) == ("无", [])


def test_values_are_worded() -> None:
    """Truth by its titles, whole numbers plainly, places by name, lists by members or count."""
    slot = Slot("s", "any", titles={"true": "要", "a": "甲", "many": "{count}样"})
    assert [display(slot, value) for value in (True, False, 3.0, 2.5, "a", "b")] == [
        "要",
        "false",
        "3",
        "2.5",
        "甲",
        "b",
    ]
    assert display(None, {"lat": 1, "label": "东门"}) == "东门"
    assert display(None, {"lat": 1}) == ""
    assert display(slot, ["a", "b"]) == "甲、b"
    assert display(slot, [{}, {}]) == "2样"
    assert display(None, [{}, {}]) == "2"


def test_payloads_are_taken_apart() -> None:
    """Commands with arguments, intents with entities, and words."""
    assert parse_payload("/SetSlots(a=1, b=\"x, 'y'\", c=NULL, d=true)") == Payload(
        "set_slots", values={"a": "1", "b": "x, 'y'", "c": None, "d": True}
    )
    assert parse_payload("/Correct(a)") == Payload("correct", "a")
    assert parse_payload('/report {"a": 1}') == Payload("intent", "report", {"a": 1})
    assert parse_payload("你好") == Payload("text", "你好")


def test_a_session_is_read_as_it_was_written() -> None:
    """Everything in a session survives; another version is refused."""
    thread = Thread(
        [["f", "s"], ["g", "t"]], asked=True, more=True, waited=True, rejected=2, touched=["a"], skipped=["b"]
    )
    thread.trail = [["a", [["f", "r"]], True]]
    thread.context, thread.call, thread.postponed = (
        {"outcome": "x"},
        Call("action_a", {"a": None}, "k", durable=True),
        True,
    )
    session = Session(
        "i",
        "p",
        "r",
        3,
        2,
        1,
        1,
        "t",
        {"a": [1]},
        [thread],
        1,
        [Button("3-1", "t", "p")],
        [],
        [["u", "话"]],
        {"text": "", "entities": []},
    )
    data = sessions.write(session)
    assert sessions.read(data) == session
    assert b'"version":1' in data
    with pytest.raises(ValueError, match="another version"):
        sessions.read(data.replace(b'"version":1', b'"version":2'))
    with pytest.raises(ValueError, match="not a session"):
        sessions.read(b"[]")
