"""A text as the classifier sees it, the same in training and parsing."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

MAX_CHARACTERS = 500
"""More of a text does not change what it means, and only takes time."""
_BEGIN, _END = "^", "$"
_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"(.)\1{2,}")


def _table(path: Path) -> dict[int, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


_SIMPLIFIED = _table(Path(__file__).with_name("traditional.txt"))


def plain(text: str) -> str:
    """Simplified, half-width, small letters; every number is 0, every sign a space, nothing three times in a row."""
    half = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower().translate(_SIMPLIFIED)
    return _REPEATED.sub(r"\1\1", _BETWEEN.sub(" ", _DIGITS.sub("0", half))).strip()


def pieces(said: str, sizes: range) -> Counter[str]:
    """Runs of characters of these sizes in a plain text; its two ends count as characters."""
    bordered = f"{_BEGIN}{said}{_END}"
    return Counter(bordered[at : at + size] for size in sizes for at in range(len(bordered) - size + 1))
