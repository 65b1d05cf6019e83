"""Words of danger: answered at once and before everything, and never in the way of what the person was saying."""

from dialogs.kernel.release import Release
from dialogs.kernel.wording import key


def danger(release: Release, text: str) -> str | None:
    """Name the kind of danger whose word stands in the text, the first in the file's order; None if there is none."""
    if not text:
        return None
    said = key(text)
    for kind, words in release.safety.items():
        if any(word and word in said for word in map(key, words)):
            return kind
    return None
