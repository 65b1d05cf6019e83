"""Case numbers: two letters, the day, a running count of at least four digits and a check digit (AH2026112100073).

The check digit is ISO 7064 MOD 11-2 without X: it catches any one wrong digit and any two swapped neighbours in what is
read over a phone. A count whose check would be X is left out by adding one, so the form stays digits only.
"""

import re
import unicodedata
from datetime import date

FORM = re.compile(r"[A-Z]{2}[0-9]{13}")
_NOISE = re.compile(r"[\s\-‐-―_.·]+")
_X = 10
COUNT_LIMIT = 9999


def check_digit(digits: str) -> int:
    """0..10 for a string of digits; 10 means X, which is never given out."""
    product = 0
    for digit in digits:
        product = (product + int(digit)) * 2 % 11
    return (12 - product) % 11


def compose(prefix: str, day: date, count: int) -> str | None:
    """The number for the day's `count`-th case (1..9999), or None if that count is left out."""
    digits = f"{day:%Y%m%d}{count:04d}"
    check = check_digit(digits)
    return None if check == _X else f"{prefix}{digits}{check}"


def tidy(text: str) -> str | None:
    """What a person typed (any case, spaces, dashes, full width) as a case number, or None if it cannot be one."""
    number = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not FORM.fullmatch(number):
        return None
    return number if check_digit(number[2:-1]) == int(number[-1]) else None
