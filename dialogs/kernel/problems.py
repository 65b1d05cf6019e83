"""Problems: everything that is wrong with a set of dialogs, as sorted records, never as an exception.

The sentences and severities are in problems.yml, one entry a code.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import yaml

Severity = Literal["error", "warning"]

TABLE: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("problems.yml").read_text(encoding="utf-8"))
"""Code → severity, message, remedy."""
TYPES: dict[str, str] = TABLE.pop("types")
"""Slot type → what people call it."""
LONGEST_WORD = 200
"""Characters of a file's text repeated in a sentence; a difference is shown whole."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. `line` counts from 1, 0 means the whole file; `message` and `remedy` are Chinese sentences."""

    file: str
    line: int
    flow: str
    step: str
    code: str
    severity: Severity
    message: str
    remedy: str

    @property
    def is_error(self) -> bool:
        """Say whether it stops the dialogs from being published."""
        return self.severity == "error"

    def __str__(self) -> str:
        place = (
            f"{self.file}:{self.line}" + (f" {self.flow}" if self.flow else "") + (f"/{self.step}" * bool(self.step))
        )
        return f"{place} [{self.severity} {self.code}] {self.message}{self.remedy}"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem."""

    file: str
    line: int = 0
    flow: str = ""
    step: str = ""

    def at(self, line: int) -> "Where":
        """Return the same place on another line."""
        return replace(self, line=line)


def problem(code: str, where: Where, **words: object) -> Problem:
    """Make the record of a code at a place; `words` fill its sentences."""
    entry = TABLE[code]
    return Problem(
        file=where.file,
        line=where.line,
        flow=where.flow,
        step=where.step,
        code=code,
        severity=cast("Severity", entry["severity"]),
        message=_fill(entry["message"], words),
        remedy=_fill(entry["remedy"], words),
    )


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by file and line, each problem once."""
    return sorted(set(problems))


def _fill(sentence: str, words: dict[str, Any]) -> str:
    return sentence.format_map({name: word if name == "diff" else _shown(word) for name, word in words.items()})


def _shown(word: object) -> str:
    text = "、".join(str(part) for part in word) if isinstance(word, list | tuple | set) else str(word)
    return text if len(text) <= LONGEST_WORD else text[:LONGEST_WORD] + "…"
