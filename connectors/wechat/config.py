"""What this room reads from the environment, once, into one frozen object."""

import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from redis.asyncio.connection import parse_url

from connectors.wechat.gate import Mode

DEFAULT_API_BASE = "https://api.weixin.qq.com"
VARIABLES: dict[str, str] = {
    "WECHAT_APP_ID": "the account's app id (wx...)",
    "WECHAT_APP_SECRET": "the account's app secret",
    "WECHAT_TOKEN": "the token set beside the callback address",
    "WECHAT_AES_KEY": "the 43 characters of EncodingAESKey; needed unless WECHAT_MODE is plain",
    "WECHAT_MODE": "encrypted (default) or plain: how the platform's messages must arrive",
    "WECHAT_API_BASE": f"where the platform's API is (default {DEFAULT_API_BASE})",
    "REDIS_URL": "the Redis where access tokens and quotas are shared (redis://127.0.0.1:6379/0)",
}
"""Every variable and what it is for, for --help."""
API_VARIABLES = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_API_BASE", "REDIS_URL")
"""What calling the API takes; receiving messages takes the others too."""
_AES_KEY_CHARS = 43


class ConfigError(Exception):
    """A variable is missing or makes no sense; the text is one sentence to show, without any value."""


@dataclass(frozen=True, slots=True)
class WeChatConfig:
    """One account and where its platform is. Secrets do not show in repr."""

    app_id: str
    app_secret: str = field(repr=False)
    redis_url: str = field(repr=False)
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    mode: Mode = "encrypted"
    api_base: str = DEFAULT_API_BASE


def from_environment(*, callbacks: bool) -> WeChatConfig:
    """Read the process's environment; see `read`."""
    return read(os.environ, callbacks=callbacks)


def read(env: Mapping[str, str], *, callbacks: bool) -> WeChatConfig:
    """Return the configuration; ConfigError names everything that is missing or wrong.

    callbacks: whether messages are received too, so that the token and the AES key are needed.
    """
    mode = env.get("WECHAT_MODE") or "encrypted"
    if mode not in ("encrypted", "plain"):
        raise ConfigError("WECHAT_MODE must be encrypted or plain.")
    needed = ["WECHAT_APP_ID", "WECHAT_APP_SECRET", "REDIS_URL"]
    if callbacks:
        needed += ["WECHAT_TOKEN"] + (["WECHAT_AES_KEY"] if mode == "encrypted" else [])
    missing = [name for name in needed if not env.get(name)]
    if missing:
        raise ConfigError(f"Missing in the environment: {', '.join(missing)}.")
    _check_addresses(env)
    aes_key = env.get("WECHAT_AES_KEY", "")
    if callbacks and mode == "encrypted" and not _is_aes_key(aes_key):
        raise ConfigError("WECHAT_AES_KEY must be the 43 letters and digits of the account's EncodingAESKey.")
    return WeChatConfig(
        app_id=env["WECHAT_APP_ID"],
        app_secret=env["WECHAT_APP_SECRET"],
        redis_url=env["REDIS_URL"],
        token=env.get("WECHAT_TOKEN", ""),
        aes_key=aes_key,
        mode=cast("Mode", mode),
        api_base=(env.get("WECHAT_API_BASE") or DEFAULT_API_BASE).rstrip("/"),
    )


def is_http(url: str) -> bool:
    """Whether this is the address of a server: http or https with a host, and with a number for a port if any."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_addresses(env: Mapping[str, str]) -> None:
    if not env["REDIS_URL"].startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("REDIS_URL must begin with redis://, rediss:// or unix://.")
    try:
        parse_url(env["REDIS_URL"])
    except ValueError:
        raise ConfigError("REDIS_URL cannot be read: it should look like redis://127.0.0.1:6379/0.") from None
    if env.get("WECHAT_API_BASE") and not is_http(env["WECHAT_API_BASE"]):
        raise ConfigError("WECHAT_API_BASE must be an address such as https://api.weixin.qq.com.")


def _is_aes_key(text: str) -> bool:
    try:
        return len(text) == _AES_KEY_CHARS and len(binascii.a2b_base64(f"{text}=".encode(), strict_mode=True)) > 0
    except ValueError:
        return False
