"""Whom somebody means, and why there is nothing to book: decided without records."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from backend import workdays
from backend.domain.reception.leaders import Meant, Vocabulary, meant
from backend.domain.reception.rules import Notice
from backend.domain.reception.searching import Bounds, Span, Why, days_of, one_a_time, why_not
from backend.domain.reception.sessions import Leader, Reception, Shown, Slot
from backend.rules import PLACE, read
from tests.backend.places import demo_place
from tests.backend.world import CHINA, Clock, make_desk

DESK = make_desk(Clock())
ORGANISATION = demo_place()
LEADERS = [
    Leader(
        id=one["id"],
        name=one["name"],
        post=one["post"],
        portfolio=one["portfolio"],
        level=one["level"],
        area_code=one["area"],
        types=tuple(one["types"]),
        aliases=tuple(one["aliases"]),
    )
    for one in read(f"{PLACE}.organisation.yml")["leaders"]
]
NOW = datetime(2026, 12, 1, 10, tzinfo=CHINA)
BOUNDS = Bounds.of(NOW, Notice(timedelta(hours=12), timedelta(days=30)), CHINA)
DEPUTIES = {"赵示范", "刘示范", "陈示范", "杨示范"}


def mean(text: str) -> Meant:
    """Whom the words mean at the demo place."""
    tree = DESK.texts.tree["search"]
    titles = {kind: one.title for kind, one in DESK.policy.types.items()}
    words = Vocabulary(tuple(tree["fillers"]), tuple(tree["anybody"]), tuple(tree["joint_words"]))
    return meant(text, LEADERS, ORGANISATION, titles, words)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李区长", {"李示范"}),
        ("我想见李区长", {"李示范"}),
        ("区长", {"李示范"}),
        ("李 示 范", {"李示范"}),
        ("常务副区长", {"王示范"}),
        ("副区长", DEPUTIES),
        ("分管住建的", {"赵示范"}),
        ("想见分管住建的领导", {"赵示范"}),
        ("管教育的", {"杨示范"}),
        ("分管农业农村的副区长", {"陈示范"}),
        ("征地拆迁", {"赵示范"}),
        ("公安局长", {"吴示范"}),
        ("法院院长", {"孙示范"}),
        ("姓刘的", {"刘示范"}),
        ("老王", {"王示范"}),
        ("化雨镇", {"罗示范", "梁示范", "宋示范"}),
        ("化雨镇镇长", {"梁示范"}),
        ("镇长", {"梁示范", "韩示范"}),
        ("王县长", set()),
        ("马先生", set()),
        ("市长", set()),
        ("东庄村的书记", set()),
        ("💥💥💥", set()),
    ],
)
def test_leaders_are_found_by_what_people_call_them(text: str, names: set[str]) -> None:
    """Name, form of address, post, portfolio and place lead to the leader; what leads nowhere leads to nobody."""
    found = mean(text)
    assert {one.name for one in found.leaders} == names
    assert found.named


@pytest.mark.parametrize(("text", "anybody"), [("都行", True), ("随便哪位都可以", True), ("领导", False), ("", False)])
def test_some_words_name_nobody(text: str, anybody: bool) -> None:
    """Whoever does not mind, or only says “leader”, names nobody, and that is no mistake."""
    assert mean(text) == Meant(anybody=anybody)


@pytest.mark.parametrize("text", ["联合接访", "周二的联合 接访", "联合公开接访", "一起接访"])
def test_the_joint_reception_is_nobody_alone(text: str) -> None:
    """Whoever wants to see those who receive together means none of them, and is no mistake."""
    assert mean(text) == Meant(joint=True)


def reception(day: date, *hours: int, state: Shown = Shown.PUBLISHED, closed: bool = False) -> Reception:
    """A reception with half-hour slots at these hours."""
    begins = [datetime.combine(day, time(hour), CHINA) for hour in hours]
    slots = tuple(Slot(f"{at:%d%H}", at, at + timedelta(minutes=30), closed=closed, seats=1, taken=1) for at in begins)
    return Reception("r", day, "daily", "county", "AH", "u", "接访", state, NOW, published_at=NOW, slots=slots)


def span(day: date, begins: int = 0, ends: int = 23) -> Span:
    """Some hours of a day, the last one whole."""
    return Span(datetime.combine(day, time(begins), CHINA), datetime.combine(day, time(ends, 59, 59), CHINA))


def why(asked: Span, *there: Reception, published: bool = True) -> Why:
    """Why nothing there can be booked."""
    return why_not(asked, BOUNDS, there, workdays.china, published=published)


THURSDAY, SATURDAY = date(2026, 12, 3), date(2026, 12, 5)


def test_a_full_day_names_the_slot_to_wait_for() -> None:
    """The first slot that is still to come and could be booked if it were free."""
    found = why(span(THURSDAY), reception(THURSDAY, 9, 10))
    assert (found.outcome, found.full_slot and found.full_slot.id) == ("full", "0309")
    later = why(span(THURSDAY, 10, 10), reception(THURSDAY, 9, 10))
    assert later.full_slot is not None
    assert later.full_slot.id == "0310"


@pytest.mark.parametrize(
    ("asked", "there", "outcome", "reason"),
    [
        (span(date(2026, 11, 30)), (), "past", "past"),
        (span(NOW.date()), (reception(NOW.date(), 9, 15),), "too_soon", "too_soon"),
        (span(date(2027, 2, 1)), (), "too_far", "too_far"),
        (span(THURSDAY), (), "closed_day", "closed"),
        (span(THURSDAY), (reception(THURSDAY, 9, closed=True),), "closed_day", "closed"),
        (span(THURSDAY), (reception(THURSDAY, 9, state=Shown.CANCELLED),), "closed_day", "cancelled"),
        (span(THURSDAY), (reception(THURSDAY, 9, state=Shown.DRAFT),), "closed_day", "closed"),
        (span(THURSDAY, 14, 17), (reception(THURSDAY, 9),), "closed_day", "closed"),
        (span(SATURDAY), (), "closed_day", "weekend"),
    ],
)
def test_every_no_has_its_reason(asked: Span, there: tuple[Reception, ...], outcome: str, reason: str) -> None:
    """Past, too soon, too far, called off, closed and weekends are told apart."""
    found = why(asked, *there)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_holidays_are_named() -> None:
    """A day of the National Day is no weekend, and a year that is not published yet is too far."""
    bounds = replace(BOUNDS, now=datetime(2026, 9, 20, tzinfo=CHINA), earliest=datetime(2026, 9, 21, tzinfo=CHINA))
    found = why_not(span(date(2026, 10, 1)), bounds, (), workdays.china, published=True)
    assert (found.outcome, found.reason, found.holiday) == ("closed_day", "holiday", "National Day")
    assert why(span(THURSDAY), published=False).reason == "not_published"


def test_a_span_over_today_counts_from_now() -> None:
    """The days of a span that are over do not matter, nor do those that cannot be booked."""
    asked = Span(NOW - timedelta(days=3), NOW + timedelta(days=400))
    days = days_of(asked, BOUNDS)
    assert days[0] == NOW.date()
    assert days[-1] == BOUNDS.latest.date()


def test_one_choice_a_time() -> None:
    """Of several at the same time the first is shown."""
    found = [(1, NOW), (2, NOW), (3, NOW + timedelta(hours=1))]
    assert [one for one, _ in one_a_time(found, lambda one: one[1])] == [1, 3]


def test_slots_without_a_pause_are_one_span() -> None:
    """A morning and an afternoon are two spans; receptions at the same time are known to overlap."""
    whole = reception(THURSDAY, 9, 14)
    assert len(whole.spans) == 2
    assert whole.overlaps(reception(THURSDAY, 14))
    assert not whole.overlaps(reception(THURSDAY, 11))
