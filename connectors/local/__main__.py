"""`python -m connectors.local demo | redis | prepare-tests`."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from connectors.local import config, prepare
from connectors.local.demo import demo
from connectors.local.messages import CannotGoOnError
from connectors.local.redis_server import command

EPILOG = """环境变量（都可不设）：
  REDIS_URL       用现成的 Redis，不另外启动        DATABASE_URL    用现成的数据库（默认 .data/ 下的 SQLite）
  RASA_URL        用现成的 Rasa，不另外启动         BOT_PORT        机器人端口，默认 8000
  BACKEND_PORT    后台端口，默认 8001               SIMULATOR_PORT  模拟器端口，默认 8010
  REDIS_PORT      自启 Redis 的端口，默认 6390
微信账号和密钥（WECHAT_*、BACKEND_TOKEN、PII_KEY）不设时首次运行自动生成，存于 .data/local.env。"""


def main() -> int:
    """Do what the command says; 1 and one sentence when it cannot be done."""
    parser = argparse.ArgumentParser(
        "python -m connectors.local", epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("demo", "redis", "prepare-tests"))
    asked = parser.parse_args().command
    try:
        settings = config.load()
        if asked == "demo":
            asyncio.run(demo(settings))
        elif asked == "redis":
            _become_redis(settings.port("REDIS_PORT"))
        else:
            prepare.browser()
            prepare.understanding(settings)
    except CannotGoOnError as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - a terminal program
        return 1
    return 0


def _become_redis(port: int) -> None:
    folder = config.DATA / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    line = command(Path(folder).absolute(), port)
    os.execv(line[0], line)  # noqa: S606 - this process becomes the server, so that signals reach it


if __name__ == "__main__":
    sys.exit(main())
