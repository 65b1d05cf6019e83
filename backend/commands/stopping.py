"""An event that is set when the process is asked to stop."""

import asyncio
import signal


def stop_event() -> asyncio.Event:
    """Set on SIGINT and SIGTERM; must be called in a running loop."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop
