"""A month's calendar from the rules alone: rotation, teams, weekdays, holidays, single days; another place's rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend import rules, workdays
from backend.domain.organisation import Area, Organisation, Unit
from backend.domain.reception.calendar import Ground, Plan, Planned, days_in, falls_on, month_after, plan, times
from backend.domain.reception.rules import Deviation, Holiday, ReceptionRules, Sitting, Who
from backend.domain.reception.sessions import Leader
from backend.domain.workdays import DayKind
from backend.reception_rules import ReceptionError, read_reception
from tests.backend.places import demo_place
from tests.backend.world import CHINA, Clock, make_desk

YUMEN = yaml.safe_load((Path(__file__).parent / "yumen.yml").read_text(encoding="utf-8"))
PLACE = Organisation(
    {"C": Area("C", "区", "county"), "T": Area("T", "镇", "town", "C"), "U": Area("U", "乡", "town", "C")},
    (
        Unit("u-county-centre", "中心", "centre", "C"),
        Unit("u-t", "镇中心", "centre", "T"),
        Unit("u-u", "乡中心", "centre", "U"),
    ),
)
A, B, C = (Leader(f"l-{name}", f"{name}示范", "副区长", "分管", "county", "C") for name in "abc")
T, U = Leader("l-t", "丁示范", "镇长", "分管", "town", "T"), Leader("l-u", "戊示范", "乡长", "分管", "town", "U")
DAILY = Sitting("daily", "每天", "county", Who.ROTATION, ((time(9), time(10)),), timedelta(minutes=30), 2, "centre")
TEAM = replace(DAILY, name="team", who=Who.TEAM, weekdays=(2,), leaders=("l-a", "l-b"))
BASE = read_reception(YUMEN)


def ground(
    *sittings: Sitting, deviations: tuple[Deviation, ...] = (), leaders: tuple[Leader, ...] = (A, B, C)
) -> Ground:
    """The rules on a small place with the State Council's calendar."""
    mine = replace(BASE, sittings=sittings, deviations=deviations)
    return Ground(mine, PLACE, leaders, workdays.china, CHINA)


def who(made: Plan, rule: str = "daily") -> dict[int, str]:
    """Who receives on which day of the month."""
    return {one.day.day: "".join(name[-1] for name in one.leaders) for one in made.receptions if one.rule == rule}


def test_every_working_day_one_leader_in_rotation() -> None:
    """In a month with a holiday and make-up days exactly the worked days have one, in turn."""
    made = plan("2026-10", ground(DAILY), {})
    days = who(made)
    assert list(days) == [day.day for day in days_in("2026-10") if workdays.china(day).working]
    assert 10 in days, "a Saturday that is worked"
    assert not {1, 5, 7} & set(days)
    assert "".join(days.values()) == ("abc" * 11)[: len(days)]
    assert not made.guessed


def test_rotation_goes_on_where_the_last_month_ended() -> None:
    """Whoever received last is followed by the next, and somebody who left office begins the row anew."""
    assert who(plan("2026-12", ground(DAILY), {("daily", "C"): "l-a"}))[1] == "b"
    assert who(plan("2026-12", ground(DAILY), {("daily", "C"): "l-gone"}))[1] == "a"


def test_who_is_in_the_team_that_day_is_not_due_elsewhere() -> None:
    """On Tuesdays the team receives, somebody else the day's; who was passed over is the next."""
    made = plan("2026-12", ground(DAILY, TEAM), {})
    days, tuesdays = who(made), who(made, "team")
    assert tuesdays == {1: "ab", 8: "ab", 15: "ab", 22: "ab", 29: "ab"}
    assert [days[day] for day in (1, 2, 3, 4, 7, 8)] == ["c", "a", "b", "c", "a", "c"]
    due = [(one.day, leader) for one in made.receptions for leader in one.leaders]
    assert len(due) == len(set(due))


def test_each_town_has_its_own_rotation_and_place() -> None:
    """A rule of a level holds in every area of it; an area without leaders is named as a gap."""
    town = replace(DAILY, name="town", level="town")
    made = plan("2026-12", ground(town, leaders=(A, T)), {})
    assert {(one.area_code, one.unit_id, one.leaders) for one in made.receptions} == {("T", "u-t", ("l-t",))}
    assert made.gaps == [("town", "U")]
    both = plan("2026-12", ground(replace(town, areas=("U",)), leaders=(T, U)), {})
    assert {one.leaders for one in both.receptions} == {("l-u",)}


