"""`make demo`: everything on this machine, a scripted conversation up to the mediator's push, then serving."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from connectors.local import prepare
from connectors.local.config import DATA, Settings
from connectors.local.messages import CannotGoOnError, say
from connectors.local.play import ConversationFailedError, play
from connectors.local.processes import Supervisor

READY_SECONDS = 120.0
POLL_SECONDS = 0.2
RASA_PORT = 5005
LOGS = DATA / "logs"


async def demo(settings: Settings) -> None:
    """Run until a signal asks to stop; raises CannotGoOnError with a sentence that says what to do."""
    began = time.monotonic()
    prepare.root()
    _ports_are_free(settings)
    stop = _stop_signal()
    supervisor = Supervisor(LOGS)
    try:
        await _until(stop, _bring_up(settings, supervisor, began))
        await stop.wait()
    finally:
        say("stopping")
        await supervisor.stop()
        say("stopped")


async def _bring_up(settings: Settings, supervisor: Supervisor, began: float) -> None:
    own_rasa = "RASA_URL" not in settings.given
    if own_rasa:
        await asyncio.to_thread(prepare.understanding, settings)
        await supervisor.start("rasa", settings.environment("rasa"))
    if "REDIS_URL" not in settings.given:
        say("step_redis")
        await supervisor.start("redis", settings.environment("redis"))
        await _listens(settings.port("REDIS_PORT"), supervisor, "redis")
    codes = await asyncio.to_thread(prepare.database, settings)
    say("step_processes")
    for name in ("backend", "worker", "simulator", "bot"):
        await supervisor.start(name, settings.environment(name))
    urls = addresses(settings)
    await _answers(urls["backend"] + "/healthz", supervisor, "backend")
    await _answers(urls["simulator"] + "/", supervisor, "simulator")
    await _answers(urls["bot"] + "/healthz", supervisor, "bot")
    if own_rasa:
        await _answers(urls["rasa"] + "/", supervisor, "rasa")
    await asyncio.to_thread(prepare.menu, settings)
    say("step_conversation")
    try:
        codes = await play(urls["simulator"], codes)
    except ConversationFailedError as failure:
        raise CannotGoOnError("conversation_failed", why=failure) from failure
    say("ready", seconds=time.monotonic() - began, **urls)
    if codes:
        say("codes_title")
    for code, unit, name in codes:
        say("code_line", code=code, unit=unit, name=name)


def addresses(settings: Settings) -> dict[str, str]:
    """Where each part answers, without a closing slash."""
    return {
        "bot": f"http://127.0.0.1:{settings.port('BOT_PORT')}",
        "backend": settings.values["BACKEND_URL"],
        "simulator": f"http://127.0.0.1:{settings.port('SIMULATOR_PORT')}",
        "rasa": settings.values["RASA_URL"],
    }


def _ports_are_free(settings: Settings) -> None:
    wanted = {name: settings.port(name) for name in ("BOT_PORT", "BACKEND_PORT", "SIMULATOR_PORT")}
    if "REDIS_URL" not in settings.given:
        wanted["REDIS_PORT"] = settings.port("REDIS_PORT")
    if "RASA_URL" not in settings.given:
        wanted["RASA_URL"] = RASA_PORT
    for variable, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                other = f"http://127.0.0.1:{port + 1}" if variable == "RASA_URL" else port + 100
                raise CannotGoOnError("port_taken", port=port, variable=variable, other=other) from None


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work unless the stop comes first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        return
    working.result()


async def _listens(port: int, supervisor: Supervisor, name: str) -> None:
    async def look() -> bool:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True

    await _poll(look, supervisor.log(name), name)


async def _answers(url: str, supervisor: Supervisor, name: str) -> None:
    async with ClientSession(timeout=ClientTimeout(total=2)) as http:

        async def look() -> bool:
            async with http.get(url) as response:
                return response.ok

        await _poll(look, supervisor.log(name), name)


async def _poll(look: Callable[[], Awaitable[bool]], log: Path, name: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ClientError, TimeoutError):
            if await look():
                return
        await asyncio.sleep(POLL_SECONDS)
    raise CannotGoOnError("not_ready", name=name, log=log)
