"""The one file that touches JioNLP: finding and reading Chinese time expressions.

Importing the whole of JioNLP loads dictionaries, numpy and a tokenizer (41 MB here, 1.1 s) and prints to the terminal.
Only its time parser is wanted (13 MB, 0.07 s), so its packages are entered without running their `__init__`.
"""

import contextlib
import importlib
import importlib.util
import io
import logging
import re
import sys
import types
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from connectors.extractors.moments import Moment

MAX_CANDIDATE = 20
"""Characters of one expression that are looked at: JioNLP tries all its parts; unbounded, 300 characters take 19 s."""
SHORTEST = 2
"""Characters of an expression."""
MAX_TRIES = 4
"""Searches in one text."""

_WEEKDAYS = re.compile("(?<=[周期拜][一二三四五六日天])(?=周|星期|礼拜)")
_PACKAGES = ("jionlp", "jionlp.gadget", "jionlp.algorithm", "jionlp.algorithm.ner")
_TIMES = frozenset({"time_point", "time_span"})


def _enter() -> None:
    """Make JioNLP's packages known without what their `__init__` would load."""
    spec = importlib.util.find_spec("jionlp")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("jionlp is not installed: install requirements.lock.")
    root = Path(spec.submodule_search_locations[0])
    for name in _PACKAGES:
        if name not in sys.modules:
            package = types.ModuleType(name)
            package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
            sys.modules[name] = package
    # Its modules take their logger from the package.
    vars(sys.modules["jionlp"]).setdefault("logging", logging)


_enter()
with contextlib.redirect_stdout(io.StringIO()):  # it greets on the terminal
    _extractor = importlib.import_module("jionlp.algorithm.ner.time_extractor").TimeExtractor()
_extractor("")  # compiles its expressions now, not in somebody's turn


def find(text: str, now: datetime) -> list[Moment]:
    """Time expressions of a text in order, read as seen from `now` (local time without zone)."""
    found: list[Moment] = []
    pieces = list(_pieces(text))
    tries = 0
    while pieces and tries < MAX_TRIES:
        piece, offset = pieces.pop(0)
        tries += 1
        said, read, (_, end) = _search(piece[:MAX_CANDIDATE], now)
        if said is None:
            continue
        begin = end - len(said)
        one = _found(said, offset + begin, read)
        if one and said not in _extractor.non_time_string_list:
            found.append(one)
        # The longest comes first; what stands before and behind it may be another.
        rest = [(piece[end:], offset + end), (piece[:begin], offset)]
        pieces[:0] = [each for each in rest if len(each[0]) >= SHORTEST]
    return sorted(found, key=lambda each: each.offset)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Stretches that may hold a time, and where they begin; of weekdays in a row (周一周三) each is one."""
    for each in _extractor.extract_time_candidates(text):
        offset = each["offset"][0]
        for piece in _WEEKDAYS.split(each["time_candidate"]):
            yield piece, offset
            offset += len(piece)


def read(text: str, now: datetime) -> Moment | None:
    """One expression read as seen from `now`."""
    said, result, _ = _search(text[:MAX_CANDIDATE], now)
    return _found(said, 0, result) if said else None


def _search(text: str, now: datetime) -> tuple[str | None, dict[str, object], tuple[int, int]]:
    said, result, offset = _extractor.grid_search(text, time_base=now.timestamp())
    return said, result or {}, tuple(offset) if offset else (0, 0)


def _found(said: str, offset: int, result: dict[str, object]) -> Moment | None:
    """None for what is no point or span of time (a duration, a repetition) or begins nowhere; open ends end at once."""
    match result:
        case {"type": str(kind), "time": [str(start), str(end)]} if kind in _TIMES:
            try:
                first = datetime.fromisoformat(start)
                return Moment(said, offset, (first, first if end == "inf" else datetime.fromisoformat(end)))
            except ValueError:
                return None
    return None
