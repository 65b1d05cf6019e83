"""Where something broke, for the log: files and lines only, for an error may repeat what a person wrote."""

import logging
import traceback
from pathlib import Path

FRAMES = 6
"""Innermost places named."""


def where(error: BaseException) -> str:
    """The error's type and the places it came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}"


class Wordless(logging.Filter):
    """Keeps what libraries log about an error to its kind and place: both its text and its frames may repeat a request.

    For handlers, so that every logger is covered.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; the record has lost its words by then."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = "%s: %s", (record.getMessage().partition("\n")[0], where(error))
            record.exc_info = record.exc_text = None
        return True
