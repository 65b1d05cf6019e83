"""Phone, ID and case numbers, binding codes, money, people, durations."""

from datetime import datetime

import pytest

from connectors.extractors import Gazetteer, extract
from connectors.extractors.numbers import is_id_number
from connectors.extractors.numerals import number
from dialogs.kernel.words import Value

NOW = datetime(2026, 11, 21, 9, 0)  # noqa: DTZ001 - wall-clock time
NOWHERE = Gazetteer()


def found(name: str, text: str) -> list[Value]:
    """The values of the named entities."""
    return [each.value for each in extract(text, NOW, NOWHERE) if each.entity == name]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.5", 1.5),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百二", 120),
        ("一百零二", 102),
        ("一百一十", 110),
        ("两千三", 2300),
        ("两千零三", 2003),
        ("三万五", 35_000),
        ("三万零五", 30_005),
        ("三万五千六百", 35_600),
        ("1.5万", 15_000),
        ("3万5", 35_000),
        ("十二万八", 128_000),
        ("一亿三千万", 130_000_000),
        ("二零二六", 2026),
        ("半", 0.5),
        ("万", None),
        ("", None),
        ("几", None),
        ("一" * 30, None),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    """A number in digits, characters or both has its value; what is no number has none."""
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我电话13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("手机：１３８００１３８０００。", "13800138000"),
        ("打幺三八零零一三八零零零", "13800138000"),
        ("座机0537-2345678", "05372345678"),
        ("010-62345678", "01062345678"),
    ],
)
def test_phone_numbers(text: str, value: str) -> None:
    """A mobile or land line is found however it is spaced, written or said."""
    assert found("phone_number", text) == [value]


@pytest.mark.parametrize(
    "text", ["1380013800", "138001380001", "12800138000", "11010519491231002X", "订单2026112113800138000"]
)
def test_other_long_numbers_are_no_phone(text: str) -> None:
    """A number of another length or kind is not a phone number."""
    assert found("phone_number", text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("身份证11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ],
)
def test_id_numbers(text: str, value: str) -> None:
    """An ID number with the right check character is found in any spelling."""
    assert found("id_number", text) == [value]


@pytest.mark.parametrize(
    "text",
    ["110105194912310021", "110105194913310021", "11010519490230002X", "1101051949123100", "011010519491231002X"],
)
def test_wrong_id_numbers(text: str) -> None:
    """A wrong check character, a day that does not exist or another length is no ID number."""
    assert found("id_number", text) == []


def test_check_characters() -> None:
    """Of the eleven check characters exactly one is right."""
    assert [c for c in "0123456789X" if is_id_number("11010519491231002" + c)] == ["X"]


@pytest.mark.parametrize(
    "text",
    [
        "AH2026112100073",
        "ah2026112100073",
        "AH20261121-0007-3",
        "ah 20261121 0007 3",
        "ＡＨ２０２６１１２１０００７３",
        "查AH2026112100073",
    ],
)
def test_case_numbers(text: str) -> None:
    """A case number is found in any case, width and spacing."""
    assert found("case_number", text) == ["AH2026112100073"]


@pytest.mark.parametrize("text", ["AH202611210007", "AH20261121000733", "2026112100073", "XAH2026112100073"])
def test_wrong_case_numbers(text: str) -> None:
    """Too few or too many characters are no case number."""
    assert found("case_number", text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("123456", ["123456"]),
        (" 123 456 ", ["123456"]),
        ("绑定123456", ["123456"]),
        ("我的绑定码是１２３４５６", ["123456"]),
        ("赔我123456元", []),
        ("他欠我123456", []),
        ("绑定要123456元", []),
        ("1234567", []),
        ("邮编272000，家在化雨", []),
    ],
)
def test_binding_codes(text: str, values: list[str]) -> None:
    """Six digits are a code when they stand alone or are called one."""
    assert found("binding_code", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("欠我三万五不还", [35_000]),
        ("一共14.5万元", [145_000]),
        ("八百块钱", [800]),
        ("五块五", [5.5]),
        ("三毛钱", [0.3]),
        ("欠了八万多", [80_000]),
        ("1万2千元", [12_000]),
        ("20来万的货款", [200_000]),
        ("十二万八的彩礼", [128_000]),
        ("押金2000元，房租3000元", [2000, 3000]),
        ("３０００元", [3000]),
        ("3,000元", [3000]),
        ("12,500.50元", [12500.5]),
        ("￥500", [500]),
        ("1.2w", [12_000]),
        ("五六万", [50_000]),
        ("欠我一千二", [1200]),
        ("押金1500不退", [1500]),
        ("五百块一个月", [500]),
        ("几十万", []),
        ("给他3个人", []),
        ("一千二百人", []),
        ("三万斤粮食", []),
        ("十万人", []),
        ("三万平米", []),
        ("13800138000", []),
        ("万一", []),
        ("块", []),
    ],
)
def test_money(text: str, values: list[float]) -> None:
    """Sums with their unit, and round ones without, are yuan; counts of other things are not."""
    assert found("money", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5个人", [5]),
        ("二十几个工人没拿到钱", [20]),
        ("三十多人", [30]),
        ("一家五口", [5]),
        ("我们兄弟三个", [3]),
        ("俩人吵架", [2]),
        ("一个人", [1]),
        ("就１２人", [12]),
        ("三五个人", [3]),
        ("五六十人", [50]),
        ("20号人", [20]),
        ("几百人", []),
        ("有一个人打我", []),
        ("个人信息", []),
        ("三人民币", []),
        ("别人说的", []),
    ],
)
def test_person_count(text: str, values: list[int]) -> None:
    """How many people; one among others is somebody, not a count."""
    assert found("person_count", text) == values


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("漏水半年了", [182]),
        ("拖了两年多", [730]),
        ("三个半月", [105]),
        ("一年半了", [548]),
        ("20天", [20]),
        ("两个星期", [14]),
        ("大半年", [182]),
        ("半年多", [182]),
        ("两三年了", [730]),
        ("好几年了", [1095]),
        ("一个多月", [30]),
        ("一年零三个月", [455]),
        ("一整年", [365]),
        ("七八天", [7]),
        ("3个月", [90]),
        ("2023年", []),
        ("下周三", []),
        ("三月份", []),
        ("90后", []),
    ],
)
def test_durations(text: str, days: list[int]) -> None:
    """How long something has lasted, in days; dates are not durations."""
    assert [value["days"] for value in found("duration", text)] == days


def test_places_in_the_text_are_those_of_the_original() -> None:
    """Start and end count characters of what was sent, full-width ones too."""
    text = "  电话１３８００１３８０００，欠８００元，半年"
    said = [(each.entity, text[each.start : each.end]) for each in extract(text, NOW, NOWHERE)]
    assert said == [("phone_number", "１３８００１３８０００"), ("money", "８００元"), ("duration", "半年")]
