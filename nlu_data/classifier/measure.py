"""`python -m nlu_data.classifier.measure --out FOLDER`: cross-validate what nlu_data holds; figures, tables and plots.

Runs in Rasa's environment without Rasa. The same data gives the same files, byte for byte where they are text:
figures.json, answers.json (whether each example was read rightly), confusion.csv, pairs.csv, misread.csv,
thresholds.csv, learning.csv, calibration.csv, and two plots.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from nlu_data.classifier import sources
from nlu_data.classifier.learner import Example, Learner, Settings, best_scale
from nlu_data.classifier.reader import chances_of
from nlu_data.classifier.scanner import OPENINGS, Scanner

NLU_DATA = Path(__file__).resolve().parents[1]
SHARES = (0.25, 0.5, 0.75)
"""Of the examples: the points of the learning curve before the last, which is all of them."""
BINS = 10
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_TYPED = "dispute_"


class Read:
    """What cross-validation made of the examples."""

    def __init__(self, examples: Sequence[Example], scores: NDArray[np.float64], intents: list[str]) -> None:
        self.examples, self.intents = examples, intents
        self.truth = np.array([intents.index(intent) for _, intent in examples])
        self.chances = chances_of(scores.astype(np.float32), best_scale(scores, self.truth))
        self.read = self.chances.argmax(axis=1)
        self.confidence = self.chances.max(axis=1)
        self.right = self.read == self.truth
        self.disputes = np.array([intent.startswith(_TYPED) for intent in intents])[self.truth]

    def figures(self) -> dict[str, float]:
        """Shares of 1: all intents, their macro F1, the kinds of dispute; how far confidence is off; the examples."""
        off = sum(count * abs(said - true) for _, count, said, true in self.bins())
        return {
            "accuracy": float(self.right.mean()),
            "macro_f1": float(f1_score(self.truth, self.read, average="macro")),
            "disputes": float(self.right[self.disputes].mean()) if self.disputes.any() else 0.0,
            "calibration_error": off / len(self.truth),
            "examples": len(self.truth),
        }

    def bins(self) -> list[tuple[float, int, float, float]]:
        """By confidence: where a bin begins, how many are in it, their mean confidence, the share that was right."""
        number = np.minimum((self.confidence * BINS).astype(int), BINS - 1)
        filled = [(each, number == each) for each in range(BINS) if (number == each).any()]
        return [
            (each / BINS, int(inside.sum()), float(self.confidence[inside].mean()), float(self.right[inside].mean()))
            for each, inside in filled
        ]

    def thresholds(self) -> list[tuple[float, float, float]]:
        """What a threshold lets through: itself, the share of all, and how much of that is right."""
        passed = [(each, self.confidence >= each) for each in THRESHOLDS]
        return [
            (each, float(inside.mean()), float(self.right[inside].mean())) for each, inside in passed if inside.any()
        ]

    def pairs(self) -> list[tuple[str, str, int]]:
        """Confusions, the commonest first: what was meant, what was read, how often."""
        wrong = Counter(
            (self.intents[a], self.intents[b]) for a, b in zip(self.truth, self.read, strict=True) if a != b
        )
        return [(*pair, count) for pair, count in sorted(wrong.items(), key=lambda each: (-each[1], each[0]))]

    def table(self) -> list[list[str | int]]:
        """The confusion table: a row what was meant, a column what was read."""
        counts = Counter(zip(self.truth.tolist(), self.read.tolist(), strict=True))
        numbers = range(len(self.intents))
        return [[self.intents[row], *(counts[row, column] for column in numbers)] for row in numbers]

    def misread(self) -> list[tuple[str, str, str, float]]:
        """Examples that were read otherwise, the surest errors first."""
        rows = [(each, float(self.confidence[each])) for each in np.flatnonzero(~self.right).tolist()]
        return [
            (*self.examples[each], self.intents[self.read[each]], round(confidence, 3))
            for each, confidence in sorted(rows, key=lambda row: (-row[1], row[0]))
        ]


def main(argv: Sequence[str]) -> int:
    """Measure, and write everything into the folder."""
    parser = argparse.ArgumentParser(prog="python -m nlu_data.classifier.measure", description=__doc__)
    parser.add_argument("--data", type=Path, default=NLU_DATA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="leave out the learning curve but for its last point")
    options = parser.parse_args(argv)
    config = sources.settings(options.data / "config.yml")
    examples, lists = sources.examples_and_lists(options.data / "nlu")
    settings = Settings.of(config)
    scanner = Scanner(settings.sizes, lists.get(OPENINGS, ()), sources.dictionary(options.data / "words"))
    _report(Learner(settings, scanner, lists), sorted(set(examples)), options.out, () if options.quick else SHARES)
    return 0


def _report(learner: Learner, examples: Sequence[Example], out: Path, shares: Sequence[float]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    read = Read(examples, *learner.left_out(examples))
    curve = [(share, Read(examples, *learner.left_out(examples, share)).figures()) for share in shares]
    learning = [(share, each["accuracy"], each["macro_f1"], each["disputes"]) for share, each in curve]
    figures = read.figures()
    learning.append((1.0, figures["accuracy"], figures["macro_f1"], figures["disputes"]))
    _table(out / "confusion.csv", ["", *read.intents], read.table())
    _table(out / "pairs.csv", ["meant", "read", "count"], read.pairs())
    _table(out / "misread.csv", ["text", "meant", "read", "confidence"], read.misread())
    _table(out / "thresholds.csv", ["confidence", "share", "right"], read.thresholds())
    _table(out / "learning.csv", ["share", "accuracy", "macro_f1", "disputes"], learning)
    _table(out / "calibration.csv", ["from", "count", "confidence", "right"], read.bins())
    _plots(out, read, learning)
    answers = {text: int(right) for (text, _), right in zip(examples, read.right, strict=True)}
    (out / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    # Last: whoever finds it finds the rest.
    (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _table(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([round(each, 4) if isinstance(each, float) else each for each in row] for row in rows)


def _plots(out: Path, read: Read, learning: Sequence[tuple[float, float, float, float]]) -> None:
    mpl.use("Agg")
    shares, *lines = zip(*learning, strict=True)
    count = len(read.examples)
    figure, axes = plt.subplots(figsize=(6, 4))
    for name, line in zip(("accuracy", "macro F1", "kind of dispute"), lines, strict=True):
        axes.plot([share * count for share in shares], line, marker="o", label=name)
    axes.set(xlabel="examples", ylabel="cross-validated", ylim=(0, 1))
    _save(out / "learning.png", figure, axes)
    _, _, said, true = zip(*read.bins(), strict=True)
    figure, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], linestyle=":", label="ideal")
    axes.plot(said, true, marker="o", label="classifier")
    axes.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1), ylim=(0, 1))
    _save(out / "calibration.png", figure, axes)


def _save(path: Path, figure: plt.Figure, axes: plt.Axes) -> None:
    axes.legend()
    axes.grid(visible=True, alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
