"""Steps that make a machine ready: the language environment and its model, the database, the browser for the tests."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from connectors.local.config import Settings
from connectors.local.messages import CannotGoOnError, say, sentence

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_TRACEBACK = ("Traceback (", "Exception in thread", "Exception ignored", "During handling", "The above exception")
INSTALLING = (("update", "-qq"), ("install", "-y", "-qq", "chromium", "fonts-noto-cjk"))


async def understanding(settings: Settings) -> None:
    """Install Rasa's environment and train the model where that has not been done for these inputs."""
    say("step_nlu")
    await run(_module("bot.nlu_environment"), settings.surroundings)
    say("step_train")
    await run(_module("bot", "train", "--if-changed"), settings.surroundings)


async def database(settings: Settings) -> list[tuple[str, str, str]]:
    """Migrate and seed; return (code, unit, name) of the staff who have not bound a phone yet."""
    say("step_database")
    environment = settings.environment("backend")
    await run(_module("backend", "migrate"), environment, capture=True)
    printed = await run(_module("backend", "seed"), environment, capture=True)
    lines = (line.split(maxsplit=3) for line in printed.splitlines() if line.startswith("code "))
    return [(code, unit, name) for _, code, unit, name in lines]


async def menu(settings: Settings) -> None:
    """Create the account's menu."""
    await run(_module("connectors.wechat", "menu"), settings.environment("worker"), capture=True)


async def browser(settings: Settings) -> None:
    """Find a Chromium, or install Debian's where that is possible."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    installer = shutil.which("apt-get")
    if installer is None or os.geteuid() != 0:
        raise CannotGoOnError("no_browser")
    say("step_browser")
    for arguments in INSTALLING:
        await run([installer, *arguments], settings.surroundings, capture=True)


def root() -> None:
    """Refuse to run anywhere but in the project's root."""
    if not Path("Procfile").exists():
        raise CannotGoOnError("wrong_folder")


async def run(command: Sequence[str], environment: Mapping[str, str], *, capture: bool = False) -> str:
    """Run to the end and return what was printed, if captured; its own last word is the reason when it fails.

    It has a process group of its own, which is ended as a whole when this run is stopped.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE if capture else None,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        printed, complaints = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    if process.returncode:
        raise CannotGoOnError("command_failed", what=_name(command), why=_reason(complaints))
    return (printed or b"").decode()


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _name(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:]])


def _reason(complaints: bytes) -> str:
    """Our own (Chinese) last sentence, else the last line that belongs to no traceback."""
    lines = [line for line in complaints.decode(errors="replace").splitlines() if line and not line[0].isspace()]
    plain = [line for line in lines if not line.startswith(_TRACEBACK)]
    ours = [line for line in plain if any("\u4e00" <= sign <= "\u9fff" for sign in line)]
    return (ours or plain or [sentence("command_silent")])[-1]
