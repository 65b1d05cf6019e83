"""The backend's command line: one word says which command; errors of the person who types are one sentence."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module

from sqlalchemy.exc import SQLAlchemyError

from backend.config import VARIABLES, MissingError, Settings, load
from connectors.sealing import SealError

COMMANDS: Mapping[str, str] = {
    "serve": "启动接口服务",
    "work": "启动后台工人：办理事项、发送通知、取回附件",
    "migrate": "把数据库升级到最新",
    "seed": "写入演示机构，并打印还没绑定的人的绑定码",
    "code": "给一位工作人员新的绑定码：code <工作人员编号>",
    "resend": "把发不出去、办不成的再试一次",
    "reseal": "用现用密钥重新加密旧密钥加密的内容",
    "reception": "领导公开接访的日程：reception --help",
}
"""Each is a module of backend/commands, loaded only when asked for: serving needs neither Alembic nor Redis."""

Main = Callable[[Settings, list[str]], Coroutine[None, None, None]]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the process's exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    # A command with options of its own reads them itself.
    own = words[1:] if words[:1] == ["reception"] else []
    asked = _parser().parse_args(words[: len(words) - len(own)])
    command: Main = import_module(f"backend.commands.{asked.command}").main
    try:
        asyncio.run(command(load(), own or asked.rest))
    except (MissingError, SealError) as error:
        return _fail(str(error))
    except SQLAlchemyError as error:
        return _fail(
            f"数据库用不了（{type(error).__name__}）：请检查 DATABASE_URL，并先运行 python -m backend migrate。"
        )
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<9} {text}" for name, text in COMMANDS.items())
    variables = "\n".join(f"  {name:<14} {text}" for name, text in VARIABLES.items())
    parser = argparse.ArgumentParser(
        prog="python -m backend",
        description="和为贵后台。",
        epilog=f"命令：\n{commands}\n\n环境变量：\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="command", help="见下")
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    return parser


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - the one sentence for who typed the command
    return 1


if __name__ == "__main__":
    sys.exit(main())
