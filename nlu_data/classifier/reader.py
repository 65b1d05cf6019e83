"""What a trained classifier makes of a text, and the two files that it is kept in."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu_data.classifier.features import Features, Weights
from nlu_data.classifier.scanner import Block, Scanner

_WORDS, _NUMBERS = "classifier.json", "classifier.npz"


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model: a row a feature, a column an intent; `scale` sharpens its scores into true probabilities."""

    intents: list[str]
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]
    scale: float


class Reader:
    """Intents with their probabilities for a text. Cheap: a sum over some rows of a matrix."""

    def __init__(self, scanner: Scanner, features: Features, linear: Linear) -> None:
        self._scanner, self._features, self._linear = scanner, features, linear

    def read(self, text: str) -> list[tuple[str, float]]:
        """All intents, the likeliest first; their probabilities sum to 1."""
        linear = self._linear
        at, values = self._features.row(self._scanner.parts(text))
        scores = np.array(values, dtype=np.float32) @ linear.matrix[at] + linear.bias if at else linear.bias
        chances = chances_of(scores, linear.scale)
        order = np.argsort(-chances, kind="stable")
        return [(linear.intents[each], float(chances[each])) for each in order]

    def write(self, folder: Path) -> None:
        """Keep it in a folder."""
        scanner, features, linear = self._scanner, self._features, self._linear
        words = {
            "sizes": [scanner.sizes.start, scanner.sizes.stop],
            "openings": scanner.openings,
            "dictionary": scanner.dictionary,
            "weights": asdict(features.weights),
            "pieces": features.pieces.terms,
            "words": features.words.terms,
            "intents": linear.intents,
            "scale": linear.scale,
        }
        (folder / _WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        pieces_idf, words_idf = (np.array(block.idf) for block in (features.pieces, features.words))
        np.savez(folder / _NUMBERS, matrix=linear.matrix, bias=linear.bias, pieces=pieces_idf, words=words_idf)

    @classmethod
    def open(cls, folder: Path) -> "Reader":
        """Read what `write` kept."""
        kept = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        weights = Weights(**kept["weights"])
        with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
            pieces = Block(kept["pieces"], numbers["pieces"].tolist(), weights.pieces)
            words = Block(kept["words"], numbers["words"].tolist(), weights.words)
            linear = Linear(kept["intents"], numbers["matrix"], numbers["bias"], kept["scale"])
        scanner = Scanner(range(*kept["sizes"]), kept["openings"], kept["dictionary"])
        return cls(scanner, Features(pieces, words, weights), linear)


def chances_of(scores: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Probabilities out of a linear model's scores (in the last axis), sharpened by a calibrated scale."""
    raised = np.exp(scale * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
