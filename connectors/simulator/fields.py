"""The platform's rule for each type of template field; a value that breaks it is refused with 47003.

Source: developers.weixin.qq.com/doc/offiaccount/Subscription_Messages/api.html (参数值内容限制说明).
"""

import re
from collections.abc import Callable

from connectors.simulator.errors import ApiError

CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
DAY = r"\d{4}(年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
MOMENT = rf"({DAY}\s?({CLOCK})?|{CLOCK})"
HAN = r"\u4e00-\u9fff\u3400-\u4dbf"
FIELD_NAME = re.compile(r"([a-z_]+?)(\d{1,3})")
DROPPED = frozenset({"first", "remark"})
"""Since 2023-05-04 the platform accepts these and shows nothing of them."""


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


RULES: dict[str, Callable[[str], bool]] = {
    "thing": lambda value: len(value) <= 20,  # noqa: PLR2004 - the platform's number, as all below
    "number": _matching(r"(?=.{1,32}$)-?\d+(\.\d+)?"),
    "letter": _matching(r"[A-Za-z]{1,32}"),
    "symbol": _matching(rf"[^\w\s{HAN}]{{1,5}}"),
    "character_string": _matching(r"[\x21-\x7e](?:[\x20-\x7e]{0,30}[\x21-\x7e])?"),
    "time": _matching(rf"{MOMENT}(~{MOMENT})?"),
    "date": _matching(rf"{DAY}(\s?{CLOCK})?(~{DAY}(\s?{CLOCK})?)?"),
    "amount": _matching(r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": _matching(r"[\d+\-() #*]{1,17}"),
    "car_number": _matching(rf"[A-Za-z\d{HAN}][A-Za-z\d·-]{{0,6}}[A-Za-z\d{HAN}]"),
    "name": lambda value: len(value) <= (20 if value.isascii() else 10),
    "phrase": _matching(rf"[{HAN}]{{1,5}}"),
    "const": lambda value: len(value) <= 20,  # noqa: PLR2004
}

LABELS: dict[str, str] = {
    "thing": "事项",
    "number": "数量",
    "letter": "字母",
    "symbol": "符号",
    "character_string": "编号",
    "time": "时间",
    "date": "日期",
    "amount": "金额",
    "phone_number": "电话",
    "car_number": "车牌",
    "name": "姓名",
    "phrase": "状态",
    "const": "类别",
}
"""What a row is called on the phone when the template is not registered."""


def kind_of(field: str) -> str:
    """Give the type of a field name such as `thing1`, or raise 47003."""
    match = FIELD_NAME.fullmatch(field)
    if match is None or match[1] not in RULES:
        raise ApiError(47003, f"argument invalid! data.{field} is not a field of the template")
    return match[1]


def checked(data: object) -> dict[str, str]:
    """Check the `data` of a template or subscription message; gives field to value, in the order given."""
    if not isinstance(data, dict) or not data:
        raise ApiError(47003, "argument invalid! data is empty")
    shown = {}
    for field, holder in data.items():
        value = holder.get("value") if isinstance(holder, dict) else None
        if field in DROPPED:
            continue
        shown[field] = _checked_value(field, value)
    return shown


def _checked_value(field: str, value: object) -> str:
    kind = kind_of(field)
    if not isinstance(value, str | int | float) or not str(value).strip():
        raise ApiError(47003, f"argument invalid! data.{field}.value is empty")
    if "\n" in str(value) or not RULES[kind](str(value)):
        raise ApiError(47003, f"argument invalid! data.{field}.value invalid")
    return str(value)
