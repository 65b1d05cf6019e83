"""Rasa's own environment, made from nlu_data/requirements.lock, linked as .venv-nlu: `python -m bot.nlu_environment`.

It is large (0.8 GB), so it lies in the user's cache folder under its lock's hash, where several checkouts share it.
Only the standard library is imported here: nothing needs to be installed before this runs.
"""

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "nlu_data" / "requirements.lock"
STAND_IN = ROOT / "nlu_data" / "tensorflow_stand_in.py"
"""What Rasa finds as `tensorflow` where the lock has none."""
LINK = ROOT / ".venv-nlu"
CACHE = Path.home() / ".cache" / "heweigui"
MARKER = "complete"
"""Written last: an environment without it was cut short and is made anew."""
BUILDERS = ("setuptools", "wheel")
"""Installed first, so that packages without a wheel are built with what the lock pins."""
TIMEOUT_SECONDS = 3600.0
PYTHON = (3, 11)
QUIET_STEP = 20
"""Where the output is no terminal, every so many packages is said."""

_WORDS: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_BEGUN = re.compile(r"^(?:Collecting|Processing) (?:\S*/)?([A-Za-z0-9][\w.]*(?:-[a-z][\w]*)*)")
"""What pip says when it begins with a package: a pinned name, or the path of a file."""


class CannotInstallError(Exception):
    """Says in one sentence what went wrong and what to do."""

    def __init__(self, key: str, **words: object) -> None:
        super().__init__(_WORDS[key].format_map(words))


def place(lock: Path = LOCK, cache: Path = CACHE) -> Path:
    """Where the environment of this lock and this Python belongs."""
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    return cache / f"nlu-{digest[:16]}"


def is_whole(folder: Path) -> bool:
    """Whether an environment was installed to its end."""
    return (folder / MARKER).is_file()


def ensure(lock: Path = LOCK, link: Path = LINK, cache: Path = CACHE) -> Path:
    """Return the environment, made first where it is not there yet; raise CannotInstallError."""
    folder = place(lock, cache)
    if not is_whole(folder):
        with _alone(folder.with_name(f"{folder.name}.lock")):
            # Another process may have made it while this one waited.
            if not is_whole(folder):
                _make(folder, lock)
    _stand_in(folder, lock.read_text(encoding="utf-8"))
    _point(link, folder)
    return folder


def entries(lock: str, names: tuple[str, ...]) -> str:
    """The named packages' entries of a lock, each with its hashes."""
    blocks = re.split(r"^(?=[a-zA-Z0-9])", lock, flags=re.MULTILINE)
    return "".join(block for block in blocks if block.partition("==")[0] in names)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, lock: Path) -> None:
    # A virtual environment knows its own path, so it is made where it stays, and the marker tells a whole one.
    if sys.version_info[:2] != PYTHON:
        raise CannotInstallError("wrong_python", version=".".join(map(str, sys.version_info[:3])))
    _say("installing", folder=folder)
    shutil.rmtree(folder, ignore_errors=True)
    code, _ = _run([sys.executable, "-m", "venv", str(folder)], 0)
    if code:
        raise CannotInstallError("no_venv")
    text = lock.read_text(encoding="utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as first:
        first.write(entries(text, BUILDERS))
        first.flush()
        _install(folder, Path(first.name), 0)
    _install(folder, lock, len(re.findall(r"^[a-zA-Z0-9][\w.-]*==", text, re.MULTILINE)))
    (folder / MARKER).touch()


def _install(folder: Path, requirements: Path, count: int) -> None:
    # Rasa declares Python < 3.11 and works on it with this set: see nlu_data/overrides.txt.
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--ignore-requires-python"]
    options = ["--require-hashes", "--no-build-isolation", "--no-input", "--disable-pip-version-check"]
    code, last = _run([*pip, *options, "--progress-bar", "off", "-r", str(requirements)], count)
    if code:
        raise CannotInstallError("failed", last=last)


def _run(command: list[str], count: int) -> tuple[int, str]:
    """Run with progress; return the exit code and the last error's line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        timer = threading.Timer(TIMEOUT_SECONDS, process.kill)
        timer.start()
        last = _follow(process.stdout or (), count)
        code = process.wait()
    if not timer.is_alive():
        raise CannotInstallError("too_long")
    timer.cancel()
    return code, last


def _follow(lines: Iterable[str], count: int) -> str:
    done, last = 0, ""
    for line in lines:
        begun = _BEGUN.match(line)
        if begun and count:
            done += 1
            _progress(done, count, begun[1])
        if line.startswith("Installing collected") and count:
            _say("finishing")
        if line.startswith("ERROR"):
            last = line.strip()
    return last


def _progress(done: int, count: int, package: str) -> None:
    text = _WORDS["progress"].format(done=done, count=count, package=package)
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{text}" + ("\n" if done == count else ""))
        sys.stdout.flush()
    elif done % QUIET_STEP == 0:
        _say("progress", done=done, count=count, package=package)


def _stand_in(folder: Path, lock: str) -> None:
    package = folder / "lib" / f"python{PYTHON[0]}.{PYTHON[1]}" / "site-packages" / "tensorflow" / "__init__.py"
    if re.search(r"^tensorflow(-cpu)?==", lock, re.MULTILINE):
        return
    if not package.exists() or package.read_bytes() != STAND_IN.read_bytes():
        package.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(STAND_IN, package)


def _point(link: Path, folder: Path) -> None:
    if link.is_symlink() and link.readlink() == folder:
        return
    if link.exists() and not link.is_symlink():
        raise CannotInstallError("in_the_way", link=link)
    fresh = link.with_name(f"{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder)
    fresh.replace(link)


def _say(key: str, **words: object) -> None:
    sys.stdout.write(_WORDS[key].format_map(words) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Make the environment, or say why not."""
    try:
        folder = ensure()
    except CannotInstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say("ready", folder=folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
