"""Numbers as people write and say them: 12, １２, 十二, 两千三, 三万五, 1.5万."""

import re

DIGITS = "0-9零〇一二两俩三仨四五六七八九十百千万亿.半"
"""Characters of a number, for use inside a regular expression's brackets."""

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width letters, digits and signs to plain ones, character by character."""

_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
MAX_CHARACTERS = 20


def narrow(text: str) -> str:
    """The text with plain letters, digits and signs; every character keeps its place."""
    return text.translate(WIDE)


def number(text: str) -> float | int | None:
    """The value of a number in digits or characters or both; None if it is none."""
    text = text.strip().replace("廿", "二十").replace("卅", "三十")
    if not text or len(text) > MAX_CHARACTERS:
        return None
    if text == "半":
        return 0.5
    value = _large(text)
    if value is None:
        return None
    return int(value) if value == int(value) else value


def spoken_digits(text: str) -> str:
    """Digits said one by one (“幺三八零零”) as digits; other characters stay."""
    return "".join(str(_VALUES[char]) if char in _VALUES else char for char in text)


def _large(text: str) -> float | None:
    for sign in ("亿", "万"):
        head, found, tail = text.rpartition(sign)
        if found:
            high = _large(head)
            low = _tail(tail, _LARGE[sign])
            return None if high is None or low is None else high * _LARGE[sign] + low
    return _small(text)


def _tail(text: str, unit: int) -> float | None:
    """What follows a unit: “三万五” leaves out the thousand, “三万零五” does not."""
    if not text:
        return 0
    if text == "半":
        return unit / 2
    if len(text) == 1 and (digit := _digit(text)) is not None:
        return digit * unit / 10
    return _large(text.lstrip("零〇"))


def _small(text: str) -> float | None:
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        return float(text)
    if all(char in _VALUES for char in text):
        return float("".join(str(_VALUES[char]) for char in text))
    total, rest = 0.0, text
    for sign, unit in (("千", 1000), ("百", 100), ("十", 10)):
        head, found, tail = rest.partition(sign)
        if not found:
            continue
        times = 1.0 if not head and sign == "十" else _digit(head)
        if times is None:
            return None
        total += times * unit
        if unit > _UNITS["十"] and len(tail) == 1 and tail in _VALUES and tail not in "零〇":
            return total + _VALUES[tail] * unit / 10
        rest = tail.lstrip("零〇")
    low = _digit(rest) if rest else 0.0
    return None if low is None else total + low


def _digit(text: str) -> float | None:
    if _PLAIN.fullmatch(text):
        return float(text)
    return float(_VALUES[text]) if text in _VALUES else None
