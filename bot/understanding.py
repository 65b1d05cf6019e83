"""`python -m bot understand [--now ISO]`: one message a line in, what it means as one JSON object a line out.

Reads RASA_URL; where no Rasa answers there, one is started with the trained model for as long as this takes.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import yaml
from aiohttp import ClientSession

from bot import config, nlu_environment, rasa_server
from bot.model_store import CURRENT
from bot.turns import CHINA
from connectors.extractors import Gazetteer, extract
from connectors.rasa import DISPUTE_TYPE, RasaClient
from dialogs.kernel.words import Understanding

BUDGET_SECONDS = 10.0
"""Nobody waits in a conversation here."""
_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What readers may take for the end of a line and JSON does not escape."""
_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_NEAREST: dict[str, str] = _WORDS["nearest"]


class CannotUnderstandError(Exception):
    """Says in one sentence why there are no answers and what to do."""


def main(argv: Sequence[str]) -> int:
    """Answer every line of standard input; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot understand", description=_WORDS["description"])
    parser.add_argument("--now", help=_WORDS["now"])
    parser.add_argument("--areas", type=Path, help=_WORDS["areas"])
    options = parser.parse_args(argv)
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            # A line ends with a line feed and nothing else: so many lines, so many answers.
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        asyncio.run(_answer(sys.stdin, sys.stdout, _now(options.now), _gazetteer(options.areas)))
    except (CannotUnderstandError, rasa_server.RasaDidNotStartError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def described(understood: Understanding) -> dict[str, Any]:
    """As JSON: {intent, confidence, dispute_type, entities, rivals}.

    `dispute_type` is the likeliest kind, whether or not it is sure enough to be taken without asking, as the nearest of
    the general types; rivals: {entity: [[value, share], ...]}, for setting thresholds.
    """
    types = [each.value for each in understood.entities if each.entity == DISPUTE_TYPE]
    types += [kind for kind, _ in understood.rivals.get(DISPUTE_TYPE, ())]
    return {
        "intent": understood.intent,
        "confidence": understood.confidence,
        "dispute_type": _NEAREST.get(types[0], types[0]) if types else None,
        "entities": [asdict(each) for each in understood.entities],
        "rivals": understood.rivals,
    }


async def _answer(lines: TextIO, out: TextIO, now: datetime, gazetteer: Gazetteer) -> None:
    async with ClientSession() as http, _server(http) as url:
        client = RasaClient(http, url, clock=time.monotonic, budget_s=BUDGET_SECONDS)
        for line in lines:
            text = line.rstrip("\r\n")
            meant = await client.parse(text) or Understanding()
            picked = extract(text, now, gazetteer)
            understood = replace(meant, entities=(*meant.entities, *picked))
            out.write(json.dumps(described(understood), ensure_ascii=False).translate(_ENDS) + "\n")
            out.flush()


@asynccontextmanager
async def _server(http: ClientSession) -> AsyncIterator[str]:
    url = config.rasa_url()
    if await rasa_server.is_ready(http, url):
        yield url
        return
    if not CURRENT.exists():
        raise CannotUnderstandError(_WORDS["no_model"])
    try:
        environment = nlu_environment.ensure()
    except nlu_environment.CannotInstallError as error:
        raise CannotUnderstandError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="rasa") as folder:
        async with rasa_server.running(environment, CURRENT, Path(folder) / "rasa.log") as own:
            yield own


def _now(text: str | None) -> datetime:
    if text is None:
        return datetime.now(CHINA)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise CannotUnderstandError(_WORDS["bad_now"]) from error


def _gazetteer(path: Path | None) -> Gazetteer:
    if path is None:
        return Gazetteer.from_areas([])
    try:
        return Gazetteer.from_areas(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotUnderstandError(_WORDS["bad_areas"].format(path=path)) from error
