"""The measurement of the NLU model as a page to read: what is mistaken for what, and how far to believe it."""

import csv
import json
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

PAGE = "report.html"
PAIRS = 40
MISREAD = 200
"""Of the commonest confusions and of the surest errors so many are shown; all are in the tables beside the page."""
_HERE = Path(__file__).parent
_NAMES: dict[str, str] = yaml.safe_load((_HERE / "nlu_report.yml").read_text(encoding="utf-8"))
_PAGES = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def write(folder: Path) -> Path:
    """Write the page beside the tables it is made from; return it."""
    intents = _intents(_rows(folder / "confusion.csv"))
    page = _PAGES.get_template("nlu_report.html").render(
        figures=json.loads((folder / "figures.json").read_text(encoding="utf-8")),
        names=_NAMES,
        intents=intents,
        pairs=_rows(folder / "pairs.csv")[1 : PAIRS + 1],
        thresholds=[[float(each) for each in row] for row in _rows(folder / "thresholds.csv")[1:]],
        misread=_rows(folder / "misread.csv")[1 : MISREAD + 1],
    )
    (folder / PAGE).write_text(page, encoding="utf-8")
    return folder / PAGE


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _intents(table: list[list[str]]) -> list[tuple[str, int, float, float]]:
    """By intent: its examples, the share of them that was found, the share of what was so read that is right."""
    counts = [[int(each) for each in row[1:]] for row in table[1:]]
    found = []
    for number, name in enumerate(table[0][1:]):
        meant, read = sum(counts[number]), sum(row[number] for row in counts)
        hit = counts[number][number]
        found.append((name, meant, hit / meant if meant else 0.0, hit / read if read else 0.0))
    return sorted(found, key=lambda each: (each[2], each[0]))
