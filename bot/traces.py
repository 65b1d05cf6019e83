"""Where something broke, for the log: files and lines only, for an error may repeat what a person wrote."""

import traceback
from pathlib import Path

FRAMES = 6
"""Innermost places named."""


def where(error: BaseException) -> str:
    """The error's type and the places it came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}"
