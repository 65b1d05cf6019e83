"""Every sentence the backend says, from policies/texts.yml; a missing word is an error, not a hole in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import yaml

NOON = 12
TEXTS = Path(__file__).parent / "policies" / "texts.yml"


@dataclass(frozen=True, slots=True)
class Texts:
    """The tree of sentences; a sentence is named by its path, as in `notices.task_assigned`."""

    tree: Mapping[str, Any]
    zone: tzinfo

    def say(self, path: str, **words: object) -> str:
        """The sentence at `path` with its words filled in; KeyError if path or word is missing."""
        return str(self._at(path)).format_map(words).strip()

    def has(self, path: str) -> bool:
        """Whether there is a sentence at `path`."""
        try:
            self._at(path)
        except KeyError:
            return False
        return True

    def due(self, at: datetime, *, announced: bool = True, to_the_minute: bool = False) -> str:
        """A deadline as people say it: 11月24日（周二）下班前; with a note when holidays are only guessed."""
        text = self.say("dates.due_hour" if to_the_minute else "dates.due", **self.parts(at))
        return text if announced else self.say("dates.guessed", due=text)

    def moment(self, form: str, at: datetime) -> str:
        """A point in time by one of the forms under `dates`."""
        return self.say(f"dates.{form}", **self.parts(at))

    def parts(self, at: datetime) -> dict[str, str]:
        """Year, month, day, weekday, hour and minute of local time; month2 and day2 have two digits.

        part, hour12: 下午 and 2 for 14 o'clock; spoken: both with the minute, 下午2:30.
        """
        here = at.astimezone(self.zone)
        part = self._part(here.hour)
        hour12 = str(here.hour - NOON if here.hour > NOON else here.hour)
        return {
            "part": part,
            "hour12": hour12,
            "spoken": f"{part}{hour12}:{here.minute:02d}",
            "year": str(here.year),
            "month": str(here.month),
            "day": str(here.day),
            "month2": f"{here.month:02d}",
            "day2": f"{here.day:02d}",
            "weekday": self.tree["weekdays"][here.weekday()],
            "hour": f"{here.hour:02d}",
            "minute": f"{here.minute:02d}",
        }

    def _part(self, hour: int) -> str:
        """What the hours around this one are called: 早上, 上午, 下午."""
        names: Mapping[int, str] = self.tree["parts_of_day"]
        return names[max(begins for begins in names if begins <= hour)]

    def _at(self, path: str) -> Any:  # noqa: ANN401 - a node of a YAML tree
        node: Any = self.tree
        for part in path.split("."):
            node = node[part]
        return node


def load(zone: tzinfo, path: Path = TEXTS) -> Texts:
    """The sentences from their file."""
    return Texts(yaml.safe_load(path.read_text(encoding="utf-8")), zone)
