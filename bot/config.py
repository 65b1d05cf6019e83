"""What the bot reads from the environment, once, into one frozen object."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors import sealing
from connectors.sealing import Keyring
from connectors.wechat import config as wechat

DEFAULT_RASA_URL = "http://127.0.0.1:5005"
DEFAULT_BACKEND_URL = "http://127.0.0.1:8001"
VARIABLES: dict[str, str] = {
    **wechat.VARIABLES,
    "REDIS_URL": "the Redis that keeps conversations (redis://127.0.0.1:6379/0)",
    "RASA_URL": f"the Rasa NLU server (default {DEFAULT_RASA_URL})",
    "SESSION_KEY": "keys that seal conversations in Redis, id:base64[,…] (default one made from WECHAT_APP_SECRET)",
    "BACKEND_URL": f"our backend (default {DEFAULT_BACKEND_URL})",
    "BACKEND_TOKEN": "the token the backend knows the bot by",
    "BOT_HOST": "the address to listen on (default 127.0.0.1)",
    "BOT_PORT": "the port to listen on (default 8000)",
}
"""Every variable and what it is for, for --help."""
REQUIRED = ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "REDIS_URL", "BACKEND_TOKEN")
MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Config:
    """One bot process. Secrets do not show in repr."""

    account: wechat.WeChatConfig
    redis_url: str = field(repr=False)
    backend_token: str = field(repr=False)
    session_keys: Keyring = field(repr=False)
    backend_url: str = DEFAULT_BACKEND_URL
    rasa_url: str = DEFAULT_RASA_URL
    host: str = "127.0.0.1"
    port: int = 8000


def from_environment() -> Config:
    """Read the process's environment; see `read`."""
    return read(os.environ)


def rasa_url() -> str:
    """Where Rasa is, for commands that need nothing else."""
    return os.environ.get("RASA_URL") or DEFAULT_RASA_URL


def read(env: Mapping[str, str]) -> Config:
    """Return the configuration; connectors.wechat.config.ConfigError names everything that is missing or wrong."""
    needed = [*REQUIRED, *(["WECHAT_AES_KEY"] if env.get("WECHAT_MODE") != "plain" else [])]
    missing = [name for name in needed if not env.get(name)]
    if missing:
        raise wechat.ConfigError(f"Missing in the environment: {', '.join(missing)}.")
    port = env.get("BOT_PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= MAX_PORT):
        raise wechat.ConfigError("BOT_PORT must be a port number.")
    for name in ("BACKEND_URL", "RASA_URL"):
        if env.get(name) and not wechat.is_http(env[name]):
            raise wechat.ConfigError(f"{name} must be an address such as http://127.0.0.1:8001.")
    return Config(
        account=wechat.read(env, callbacks=True),
        redis_url=env["REDIS_URL"],
        backend_token=env["BACKEND_TOKEN"],
        session_keys=_session_keys(env.get("SESSION_KEY", ""), env["WECHAT_APP_SECRET"]),
        backend_url=env.get("BACKEND_URL") or DEFAULT_BACKEND_URL,
        rasa_url=env.get("RASA_URL") or DEFAULT_RASA_URL,
        host=env.get("BOT_HOST") or "127.0.0.1",
        port=int(port),
    )


def _session_keys(given: str, app_secret: str) -> Keyring:
    """The keys given; what the account's own secret sealed while there were none opens too."""
    own = sealing.derive(app_secret, "heweigui/sessions", "SESSION_KEY")
    if not given:
        return own
    try:
        return sealing.parse(given, "SESSION_KEY").opening_also(own)
    except sealing.SealError as error:
        raise wechat.ConfigError(f"{error}。") from error
