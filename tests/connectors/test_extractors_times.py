"""Dates and times of day, seen from Saturday 21 November 2026, 15:15."""

from datetime import UTC, datetime

import pytest

from connectors.extractors import Gazetteer, extract
from dialogs.kernel.words import Value

NOW = datetime(2026, 11, 21, 15, 15)  # noqa: DTZ001 - wall-clock time


def starts(text: str, now: datetime = NOW) -> list[str]:
    """The beginnings of the times found, to the minute."""
    return [value["start"][:16] for value in values(text, now)]


def values(text: str, now: datetime = NOW) -> list[Value]:
    """The values of the times found."""
    return [each.value for each in extract(text, now, Gazetteer()) if each.entity == "time"]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("周五", "2026-11-27T00:00"),
        ("周六来", "2026-11-28T00:00"),
        ("星期一上午", "2026-11-23T08:00"),
        ("礼拜天", "2026-11-22T00:00"),
        ("下午三点", "2026-11-22T15:00"),
        ("下午四点", "2026-11-21T16:00"),
        ("3月8号", "2027-03-08T00:00"),
        ("12月1日", "2026-12-01T00:00"),
        ("3月份", "2027-03-01T00:00"),
        ("12月份", "2026-12-01T00:00"),
        ("5号", "2026-12-05T00:00"),
        ("31号", "2026-12-31T00:00"),
        ("25日", "2026-11-25T00:00"),
        ("元旦", "2027-01-01T00:00"),
        ("植树节", "2027-03-12T00:00"),
        ("9:30am", "2026-11-22T09:30"),
        ("4pm", "2026-11-21T16:00"),
    ],
)
def test_what_is_open_is_the_coming_one(text: str, start: str) -> None:
    """A weekday, a day of a month, a clock time or a feast without more is the next one, never a past one."""
    assert starts(text) == [start]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("明天", "2026-11-22T00:00"),
        ("昨天", "2026-11-20T00:00"),
        ("上周五", "2026-11-13T00:00"),
        ("下周三", "2026-11-25T00:00"),
        ("去年10月", "2025-10-01T00:00"),
        ("今年3月", "2026-03-01T00:00"),
        ("2023年5月1日", "2023-05-01T00:00"),
        ("上个月15号", "2026-10-15T00:00"),
        ("今天早上", "2026-11-21T08:00"),
        ("3月8号至今", "2026-03-08T00:00"),
        ("前两小时", "2026-11-21T13:00"),
        ("后三小时", "2026-11-21T16:00"),
    ],
)
def test_what_says_which_one_is_that_one(text: str, start: str) -> None:
    """A year, a word such as 去年 or 上周, or 至今 behind it decides."""
    assert starts(text) == [start]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "点",
        "31月份",
        "99号",
        "一点也不好",
        "3号楼",
        "13pm",
        "我天天来",
        "30分",
        "三点意见",
        "第一天",
        "下三十亿周",
        "前九千年",
    ],
)
def test_no_time_where_none_is_meant(text: str) -> None:
    """Ordinary words, houses and impossible numbers are no times."""
    assert starts(text) == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("月底", "11-25T00:00", "11-30T23:59"),
        ("月初", "12-01T00:00", "12-05T23:59"),
        ("下旬", "11-21T00:00", "11-30T23:59"),
        ("下个月", "12-01T00:00", "12-31T23:59"),
        ("12月", "12-01T00:00", "12-31T23:59"),
        ("下下周", "11-30T00:00", "12-06T23:59"),
        ("周末", "11-21T00:00", "11-22T23:59"),
        ("下周末", "11-28T00:00", "11-29T23:59"),
        ("二十四五号", "11-24T00:00", "11-25T23:59"),
        ("前两天", "11-19T00:00", "11-20T23:59"),
        ("后三天", "11-22T00:00", "11-24T23:59"),
        ("下年", "01-01T00:00", "12-31T23:59"),
        ("平安夜", "12-24T00:00", "12-24T23:59"),
        ("下两周", "11-23T00:00", "12-06T23:59"),
        ("过两天", "11-23T00:00", "11-23T23:59"),
        ("明晚", "11-22T18:00", "11-22T23:59"),
        ("中午", "11-22T11:00", "11-22T12:59"),
        ("24日", "11-24T00:00", "11-24T23:59"),
        ("24日上午", "11-24T08:00", "11-24T11:59"),
        ("24日上午9点", "11-24T09:00", "11-24T09:59"),
        ("二十四号下午两点半", "11-24T14:30", "11-24T14:30"),
        ("廿四号", "11-24T00:00", "11-24T23:59"),
        ("明早八点", "11-22T08:00", "11-22T08:59"),
        ("11.24上午", "11-24T08:00", "11-24T11:59"),
        ("周三25号上午九点", "11-25T09:00", "11-25T09:59"),
        ("11月24号，周二，上午九点", "11-24T09:00", "11-24T09:59"),
        ("下午三点半到五点", "11-21T15:30", "11-21T17:00"),
        ("三点", "11-22T15:00", "11-22T15:59"),
        ("三四点", "11-22T15:00", "11-22T16:59"),
        ("五点半", "11-21T17:30", "11-21T17:30"),
        ("明天两点到四点", "11-22T14:00", "11-22T16:00"),
        ("凌晨三点", "11-22T03:00", "11-22T03:59"),
    ],
)
def test_from_when_to_when(text: str, start: str, end: str) -> None:
    """Parts of months, weeks and days are spans; a day and its time are one; small hours are in the afternoon."""
    (value,) = values(text)
    assert (value["start"][5:16], value["end"][5:16]) == (start, end)


