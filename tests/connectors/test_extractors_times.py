"""Dates and times of day, seen from Saturday 21 November 2026, 15:15."""

from datetime import UTC, datetime

import pytest

from connectors.extractors import Gazetteer, extract

NOW = datetime(2026, 11, 21, 15, 15)  # noqa: DTZ001 - wall-clock time


def starts(text: str, now: datetime = NOW) -> list[str]:
    """The beginnings of the times found, to the minute."""
    return [each.value["start"][:16] for each in extract(text, now, Gazetteer()) if each.entity == "time"]


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
        ("前两小时", "2026-11-21T13:15"),
        ("后三小时", "2026-11-21T15:15"),
    ],
)
def test_what_says_which_one_is_that_one(text: str, start: str) -> None:
    """A year, a word such as 去年 or 上周, or 至今 behind it decides."""
    assert starts(text) == [start]


@pytest.mark.parametrize(
    "text", ["", "你好", "点", "31月份", "99号", "一点也不好", "3号楼", "13pm", "我天天来", "30分"]
)
def test_no_time_where_none_is_meant(text: str) -> None:
    """Ordinary words, houses and impossible numbers are no times."""
    assert starts(text) == []


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
