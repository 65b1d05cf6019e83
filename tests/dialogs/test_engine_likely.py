"""Not quite sure: the likeliest values are offered, a close meaning is asked back, thresholds are the domain's."""

import pytest

from dialogs.kernel.reader import read
from dialogs.kernel.words import Entity, Input, InputKind, Understanding
from tests.dialogs.house import at, house
from tests.dialogs.talk import Talk

LIKELY = """\
  utter_ask_kind_likely: [{text: 像哪种？, buttons: [{title: 都不像, payload: 都不像}]}]
"""
THRESHOLDS = "x-thresholds: {{{}}}\nx-safety:\n"


def tell(talk: Talk, *ranked: tuple[str, float], entity: str = "kind", text: str = "楼上漏水半年了") -> list[str]:
    """A story whose kind is one of several."""
    found = (Entity(entity, ranked[0][0]),) if ranked else ()
    meaning = Understanding("report", 0.9, entities=found, rivals={entity: ranked})
    return talk.give(Input(InputKind.TEXT, text, understanding=meaning))


def test_the_likeliest_are_offered_when_none_is_sure() -> None:
    """Of two close values none is taken: both stand first in the question, and a number or a title answers it."""
    talk = Talk(house(domain=LIKELY))
    assert tell(talk, ("property", 0.5), ("noise", 0.4)) == ["utter_ask_kind_likely"]
    assert "kind" not in talk.slots
    assert talk.titles == ["物业", "噪音扰民", "都不像"]
    assert talk.text("2") == ["utter_ask_place"]
    assert talk.slots["kind"] == "noise"


@pytest.mark.parametrize(
    "ranked",
    [
        (("property", 0.61), ("noise", 0.39)),
        (("property", 0.5), ("noise", 0.15)),
        (("property", 0.4), ("noise", 0.05)),
        (("property", 0.3),),
    ],
    ids=["sure", "far ahead", "no other", "alone"],
)
def test_what_is_sure_enough_is_taken(ranked: tuple[tuple[str, float], ...]) -> None:
    """By itself, by its lead, or because nothing else is worth a question."""
    talk = Talk(house(domain=LIKELY))
    assert tell(talk, *ranked) == ["utter_ask_place"]
    assert talk.slots["kind"] == "property"


def test_the_others_are_offered_when_the_taken_one_is_taken_back() -> None:
    """Asked again, the question puts the runner-up first."""
    talk = Talk(house(domain=LIKELY))
    tell(talk, ("property", 0.7), ("noise", 0.3))
    assert talk.text("类型改一下") == ["utter_ask_kind_likely"]
    assert talk.titles == ["噪音扰民", "都不像"]


def test_what_is_only_likely_is_offered_and_not_taken() -> None:
    """Where nothing is said to be the value, even one that stands alone is only offered."""
    talk = Talk(house(domain=LIKELY))
    meaning = Understanding("report", 0.9, rivals={"kind": (("property", 0.95),)})
    assert talk.give(Input(InputKind.TEXT, "楼上漏水半年了", understanding=meaning)) == ["utter_ask_kind_likely"]
    assert talk.titles == ["物业", "都不像"]


def test_what_else_is_heard_beside_it_does_not_matter() -> None:
    """A time or a leader in the same message is a value of many parts."""
    talk = Talk(house(domain=LIKELY))
    heard = (Entity("kind", "property"), Entity("time", {"start": "2026-11-22"}, 0, 2))
    meaning = Understanding("report", 0.9, entities=heard, rivals={"kind": (("property", 0.5), ("noise", 0.4))})
    assert talk.give(Input(InputKind.TEXT, "今天又漏水", understanding=meaning)) == ["utter_ask_kind_likely"]


def test_once_answered_the_whole_list_is_asked() -> None:
    """After any answer to the question, the next time it is the plain one."""
    talk = Talk(house(domain=LIKELY))
    tell(talk, ("property", 0.5), ("noise", 0.4))
    talk.text("1")
    assert talk.text("类型改一下") == ["utter_ask_kind"]


def test_an_answer_to_another_question_changes_no_offer() -> None:
    """Where it is, said when the kind is asked, leaves the same choices standing; more of the story changes them."""
    talk = Talk(house(domain=LIKELY))
    tell(talk, ("property", 0.5), ("noise", 0.4))
    place, rivals = Entity("location", {"text": "三单元"}, 0, 3), {"kind": (("noise", 0.5), ("property", 0.4))}
    meaning = Understanding("report", 0.5, entities=(place,), rivals=rivals)
    assert talk.give(Input(InputKind.TEXT, "三单元", understanding=meaning))[-1] == "utter_ask_kind_likely"
    assert talk.session.likely == {"kind": ["property", "noise"]}
    tell(talk, ("noise", 0.5), ("property", 0.4), text="半夜还敲")
    assert talk.session.likely == {"kind": ["noise", "property"]}


def test_without_words_for_it_the_plain_question_is_put() -> None:
    """Dialogs that do not word the likeliest ask as ever."""
    assert tell(Talk(house()), ("property", 0.5), ("noise", 0.4)) == ["utter_ask_kind"]


def test_what_no_slot_knows_is_not_offered() -> None:
    """Values that the slot does not have, and entities that no slot takes, are dropped."""
    assert tell(Talk(house(domain=LIKELY)), ("other", 0.5), ("none", 0.4)) == ["utter_ask_kind"]
    assert tell(Talk(house(domain=LIKELY)), ("a", 0.5), ("b", 0.4), entity="elsewhere") == ["utter_ask_kind"]


def test_nothing_likely_outlives_the_conversation() -> None:
    """With the last flow what was likely goes."""
    talk = Talk(house(domain=LIKELY))
    tell(talk, ("property", 0.5), ("noise", 0.4))
    assert talk.session.likely == {"kind": ["property", "noise"]}
    talk.text("取消")
    assert talk.session.likely == {}
    assert talk.text("楼上漏水半年了", "report") == ["utter_ask_kind"]


def test_a_meaning_closely_followed_is_asked_back() -> None:
    """Two flows nearly as likely are both offered; further apart, in a form, or of one flow, there is no question."""
    assert Talk(house()).text("那个事", "check", 0.62, (("report", 0.58),)) == ["utter_clarify"]
    assert Talk(house()).text("那个事", "check", 0.72, (("report", 0.25),)) == ["utter_ask_phone"]
    assert Talk(house()).text("那个事", "check", 0.62, (("check", 0.6), ("staff", 0.6))) == ["utter_ask_phone"]
    talk = at("phone")
    assert talk.text("那个事", "check", 0.9, (("fee", 0.88),)) == ["utter_ask_phone"]


def test_the_domain_sets_the_thresholds() -> None:
    """What is written in x-thresholds holds."""
    strict = house(domain=LIKELY, **{"x-safety:\n": THRESHOLDS.format("sure: 0.9, lead: 0.9, close: 0.0")})
    assert strict.thresholds.sure == 0.9
    assert strict.thresholds.trigger == 0.6
    assert tell(Talk(strict), ("property", 0.8), ("noise", 0.2)) == ["utter_ask_kind_likely"]
    assert Talk(strict).text("那个事", "check", 0.62, (("report", 0.58),)) == ["utter_ask_phone"]


def test_a_threshold_is_a_share() -> None:
    """Above one, or unknown by name, is a problem at its line."""
    domain = "version: '3.1'\nx-thresholds: {sure: 7, surely: 0.5}\n"
    release, problems = read({"domain.yml": domain})
    assert release is None
    assert {each.code for each in problems} >= {"bad_threshold", "unknown_key"}
