"""Steps that make a machine ready: the language environment and its model, the database, the browser for the tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from connectors.local.config import Settings
from connectors.local.messages import CannotGoOnError, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def understanding(settings: Settings) -> None:
    """Install Rasa's environment and train the model where that has not been done for these inputs."""
    say("step_nlu")
    _run("bot.nlu_environment", environment=settings.surroundings)
    say("step_train")
    _run("bot", "train", "--if-changed", environment=settings.surroundings)


def database(settings: Settings) -> list[tuple[str, str, str]]:
    """Migrate and seed; return (code, unit, name) of the staff who have not bound a phone yet."""
    say("step_database")
    environment = {**settings.environment("backend"), **settings.environment("worker")}
    _run("backend", "migrate", environment=environment)
    printed = _run("backend", "seed", environment=environment, capture=True)
    lines = (line.split(maxsplit=3) for line in printed.splitlines() if line.startswith("code "))
    return [(code, unit, name) for _, code, unit, name in lines]


def menu(settings: Settings) -> None:
    """Create the account's menu."""
    _run("connectors.wechat", "menu", environment=settings.environment("worker"), capture=True)


def browser() -> None:
    """Find a Chromium, or install Debian's where that is possible."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise CannotGoOnError("no_browser")
    say("step_browser")
    for command in (("update", "-qq"), ("install", "-y", "-qq", "chromium", "fonts-noto-cjk")):
        if subprocess.run(["apt-get", *command], check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S607 - found on the PATH above
            raise CannotGoOnError("no_browser")


def root() -> None:
    """Refuse to run anywhere but in the project's root."""
    if not Path("Procfile").exists():
        raise CannotGoOnError("wrong_folder")


def _run(module: str, *arguments: str, environment: Mapping[str, str], capture: bool = False) -> str:
    output = subprocess.PIPE if capture else None
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=dict(environment), stdout=output, text=True, check=False)
    if done.returncode:
        raise CannotGoOnError("command_failed", what=" ".join((module, *arguments)))
    return done.stdout or ""
