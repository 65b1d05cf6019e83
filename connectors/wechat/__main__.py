"""`python -m connectors.wechat menu`: create the account's menu from the content writer's file."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from redis.asyncio import Redis

from connectors.wechat.client import WeChatClient
from connectors.wechat.config import API_VARIABLES, VARIABLES, ConfigError, WeChatConfig, from_environment
from connectors.wechat.errors import WeChatError
from connectors.wechat.menu import MenuError, load
from connectors.wechat.tokens import TokenStore

REDIS_TIMEOUT_S = 2.0
"""Seconds to wait for Redis."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code, 0 when it is done."""
    options = _parser().parse_args(arguments)
    try:
        menu = load(options.file)
        if not options.check:
            asyncio.run(_create(from_environment(callbacks=False), menu))
    except (MenuError, ConfigError, WeChatError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    sys.stdout.write("The menu is in order.\n" if options.check else "The menu is created.\n")
    return 0


async def _create(config: WeChatConfig, menu: dict[str, Any]) -> None:
    redis = Redis.from_url(config.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    async with redis, ClientSession() as http:
        tokens = TokenStore(redis, http, config.app_id, config.app_secret, config.api_base)
        await WeChatClient(http, tokens, config.api_base).create_menu(menu)


def _parser() -> argparse.ArgumentParser:
    variables = "\n".join(f"  {name:18} {VARIABLES[name]}" for name in API_VARIABLES)
    parser = argparse.ArgumentParser(
        prog="python -m connectors.wechat",
        description="Look after the WeChat account.",
        epilog=f"environment:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    menu = commands.add_parser(
        "menu", help="create the account's menu", epilog=parser.epilog, formatter_class=parser.formatter_class
    )
    menu.add_argument("--file", type=Path, default=Path("dialogs/menu.yml"), help="the menu (dialogs/menu.yml)")
    menu.add_argument("--check", action="store_true", help="only look for problems; send nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
