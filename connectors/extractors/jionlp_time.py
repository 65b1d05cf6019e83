"""The one file that touches JioNLP: finding and reading Chinese time expressions.

Importing the whole of JioNLP loads dictionaries, numpy and a tokenizer (41 MB here, 1.1 s) and prints to the terminal.
Only its time parser is wanted (13 MB, 0.07 s), so its packages are entered without running their `__init__`.
"""

import contextlib
import importlib
import importlib.util
import io
import logging
import sys
import types
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MAX_CANDIDATE = 20
"""Characters of one expression that are looked at: JioNLP tries all its parts; unbounded, 300 characters take 19 s."""
MAX_TRIES = 3
"""Searches in one text."""

_PACKAGES = ("jionlp", "jionlp.gadget", "jionlp.algorithm", "jionlp.algorithm.ner")
_TIMES = frozenset({"time_point", "time_span"})


@dataclass(frozen=True, slots=True)
class Found:
    """An expression, where it stands, and the span of time that it means (local time, both ends included)."""

    text: str
    offset: int
    start: datetime
    end: datetime


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


def find(text: str, now: datetime) -> list[Found]:
    """Time expressions of a text in order, read as seen from `now` (local time without zone)."""
    found: list[Found] = []
    tries = 0
    for candidate in _extractor.extract_time_candidates(text):
        rest, offset = candidate["time_candidate"], candidate["offset"][0]
        while rest and tries < MAX_TRIES:
            tries += 1
            said, read, (_, end) = _search(rest[:MAX_CANDIDATE], now)
            if said is None:
                break
            one = _found(said, offset + end - len(said), read)
            if one and said not in _extractor.non_time_string_list:
                found.append(one)
            rest, offset = rest[end:], offset + end
    return found


def read(text: str, now: datetime) -> Found | None:
    """One expression read as seen from `now`."""
    said, result, _ = _search(text[:MAX_CANDIDATE], now)
    return _found(said, 0, result) if said else None


def _search(text: str, now: datetime) -> tuple[str | None, dict[str, object], tuple[int, int]]:
    said, result, offset = _extractor.grid_search(text, time_base=now.timestamp())
    return said, result or {}, tuple(offset) if offset else (0, 0)


def _found(said: str, offset: int, result: dict[str, object]) -> Found | None:
    """None for what is no point or span of time (a duration, a repetition) or begins nowhere; open ends end at once."""
    match result:
        case {"type": str(kind), "time": [str(start), str(end)]} if kind in _TIMES:
            try:
                first = datetime.fromisoformat(start)
                return Found(said, offset, first, first if end == "inf" else datetime.fromisoformat(end))
            except ValueError:
                return None
    return None
