"""Case numbers, telephone numbers and places as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain import numbers, phones
from backend.domain.organisation import Area, Organisation
from backend.domain.places import Radius, match_point, match_text
from backend.domain.refusal import Code
from tests.backend.places import demo_place

PLACE: Organisation = demo_place()
RADIUS = Radius(near_km=1.2, town_km=6.0, outside_km=25.0)
COUNTS = st.integers(1, numbers.COUNT_LIMIT)
DAYS = st.dates(date(2024, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "text", ["", "AH", "AH202603040001", "1234567890123456", "AH2026030400013", "你好", "AH٣٣٣٣٣٣٣٣٣٣٣٣٣"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Too short, too long, without prefix, with a wrong check digit, with odd digits: none is a case number."""
    assert numbers.tidy(text) is None


@given(DAYS, COUNTS)
def test_a_number_is_found_however_it_is_typed(day: date, count: int) -> None:
    """Lower case, blanks, dashes and full width make no difference."""
    number = numbers.compose("AH", day, count)
    if number is None:
        return
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    for typed in (number, number.lower(), f" {number[:2]}-{number[2:10]} {number[10:]} ", wide):
        assert numbers.tidy(typed) == number


@given(DAYS, COUNTS, st.integers(2, 13), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(day: date, count: int, place: int, more: int) -> None:
    """Any single wrong digit makes it no number."""
    number = numbers.compose("AH", day, count)
    if number is None:
        return
    wrong = str((int(number[place]) + more) % 10)
    assert numbers.tidy(number[:place] + wrong + number[place + 1 :]) is None


@given(DAYS)
def test_most_counts_give_a_number(day: date) -> None:
    """At most one count in eleven is left out, so that the form stays digits only."""
    made = [numbers.compose("AH", day, count) for count in range(1, 111)]
    assert made.count(None) <= 12
    assert len({number for number in made if number}) == len([number for number in made if number])


@pytest.mark.parametrize("text", ["", "123", "23800138000", "1380013800", "138001380001", "电话", "٠١٢٣٤٥٦٧٨٩٠"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    """Too short, too long, wrong beginning, no or odd digits."""
    assert phones.tidy(text) is None


@pytest.mark.parametrize(
    "text", ["138 0013 8000", "+86 13800138000", "8613800138000", "１３８００１３８０００", "138-0013-8000"]
)
def test_a_mobile_is_found_however_it_is_typed(text: str) -> None:
    """Blanks, dashes, country code and full width make no difference."""
    assert phones.tidy(text) == "13800138000"


def test_landlines_are_phones_too() -> None:
    """Old people give the number of the telephone at home."""
    assert phones.tidy("0537-5550101") == "05375550101"
    assert phones.tidy("5550101") == "5550101"


@pytest.mark.parametrize(("text", "digits"), [("8000", "8000"), (" ８０００ ", "8000"), ("800", None), ("٨٠٠٠", None)])
def test_the_last_four_are_four_plain_digits(text: str, digits: str | None) -> None:
    """Four digits in any width, nothing else."""
    assert phones.last_four(text) == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我在酒仙桥街道阳光小区3号楼", "AH010101"),
        ("阳光 小区", "AH010101"),
        ("酒仙桥街道", "AH01"),
        ("安和区酒仙桥", "AH01"),
        ("化雨镇东庄村委会旁边", "AH0302"),
    ],
)
def test_the_smallest_named_area_matches(text: str, code: str) -> None:
    """The estate rather than its town, names and aliases alike."""
    found = match_text(text, PLACE)
    assert (found.verdict, [area.code for area in found.areas]) == ("matched", [code])


def test_two_equally_good_places_are_a_question() -> None:
    """Two estates named are offered for choice, and the county alone offers its towns."""
    assert [area.code for area in match_text("幸福里和滨河小区", PLACE).areas] == ["AH010102", "AH020201"]
    county = match_text("安和区", PLACE)
    assert (county.verdict, {area.level for area in county.areas}) == ("ambiguous", {"town"})


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("北京市朝阳区", "outside"),
        ("隔壁的平原县", "outside"),
        ("我家小区楼下", "unknown"),
        ("村口大树", "unknown"),
        ("", "unknown"),
    ],
)
def test_elsewhere_and_nowhere_are_told_apart(text: str, verdict: str) -> None:
    """Another city or county is outside, words without a place are not known."""
    assert match_text(text, PLACE).verdict == verdict


def spot(area: Area) -> tuple[float, float]:
    """Where an area of the demo place lies."""
    return area.lat or 0.0, area.lng or 0.0


def test_a_point_matches_what_is_near() -> None:
    """Close to an estate it is the estate, farther off the town, far away it is outside, in between not known."""
    estate, town = PLACE.areas["AH010101"], PLACE.areas["AH01"]
    lat, lng = spot(town)
    assert match_point(*spot(estate), PLACE, RADIUS).areas == (estate,)
    assert match_point(lat - 0.03, lng - 0.035, PLACE, RADIUS).areas == (town,)
    assert match_point(39.9, 116.4, PLACE, RADIUS).verdict == "outside"
    assert match_point(lat, lng - 0.17, PLACE, RADIUS).verdict == "unknown"


def test_codes_are_words_of_the_flows() -> None:
    """A refusal's code is lower case words joined by underscores, as the flows write it."""
    assert all(code.replace("_", "a").isalpha() and code.islower() for code in Code)
