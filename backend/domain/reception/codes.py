"""Booking codes: five random characters and one that checks them (K7M4QX), easily said over a telephone.

Of letters and digits 0 and O, 1, I and L are left out; 31 remain, a prime: with weights 2..6 the check character finds
any one wrong character and any two neighbours in the wrong order.
"""

import re
import unicodedata
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 5
POSSIBLE = len(ALPHABET) ** LENGTH
FORM = re.compile(rf"[{ALPHABET}]{{{LENGTH + 1}}}")
_NOISE = re.compile(r"[\s\-‐-―_.·,，、。:：#]+")


def check_character(body: str) -> str:
    """The character that belongs behind these."""
    total = sum(weight * ALPHABET.index(one) for weight, one in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def compose(draw: Callable[[int], int]) -> str:
    """A code by chance; `draw(n)` gives 0..n-1."""
    number, body = draw(POSSIBLE) % POSSIBLE, ""
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        body = ALPHABET[at] + body
    return body + check_character(body)


def tidy(text: str) -> str | None:
    """What a person typed (any case, spaces, dashes, full width) as a booking code, or None if it cannot be one."""
    code = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    return code if FORM.fullmatch(code) and check_character(code[:-1]) == code[-1] else None