@pytest.mark.parametrize(
    ("holiday", "expected"),
    [
        # Thursday 1 October 2026 to Wednesday 7 are the National Day's; 10 October is a worked Saturday.
        (Holiday.SKIP, [14, 21, 28]),
        (Holiday.NEXT, [8, 14, 21, 28]),
        (Holiday.PREVIOUS, [14, 21, 28]),
    ],
)
def test_a_weekday_on_a_holiday_falls_out_or_moves(holiday: Holiday, expected: list[int]) -> None:
    """The Wednesday in the holiday is skipped, or held on the working day after or before (here: in September)."""
    weekly = replace(DAILY, weekdays=(3,), holiday=holiday)
    assert list(who(plan("2026-10", ground(weekly), {}))) == expected
    assert (30 in who(plan("2026-09", ground(weekly), {}))) is True


@given(st.integers(1, 7), st.sampled_from(Holiday), st.integers(2020, 2026), st.integers(1, 12))
def test_a_day_of_reception_is_always_worked(weekday: int, holiday: Holiday, year: int, number: int) -> None:
    """Whatever the rule, nobody receives on a day off; a moved weekday is held at most once."""
    sitting = replace(DAILY, weekdays=(weekday,), holiday=holiday)
    days = [day for day in days_in(f"{year}-{number:02d}") if falls_on(day, sitting, workdays.china)]
    assert all(workdays.china(day).working for day in days)
    assert len(days) <= 6


def test_single_days_differ() -> None:
    """A day may be closed, opened though it is off, or have other leaders, hours, place, title and seats."""
    saturday = date(2026, 12, 5)
    different = (
        Deviation(date(2026, 12, 1), closed="会议"),
        Deviation(saturday, open=True, leaders=("l-c", "l-nobody"), hours=((time(8), time(9, 10)),), unit="u-t"),
        Deviation(date(2026, 12, 8), rules=("other",), closed="与我无关"),
        Deviation(date(2026, 12, 9), title="带案下访", seats=7),
    )
    made = plan("2026-12", ground(DAILY, deviations=different), {})
    by_day = {one.day.day: one for one in made.receptions}
    assert 1 not in by_day
    assert 8 in by_day
    assert (by_day[5].leaders, by_day[5].unit_id, len(by_day[5].times)) == (("l-c",), "u-t", 2)
    assert (by_day[9].title, by_day[9].seats) == ("带案下访", 7)


def test_slots_fill_the_hours_and_nothing_else() -> None:
    """Slots follow each other within each span; a rest too short for one is left."""
    hours = ((time(9), time(10, 15)), (time(14), time(15)))
    spans = times(date(2026, 12, 1), hours, timedelta(minutes=30), CHINA)
    assert [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in spans] == [
        "09:00-09:30",
        "09:30-10:00",
        "14:00-14:30",
        "14:30-15:00",
    ]


def test_a_year_that_is_not_announced_is_guessed_and_says_so() -> None:
    """Beyond the announced holidays the weekdays count."""
    made = plan("2099-10", ground(DAILY), {})
    assert made.guessed
    assert list(who(made)) == [day.day for day in days_in("2099-10") if day.isoweekday() < 6]


def test_months_follow_each_other() -> None:
    """December is followed by the next January; there is no thirteenth month."""
    assert month_after("2026-12") == "2027-01"
    for wrong in ("2026-13", "2026", "x"):
        with pytest.raises(ValueError, match=r"."):
            days_in(wrong)


def test_another_place_needs_other_data_only() -> None:
    """A weekly reception, moved on holidays, with exceptions, comes from another policy and the same code."""
    made = plan("2026-10", Ground(BASE, PLACE, (A, B, C), workdays.china, CHINA), {("weekly", "C"): "l-a"})
    assert [(one.day.day, one.leaders) for one in made.receptions] == [
        (8, ("l-b",)),
        (21, ("l-c",)),
        (24, ("l-b", "l-a")),
        (28, ("l-a",)),
    ]
    first: Planned = made.receptions[0]
    assert (len(first.times), first.seats, first.unit_id) == (18, 3, "u-county-centre")
    assert first.times[0] == (
        datetime(2026, 10, 8, 9, tzinfo=CHINA),
        datetime(2026, 10, 8, 9, 20, tzinfo=CHINA),
    )
    assert BASE.publishing.automatic


def test_the_demo_place_fits_its_rules() -> None:
    """Every leader that a rule names is in office, and every rule has leaders and a place everywhere."""
    raw = rules.read(f"{rules.PLACE}.organisation.yml")
    desk = make_desk(Clock())
    known = {one["id"] for one in raw["leaders"]}
    named = {leader for one in desk.policy.reception.sittings for leader in one.leaders}
    assert named <= known
    assert {kind for one in raw["leaders"] for kind in one["types"]} <= set(desk.policy.types)
    assert all("示范" in one["name"] for one in raw["leaders"])
    leaders = [
        Leader(one["id"], one["name"], one["post"], one["portfolio"], one["level"], one["area"])
        for one in raw["leaders"]
    ]
    made = plan("2026-12", Ground(desk.policy.reception, demo_place(), leaders, workdays.china, CHINA), {})
    assert made.gaps == []
    assert len({one.rule for one in made.receptions}) == len(desk.policy.reception.sittings)


