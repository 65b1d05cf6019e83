"""`serve`: the JSON API until SIGINT or SIGTERM; running requests are finished."""

import errno
import logging

from aiohttp import web

from backend.api.app import create_app
from backend.commands.stopping import stop_event
from backend.composition import make_desk, opened
from backend.config import MissingError, Settings
from connectors.masks import mask_logs

SHUTDOWN_S = 10.0


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Serve; MissingError if something is missing or the port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    mask_logs()
    # It repeats what it could not read as HTTP; what goes wrong behind that is reported by the application.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    settings.require("PII_KEY", "BACKEND_TOKEN")
    # Before it is said that we are up: who hears that may ask us to stop at once.
    stop = stop_event()
    async with opened(settings) as store:
        runner = web.AppRunner(create_app(make_desk(settings), store, settings.token), access_log=None)
        await runner.setup()
        try:
            await _listen(runner, settings)
            print(f"后台已启动：http://{settings.host}:{settings.port}", flush=True)  # noqa: T201 - said to who started it
            await stop.wait()
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, shutdown_timeout=SHUTDOWN_S).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise MissingError(
                f"端口 {settings.port} 已被占用，请停掉占用它的程序，或用 BACKEND_PORT 换一个端口。"
            ) from error
        where = f"{settings.host}:{settings.port}"
        raise MissingError(f"无法在 {where} 监听（{error.strerror}）：请检查 BACKEND_HOST 和 BACKEND_PORT。") from error
