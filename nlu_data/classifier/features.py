"""Numbers out of what was counted: pieces and words by tf-idf, each block of one length."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu_data.classifier.scanner import Block, Parts

Row = tuple[list[int], list[float]]
"""Where a text's features are, and what they are."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the blocks weigh beside one another; from config.yml."""

    pieces: float
    words: float


class Features:
    """The blocks side by side: pieces, words."""

    def __init__(self, pieces: Block, words: Block, weights: Weights) -> None:
        self.pieces, self.words, self.weights = pieces, words, weights

    @classmethod
    def learn(cls, seen: Sequence[Parts], weights: Weights) -> "Features":
        """Take the vocabularies from these texts."""
        pieces = Block.learn([parts.pieces for parts in seen], weights.pieces)
        return cls(pieces, Block.learn([parts.words for parts in seen], weights.words), weights)

    @property
    def count(self) -> int:
        """How many features there are."""
        return len(self.pieces.terms) + len(self.words.terms)

    def row(self, parts: Parts) -> Row:
        """A text's features."""
        at, values = self.pieces.values(parts.pieces)
        words_begin = len(self.pieces.terms)
        words, weights = self.words.values(parts.words)
        return at + [words_begin + each for each in words], values + weights
