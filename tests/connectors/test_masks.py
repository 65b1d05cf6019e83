"""What must not stand in a log."""

import logging

import pytest

from connectors.masks import Masking, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("tel 13800138000 end", "tel *********00 end"),
        ("138 0013 8000", "***********00"),
        ("+86 13800138000", "*************00"),
        ("0537-2345678", "**********78"),
        ("幺三八零零一三八零零零", "***"),
        ("id 11010519491231002X", "id 110***************"),
        ("110105491231002", "110************"),
        ("6222 0212 3456 7890 123", "*********************23"),
        ("6222021234567890123", "*****************23"),
        ("车牌鲁H12345撞了我", "车牌鲁******撞了我"),
        ("新能源鲁HD12345", "新能源鲁*******"),
        ("mail zhang.san@example.com", "mail ***@***"),
        ("passport E12345678", "passport E********"),
        ("openid oABCDEFGHIJKLMNOPQRSTUVWXYZ1", "openid oA" + "*" * 26),
        ("我叫张三丰", "我叫***"),
        ("姓名：张三", "姓名***"),
        ("王先生来过", "**先生来过"),
    ],
)
def test_what_leads_to_a_person_is_masked(text: str, masked: str) -> None:
    """Numbers, plates, addresses and names lose what tells them apart."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "turn failed: KeyError at engine.py:42",
        "delivery 3f2a9c (case_submitted): buried, 45015",
        "wechat: limit of /cgi-bin/message/custom/send used up (45047); not asked for 3600 s",
        "release 0f3b9a7c2d11",
        "2026-11-21 15:15:00,123 INFO",
        "AH2026112100073",
        "",
    ],
)
def test_ordinary_lines_stay(text: str) -> None:
    """Codes, counts, moments and case numbers are no one's secret."""
    assert mask(text) == text


def test_every_line_of_a_log_is_masked() -> None:
    """Arguments are masked with the line they belong to, and a traceback's text too."""
    record = logging.LogRecord("x", logging.INFO, "", 0, "sent to %s", ("13800138000",), None)
    record.exc_text = "ValueError: 13800138000"
    assert Masking().filter(record)
    assert (record.getMessage(), record.exc_text) == ("sent to *********00", "ValueError: *********00")
