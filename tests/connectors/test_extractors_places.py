"""Places matched to the organisation's areas, and the other side of a dispute."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.extractors import MAX_CHARACTERS, Gazetteer, extract
from dialogs.kernel.words import Value

NOW = datetime(2026, 11, 21, 9, 0)  # noqa: DTZ001 - wall-clock time
AREAS: list[dict[str, Any]] = [
    {"code": "C", "name": "安和区", "level": "county", "parent": None, "aliases": ["安和"]},
    {"code": "T1", "name": "酒仙桥街道", "level": "town", "parent": "C", "aliases": ["酒仙桥"]},
    {"code": "V1", "name": "阳光社区", "level": "village", "parent": "T1", "aliases": ["阳光社区居委会"]},
    {"code": "E1", "name": "阳光小区", "level": "estate", "parent": "V1", "aliases": []},
    {"code": "E2", "name": "幸福里", "level": "estate", "parent": "V1", "aliases": ["幸福里一期"]},
    {"code": "T2", "name": "望江街道", "level": "town", "parent": "C", "aliases": ["望江"]},
    {"code": "V2", "name": "滨河社区", "level": "village", "parent": "T2", "aliases": []},
    {"code": "E3", "name": "和平花园", "level": "estate", "parent": "V2", "aliases": []},
    {"code": "E4", "name": "和平花园", "level": "estate", "parent": "V1", "aliases": []},
    {"code": "T3", "name": "青山乡", "level": "town", "parent": "C", "aliases": ["青山"]},
    {"code": "V3", "name": "青山村", "level": "village", "parent": "T3", "aliases": None},
]
GAZETTEER = Gazetteer.from_areas(AREAS)


def place(text: str) -> Value:
    """The value of the location found; None without one."""
    found = [each for each in extract(text, NOW, GAZETTEER) if each.entity == "location"]
    assert len(found) <= 1
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("楼上漏水半年了物业不管,我在酒仙桥街道阳光小区", "E1", "酒仙桥街道阳光小区"),
        ("酒仙桥阳光小区", "E1", "酒仙桥阳光小区"),
        ("阳光社区居委会", "V1", "阳光社区居委会"),
        ("家在阳光", "E1", "阳光"),
        ("酒仙桥阳光", "E1", "酒仙桥阳光"),
        (
            "安和区酒仙桥街道，阳光社区，幸福里一期3号楼2单元501",
            "E2",
            "安和区酒仙桥街道,阳光社区,幸福里一期3号楼2单元501",
        ),
        ("我是望江的", "T2", "望江"),
        ("青山", "T3", "青山"),
        ("青山村", "V3", "青山村"),
        ("望江街道和平花园", "E3", "望江街道和平花园"),
        ("和平花园，酒仙桥那个", "E4", "和平花园"),
        ("安和区", "C", "安和区"),
    ],
)
def test_places(text: str, code: str, said: str) -> None:
    """The smallest area named is the place; larger ones beside it narrow it down, and the words are kept."""
    value = place(text)
    assert (value["code"], value["text"]) == (code, said)


@pytest.mark.parametrize(("text", "said"), [("我住和平花园", "和平花园"), ("安和区和平花园12栋", "安和区和平花园12栋")])
def test_equally_good_places_stay_undecided(text: str, said: str) -> None:
    """Of two estates with one name none is chosen: the words are kept for a question."""
    assert place(text) == {"text": said}


@pytest.mark.parametrize("text", ["今天阳光很好", "青山绿水", "心情很阳光开朗", "过得很幸福", "", "海棠小区", "望"])
def test_ordinary_words_are_no_places(text: str) -> None:
    """A short form without any sign of a place is an ordinary word."""
    assert place(text) is None


def test_full_names_and_levels() -> None:
    """A place carries its level and its name from the county down."""
    assert place("阳光小区") == {
        "code": "E1",
        "name": "安和区酒仙桥街道阳光社区阳光小区",
        "level": "estate",
        "text": "阳光小区",
    }


def test_without_areas_there_are_no_places() -> None:
    """As long as the organisation is not known, nothing is matched."""
    assert extract("酒仙桥街道阳光小区", NOW, Gazetteer()) == ()


def test_areas_that_contain_each_other_end_nothing() -> None:
    """A circle in the organisation's data does not hang the search."""
    circle = Gazetteer.from_areas(
        [
            {"code": "A", "name": "甲乙镇", "level": "town", "parent": "B", "aliases": []},
            {"code": "B", "name": "丙丁镇", "level": "town", "parent": "A", "aliases": []},
        ]
    )
    assert [each.entity for each in circle.find("丙丁镇")] == ["location"]


def test_house_numbers_are_no_dates() -> None:
    """“3号楼” inside an address is neither the third of the month nor anything else."""
    assert [each.entity for each in extract("阳光小区3号楼", NOW, GAZETTEER)] == ["location"]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("对方是楼上的张某", "楼上的张某"),
        ("对方叫李四，电话不知道", "李四"),
        ("跟隔壁老李家因为地界吵架了", "隔壁老李家"),
        ("我和邻居王某打架了", "邻居王某"),
        ("对方是谁不知道", None),
        ("我跟他吵架了", None),
        ("我跟你说实话就打起来了", None),
        ("对方不讲理", None),
    ],
)
def test_other_party(text: str, party: str | None) -> None:
    """The other side is taken where a sentence says so outright."""
    assert [each.value for each in extract(text, NOW, GAZETTEER) if each.entity == "other_party"] == (
        [party] if party else []
    )


PIECES = st.sampled_from(
    [
        *"0123456789零一两三十百千万亿.半年月日号点周上下前后个小时元块毛人口位天来几多pm:：-/去今明早晚跟和#",
        "1380013",
        "小时",
        "号楼",
        "阳光",
        "酒仙桥",
        "对方是",
        "吵架",
    ]
)


@given(
    st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60),
    st.datetimes(NOW.replace(year=2000), NOW.replace(year=2100)),
)
def test_any_text_is_survived(text: str, now: datetime) -> None:
    """Extraction never raises, and every entity stands where it says, in order."""
    found = extract(text, now, GAZETTEER)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert list(found) == sorted(found, key=lambda each: (each.start, each.end, each.entity))


@pytest.mark.parametrize(
    "piece", ["去年今年明年", "一", "1", "1-", "a1 - ", "和跟", "一万", "两", "31号", "阳光", "2023年5月1日10点"]
)
def test_long_texts_are_cut(piece: str) -> None:
    """What lies beyond the limit is not searched."""
    text = piece * 5_000
    assert all(each.end <= MAX_CHARACTERS for each in extract(text, NOW, GAZETTEER))
