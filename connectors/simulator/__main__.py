"""Entry point: python -m connectors.simulator."""

import argparse
import asyncio
import signal
import sys

from aiohttp import web

from connectors.simulator import __doc__ as description
from connectors.simulator.config import VARIABLES, Config, ConfigError, from_environment
from connectors.simulator.memory import MemoryUnreadableError
from connectors.simulator.server import WORLD, make_app

USAGE_ERROR = 2
SHUTDOWN_S = 3.0


def main() -> int:
    """Parse the command line, read the environment, serve until stopped; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m connectors.simulator",
        description=description,
        epilog=_variables(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    try:
        config = from_environment()
    except ConfigError as error:
        return _fail(f"The simulator cannot start: {error}. Set it in the environment (see --help).")
    try:
        asyncio.run(_serve(config))
    except MemoryUnreadableError as error:
        return _fail(f"The simulator cannot start: {error}.")
    except OSError as error:
        reason = error.strerror or "the address cannot be used"
        where = f"{config.host}:{config.port}"
        return _fail(f"The simulator cannot listen on {where} ({reason}): stop what runs there or set SIMULATOR_PORT.")
    return 0


def _variables() -> str:
    lines = [f"  {name:<24}{meaning}{f' [{default}]' if default else ''}" for name, default, meaning in VARIABLES]
    return "\n".join(["environment variables:", *lines])


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - the command line's own answer
    return USAGE_ERROR


async def _serve(config: Config) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    app = make_app(config)
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_S, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.host, config.port).start()
        print(f"simulator: {app[WORLD].base_url}/ drives {', '.join(config.bot_urls)}", flush=True)  # noqa: T201
        await stopped.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
