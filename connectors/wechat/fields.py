"""The fields of template and subscription messages, shortened by the rule of their type before the platform refuses.

A field's type is its name without the number (`thing1`). Rules: the platform's page on template parameters. Words are
shortened; a number, time or amount is never cut, because half of one is a wrong one. Errors name fields, not values.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from connectors.wechat.errors import BadField

MAX_OTHER_CHARS = 200
"""Characters of a field of an older template (`keyword1`), whose limit the platform does not publish."""

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_NAME = re.compile(r"([a-z_]+?)\d*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/]\d{1,2}[-/]\d{1,2})"
_MOMENT = rf"(?:{_DAY}(?: {_CLOCK})?|{_CLOCK})"


def fit(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields as the platform takes them; BadField names what cannot be mended."""
    return {name: _fitted(name, value) for name, value in fields.items()}


def _fitted(name: str, value: str) -> str:
    known = _NAME.fullmatch(name)
    rule = _RULES.get(known[1]) if known else None
    text = " ".join(_CONTROL.sub(" ", value).split())
    if not text:
        raise BadField(detail=f"{name} is empty")
    fitted = rule(text) if rule else _shortened(text, MAX_OTHER_CHARS)
    if not fitted:
        raise BadField(detail=f"{name} breaks the rule of its type")
    return fitted


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _words(limit: int) -> Callable[[str], str]:
    return lambda text: _shortened(text, limit)


def _without(unwanted_class: str, limit: int) -> Callable[[str], str]:
    """Leave out the characters of the class and cut to the limit."""
    unwanted = re.compile(unwanted_class)
    return lambda text: unwanted.sub("", text)[:limit]


def _exact(pattern: str, limit: int) -> Callable[[str], str]:
    """Take it whole or not at all, in half-width characters."""
    whole = re.compile(pattern)

    def rule(text: str) -> str:
        narrow = _half_width(text)
        return narrow if len(narrow) <= limit and whole.fullmatch(narrow) else ""

    return rule


def _name(text: str) -> str:
    """10 characters where there is a Chinese one, 20 letters and signs otherwise."""
    return text[:10] if re.search(f"[{_HAN}]", text) else text[:20]


def _moment(text: str) -> str:
    """A time in 24-hour form; ISO becomes the platform's own form (2026年11月21日 15:01)."""
    narrow = _half_width(text)
    iso = _ISO.fullmatch(narrow)
    if iso:
        day = f"{iso[1]}年{int(iso[2])}月{int(iso[3])}日"
        narrow = f"{day} {iso[4]}" if iso[4] else day
    return narrow if re.fullmatch(rf"{_MOMENT}(?:~{_MOMENT})?", narrow) else ""


_RULES: dict[str, Callable[[str], str]] = {
    "thing": _words(20),
    "const": _exact(r".+", 20),
    "number": _exact(r"-?\d+(?:\.\d+)?", 32),
    "letter": _without("[^A-Za-z]", 32),
    "symbol": _without(r"[\w\s]", 5),
    "character_string": _exact(rf"[^{_HAN}]+", 32),
    "time": _moment,
    "date": _moment,
    "amount": _exact(r"[^\w\s.]?\d{1,10}(?:\.\d+)?元?", 16),
    "phone_number": _exact(r"[\d+\-() ]+", 17),
    "car_number": _exact(rf"[{_HAN}A-Z][A-Z0-9]{{4,6}}[A-Z0-9{_HAN}]", 8),
    "name": _name,
    "phrase": _without(f"[^{_HAN}]", 5),
}
