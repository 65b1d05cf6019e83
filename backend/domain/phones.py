"""Telephone numbers as people type them."""

import re
import unicodedata

_NOISE = re.compile(r"[\s\-‐-―()（）.]+")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}|[2-9]\d{6,7}", re.ASCII)
_LAST_FOUR = re.compile(r"\d{4}", re.ASCII)


def tidy(text: str) -> str | None:
    """A mainland mobile or landline number as digits only, or None."""
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if len(digits) == len("8613800000000") and digits.startswith("86"):
        digits = digits[2:]
    return digits if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else None


def last_four(text: str) -> str | None:
    """Exactly four digits, or None."""
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    return digits if _LAST_FOUR.fullmatch(digits) else None