WRONG: Mapping[str, tuple[Any, str]] = {
    "nobody": (lambda raw: raw.update(rules={}), "rules: 一条也没有"),
    "hours backwards": (lambda raw: raw["rules"]["weekly"].update(hours=[["12:00", "9:00"]]), "rules.weekly"),
    "hours do not fit": (lambda raw: raw["rules"]["weekly"].update(slot_minutes=50), "slot_minutes"),
    "hours overlap": (
        lambda raw: raw["rules"]["weekly"].update(hours=[["9:00", "10:00"], ["9:40", "11:00"]]),
        "不能重叠",
    ),
    "hours not quoted": (lambda raw: raw["rules"]["weekly"].update(hours=[[540, 600]]), "要加引号"),
    "no hours": (lambda raw: raw["rules"]["weekly"].update(hours=[]), "至少要有一段"),
    "a team of nobody": (lambda raw: raw["rules"]["weekly"].update(who="team"), "leaders"),
    "who else": (lambda raw: raw["rules"]["weekly"].update(who="everyone"), "everyone"),
    "no place": (lambda raw: raw["rules"]["weekly"].pop("unit"), "place"),
    "eighth day": (lambda raw: raw["rules"]["weekly"].update(weekdays=[8]), "1 到 7"),
    "no seats": (lambda raw: raw["rules"]["weekly"].update(seats=0), "0 应是"),
    "a word nobody knows": (lambda raw: raw["rules"]["weekly"].update(colour="red"), "colour"),
    "an unknown rule": (lambda raw: raw["exceptions"].append({"day": date(2026, 1, 1), "rules": ["x"]}), "x 的规则"),
    "no day": (lambda raw: raw["exceptions"].append({"closed": "x"}), "缺少 day"),
    "a day as words": (lambda raw: raw["exceptions"].append({"day": "明天"}), "明天"),
    "no notice": (lambda raw: raw.pop("notice"), "缺少 notice"),
    "notice turned round": (lambda raw: raw.update(notice={"minimum_hours": 48, "maximum_days": 2}), "minimum_hours"),
    "offers at night": (lambda raw: raw.update(offer_hours=["20:00", "8:00"]), "offer_hours"),
    "two at once": (lambda raw: raw["reminders"].append({"days_before": 1, "at": "11:00"}), "只提醒一次"),
    "the 31st": (lambda raw: raw["publish"].update(day_of_month_before=31), "1 到 28"),
    "nothing to bring": (lambda raw: raw.pop("bring"), "缺少 bring"),
}


@pytest.mark.parametrize("name", WRONG)
def test_rules_that_cannot_work_are_named(name: str) -> None:
    """Each mistake is one sentence that says where it is."""
    spoil, said = WRONG[name]
    raw = yaml.safe_load(yaml.safe_dump(YUMEN, allow_unicode=True))
    spoil(raw)
    with pytest.raises(ReceptionError) as caught:
        read_reception(raw)
    assert any(said in problem and problem.startswith("reception.") for problem in caught.value.problems)


def test_all_mistakes_are_named_at_once() -> None:
    """Several mistakes are several sentences."""
    raw = yaml.safe_load(yaml.safe_dump(YUMEN, allow_unicode=True))
    del raw["bring"], raw["limits"]["a_month"]
    raw["rules"]["weekly"]["seats"] = "many"
    with pytest.raises(ReceptionError) as caught:
        read_reception(raw)
    assert len(caught.value.problems) == 3


def test_the_policy_names_its_mistakes(tmp_path: Path) -> None:
    """They reach whoever starts a process as a mistake of the policy."""
    raw = rules.read("anhe.yml")
    raw["reception"]["rules"]["county_joint"]["leaders"] = []
    (tmp_path / "anhe.yml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    with pytest.raises(rules.PolicyError, match="county_joint"):
        rules.load(rules.read("texts.yml"), folder=tmp_path)


def test_rules_find_their_words() -> None:
    """A unit without its own way to come has the default's; a reception added by hand has no rule."""
    assert BASE.way_to("u-anything") == "一楼大厅"
    assert BASE.sitting("added_1") is None
    assert isinstance(BASE, ReceptionRules)
    assert workdays.china(date(2026, 10, 1)) == DayKind(working=False, announced=True, holiday="National Day")
