"""The environment of the simulator, read once into one frozen object."""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("WECHAT_APP_ID", "", "the account's app id"),
    ("WECHAT_APP_SECRET", "", "the secret that the bot asks tokens with"),
    ("WECHAT_TOKEN", "", "the token that pushes are signed with"),
    ("WECHAT_AES_KEY", "", "43 characters; needed unless WECHAT_MODE is plain"),
    ("WECHAT_MODE", "encrypted", "encrypted or plain"),
    ("BOT_URL", "http://127.0.0.1:8000/wechat", "where pushes go; several, separated by commas, take turns"),
    ("SIMULATOR_HOST", "127.0.0.1", "address to listen on"),
    ("SIMULATOR_PORT", "8010", "port to listen on"),
    ("SIMULATOR_FORMAT", "xml", "format of pushes: xml or json"),
    ("SIMULATOR_MEMORY", "", "a file in which the phones outlive a restart; without it they do not"),
    ("SIMULATOR_ACCOUNT_NAME", "和为贵", "the account's name on the phones"),
)
"""Name, default, meaning of every variable that the simulator reads; --help prints them."""

AES_KEY_LENGTH = 43
PORT_LIMIT = 65535


class ConfigError(ValueError):
    """A variable is missing or cannot be used; the message names every such variable."""


@dataclass(frozen=True)
class Config:
    """What the simulator was told; secrets stay out of its repr."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    encrypted: bool = True
    bot_urls: tuple[str, ...] = ("http://127.0.0.1:8000/wechat",)
    host: str = "127.0.0.1"
    port: int = 8010
    push_format: str = "xml"
    account_name: str = "和为贵"
    memory: Path | None = None

    @property
    def base_url(self) -> str:
        """Where others reach the simulator; an address that means "all of them" is shown as this machine's own."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port}"

    @property
    def account(self) -> str:
        """The account's original id (gh_…), the same for the same app id."""
        return "gh_" + hashlib.sha256(self.app_id.encode()).hexdigest()[:12]


def from_environment() -> Config:
    """Read the process's environment; see `read`."""
    return read(os.environ)


def read(environ: Mapping[str, str]) -> Config:
    """Build the configuration from the environment, or raise ConfigError naming all that is wrong."""
    values = {name: environ.get(name, "").strip() or default for name, default, _ in VARIABLES}
    problems = _problems(values)
    if problems:
        raise ConfigError("; ".join(problems))
    return Config(
        app_id=values["WECHAT_APP_ID"],
        app_secret=values["WECHAT_APP_SECRET"],
        token=values["WECHAT_TOKEN"],
        aes_key=values["WECHAT_AES_KEY"],
        encrypted=values["WECHAT_MODE"] == "encrypted",
        bot_urls=tuple(_urls(values["BOT_URL"])),
        host=values["SIMULATOR_HOST"],
        port=int(values["SIMULATOR_PORT"]),
        push_format=values["SIMULATOR_FORMAT"],
        account_name=values["SIMULATOR_ACCOUNT_NAME"],
        memory=Path(values["SIMULATOR_MEMORY"]) if values["SIMULATOR_MEMORY"] else None,
    )


def _urls(value: str) -> list[str]:
    return [url.strip() for url in value.split(",") if url.strip()]


def _problems(values: Mapping[str, str]) -> list[str]:
    needed = ["WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN"]
    if values["WECHAT_MODE"] == "encrypted":
        needed.append("WECHAT_AES_KEY")
    problems = [f"{name} is not set" for name in needed if not values[name]]
    if values["WECHAT_AES_KEY"] and not _is_aes_key(values["WECHAT_AES_KEY"]):
        problems.append(f"WECHAT_AES_KEY is not a key of {AES_KEY_LENGTH} base64 characters")
    for name, allowed in (("WECHAT_MODE", ("encrypted", "plain")), ("SIMULATOR_FORMAT", ("xml", "json"))):
        if values[name] not in allowed:
            problems.append(f"{name} must be {' or '.join(allowed)}")
    port = values["SIMULATOR_PORT"]
    if not (port.isascii() and port.isdecimal() and int(port) <= PORT_LIMIT):
        problems.append("SIMULATOR_PORT is not a port number")
    if not all(_is_http(url) for url in _urls(values["BOT_URL"])):
        problems.append("BOT_URL is not an http address")
    return problems


def _is_aes_key(value: str) -> bool:
    try:
        decoded = base64.b64decode(value + "=", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(value) == AES_KEY_LENGTH and len(decoded) == 32  # noqa: PLR2004 - an AES-256 key


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
