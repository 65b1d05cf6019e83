"""Which unit a name means, and which come nearest when it means none."""

import pytest

from backend.domain.units import NEAR_MAX, named, nearest
from tests.backend.places import demo_place

UNITS = demo_place().units


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("酒仙桥街道矛调中心", "酒仙桥街道矛调中心"),
        ("u-ah01-centre", "酒仙桥街道矛调中心"),
        (" 酒仙桥 街道", "酒仙桥街道矛调中心"),
        ("物业纠纷", "安和区物业纠纷调解委员会"),
    ],
)
def test_one_unit_is_meant(said: str, name: str) -> None:
    """By its id, its name, or a part that only one has."""
    found = named(said, UNITS)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("化雨", ["化雨镇矛调中心", "化雨村和为贵调解室"]),
        ("酒仙桥矛调中心", ["酒仙桥街道矛调中心"]),
        ("物业调委会", ["安和区物业纠纷调解委员会"]),
        ("桥东调解室", ["桥东社区和为贵调解室"]),
        ("城建公司", []),
        ("民政局", []),
        ("中", []),
        ("", []),
    ],
)
def test_the_nearest_are_offered(said: str, names: list[str]) -> None:
    """Those that have the words, else those that share most of them; one character alone says nothing."""
    assert named(said, UNITS) is None
    assert [one.name for one in nearest(said, UNITS)] == names


def test_no_more_are_offered_than_can_be_read() -> None:
    """调解室 are many."""
    assert len(nearest("调解室", UNITS)) == NEAR_MAX
