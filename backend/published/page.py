"""The calendar as a page: templates only, everything escaped, nothing loaded from elsewhere, no script."""

from datetime import date
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.services.reception.showing import Entry, Month
from backend.wording import Texts

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def calendar(texts: Texts, shown: Month, area: str, today: date) -> str:
    """The receptions of one area in a month, or of all (`all`), day by day; what is past is folded away."""
    chosen = [entry for entry in shown.entries if area in {"all", entry.reception.area_code}]
    return _PAGES.get_template("calendar.html").render(
        shown=shown,
        area=area,
        past=_by_day([entry for entry in chosen if entry.reception.day < today]),
        days=_by_day([entry for entry in chosen if entry.reception.day >= today]),
        states=texts.tree["calendar"]["states"],
    )


def nothing(sentence: str, months: list[str]) -> str:
    """A page that says that there is nothing here, and what there is."""
    return _PAGES.get_template("nothing.html").render(sentence=sentence, months=months)


def _by_day(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    return [(day, list(those)) for day, those in groupby(entries, lambda entry: entry.day)]
