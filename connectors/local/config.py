"""The environment of a local run, read once: what is given is used, what is missing is made and kept under .data/."""

import base64
import os
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.local.messages import CannotGoOnError

DATA = Path(".data")
SECRETS_FILE = DATA / "local.env"
LARGEST_PORT = 65_535

WECHAT = (
    "WECHAT_APP_ID",
    "WECHAT_APP_SECRET",
    "WECHAT_TOKEN",
    "WECHAT_AES_KEY",
    "WECHAT_API_BASE",
    "WECHAT_MODE",
)
PRIVILEGES: Mapping[str, tuple[str, ...]] = {
    "redis": ("REDIS_PORT",),
    "rasa": ("RASA_PORT",),
    "backend": ("DATABASE_URL", "BACKEND_TOKEN", "PII_KEY", "BACKEND_HOST", "BACKEND_PORT", "BACKEND_PUBLIC_URL"),
    "worker": ("DATABASE_URL", "PII_KEY", "REDIS_URL", "BACKEND_PUBLIC_URL", *WECHAT),
    "simulator": (
        *(*WECHAT, "BOT_URL", "SIMULATOR_HOST", "SIMULATOR_PORT", "SIMULATOR_FORMAT"),
        *("SIMULATOR_MEMORY", "SIMULATOR_ACCOUNT_NAME"),
    ),
    "bot": (
        *("REDIS_URL", "SESSION_KEY", "RASA_URL", "BACKEND_URL", "BACKEND_TOKEN", "BOT_HOST", "BOT_PORT"),
        *WECHAT,
    ),
}
"""Which of our variables each process is given: the one facing the internet holds no database password."""

OURS = frozenset(name for names in PRIVILEGES.values() for name in names)


@dataclass(frozen=True, slots=True)
class Settings:
    """One local run. `given` names the variables that came from outside; `values` may hold secrets and hides."""

    given: frozenset[str]
    values: Mapping[str, str] = field(repr=False)
    surroundings: Mapping[str, str] = field(repr=False)

    def environment(self, process: str) -> dict[str, str]:
        """What the named process may know: the machine's own variables, and of ours only its share."""
        share = {name: self.values[name] for name in PRIVILEGES[process] if name in self.values}
        return {**self.surroundings, **share}

    def port(self, name: str) -> int:
        """A port by its variable's name."""
        text = self.values[name]
        if not (text.isascii() and text.isdecimal() and 0 < int(text) <= LARGEST_PORT):
            raise CannotGoOnError("bad_port", variable=name)
        return int(text)


def load(*, make_secrets: bool = True) -> Settings:
    """Read the environment, then .data/local.env, then the defaults; write newly made secrets back.

    make_secrets: whether secrets that are missing are made; a single server that is started needs none.
    """
    given = {name: os.environ[name] for name in OURS if os.environ.get(name)}
    surroundings = {name: value for name, value in os.environ.items() if name not in OURS}
    kept = _read(SECRETS_FILE)
    made = {name: make() for name, make in _SECRETS.items() if make_secrets and name not in kept}
    if made:
        kept |= made
        _write(SECRETS_FILE, kept)
    values = {**_DEFAULTS, **kept, **given}
    values.setdefault("REDIS_URL", f"redis://127.0.0.1:{values['REDIS_PORT']}/0")
    values.setdefault("RASA_URL", f"http://127.0.0.1:{values['RASA_PORT']}")
    values.setdefault("BACKEND_URL", f"http://127.0.0.1:{values['BACKEND_PORT']}")
    values.setdefault("WECHAT_API_BASE", f"http://127.0.0.1:{values['SIMULATOR_PORT']}")
    values.setdefault("BOT_URL", f"http://127.0.0.1:{values['BOT_PORT']}/wechat")
    return Settings(frozenset(given), values, surroundings)


_DEFAULTS: Mapping[str, str] = {
    "WECHAT_MODE": "encrypted",
    "BOT_HOST": "127.0.0.1",
    "BOT_PORT": "8000",
    "BACKEND_HOST": "127.0.0.1",
    "BACKEND_PORT": "8001",
    "SIMULATOR_HOST": "127.0.0.1",
    "SIMULATOR_PORT": "8010",
    "SIMULATOR_MEMORY": str(DATA / "phones.json"),
    "RASA_PORT": "5005",
    "REDIS_PORT": "6390",
    "DATABASE_URL": f"sqlite+aiosqlite:///{DATA / 'heweigui.db'}",
}

_LETTERS = string.ascii_letters + string.digits


def _a_key() -> str:
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


_SECRETS: Mapping[str, Callable[[], str]] = {
    "WECHAT_APP_ID": lambda: "wx" + secrets.token_hex(8),
    "WECHAT_APP_SECRET": lambda: secrets.token_hex(16),
    "WECHAT_TOKEN": lambda: "".join(secrets.choice(_LETTERS) for _ in range(24)),
    "WECHAT_AES_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
    "BACKEND_TOKEN": lambda: secrets.token_urlsafe(32),
    "PII_KEY": _a_key,
    "SESSION_KEY": _a_key,
}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _write(path: Path, values: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    text = "# Secrets of this machine's local run; made on the first run, never committed.\n"
    path.write_text(text + "".join(f"{name}={value}\n" for name, value in sorted(values.items())), encoding="utf-8")
