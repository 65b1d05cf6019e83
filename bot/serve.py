"""`python -m bot serve`: the host that WeChat calls, until SIGINT or SIGTERM; running turns are finished."""

import argparse
import asyncio
import errno
import gc
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop
from aiohttp import web

from bot import config
from bot.check import DIALOGS
from bot.composition import Bot, running
from bot.releases import DialogsBrokenError
from bot.traces import Wordless
from connectors.masks import mask_logs
from connectors.wechat.config import ConfigError

GARBAGE = (20_000, 50, 100)
"""When the collector looks: a turn makes some hundred objects and few cycles; Python's own 700 is too often."""

STOP_SECONDS = 6.0
"""How long open requests may take when stopping."""


class CannotListenError(Exception):
    """The address cannot be listened on; the text is one sentence to show."""


def main(arguments: Sequence[str]) -> int:
    """Serve, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bot serve",
        description="The WeChat host.",
        epilog=environment(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dialogs", type=Path, default=DIALOGS, help="the dialogs' folder (default: dialogs/)")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Wordless())
    mask_logs()
    try:
        uvloop.run(serve(config.from_environment(), options.dialogs))
    except (ConfigError, CannotListenError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except DialogsBrokenError as broken:
        sys.stderr.write(f"对话有错误，不能启动：\n{broken}\n")
        return 1
    return 0


def environment() -> str:
    """The variables, one a line, for --help."""
    width = max(map(len, config.VARIABLES))
    return "environment:\n" + "\n".join(f"  {name:<{width}}  {what}" for name, what in config.VARIABLES.items())


async def serve(settings: config.Config, folder: Path) -> None:
    """Run until told to stop; SIGHUP reads the dialogs again."""
    async with running(settings, folder) as bot:
        stop = asyncio.Event()
        _obey_signals(bot, stop)
        _settle()
        runner = bot.door.runner(STOP_SECONDS)
        await runner.setup()
        try:
            await _listen(runner, settings.host, settings.port)
            print(f"机器人已启动：http://{settings.host}:{settings.port}/wechat", flush=True)  # noqa: T201 - said to who started it
            await stop.wait()
        finally:
            await runner.cleanup()


def _settle() -> None:
    """What is loaded by now stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _obey_signals(bot: Bot, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGHUP, bot.reload)


async def _listen(runner: web.ServerRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CannotListenError(
                f"端口 {port} 已被占用：请停掉占用它的程序，或用 BOT_PORT 换一个端口。"
            ) from problem
        raise CannotListenError(
            f"无法在 {host}:{port} 监听（{problem.strerror}）：请检查 BOT_HOST 和 BOT_PORT。"
        ) from problem
