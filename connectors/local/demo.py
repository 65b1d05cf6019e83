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
from connectors.local.play import Code, ConversationFailedError, play, read_script
from connectors.local.processes import Supervisor

READY_SECONDS = 120.0
POLL_SECONDS = 0.2
LOGS = DATA / "logs"
CODES_FILE = DATA / "binding-codes.txt"
CODES_SHOWN = 3
OTHER_PORT = 100
"""How far away the port is that we suggest instead of one that is taken."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def demo(settings: Settings) -> None:
    """Run until a signal asks to stop; raises CannotGoOnError with a sentence that says what to do."""
    began = time.monotonic()
    ports_are_free(settings)
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
    if "RASA_URL" not in settings.given:
        await prepare.understanding(settings)
        await supervisor.start("rasa", settings.environment("rasa"))
    if "REDIS_URL" not in settings.given:
        say("step_redis")
        await supervisor.start("redis", settings.environment("redis"))
    codes = await prepare.database(settings)
    say("step_processes")
    for name in ("backend", "worker", "simulator", "bot"):
        await supervisor.start(name, settings.environment(name))
    urls = addresses(settings)
    await _all_answer(settings, supervisor, urls)
    await prepare.menu(settings)
    codes = await _converse(urls["simulator"], codes)
    say("ready", seconds=time.monotonic() - began, **urls)
    tell_codes(codes)


async def _converse(simulator: str, codes: list[Code]) -> list[Code]:
    """Play the script; a failure is told and stops nothing: whoever looks for the reason needs the parts running."""
    say("step_conversation")
    try:
        return await play(simulator, codes, read_script())
    except ConversationFailedError as failure:
        say("conversation_failed", why=failure)
        return codes


async def _all_answer(settings: Settings, supervisor: Supervisor, urls: dict[str, str]) -> None:
    if "REDIS_URL" not in settings.given:
        await _listens(settings.port("REDIS_PORT"), supervisor, "redis")
    paths = {"backend": "/healthz", "simulator": "/healthz", "bot": "/healthz"}
    if "RASA_URL" not in settings.given:
        paths["rasa"] = "/"
    for name, path in paths.items():
        await _answers(urls[name] + path, supervisor, name)


def addresses(settings: Settings) -> dict[str, str]:
    """Where each part answers, without a closing slash."""
    return {
        "bot": f"http://127.0.0.1:{settings.port('BOT_PORT')}",
        "backend": settings.values["BACKEND_URL"],
        "simulator": f"http://127.0.0.1:{settings.port('SIMULATOR_PORT')}",
        "rasa": settings.values["RASA_URL"],
    }


def tell_codes(codes: list[Code]) -> None:
    """Show the first binding codes and keep all of them in a file that only its owner reads."""
    if not codes:
        return
    say("codes_title")
    for code, unit, name in codes[:CODES_SHOWN]:
        say("code_line", code=code, unit=unit, name=name)
    CODES_FILE.touch(mode=0o600)
    CODES_FILE.write_text("".join(f"{' '.join(code)}\n" for code in codes), encoding="utf-8")
    if more := codes[CODES_SHOWN:]:
        say("codes_more", count=len(more), path=CODES_FILE)


def ports_are_free(settings: Settings) -> None:
    """Raise CannotGoOnError for the first port that another program holds."""
    own = {"REDIS_PORT": "REDIS_URL", "RASA_PORT": "RASA_URL"}
    wanted = [name for name, instead in own.items() if instead not in settings.given]
    for variable in ("BOT_PORT", "BACKEND_PORT", "SIMULATOR_PORT", *wanted):
        port = settings.port(variable)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CannotGoOnError("port_taken", port=port, variable=variable, other=port + OTHER_PORT) from None


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do the work unless the stop comes first; then the work is cancelled and has ended on return."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


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
