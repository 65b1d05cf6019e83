"""A small backend for tests: a clock that is told the time, a platform that does as it is told, and people who act."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp.test_utils import TestClient

from backend import rules, wording, workdays
from backend.records.attachments import Content
from backend.records.store import Store
from backend.services.desk import Desk
from backend.services.seeding import seed
from backend.services.staff import new_code
from backend.worker.loop import run_once
from backend.worker.tools import Tools

CHINA = timezone(timedelta(hours=8))
TOKEN = "service-token"
KEY_1 = "k1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
KEY_2 = "k2:" + "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="
RESIDENT, MEDIATOR = "o-resident", "o-mediator"
STATEMENT = "楼上漏水半年了，物业一直不管"
PHONE = "13800138000"
TOWN_MEDIATOR, ROOM_MEDIATOR, CENTRE_MEDIATOR = "s-ah01-centre-1", "s-ah0101-room-1", "s-county-centre-1"


class Clock:
    """The time that a test says it is; a Wednesday morning to begin with."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 4, 10, 0, tzinfo=CHINA)

    def now(self) -> datetime:
        """What time it is."""
        return self.time

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.time += timedelta(**span)


@dataclass
class Sent:
    """One message that the platform took."""

    channel: str
    openid: str
    text: str
    form: str = ""
    client_msg_id: str = ""


class Killed(BaseException):
    """The worker dies: nobody catches this."""


@dataclass
class FakeMessenger:
    """A platform in memory: `failures` are raised first, by channel and in order; `windows` are open for texts.

    deadly: the channel whose next message is taken and then kills the worker.
    """

    sent: list[Sent] = field(default_factory=list)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    windows: set[str] = field(default_factory=set)
    files: dict[str, Content] = field(default_factory=dict)
    deadly: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def may_text(self, openid: str, now: datetime) -> bool:  # noqa: ARG002 - the port's signature
        """Open for those in `windows`."""
        return openid in self.windows

    async def text(self, openid: str, text: str) -> None:
        """Take a text."""
        self._take("text", Sent("text", openid, text))

    async def template(self, openid: str, template_id: str, fields: Mapping[str, str], client_msg_id: str) -> str:
        """Take a template message."""
        self._take("template", Sent("template", openid, "\n".join(fields.values()), template_id, client_msg_id))
        return f"m{len(self.sent)}"

    async def subscription(self, openid: str, template_id: str, fields: Mapping[str, str]) -> None:
        """Take a subscription notice."""
        self._take("subscription", Sent("subscription", openid, "\n".join(fields.values()), template_id))

    async def media(self, media_id: str) -> Content:
        """Hand out a file."""
        self._fail("media")
        return self.files[media_id]

    def _take(self, channel: str, message: Sent) -> None:
        self._fail(channel)
        self.sent.append(message)
        self.arrived.set()
        if channel == self.deadly:
            raise Killed

    def _fail(self, channel: str) -> None:
        waiting = self.failures.get(channel)
        if waiting:
            raise waiting.pop(0)


def make_desk(clock: Clock) -> Desk:
    """The demo place with the test's clock, ids that count and chance that counts."""
    policy = rules.load(rules.read("texts.yml"))
    ids, draws = itertools.count(1), itertools.count(100_000)
    return Desk(
        policy,
        wording.load(policy.office.zone),
        workdays.china,
        clock.now,
        lambda: f"{next(ids):032x}",
        lambda _n: next(draws),
    )


@dataclass
class World:
    """Everything together; `api` speaks HTTP, `work` lets the worker do all that is due."""

    clock: Clock
    desk: Desk
    store: Store
    messenger: FakeMessenger
    http: TestClient[Any, Any]
    keys: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def tools(self) -> Tools:
        """The worker's tools."""
        return Tools(self.desk, self.store, self.messenger, lambda: 0.0)

    async def seed(self) -> None:
        """Put the demo organisation in."""
        async with self.store.write() as work:
            await seed(work, rules.read(f"{rules.PLACE}.organisation.yml"))

    async def call(
        self, method: str, path: str, openid: str = RESIDENT, body: object = None, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """One request with the token and, if none is given, a key of its own."""
        headers = {
            "Authorization": f"Bearer {TOKEN}",
            "X-Openid": openid,
            "Idempotency-Key": key or f"session:{next(self.keys)}:1",
        }
        async with self.http.request(method, f"/api/v1{path}", headers=headers, json=body) as response:
            return response.status, await response.json()

    async def consent(self, openid: str = RESIDENT) -> None:
        """The resident agrees."""
        await self.call("POST", "/consents", openid, {"consent_version": "1"})

    async def submit(self, openid: str = RESIDENT, **changes: object) -> str:
        """A resident who has agreed hands in a case; its number."""
        await self.consent(openid)
        _, answer = await self.call("POST", "/cases", openid, {**REPORT, **changes})
        return str(answer["case_number"])

    async def code(self, staff_id: str) -> str:
        """A fresh binding code."""
        async with self.store.write() as work:
            made = await new_code(self.desk, work, staff_id)
        assert made is not None
        return made[1]

    async def bind(self, staff_id: str = TOWN_MEDIATOR, openid: str = MEDIATOR) -> dict[str, Any]:
        """A mediator binds an account."""
        code = await self.code(staff_id)
        return (await self.call("POST", "/staff/bind", openid, {"binding_code": code}))[1]

    async def work(self) -> None:
        """Let the worker do all that is due now."""
        while await run_once(self.tools):
            pass

    def said_to(self, openid: str) -> list[str]:
        """What somebody got, the oldest first."""
        return [message.text for message in self.messenger.sent if message.openid == openid]


REPORT: Mapping[str, object] = {
    "statement": STATEMENT,
    "dispute_type": "property_management",
    "place": "阳光小区3号楼",
    "area_code": "AH010101",
    "other_party": "楼上住户",
    "since_when": "去年",
    "wish": "修好",
    "person_count": 2,
    "attachments": [],
    "contact_name": "李大姐",
    "contact_phone": PHONE,
    "urgent": False,
}
