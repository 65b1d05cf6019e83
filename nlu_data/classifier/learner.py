"""Learning: one linear model over all intents, its probabilities calibrated on examples that it did not see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.svm import LinearSVC

from nlu_data.classifier.features import Features, Weights
from nlu_data.classifier.reader import Linear, Reader, chances_of
from nlu_data.classifier.scanner import Scanner

Example = tuple[str, str]
"""A text and its intent."""
Scores = NDArray[np.float64]

LIST = "words_"
"""A list words_x holds words of the intent x, or of the kind of dispute x."""
_TYPED = "dispute_"
_SCALES = (0.5, 20.0)
"""Between these lies every sensible sharpening of scores."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What config.yml says of the classifier."""

    smallest_piece: int
    largest_piece: int
    piece_weight: float
    word_weight: float
    listed_word_weight: float
    """How much a word of a list counts as an example of its own; a sentence counts 1."""
    cost: float
    """The linear model's C: more follows the examples more closely."""
    balance: float
    """0: as common as in the examples; 1: every intent as common as every other."""
    folds: int
    seed: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Settings":
        """Out of a component's configuration; other keys there are Rasa's."""
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})

    @property
    def sizes(self) -> range:
        """How long the pieces are."""
        return range(self.smallest_piece, self.largest_piece + 1)

    @property
    def weights(self) -> Weights:
        """How the blocks weigh."""
        return Weights(self.piece_weight, self.word_weight)


class Learner:
    """Makes readers out of examples and of word lists by their names."""

    def __init__(self, settings: Settings, scanner: Scanner, lists: Mapping[str, Sequence[str]]) -> None:
        self._settings, self._scanner, self._lists = settings, scanner, lists
        self._parts = cache(scanner.parts)

    def learn(self, examples: Iterable[Example]) -> Reader:
        """Fit on all examples; the scale of probabilities comes from a fold of them, by a model of the others."""
        # In one order, whatever order they were read in: the same examples give the same model.
        ordered = sorted(set(examples))
        intents = sorted({intent for _, intent in ordered})
        seen, unseen = self._folds([intent for _, intent in ordered])[0]
        scores = self._scores([ordered[each] for each in seen], [ordered[each][0] for each in unseen])
        truth = np.array([intents.index(ordered[each][1]) for each in unseen])
        features, model = self._fit(ordered)
        matrix, bias = (np.ascontiguousarray(each, dtype=np.float32) for each in (model.coef_.T, model.intercept_))
        return Reader(self._scanner, features, Linear(intents, matrix, bias, best_scale(scores, truth)))

    def left_out(self, examples: Sequence[Example], share: float = 1.0) -> tuple[Scores, list[str]]:
        """Cross-validation: each example's scores by a model of (a share of) the others, and the intents' order."""
        labels = [intent for _, intent in examples]
        intents = sorted(set(labels))
        scores = np.zeros((len(examples), len(intents)))
        for seen, unseen in self._folds(labels):
            chosen = self._some([examples[each] for each in seen], share)
            scores[unseen] = self._scores(chosen, [examples[each][0] for each in unseen])
        return scores, intents

    def _folds(self, labels: Sequence[str]) -> list[tuple[list[int], list[int]]]:
        """What is seen and what is left out, each example once; every intent is in every fold."""
        folds = StratifiedKFold(self._settings.folds, shuffle=True, random_state=self._settings.seed)
        return [(seen.tolist(), unseen.tolist()) for seen, unseen in folds.split(labels, labels)]

    def _some(self, examples: list[Example], share: float) -> list[Example]:
        """A share of each intent's examples."""
        if share >= 1:
            return examples
        labels = [intent for _, intent in examples]
        return list(train_test_split(examples, train_size=share, stratify=labels, random_state=self._settings.seed)[0])

    def _scores(self, examples: Sequence[Example], texts: Sequence[str]) -> Scores:
        features, model = self._fit(examples)
        return np.asarray(model.decision_function(self._matrix(features, texts)))

    def _fit(self, examples: Sequence[Example]) -> tuple[Features, Any]:
        labels = [intent for _, intent in examples]
        words = self._listed_words(set(labels))
        texts, answers = zip(*examples, *words, strict=True)
        features = Features.learn([self._parts(text) for text in texts], self._settings.weights)
        weights = self._balanced(labels, [intent for _, intent in words])
        model = LinearSVC(C=self._settings.cost, random_state=self._settings.seed)
        model.fit(self._matrix(features, texts), answers, sample_weight=weights)
        return features, model

    def _listed_words(self, intents: set[str]) -> list[Example]:
        named = [(name.removeprefix(LIST), words) for name, words in sorted(self._lists.items())]
        typed = [(_TYPED + name if _TYPED + name in intents else name, words) for name, words in named]
        return [(word, intent) for intent, words in typed if intent in intents for word in words]

    def _balanced(self, labels: Sequence[str], listed: Sequence[str]) -> NDArray[np.float64]:
        names, counts = np.unique(labels, return_counts=True)
        common = (np.median(counts) / counts) ** self._settings.balance
        by_name = dict(zip(names.tolist(), common.tolist(), strict=True))
        own = [by_name[label] for label in labels]
        return np.array(own + [by_name[label] * self._settings.listed_word_weight for label in listed])

    def _matrix(self, features: Features, texts: Sequence[str]) -> csr_matrix:
        rows = [features.row(self._parts(text)) for text in texts]
        ends = np.cumsum([0, *(len(at) for at, _ in rows)])
        at, values = (np.concatenate(side) for side in zip(*rows, strict=True))
        return csr_matrix((values, at.astype(np.int64), ends), shape=(len(rows), features.count))


def best_scale(scores: Scores, truth: NDArray[np.int64]) -> float:
    """The sharpening at which the truth is least surprising."""

    def surprise(scale: float) -> float:
        chances = chances_of(scores.astype(np.float32), scale)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chances, 1e-9)).mean())

    return float(minimize_scalar(surprise, bounds=_SCALES, method="bounded").x)
