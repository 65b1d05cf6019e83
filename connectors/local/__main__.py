"""`python -m connectors.local demo | redis | rasa | prepare-tests`."""

import argparse
import asyncio
import os
import sys

from connectors.local import config, prepare, rasa_server, redis_server
from connectors.local.demo import demo
from connectors.local.messages import CannotGoOnError

EPILOG = """环境变量（都可不设）：
  REDIS_URL       用现成的 Redis，不另外启动        DATABASE_URL    用现成的数据库（默认 .data/ 下的 SQLite）
  RASA_URL        用现成的 Rasa，不另外启动         BOT_PORT        机器人端口，默认 8000
  BACKEND_PORT    后台端口，默认 8001               SIMULATOR_PORT  模拟器端口，默认 8010
  REDIS_PORT      自启 Redis 的端口，默认 6390      RASA_PORT       自启 Rasa 的端口，默认 5005
各部分自己的变量（见 README）也照样有效。微信账号和密钥（WECHAT_*、BACKEND_TOKEN、PII_KEY、SESSION_KEY）
不设时首次运行自动生成，存于 .data/local.env。"""
COMMANDS = {
    "demo": "准备好一切，启动所有部分，演一遍对话，一直运行到 Ctrl-C",
    "redis": "只启动 Redis（Procfile 用）",
    "rasa": "只启动 Rasa（Procfile 用）",
    "prepare-tests": "准备测试要用的浏览器和语言理解模型",
}


def main() -> int:
    """Do what the command says; 1 and one sentence when it cannot be done."""
    try:
        _obey(_parser().parse_args().command)
    except CannotGoOnError as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201 - a terminal program
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<14} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m connectors.local",
        description="在一台机器上运行全部。",
        epilog=f"命令：\n{commands}\n\n{EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="见下")
    return parser


def _obey(command: str) -> None:
    prepare.root()
    settings = config.load(make_secrets=command == "demo")
    if command == "demo":
        asyncio.run(demo(settings))
    elif command == "redis":
        _become(redis_server.command(config.DATA.absolute() / "redis", settings.port("REDIS_PORT")))
    elif command == "rasa":
        _become(rasa_server.command(settings.port("RASA_PORT")))
    else:
        asyncio.run(_prepare_tests(settings))


async def _prepare_tests(settings: config.Settings) -> None:
    await prepare.browser(settings)
    await prepare.understanding(settings)


def _become(line: list[str]) -> None:
    os.execvp(line[0], line)  # noqa: S606 - this process becomes the server, so that signals reach it


if __name__ == "__main__":
    sys.exit(main())
