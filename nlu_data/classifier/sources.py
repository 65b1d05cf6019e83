"""Examples, word lists, dictionary and settings out of nlu_data, as Rasa reads them."""

from pathlib import Path
from typing import Any

import yaml

from nlu_data.classifier.learner import Example

COMPONENT = "nlu_data.classifier.component.LinearClassifier"


def examples_and_lists(folder: Path) -> tuple[list[Example], dict[str, list[str]]]:
    """All examples as (text, intent), and the word lists by their names."""
    examples: list[Example] = []
    lists: dict[str, list[str]] = {}
    for path in sorted(folder.glob("**/*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            said = [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
            if "intent" in block:
                examples += [(text, block["intent"]) for text in said]
            elif "lookup" in block:
                lists.setdefault(block["lookup"], []).extend(said)
    return examples, lists


def dictionary(folder: Path) -> list[str]:
    """The lines of jieba's user dictionary."""
    return [
        line for path in sorted(folder.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines() if line
    ]


def settings(config: Path) -> dict[str, Any]:
    """What config.yml says of our component."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    (found,) = [each for each in pipeline if each["name"] == COMPONENT]
    return dict(found)
