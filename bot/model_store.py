"""Trained models under .models/: which one is in use, what each was trained from, and how well it did."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NLU_DATA = ROOT / "nlu_data"
MODELS = ROOT / ".models"
CURRENT = MODELS / "current.tar.gz"
KEPT = 3
"""So many of the newest models stay on the disk."""
DIGEST_CHARACTERS = 16
_INPUTS = ("config.yml", "requirements.lock", "nlu/**/*.yml", "words/*", "classifier/*.py", "classifier/*.txt")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a cross-validation, each 0..1: all intents by accuracy and macro F1, the kinds of dispute by accuracy."""

    accuracy: float
    macro_f1: float
    disputes: float
    examples: int


@dataclass(slots=True)
class Manifest:
    """What .models/manifest.json holds. Models are named by the digest of what they were trained from.

    replaced: the measured model that made way for one not yet measured, and comes back if that one is worse.
    """

    current: str = ""
    replaced: str = ""
    figures: dict[str, Figures] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class ModelStore:
    """Models in one folder; the one in use is a link that is changed in one step."""

    def __init__(self, folder: Path = MODELS) -> None:
        self.folder = folder
        self._manifest = folder / "manifest.json"

    def read(self) -> Manifest:
        """The manifest; an empty one where there is none, or none that can be read."""
        try:
            kept = json.loads(self._manifest.read_text(encoding="utf-8"))
            figures = {digest: Figures(**each) for digest, each in kept["figures"].items()}
            return Manifest(kept["current"], kept["replaced"], figures, kept["refused"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Manifest()

    def write(self, manifest: Manifest) -> None:
        """Write the manifest whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self._manifest.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        fresh.replace(self._manifest)

    def path(self, digest: str) -> Path:
        """The file of a model."""
        return self.folder / f"{digest}.tar.gz"

    def has(self, digest: str) -> bool:
        """Whether a model of these inputs was trained to its end."""
        return bool(digest) and self.path(digest).is_file()

    def answers(self, digest: str) -> dict[str, int]:
        """Which examples a cross-validation read rightly (1) or not (0), by their text; none where it is not known."""
        try:
            read = json.loads(self._answers(digest).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def keep_answers(self, digest: str, found: Path) -> None:
        """Keep a measurement's answers beside the model."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, self._answers(digest))

    def _answers(self, digest: str) -> Path:
        return self.folder / f"{digest}.answers.json"

    def use(self, digest: str, manifest: Manifest) -> None:
        """Put a model to use and drop the oldest ones."""
        fresh = self.folder / "current.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.path(digest).name)
        fresh.replace(self.folder / CURRENT.name)
        manifest.current = digest
        manifest.refused = [each for each in manifest.refused if each != digest]
        self.write(manifest)
        for old in list(self._oldest_first())[:-KEPT]:
            if old.name not in (self.path(digest).name, self.path(manifest.replaced).name):
                old.unlink()
                self._answers(old.name.removesuffix(".tar.gz")).unlink(missing_ok=True)

    def _oldest_first(self) -> Iterator[Path]:
        files = (path for path in self.folder.glob("[0-9a-f]*.tar.gz") if path.name != CURRENT.name)
        yield from sorted(files, key=lambda path: path.stat().st_mtime)


def digest_of(nlu_data: Path = NLU_DATA) -> str:
    """The digest of everything that a model is made from, names included."""
    digest = hashlib.sha256()
    for pattern in _INPUTS:
        for path in sorted(nlu_data.glob(pattern)):
            digest.update(f"{path.relative_to(nlu_data)}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGEST_CHARACTERS]
