"""Phone numbers, ID, case and booking numbers and binding codes, however they are spaced, written or spoken."""

import re
from collections.abc import Iterator
from datetime import date

from connectors.extractors.numerals import spoken_digits
from dialogs.kernel.words import Entity

_GAP = r"[ \-—]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)")
_LANDLINE = re.compile(rf"(?<!\d)(\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{6,7}})(?!\d)")
_SPOKEN = re.compile(r"[零〇幺一二三四五六七八九]{11}(?![零〇幺一二三四五六七八九])")
_ID = re.compile(rf"(?<!\d)(\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx])(?![\dA-Za-z])")
_CASE = re.compile(r"(?<![A-Za-z])[A-Za-z]{2}[ \-—]{0,2}(?:\d[ \-—]{0,2}){12}\d(?!\d)")
_CODE = re.compile(r"(?<![\dA-Za-z])(\d{3}[ -]?\d{3})(?![\dA-Za-z])")
_ABOUT_CODE = re.compile(r"绑定|码|bind", re.IGNORECASE)
_NOT_CODE = re.compile(r"^\s*(?:元|块|万|千|人|斤|米|平|亩|年|个|户)")
_BOOKING = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z2-9幺零〇一二三四五六七八九][ \-—.·]{0,2}){5}[A-Za-z2-9二三四五六七八九](?![A-Za-z0-9])"
)
_ABOUT_BOOKING = re.compile(r"预约|约号|接访|签到|登记码|我的号")

# Booking codes: five characters and one that checks them, without 0, O, 1, I, L; weights 2..6, sum modulo 31.
_BOOKING_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

# GB 11643-1999: weights of the first 17 digits, and the check character by the sum modulo 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def find(text: str) -> Iterator[Entity]:
    """Entities phone_number, id_number, case_number, booking_code and binding_code of a text in plain characters.

    What is part of a longer number is taken once: an ID number's digits are never a phone number.
    """
    taken: list[tuple[int, int]] = []
    for entity in (*_ids(text), *_cases(text), *_phones(text), *_bookings(text), *_codes(text)):
        if all(entity.end <= start or end <= entity.start for start, end in taken):
            taken.append((entity.start, entity.end))
            yield entity


def is_id_number(text: str) -> bool:
    """Whether the 18 characters hold a day of birth that exists and the right check character (GB 11643-1999)."""
    try:
        date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17]


def _ids(text: str) -> Iterator[Entity]:
    for match in _ID.finditer(text):
        value = _bare(match[1]).upper()
        if is_id_number(value):
            yield Entity("id_number", value, match.start(1), match.end(1))


def _cases(text: str) -> Iterator[Entity]:
    for match in _CASE.finditer(text):
        yield Entity("case_number", _bare(match[0]).upper(), match.start(), match.end())


def _phones(text: str) -> Iterator[Entity]:
    for match in (*_MOBILE.finditer(text), *_LANDLINE.finditer(text)):
        yield Entity("phone_number", _bare(match[1]), match.start(1), match.end(1))
    for match in _SPOKEN.finditer(text):
        value = spoken_digits(match[0])
        if _MOBILE.fullmatch(value):
            yield Entity("phone_number", value, match.start(), match.end())


def is_booking_code(text: str) -> bool:
    """Whether the six characters are those of a booking code and the last one is right."""
    if len(text) != 6 or any(one not in _BOOKING_ALPHABET for one in text):  # noqa: PLR2004 - six characters
        return False
    total = sum(weight * _BOOKING_ALPHABET.index(one) for weight, one in enumerate(text[:-1], start=2))
    return _BOOKING_ALPHABET[-total % len(_BOOKING_ALPHABET)] == text[-1]


def _bookings(text: str) -> Iterator[Entity]:
    for match in _BOOKING.finditer(text):
        value = spoken_digits(re.sub(r"[ \-—.·]", "", match[0])).upper()
        # Six digits alone are a binding code; a word like “please” is hardly ever a code.
        told = not value.isdigit() or _ABOUT_BOOKING.search(text)
        if told and is_booking_code(value) and (match[0] == match[0].upper() or not value.isalpha()):
            yield Entity("booking_code", value, match.start(), match.end())


def _codes(text: str) -> Iterator[Entity]:
    alone = _CODE.fullmatch(text.strip())
    for match in _CODE.finditer(text):
        if alone or (_ABOUT_CODE.search(text) and not _NOT_CODE.match(text[match.end() :])):
            yield Entity("binding_code", _bare(match[1]), match.start(1), match.end(1))


def _bare(text: str) -> str:
    return re.sub(r"[ \-—()]", "", text)
