"""`python -m bot train`: train the NLU model from nlu_data/, cross-validate it, and refuse to replace a better one.

Rasa runs in its own environment, as subprocesses; nothing here imports it.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml

from bot import nlu_environment, nlu_report
from bot.model_store import NLU_DATA, ROOT, Figures, Manifest, ModelStore, digest_of
from bot.rasa_server import QUIET

REPORTS = ROOT / "reports" / "nlu"
FIGURES, ANSWERS = "figures.json", "answers.json"
REPEATABLE = ("PYTHONHASHSEED=0", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
"""The same data gives the same model and figures; more threads only get into one another's way here."""
TIMEOUT_SECONDS = 3600.0
TELL_SECONDS = 15.0
NOISE = 0.01
"""Other examples make other folds: this much is chance, and no reason to refuse."""
COMPARABLE = 500
"""From so many examples on that two models share, these decide between them; below, macro F1 over all."""
_WORDS: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


class TrainingError(Exception):
    """Says in one sentence what went wrong."""

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(_WORDS[key].format_map(words))


class Rasa:
    """Commands in Rasa's environment. What they print goes to a log beside the reports."""

    def __init__(self, environment: Path, reports: Path = REPORTS, nlu_data: Path = NLU_DATA) -> None:
        self._bin = environment / "bin"
        self._reports, self._data = reports, nlu_data
        self.answers = reports / ANSWERS
        """After `validate`: which examples were read rightly."""

    def train(self, model: Path) -> None:
        """Train a model; the file is there whole or not at all."""
        model.parent.mkdir(parents=True, exist_ok=True)
        fresh = f"new-{model.name.removesuffix('.tar.gz')}"
        inputs = ["-c", str(self._data / "config.yml"), "-u", str(self._data / "nlu")]
        train = ["rasa", "train", "nlu", *inputs, "--out", str(model.parent), "--fixed-model-name", fresh]
        self._run("train", train)
        (model.parent / f"{fresh}.tar.gz").replace(model)

    def validate(self) -> Figures:
        """Cross-validate; tables, plots and a page to read them, with the sentences misread, stay in the folder."""
        (self._reports / FIGURES).unlink(missing_ok=True)
        options = ["--data", str(self._data), "--out", str(self._reports)]
        self._run("measure", ["python", "-m", "nlu_data.classifier.measure", *options])
        found = figures(self._reports / FIGURES)
        nlu_report.write(self._reports)
        return found

    def _run(self, what: str, arguments: Sequence[str]) -> None:
        self._reports.mkdir(parents=True, exist_ok=True)
        log = self._reports / f"{what}.log"
        with log.open("wb") as output:
            command = ["env", *QUIET, *REPEATABLE, str(self._bin / arguments[0]), *arguments[1:]]
            code = _wait(subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output), what, log)
        if code:
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise TrainingError("failed", what=what, log=log, last=lines[-1] if lines else "")


def figures(report: Path) -> Figures:
    """Read what matters out of the measurement's figures."""
    try:
        read = json.loads(report.read_text(encoding="utf-8"))
        return Figures(read["accuracy"], read["macro_f1"], read["disputes"], int(read["examples"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError("bad_report", path=report) from error


def train(rasa: Rasa, store: ModelStore, digest: str, *, force: bool) -> int:
    """Train, cross-validate, compare and put to use; return the exit code."""
    manifest = store.read()
    rival = manifest.replaced if manifest.current == digest else manifest.current
    _train_missing(rasa, store, digest)
    if digest not in manifest.figures:
        _say("validating")
        manifest.figures[digest] = rasa.validate()
        store.keep_answers(digest, rasa.answers)
        store.write(manifest)
    _tell(digest, rival, manifest)
    return _decide(store, digest, rival, manifest, force=force)


def train_if_changed(rasa: Rasa, store: ModelStore, digest: str) -> int:
    """Have a model of these inputs in use, quickly: trained if there is none, measured another time."""
    manifest = store.read()
    if digest in manifest.refused and store.has(manifest.current):
        _say("kept")
    elif manifest.current == digest and store.has(digest):
        _say("unchanged")
    else:
        _train_missing(rasa, store, digest)
        measured = digest in manifest.figures
        if not measured and manifest.current in manifest.figures:
            manifest.replaced = manifest.current
        store.use(digest, manifest)
        _say("replaced" if measured else "unmeasured")
    return 0


def main(argv: Sequence[str]) -> int:
    """Train as asked; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot train", description=_WORDS["description"])
    parser.add_argument("--if-changed", action="store_true", help=_WORDS["if_changed"])
    parser.add_argument("--force", action="store_true", help=_WORDS["force"])
    options = parser.parse_args(argv)
    try:
        rasa, store, digest = Rasa(nlu_environment.ensure()), ModelStore(), digest_of()
        if options.if_changed:
            return train_if_changed(rasa, store, digest)
        return train(rasa, store, digest, force=options.force)
    except (TrainingError, nlu_environment.CannotInstallError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _train_missing(rasa: Rasa, store: ModelStore, digest: str) -> None:
    if not store.has(digest):
        _say("training")
        rasa.train(store.path(digest))


def _decide(store: ModelStore, digest: str, rival: str, manifest: Manifest, *, force: bool) -> int:
    worse = _worse(store, digest, rival, manifest)
    if worse and not force:
        manifest.refused = sorted({*manifest.refused, digest})
        manifest.replaced = ""
        store.use(rival, manifest)
        sys.stderr.write(worse + "\n")
        return 1
    _say("unchanged" if manifest.current == digest else "replaced")
    manifest.replaced = ""
    store.use(digest, manifest)
    return 0


def _worse(store: ModelStore, digest: str, rival: str, manifest: Manifest) -> str:
    """The sentence of refusal where the new model is worse than its rival; otherwise nothing."""
    if rival not in manifest.figures or not store.has(rival):
        return ""
    new, old = store.answers(digest), store.answers(rival)
    both = new.keys() & old.keys()
    if len(both) >= COMPARABLE:
        # New examples are harder or easier: only those that both know compare.
        now, before = (sum(each[text] for text in both) / len(both) for each in (new, old))
        return _WORDS["refused_both"].format(count=len(both), new=now, old=before) if now < before - NOISE else ""
    now, before = manifest.figures[digest].macro_f1, manifest.figures[rival].macro_f1
    return _WORDS["refused"].format(new=now, old=before) if now < before - NOISE else ""


def _tell(digest: str, rival: str, manifest: Manifest) -> None:
    _say("figures", **asdict(manifest.figures[digest]))
    if rival in manifest.figures:
        _say("before", **asdict(manifest.figures[rival]))
    _say("report", path=(REPORTS / nlu_report.PAGE).relative_to(ROOT))


def _wait(process: subprocess.Popen[bytes], what: str, log: Path) -> int:
    """Wait, telling now and then that it goes on; what takes too long, or is interrupted, is ended."""
    began = time.monotonic()
    try:
        while True:
            try:
                return process.wait(TELL_SECONDS)
            except subprocess.TimeoutExpired:
                seconds = time.monotonic() - began
            if seconds > TIMEOUT_SECONDS:
                raise TrainingError("too_long", what=what, seconds=TIMEOUT_SECONDS, log=log)
            _say("elapsed", seconds=round(seconds))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _say(key: str, **words: object) -> None:
    sys.stdout.write(_WORDS[key].format_map(words) + "\n")
    sys.stdout.flush()