@pytest.mark.parametrize(
    ("text", "now", "start"),
    [
        ("除夕", "2026-11-21", "2027-02-05"),
        ("大年初一", "2026-11-21", "2027-02-06"),
        ("正月十五", "2026-11-21", "2027-02-20"),
        ("腊月二十八", "2026-11-21", "2027-02-04"),
        ("重阳节", "2026-11-21", "2027-10-08"),
        ("中秋节", "2026-11-21", "2027-09-15"),
        ("节后第一天", "2026-09-28", "2026-10-08"),
        ("国庆节后", "2026-09-28", "2026-10-08"),
        ("过完年", "2026-02-01", "2026-02-24"),
        ("春节后第二个工作日", "2026-02-01", "2026-02-25"),
        ("节后第一天", "2026-10-03", "2026-10-08"),
        ("元旦以后", "2029-12-30", "2030-01-02"),
        ("五一后第一天", "2029-04-30", "2029-05-07"),
    ],
)
def test_feasts_of_the_moon_and_days_after_a_holiday(text: str, now: str, start: str) -> None:
    """The coming feast; the first working day after it by the notice for the year, or by weekends without one."""
    assert [each[:10] for each in starts(text, datetime.fromisoformat(now))] == [start]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("3月份开始欠薪", "2026-03-01"),
        ("从3月份开始就没发工资", "2026-03-01"),
        ("八月份的时候他打了我", "2026-08-01"),
        ("11月3号他打了我", "2026-11-03"),
        ("12月8号交了押金", "2025-12-08"),
        ("周五被他打了", "2026-11-20"),
        ("15号撞坏了我的车", "2026-11-15"),
        ("植树节那天", "2026-03-12"),
        ("3月份可以约吗", "2027-03-01"),
        ("11月3号能见吗，被他打了", "2027-11-03"),
        ("周五想见领导，老板欠了钱", "2026-11-27"),
        ("7号吧", "2026-12-07"),
    ],
)
def test_words_that_tell_of_it_keep_a_date_past(text: str, start: str) -> None:
    """What is told has been; what is wished for is to come."""
    assert [each[:10] for each in starts(text)] == [start]


