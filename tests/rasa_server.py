"""A real Rasa server with the trained model for the tests: installed, trained and started where there is none."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import nlu_environment, rasa_server, train
from bot.model_store import CURRENT


@pytest.fixture(scope="session")
def rasa_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Rasa answers, for the whole run: TEST_RASA_URL, or one of our own."""
    given = os.environ.get("TEST_RASA_URL")
    if given:
        yield given
        return
    environment = nlu_environment.ensure()
    assert train.main(["--if-changed"]) == 0
    with _Thread(environment, tmp_path_factory.mktemp("rasa") / "rasa.log") as url:
        yield url


class _Thread:
    """Keeps the server's event loop in a thread: tests have loops of their own, one each."""

    def __init__(self, environment: Path, log: Path) -> None:
        self._environment, self._log = environment, log
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server = rasa_server.running(environment, CURRENT, log)

    def __enter__(self) -> str:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._server.__aenter__(), self._loop).result()

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.__aexit__(None, None, None), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
