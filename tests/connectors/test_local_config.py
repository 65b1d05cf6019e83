"""The environment of a local run: secrets made once and kept to their owner, to each process its share."""

import os
import stat
from pathlib import Path

import pytest

from connectors.local import config
from connectors.local.messages import CannotGoOnError

PERSONAL_DATA = {"PII_KEY", "DATABASE_URL"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, and an environment without any variable of ours."""
    monkeypatch.chdir(tmp_path)
    for name in config.OURS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("text", ["", "abc", "0", "70000", "-1", "８０", "8 0"])
def test_what_is_no_port_is_named(text: str) -> None:
    """A variable that should be a port and is none is named in a sentence."""
    settings = config.Settings(frozenset(), {"BOT_PORT": text}, {})
    with pytest.raises(CannotGoOnError, match="BOT_PORT"):
        settings.port("BOT_PORT")


def test_secrets_are_made_once_and_only_their_owner_reads_them(folder: Path) -> None:
    """The first run makes every secret and keeps it in a file of mode 0600; the second finds the same."""
    first = config.load()
    file = folder / ".data" / "local.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_text()
    assert config.load().values == first.values
    assert file.read_text() == content
    assert len(first.values["WECHAT_AES_KEY"]) == 43
    assert first.values["PII_KEY"].startswith("k1:")
    assert first.values["SESSION_KEY"].startswith("k1:")
    assert first.values["SESSION_KEY"] != first.values["PII_KEY"]


def test_a_secret_that_is_missing_is_added_and_the_others_stay(folder: Path) -> None:
    """A file from an older version keeps what it has and gets what it lacks."""
    file = folder / ".data" / "local.env"
    file.parent.mkdir()
    file.write_text("# mine\nPII_KEY=k9:kept\n\n")
    values = config.load().values
    assert (values["PII_KEY"], "WECHAT_TOKEN=" in file.read_text()) == ("k9:kept", True)


def test_a_single_server_makes_no_secrets(folder: Path) -> None:
    """Where no secret is needed, none is made and nothing is written."""
    assert "PII_KEY" not in config.load(make_secrets=False).values
    assert list(folder.iterdir()) == []


def test_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the environment is used, remembered as given, and what depends on it follows."""
    monkeypatch.setenv("BOT_PORT", "8123")
    monkeypatch.setenv("WECHAT_TOKEN", "given")
    settings = config.load()
    assert settings.given == {"BOT_PORT", "WECHAT_TOKEN"}
    assert settings.values["BOT_URL"] == "http://127.0.0.1:8123/wechat"
    assert settings.environment("bot")["WECHAT_TOKEN"] == "given"


def test_each_process_is_given_only_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of our variables a process sees those of its list and no other, whatever the environment holds."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://secret")
    settings = config.load()
    for process, names in config.PRIVILEGES.items():
        assert set(settings.environment(process)) & config.OURS <= set(names)
        assert settings.environment(process)["PATH"] == os.environ["PATH"]
    for outside in ("bot", "simulator", "redis", "rasa"):
        assert set(settings.environment(outside)) & PERSONAL_DATA == set()
    assert [process for process in config.PRIVILEGES if "SESSION_KEY" in settings.environment(process)] == ["bot"]


def test_no_secret_shows_in_a_traceback() -> None:
    """The settings' repr holds no value."""
    settings = config.load()
    assert [value for value in settings.values.values() if value in repr(settings)] == []
