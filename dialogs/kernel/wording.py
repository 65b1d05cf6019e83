"""How typed words are compared: full and half width, spaces, punctuation, politeness and Chinese numerals."""

import re
import unicodedata
from functools import lru_cache

from dialogs.kernel.limits import TEXT_CHARS, VALUE_CHARS, VALUE_DEPTH, VALUE_ITEMS
from dialogs.kernel.words import Value

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)
_NOT_WORD = re.compile(r"[\W_]+")
_LEAD = re.compile(r"^(?:麻烦|你们|您们|那就|还是|我想|我要|想要|帮我|给我|请|快|我|你|您|就|要|选|第)+")
_TAIL = re.compile(r"(?:一下|谢谢|吧|啊|呀|呢|了|哦|嘛|啦|哈|呗|的|个)+$")
_POLITE = 24
"""Characters of a text that may be a word of ours and politeness around it; a longer one is something else."""
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
COUNTED = "零一两三四五六七八九"
"""How many, before a measure word."""
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
_EXACT = 15
"""Digits that a float holds exactly."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零〇一二两俩仨三四五六七八九十百千万]+")
ASKED_AGAIN = 16
"""Words remembered: one message's are asked for several times in a turn."""


def clean(text: str) -> str:
    """Drop what cannot be stored or shown (controls, lone surrogates), strip, and cut to the limit."""
    text = text[: TEXT_CHARS * 2]
    # Printable text has none of them, and most text is; asking is far cheaper than searching.
    return (text if text.isprintable() else _CONTROL.sub("", text)).strip()[:TEXT_CHARS]


def storable(value: Value, depth: int = 0) -> Value:  # noqa: PLR0911 - one return a type
    """Make a value plain, finite JSON of limited size; what cannot be kept becomes null."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _CONTROL.sub("", value[:VALUE_CHARS])
    if isinstance(value, int):
        return value if abs(value) < 2**53 else None
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if depth >= VALUE_DEPTH:
        return None
    if isinstance(value, list | tuple):
        return [storable(member, depth + 1) for member in value[:VALUE_ITEMS]]
    if isinstance(value, dict):
        return {clean(str(key)): storable(value[key], depth + 1) for key in list(value)[:VALUE_ITEMS]}
    return None


@lru_cache(ASKED_AGAIN)
def key(text: str) -> str:
    """What is compared: half width, lower case, without spaces and punctuation."""
    word = _NOT_WORD.sub("", text)
    if not unicodedata.is_normalized("NFKC", word):
        word = _NOT_WORD.sub("", unicodedata.normalize("NFKC", word))
    return word.lower()


def bare(word: str) -> str:
    """Take politeness and particles off a key (我要取消了 → 取消); never all of it."""
    return forms(word)[-1]


@lru_cache(ASKED_AGAIN)
def forms(word: str) -> tuple[str, ...]:
    """A key as it is, and without the politeness before it, behind it, and both."""
    if len(word) > _POLITE:
        return word, word, word, word
    rest = _LEAD.sub("", word) or word
    return word, rest, _TAIL.sub("", word) or word, _TAIL.sub("", rest) or rest


def number(word: str) -> float | None:
    """Read the one number in a text (3, 三, 十二, 3.5); None when there is none, or more than one."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", word))
    if len(found) != 1:
        return None
    if len(found[0]) > _EXACT:
        return None
    return float(found[0]) if found[0][0].isdigit() else _chinese(found[0])


def _chinese(numeral: str) -> float:
    """十二 → 12, 三百零五 → 305, 两万 → 20000; 一二 (digit by digit) → 12."""
    if not any(char in _UNITS for char in numeral):
        return float("".join(str(_DIGITS[char]) for char in numeral))
    total, section, digit = 0, 0, 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNITS[char], 0
    return float(total + section + digit)


def place(text: str) -> int | None:
    """Read a number that stands alone, as typed to choose a line (1, 1., 一, 第一个, １, 选2); else None."""
    word = bare(key(text))
    return int(value) if _NUMBER.fullmatch(word) and (value := number(word)) is not None else None
