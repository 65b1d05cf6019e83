"""What must not stand in a log, made unreadable: numbers that lead to a person, names beside a word for them.

A net under everything else: no line of ours writes what people say, and this holds even where one of a library's does.
"""

import logging
import re
from collections.abc import Callable

_PLATE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_GAP = r"[ \-]?"
_HAN = r"[\u4e00-\u9fff]"


def _ends(match: re.Match[str], first: int, last: int) -> str:
    """The first and last characters, so that a line can be matched with a case; the rest as stars."""
    said = match[0]
    return said[:first] + "*" * max(3, len(said) - first - last) + said[len(said) - last :]


_MASKS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    # ID numbers (18 or 15 digits) before everything that their digits could be taken for.
    (re.compile(r"(?<![\dA-Za-z])\d{6}[ \-]?(?:19|20)\d{6}[ \-]?\d{3}[\dXx](?![\dA-Za-z])"), lambda m: _ends(m, 3, 0)),
    (
        re.compile(r"(?<![\dA-Za-z])\d{6}\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}(?![\dA-Za-z])"),
        lambda m: _ends(m, 3, 0),
    ),
    # Bank cards: 16 to 19 digits, often in fours.
    (re.compile(r"(?<![\dA-Za-z])\d{4}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?![\dA-Za-z])"), lambda m: _ends(m, 0, 2)),
    (re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"), lambda m: _ends(m, 0, 2)),
    (re.compile(rf"(?<!\d)\(?0\d{{2,3}}\)?{_GAP}[2-9]\d{{6,7}}(?!\d)"), lambda m: _ends(m, 0, 2)),
    (re.compile(r"[零〇幺一二三四五六七八九]{11}"), lambda _: "***"),
    (
        re.compile(rf"[{_PLATE}][A-HJ-NP-Z][ ·•]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]"),
        lambda m: _ends(m, 1, 0),
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda _: "***@***"),
    (re.compile(r"(?<![\w-])[EGDPSH]\d{8}(?!\w)"), lambda m: _ends(m, 1, 0)),
    # openids: 28 characters that begin with o.
    (re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])"), lambda m: _ends(m, 2, 0)),
    (
        re.compile(rf"(?<=我叫){_HAN}{{2,4}}|(?<=姓名)[::：]?\s*{_HAN}{{2,4}}|(?<=联系人)[::：]?\s*{_HAN}{{2,4}}"),
        lambda _: "***",
    ),
    (re.compile(rf"{_HAN}{{1,3}}(?=先生|女士|大爷|大妈|阿姨|同志)"), lambda _: "**"),
)


def mask(text: str) -> str:
    """The text with ID, card, phone and passport numbers, plates, mail addresses, openids and named names masked."""
    for pattern, hidden in _MASKS:
        text = pattern.sub(hidden, text)
    return text


class Masking(logging.Filter):
    """For a log's handlers, so that every logger is covered."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record has only its masked line by then."""
        line = record.getMessage()
        masked = mask(line)
        if masked != line:
            record.msg, record.args = masked, None
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        return True


def mask_logs() -> None:
    """Put the net under all that this process logs; after `logging.basicConfig`."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(Masking())
