"""`python -m connectors.wechat`: `menu` creates the account's menu, `qr` a code to hang up where people check in."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from aiohttp import ClientSession
from redis.asyncio import Redis

from connectors.wechat.client import WeChatClient
from connectors.wechat.config import API_VARIABLES, DEFAULT_API_BASE, VARIABLES, ConfigError, from_environment
from connectors.wechat.errors import WeChatError
from connectors.wechat.menu import MenuError, load
from connectors.wechat.tokens import TokenStore

REDIS_TIMEOUT_S = 2.0
"""Seconds to wait for Redis."""
PICTURES = "https://mp.weixin.qq.com"
"""Where the platform shows the pictures of codes; a stand-in shows its own."""
DAY_S = 86_400

Answer = TypeVar("Answer")


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code, 0 when it is done."""
    options = _parser().parse_args(arguments)
    try:
        said = _menu(options) if options.command == "menu" else _qr(options)
    except (MenuError, ConfigError, WeChatError, ValueError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def _menu(options: argparse.Namespace) -> str:
    menu = load(options.file)
    if options.check:
        return "The menu is in order."
    asyncio.run(_asking(lambda client: client.create_menu(menu)))
    return "The menu is created."


def _qr(options: argparse.Namespace) -> str:
    """A code for good or for some days; scanned, it brings its scene (`checkin_u-county-centre`: check in there)."""
    seconds = options.days * DAY_S if options.days else None
    code = asyncio.run(_asking(lambda client: client.create_qr(options.scene, seconds)))
    api_base = from_environment(callbacks=False).api_base
    host = PICTURES if api_base == DEFAULT_API_BASE else api_base
    return f"{options.scene}\n{host}/cgi-bin/showqrcode?ticket={quote(code.ticket, safe='')}\n{code.url}"


async def _asking(ask: Callable[[WeChatClient], Awaitable[Answer]]) -> Answer:
    config = from_environment(callbacks=False)
    redis = Redis.from_url(config.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    async with redis, ClientSession() as http:
        tokens = TokenStore(redis, http, config.app_id, config.app_secret, config.api_base)
        return await ask(WeChatClient(http, tokens, config.api_base))


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
    qr = commands.add_parser(
        "qr", help="make a code to scan", epilog=parser.epilog, formatter_class=parser.formatter_class
    )
    qr.add_argument("scene", help="what a scan brings: checkin_<unit id> checks in at the unit's reception desk")
    qr.add_argument("--days", type=int, default=0, help="for so many days, at most 30; without it for good")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
