"""The fields of notices: what cannot be mended is refused by name, everything else fits its type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.wechat.errors import BadField
from connectors.wechat.fields import fit

UNMENDABLE = [
    ("thing1", ""),
    ("thing1", " \n\x00 "),
    ("number2", "三"),
    ("number2", "1" * 33),
    ("number2", "1,000"),
    ("letter3", "汉字"),
    ("symbol4", "abc"),
    ("character_string5", "案件12"),
    ("character_string5", "A" * 33),
    ("time6", "明天下午"),
    ("time6", "2026-11-21 25:00"),
    ("date7", "21/11"),
    ("amount8", "12345678901元"),
    ("amount8", "很多"),
    ("phone_number9", "打给我"),
    ("phone_number9", "1" * 18),
    ("car_number10", "自行车"),
    ("phrase11", "OK"),
    ("const12", "甲" * 21),
]


@pytest.mark.parametrize(("name", "value"), UNMENDABLE)
def test_what_cannot_be_mended_is_refused_by_name(name: str, value: str) -> None:
    """The error names the field, and never its value."""
    with pytest.raises(BadField) as refused:
        fit({name: value})
    assert name in refused.value.detail
    assert not value.strip(" \n\x00") or value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("thing1", "漏水" * 10, "漏水" * 10),
        ("thing1", "漏水" * 11, "漏水" * 9 + "漏…"),
        ("thing1", "楼上\n漏水\t半年", "楼上 漏水 半年"),
        ("number2", "１２．５", "12.5"),
        ("letter3", "AB-12cd", "ABcd"),
        ("symbol4", "a★☆★☆★☆", "★☆★☆★"),
        ("character_string5", "ＡＨ２０２６１１２１００００７３", "AH20261121000073"),
        ("time6", "2026-11-21T15:01:30+08:00", "2026年11月21日 15:01"),
        ("time6", "2026年11月21日 15:01", "2026年11月21日 15:01"),
        ("time6", "15:01", "15:01"),
        ("time6", "9:00~17:30", "9:00~17:30"),
        ("date7", "2026-11-01", "2026年11月1日"),
        ("amount8", "￥100.50", "¥100.50"),
        ("amount8", "100元", "100元"),
        ("phone_number9", "+86-0755-12345678", "+86-0755-12345678"),
        ("car_number10", "粤A8Z888", "粤A8Z888"),
        ("name11", "王调解员王调解员王调解员", "王调解员王调解员王调"),
        ("name11", "Abcdefghijklmnopqrstuvwxyz", "Abcdefghijklmnopqrst"),
        ("phrase12", "已 受理！", "已受理"),
        ("phrase12", "正在处理之中", "正在处理之"),
        ("const13", "已受理", "已受理"),
        ("keyword1", "x" * 300, "x" * 199 + "…"),
        ("Thing", "随便", "随便"),
    ],
)
def test_each_type_is_shortened_by_its_own_rule(name: str, value: str, expected: str) -> None:
    """Words are shortened, numbers and times are written the platform's way."""
    assert fit({name: value}) == {name: expected}


SHAPES = {
    "thing": r".{1,20}",
    "number": r"-?\d{1,32}(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"\W{1,5}",
    "character_string": r"[^一-鿿]{1,32}",
    "phone_number": r"[\d+\-() ]{1,17}",
    "name": r".{1,20}",
    "phrase": r"[一-鿿㐀-䶿]{1,5}",
    "const": r".{1,20}",
}


@given(st.sampled_from(sorted(SHAPES)), st.text(max_size=60))
def test_what_fits_has_the_type_s_shape(kind: str, value: str) -> None:
    """Whatever the value, the field either has the platform's shape or is refused."""
    try:
        fitted = fit({f"{kind}1": value})[f"{kind}1"]
    except BadField:
        return
    assert re.fullmatch(SHAPES[kind], fitted, re.DOTALL)


def test_one_bad_field_refuses_the_notice() -> None:
    """A notice with one field missing would mislead: all or nothing."""
    with pytest.raises(BadField):
        fit({"thing1": "好", "number2": "许多"})