@pytest.mark.parametrize(
    ("text", "start", "others"),
    [
        ("周六", "2026-11-28", ["2026-11-21"]),
        ("周六上午", "2026-11-28", ["2026-11-21"]),
        ("这周三", "2026-11-18", ["2026-11-25"]),
        ("11月25日星期二", "2026-11-25", ["2026-11-24"]),
        ("11月24日星期二", "2026-11-24", []),
        ("周二（24号）上午", "2026-11-24", []),
        ("周五", "2026-11-27", []),
    ],
)
def test_what_may_mean_another_day_says_so(text: str, start: str, others: list[str]) -> None:
    """A weekday that is today, one of this week that is over, a date that is another weekday: to be asked back."""
    (value,) = values(text)
    assert value["start"][:10] == start
    assert [other["start"][:10] for other in value.get("alternatives", [])] == others


@pytest.mark.parametrize(
    ("text", "problem", "start"),
    [
        ("2月30日", "no_such_date", None),
        ("二月三十号上午", "no_such_date", None),
        ("11月31号", "no_such_date", None),
        ("2月29日", "no_such_date", None),
        ("13月1号", "no_such_date", None),
        ("今年2月29号", "no_such_date", None),
        ("这个月31号", "no_such_date", None),
        ("32号", "no_such_date", None),
        ("星期八", "no_such_date", None),
        ("25点", "no_such_time", None),
        ("25:00", "no_such_time", None),
        ("九点六十五分", "no_such_time", None),
        ("明天25点", "no_such_time", "2026-11-22T00:00:00"),
        ("下周二9:75", "no_such_time", "2026-11-24T00:00:00"),
    ],
)
def test_what_does_not_exist_is_named_so(text: str, problem: str, start: str | None) -> None:
    """An impossible date or time is never read as another; of a good day with a bad time the day is kept."""
    (value,) = values(text)
    assert (value["problem"], value.get("start")) == (problem, start)


@pytest.mark.parametrize("text", ["2028年2月29日", "明天24点", "七八点", "我提25点意见", "30时间", "二月二十八号"])
def test_what_exists_is_no_problem(text: str) -> None:
    """Leap days, midnight, and numbers that are no hours."""
    assert all("problem" not in value for value in values(text))


def test_several_times_stand_in_order() -> None:
    """Each day named is one."""
    assert [each[:10] for each in starts("我周一周三都行")] == ["2026-11-23", "2026-11-25"]


def test_a_day_that_the_month_lacks_is_in_the_next_that_has_it() -> None:
    """“30号”, said in February, is the 30th of March."""
    assert starts("30号", datetime(2027, 2, 1)) == ["2027-03-30T00:00"]  # noqa: DTZ001 - wall-clock time


def test_a_zone_is_put_aside() -> None:
    """The wall clock of an aware moment counts."""
    assert starts("周五", NOW.replace(tzinfo=UTC)) == ["2026-11-27T00:00"]


def test_ends_are_given_and_the_words_kept() -> None:
    """A day ends with its last second, and the value carries what was said."""
    (entity,) = extract("我周五有空", NOW, Gazetteer())
    assert entity.value == {"start": "2026-11-27T00:00:00", "end": "2026-11-27T23:59:59", "text": "周五"}
    assert (entity.start, entity.end) == (1, 3)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """The parser underneath does not write to the terminal."""
    starts("去年10月")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("下周二9点", "2026-11-24T09:00:00"),
        ("下周二九点半有号吗", "2026-11-24T09:30:00"),
        ("下周二十点", "2026-11-24T10:00:00"),
        ("下周一三点", "2026-11-23T15:00:00"),
        ("礼拜三十点", "2026-11-25T10:00:00"),
    ],
)
def test_an_hour_right_behind_a_weekday(text: str, start: str) -> None:
    """The weekday's own number is no part of the hour."""
    assert starts(text) == [start[:16]]


def test_hours_alone_are_of_any_day_and_two_readings_have_a_label() -> None:
    """下午 names no day; “周日”, said on a Sunday, is asked back with its date."""
    sunday = datetime(2026, 11, 22, 8, 10)  # noqa: DTZ001 - wall-clock time
    assert [value["any_day"] for value in values("下午的有没有", sunday)] == [True]
    assert [value["label"] for value in values("周日上午", sunday)] == ["11月29日（周日）上午"]
