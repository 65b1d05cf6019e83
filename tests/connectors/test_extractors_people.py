"""Leaders whom somebody wants to see, the other side of a dispute, and booking codes."""

from datetime import datetime

import pytest

from backend.domain.reception import codes
from connectors.extractors import Gazetteer, extract
from connectors.extractors.numbers import is_booking_code
from dialogs.kernel.words import Value

NOW = datetime(2026, 11, 21, 9, 0)  # noqa: DTZ001 - wall-clock time


def found(name: str, text: str) -> list[Value]:
    """The values of the named entities."""
    return [each.value for each in extract(text, NOW, Gazetteer()) if each.entity == name]


@pytest.mark.parametrize(
    ("text", "said", "surname", "post", "portfolio"),
    [
        ("我想见李区长", "李区长", "李", "区长", None),
        ("张书记在不在", "张书记", "张", "书记", None),
        ("孙副区长", "孙副区长", "孙", "副区长", None),
        ("李常务副区长", "李常务副区长", "李", "常务副区长", None),
        ("欧阳书记", "欧阳书记", "欧阳", "书记", None),
        ("想见王示范区长", "王示范区长", "王", "区长", None),
        ("下周二周书记接访吗", "周书记", "周", "书记", None),
        ("想见分管住建的副区长", "分管住建的副区长", None, "副区长", "住建"),
        ("想见分管城建的领导", "分管城建的领导", None, "领导", "城建"),
        ("管拆迁的区长", "管拆迁的区长", None, "区长", "拆迁"),
        ("分管住建的", "分管住建的", None, None, "住建"),
        ("政法委书记", "政法委书记", None, "政法委书记", None),
        ("常务副区长", "常务副区长", None, "常务副区长", None),
        ("预约公安局长", "公安局长", None, "公安局长", None),
        ("约一下区长", "区长", None, "区长", None),
        ("想见县里的一把手", "一把手", None, "一把手", None),
        ("周书记的联合接访", "周书记", "周", "书记", None),
    ],
)
def test_leaders(text: str, said: str, surname: str | None, post: str | None, portfolio: str | None) -> None:
    """A leader is named by surname and post, by a post that is enough, by portfolio, or by the wish to see him."""
    (value,) = found("leader", text)
    assert value["text"] == said
    assert (value.get("surname"), value.get("post"), value.get("portfolio")) == (surname, post, portfolio)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("周二联合接访", "联合接访"),
        ("我想参加联合接访", "联合接访"),
        ("联合接访怎么约", "联合接访"),
        ("联合公开接访几点", "联合公开接访"),
        ("想约政法领导一起接访那天", "一起接访"),
    ],
)
def test_leaders_who_receive_together(text: str, said: str) -> None:
    """Whoever wants the joint reception names no one of them."""
    assert found("leader", text) == [{"text": said}]


@pytest.mark.parametrize(
    "text",
    [
        "业主联合起来",
        "两家公司联合承办",
        "小区长期漏水",
        "城区长年失修",
        "班主任打孩子",
        "村主任占我家地",
        "找村书记也没用",
        "局长",
        "管不了的领导",
        "",
    ],
)
def test_no_leaders(text: str) -> None:
    """Ordinary words, people of the village and a bare post are nobody to be received by."""
    assert found("leader", text) == []


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("老板欠我两个月工资", "老板"),
        ("楼上漏水半年了物业不管", "楼上"),
        ("我被老板打了", "老板"),
        ("房东不退押金", "房东"),
        ("我老公打我", "老公"),
        ("老板叫王强，欠我两万", None),
        ("老板叫王强欠我两万", "老板叫王强"),
        ("公司合同", None),
        ("学校门口堵", None),
        ("我打了他", None),
    ],
)
def test_the_other_side_by_what_it_did(text: str, party: str | None) -> None:
    """Whoever is said to owe, hit or refuse something is the other side."""
    assert found("other_party", text) == ([party] if party else [])


def test_booking_codes_of_the_backend_are_known() -> None:
    """Every code that the backend makes is found, in any spelling, and one wrong character makes it none."""
    for number in range(1, 28_000_000, 9_999_991):
        code = codes.compose(lambda possible, number=number: number % possible)  # type: ignore[misc]
        spoken = code.replace("2", "二").replace("3", "三").replace("7", "七")
        if code.isdigit() or code.isalpha():
            continue
        assert is_booking_code(code)
        for text in (code, code.lower(), f"我的码是{code[:3]} {code[3:]}。", f"{code[:3]}-{code[3:]}", spoken):
            assert found("booking_code", text) == [code]
        wrong = next(one for one in codes.ALPHABET if one != code[-1])
        assert found("booking_code", code[:-1] + wrong) == []


@pytest.mark.parametrize("text", ["please", "234567", "ABCDEF", "K7M4Q", "AH2026112100073", ""])
def test_no_booking_codes(text: str) -> None:
    """Words, six bare digits and other numbers are none."""
    assert found("booking_code", text) == []
