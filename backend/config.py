"""The backend's environment, read once into one frozen object; secrets hide in its repr, what is missing is named."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_DATABASE = "sqlite+aiosqlite:///.data/heweigui.db"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8001
PORT_MAX = 65535

VARIABLES: Mapping[str, str] = {
    "DATABASE_URL": f"数据库地址，默认 {DEFAULT_DATABASE}；生产用 postgresql+asyncpg://…",
    "PII_KEY": "个人信息密钥：编号:base64（32 字节），可用逗号隔开多把，第一把是现用的",
    "BACKEND_TOKEN": "机器人访问后台用的令牌（serve）",
    "BACKEND_HOST": f"监听地址，默认 {DEFAULT_HOST}（serve）",
    "BACKEND_PORT": f"监听端口，默认 {DEFAULT_PORT}（serve）",
    "BACKEND_PUBLIC_URL": "居民手机上能打开的后台地址，公布的接访日程用它，默认 http://监听地址:端口（serve、work）",
    "WECHAT_APP_ID": "公众号的 AppID（work）",
    "WECHAT_APP_SECRET": "公众号的 AppSecret（work）",
    "WECHAT_API_BASE": "微信接口地址，默认官方地址（work）",
    "REDIS_URL": "Redis 地址，令牌和消息额度在那里共用（work）",
}
"""For --help; those of the worker are read by connectors/wechat/config.py."""


class MissingError(Exception):
    """A variable is missing or wrong; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen, where the records are and the keys to them."""

    database_url: str = field(repr=False)
    pii_key: str = field(repr=False)
    token: str = field(repr=False)
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    public_url: str = ""

    @property
    def site(self) -> str:
        """Where phones open the public calendar."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def require(self, *names: str) -> None:
        """Raise MissingError naming all of these variables that are empty."""
        values = {"PII_KEY": self.pii_key, "BACKEND_TOKEN": self.token}
        missing = [name for name in names if not values[name]]
        if missing:
            raise MissingError(f"缺少环境变量 {'、'.join(missing)}，请设置后再启动（make demo 会自动准备好）。")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from the process's environment, or from the one given."""
    env = os.environ if environment is None else environment
    return Settings(
        database_url=env.get("DATABASE_URL") or DEFAULT_DATABASE,
        pii_key=env.get("PII_KEY", ""),
        token=env.get("BACKEND_TOKEN", ""),
        host=env.get("BACKEND_HOST") or DEFAULT_HOST,
        public_url=env.get("BACKEND_PUBLIC_URL", ""),
        port=_port(env.get("BACKEND_PORT") or str(DEFAULT_PORT)),
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 <= int(text) <= PORT_MAX:
        return int(text)
    raise MissingError(f"环境变量 BACKEND_PORT 应为 0 到 {PORT_MAX} 的数字。")
