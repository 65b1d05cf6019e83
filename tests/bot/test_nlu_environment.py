"""Rasa's environment: made once, whole or not at all, shared by its lock; small packages stand in for Rasa's."""

import hashlib
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from bot import nlu_environment
from bot.nlu_environment import BUILDERS, LOCK, MARKER, CannotInstallError, ensure, entries, is_whole, place


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes its packages from, instead of an index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def pack(shelf: Path, name: str, lock: Path, *, promised: bytes | None = None) -> None:
    """Make a package with one module and write it into the lock, with its hash or the hash of something else."""
    wheel = shelf / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Python: <3.11\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes() if promised is None else promised).hexdigest()
    with lock.open("a") as file:
        file.write(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n")


@pytest.fixture
def lock(tmp_path: Path, shelf: Path) -> Path:
    """A lock with what is needed first, and one package that does not want this Python."""
    path = tmp_path / "requirements.lock"
    for name in (*BUILDERS, "parrot"):
        pack(shelf, name, path)
    return path


def test_a_failed_download_is_said_and_leaves_nothing_usable(tmp_path: Path, shelf: Path, lock: Path) -> None:
    """A package that is not what the lock promises stops the installation, in words that say what to do."""
    pack(shelf, "cuckoo", lock, promised=b"something else")
    with pytest.raises(CannotInstallError, match="再运行一次"):
        ensure(lock, tmp_path / "link", tmp_path / "cache")
    assert not is_whole(place(lock, tmp_path / "cache"))
    assert not (tmp_path / "link").exists()


def test_what_is_in_the_way_is_not_removed(tmp_path: Path, lock: Path) -> None:
    """A real folder where the link belongs is left alone, and named."""
    cache = tmp_path / "cache"
    place(lock, cache).mkdir(parents=True)
    (place(lock, cache) / MARKER).touch()
    (tmp_path / "link").mkdir()
    with pytest.raises(CannotInstallError, match="link"):
        ensure(lock, tmp_path / "link", cache)
    assert (tmp_path / "link").is_dir()


def test_another_python_is_refused(tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is for one version of Python; another is named before anything is downloaded."""
    monkeypatch.setattr(nlu_environment, "PYTHON", (3, 8))
    with pytest.raises(CannotInstallError, match="make PYTHON="):
        ensure(lock, tmp_path / "link", tmp_path / "cache")


def test_made_once_and_linked(tmp_path: Path, lock: Path) -> None:
    """The environment holds the lock's packages, whatever Python they want; a second run only moves the link."""
    link, cache = tmp_path / "link", tmp_path / "cache"
    link.symlink_to(tmp_path / "elsewhere")
    folder = ensure(lock, link, cache)
    assert list(folder.glob("lib/python*/site-packages/parrot.py"))
    assert link.resolve() == folder
    made = (folder / MARKER).stat().st_mtime_ns
    link.unlink()
    assert ensure(lock, link, cache) == folder
    assert (folder / MARKER).stat().st_mtime_ns == made
    assert link.resolve() == folder


def test_one_cut_short_is_made_anew(tmp_path: Path, lock: Path) -> None:
    """Without its marker an environment counts for nothing, and its remains go."""
    folder = place(lock, tmp_path / "cache")
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "rubbish").touch()
    assert ensure(lock, tmp_path / "link", tmp_path / "cache") == folder
    assert is_whole(folder)
    assert not (folder / "bin" / "rubbish").exists()


def test_two_at_once_make_one(tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two that begin together one waits, and finds the work done."""
    made: list[Path] = []
    both = [
        threading.Thread(target=lambda link=name: made.append(ensure(lock, tmp_path / link, tmp_path / "cache")))
        for name in ("one", "two")
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(made) == 2
    assert capsys.readouterr().out.count("首次") == 1


def test_another_lock_is_another_place(tmp_path: Path, lock: Path) -> None:
    """Any change of the lock leads to an environment of its own."""
    before = place(lock, tmp_path)
    lock.write_text(lock.read_text() + "# changed\n")
    assert place(lock, tmp_path) != before


def test_entries_of_the_real_lock() -> None:
    """What is installed first stands in the lock, with hashes; and the lock names no address."""
    text = LOCK.read_text(encoding="utf-8")
    found = entries(text, BUILDERS)
    assert [line.split(" ")[0] for line in found.splitlines() if "==" in line] == [
        "setuptools==70.3.0",
        "wheel==0.45.1",
    ]
    assert found.count("--hash=sha256:") >= len(BUILDERS)
    assert "://" not in text
    assert "--index-url" not in text


def test_something_stands_where_tensorflow_was(tmp_path: Path, lock: Path) -> None:
    """Without TensorFlow in the lock whatever is imported of it is there; a stand-in of before is renewed."""
    folder = ensure(lock, tmp_path / "link", tmp_path / "cache")
    (package,) = folder.glob("lib/*/site-packages/tensorflow/__init__.py")
    package.write_text("")
    ensure(lock, tmp_path / "link", tmp_path / "cache")
    program = """
import tensorflow as tf
from keras.utils.control_flow_util import smart_cond
from tensorflow.keras.layers import Layer
class Own(Layer, tf.keras.Model): step = tf.function(lambda: 1); kind: "tf.Tensor | None"
print(tf.float32, tf.compat.v1.x, smart_cond)
"""
    subprocess.run([folder / "bin" / "python", "-c", program], check=True, cwd=tmp_path, stdout=subprocess.DEVNULL)
