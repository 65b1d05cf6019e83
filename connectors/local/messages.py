"""The sentences of messages.yml, filled in."""

import contextlib
from pathlib import Path
from typing import Any

import yaml

_SENTENCES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "messages.yml").read_text(encoding="utf-8"))


def say(name: str, /, **values: Any) -> None:  # noqa: ANN401 - values are formatted, whatever they are
    """Print a sentence at once, so that progress is seen; a terminal that has gone away hears nothing more."""
    with contextlib.suppress(OSError):
        print(sentence(name, **values), flush=True)  # noqa: T201 - a terminal program


def sentence(name: str, /, **values: Any) -> str:  # noqa: ANN401 - as above
    """The sentence, filled in."""
    return _SENTENCES[name].format(**values).rstrip()


class CannotGoOnError(Exception):
    """What stops a local run; the text is a whole sentence that says what to do."""

    def __init__(self, name: str, /, **values: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(sentence(name, **values))
