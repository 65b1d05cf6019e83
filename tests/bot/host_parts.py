"""A bot process inside the test: real Redis, real engine; WeChat and the backend are servers that record."""

import asyncio
import contextlib
import itertools
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from bot.composition import running
from bot.config import Config, read
from bot.webhook import Pace
from connectors.local.redis_server import free_port
from dialogs.kernel import reader
from tests.contract import platform

DOMAIN = """
version: "3.1"
intents: [report_dispute]
entities: [dispute_type]
slots:
  statement: {type: text, mappings: [{type: from_text}], x-label: 经过}
  case_number: {type: text, mappings: [{type: controlled}]}
responses:
  utter_ask_statement: [{text: 请说经过}]
  utter_done: [{text: "登记好了，{case_number}"}]
  utter_first: [{text: "FIRST"}]
  utter_second: [{text: "SECOND"}]
  utter_handover: [{text: 这就给您转人工, custom: {handover: true}}]
x-repairs: {cancel: [取消], human: [转人工], more: [更多], affirm: [是], deny: [不是]}
""".replace("FIRST", "甲。" * 200).replace("SECOND", "乙。" * 200)
ACTIONS = """
actions:
  action_submit_case:
    description: 登记
    durable: true
    inputs: [statement]
    sets: [case_number]
    outcomes: {done: {case_number: AH1}, invalid: {}}
  action_centre_info:
    description: 中心在哪
    durable: false
    inputs: []
    sets: []
    outcomes: {done: {}}
"""
FLOWS = """
flows:
  report:
    name: 反映
    description: 反映一件事
    x-menu: REPORT
    x-keywords: [反映]
    steps:
      - collect: statement
        force_slot_filling: true
      - action: action_submit_case
        next:
          - if: context.outcome = "done"
            then: told
          - else: refused
      - id: told
        action: utter_done
        next: END
      - id: refused
        action: utter_internal_error
  long:
    name: 长文
    description: 念一段长的
    x-keywords: [长文]
    steps:
      - action: utter_first
      - action: utter_second
  human:
    name: 人工
    description: 转人工
    x-keywords: [人工]
    steps:
      - action: utter_handover
  centre:
    name: 中心
    description: 中心在哪
    x-keywords: [中心]
    steps:
      - action: action_centre_info
        next:
          - if: context.outcome = "done"
            then: utter_completed_step
          - else: utter_down_step
      - id: utter_completed_step
        action: utter_completed
        next: END
      - id: utter_down_step
        action: utter_internal_error
"""


def write_dialogs(folder: Path, flows: str = FLOWS) -> Path:
    """A small set of dialogs; each response the engine needs says its own name."""
    sources = {"domain.yml": DOMAIN, "actions.yml": ACTIONS, "flows/all.yml": flows}
    _, problems = reader.read(sources)
    missing = [name for found in problems for name in re.findall(r"utter_\w+", found.message)]
    more = "".join(f"  {name}: [{{text: {name}}}]\n" for name in sorted(set(missing)))
    sources["domain.yml"] = DOMAIN.replace("x-repairs", f"{more}x-repairs")
    for path, text in sources.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@dataclass
class Backend:
    """Our backend as the bot sees it: the first answer to a key is the answer to it for ever.

    down: answers 503. hold: while it is not set, requests of cases wait (after they were counted).
    """

    url: str = ""
    down: bool = False
    asked: list[tuple[str, str, str, Any]] = field(default_factory=list)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer anything."""
        path = request.path.removeprefix("/api/v1")
        body = await request.json() if request.can_read_body else None
        key, openid = request.headers.get("Idempotency-Key", ""), request.headers.get("X-Openid", "")
        self.asked.append((path, openid, key, body))
        self.arrived.set()
        if self.down:
            return web.json_response({"error": "停了", "code": "unavailable"}, status=503)
        if path == "/areas":
            return web.json_response({"areas": []})
        if path == "/cases":
            number = f"AH{len(self.cases) + 1}"
            answer = self.cases.setdefault(key, {"outcome": "done", "case_number": number})
            await self.hold.wait()
            return web.json_response(answer)
        return web.json_response({"outcome": "done"})

    def of(self, path: str) -> list[tuple[str, str, str, Any]]:
        """What was asked at a path."""
        return [each for each in self.asked if each[0] == path]


@contextlib.asynccontextmanager
async def backend() -> AsyncIterator[Backend]:
    """A backend on a free port; nothing is held at first."""
    it = Backend()
    it.hold.set()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", it.answer)
    async with served(web.AppRunner(app, shutdown_timeout=1.0, access_log=None)) as url:
        it.url = url
        yield it


@contextlib.asynccontextmanager
async def served(runner: web.BaseRunner) -> AsyncIterator[str]:
    """A web server on a free port."""
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def config(redis_url: str, api_base: str, backend_url: str) -> Config:
    """What a bot process is told; there is no Rasa."""
    return read(
        {
            "WECHAT_APP_ID": platform.APP_ID,
            "WECHAT_APP_SECRET": platform.APP_SECRET,
            "WECHAT_TOKEN": platform.TOKEN,
            "WECHAT_AES_KEY": platform.AES_KEY,
            "WECHAT_API_BASE": api_base,
            "REDIS_URL": redis_url,
            "RASA_URL": f"http://127.0.0.1:{free_port()}",
            "BACKEND_URL": backend_url,
            "BACKEND_TOKEN": "token",
        }
    )


class Client(platform.Client):
    """Delivers to one bot process, and may send it anything else."""

    def __init__(self, http: ClientSession, url: str) -> None:
        super().__init__(http, f"{url}/wechat")
        self._base = url
        self._session = http

    async def post(self, query: dict[str, str], body: bytes) -> int:
        """Post whatever it is; the status answered."""
        async with self._session.post(f"{self._base}/wechat", params=query, data=body) as response:
            return response.status

    async def get(self, path: str, query: dict[str, str] | None = None) -> tuple[int, str]:
        """Get a page: status and text."""
        async with self._session.get(self._base + path, params=query) as response:
            return response.status, await response.text()


@contextlib.asynccontextmanager
async def host(settings: Config, folder: Path, pace: Pace | None = None) -> AsyncIterator[Client]:
    """One bot process; the client delivers to it."""
    async with running(settings, folder, pace) as bot, served(bot.door.runner(1.0)) as url, ClientSession() as http:
        yield Client(http, url)


class Clock:
    """The time, and a way to make it pass."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead


_numbers = itertools.count(1)


def somebody() -> str:
    """A person nobody has met."""
    return f"person-{next(_numbers)}"
