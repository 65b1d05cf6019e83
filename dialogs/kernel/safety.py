"""Words of danger: answered at once and before everything, and never in the way of what the person was saying."""

from dialogs.kernel.lexicon import lexicon
from dialogs.kernel.release import Release


def danger(release: Release, word: str) -> str | None:
    """Name the kind of danger of which a word stands in the message, the first in file order; None if none does."""
    words = lexicon(release)
    if not words.danger.search(word):
        return None
    return next((kind for kind, known in words.dangers if known.search(word)), None)
