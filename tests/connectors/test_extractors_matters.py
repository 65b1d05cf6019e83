"""Where a message goes over from one matter to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.extractors.matters import MOST, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("物业不管漏水，还有老板欠我两个月工资", ["物业不管漏水", "老板欠我两个月工资"]),
        ("邻居打我还有老板欠我三个月工资没给", ["邻居打我", "老板欠我三个月工资没给"]),
        ("我有两个事，一是楼上漏水，二是老板欠我工资", ["我有两个事", "楼上漏水", "老板欠我工资"]),
        ("第一，邻居占我家地。第二，村里不给办证", ["邻居占我家地", "村里不给办证"]),
        ("1、物业乱收费 2、小区没路灯", ["物业乱收费", "小区没路灯"]),
        ("我家地被占了，另外我想查一下上次那个进度", ["我家地被占了", "我想查一下上次那个进度"]),
        ("他欠我钱，再就是骂我，对了，你们要不要钱", ["他欠我钱，骂我", "你们要不要钱"]),
        ("还有一个事就是我儿子不养我", ["我儿子不养我"]),
        ("楼上漏水半年了，还有噪音", ["楼上漏水半年了，还有噪音"]),
        ("种了些桃树，还有一点杉树", ["种了些桃树，还有一点杉树"]),
        ("楼上漏水半年了物业不管", ["楼上漏水半年了物业不管"]),
        ("1.5万块钱他不还", ["1.5万块钱他不还"]),
        ("家里还有老人", ["家里还有老人"]),
        ("还有，还有", ["还有"]),
        ("你好", ["你好"]),
        ("", [""]),
    ],
)
def test_stretches(text: str, parts: list[str]) -> None:
    """A word that goes over to another matter divides; what is too short belongs to what stands before it."""
    assert split(text) == parts


@given(
    st.lists(st.sampled_from(["还有", "另外，", "第二，", "，", "。", "物业不管", "老板欠钱", "1、", "我"])).map(
        "".join
    )
)
def test_any_text_is_survived(text: str) -> None:
    """There is always at least one stretch, never more than are looked at, and none is empty but the empty text's."""
    parts = split(text)
    assert 1 <= len(parts) <= MOST
    assert all(parts) or not text
