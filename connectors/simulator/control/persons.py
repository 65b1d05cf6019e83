"""Control of people: make phones, take steps, read screens."""

import time

from aiohttp import web

from connectors.simulator.control.answers import body_of, ok, whole
from connectors.simulator.people import SUCCESS, Person
from connectors.simulator.refusal import Refusal
from connectors.simulator.steps import STEPS
from connectors.simulator.walker import Walker
from connectors.simulator.world import World

LONGEST_NAME = 20
LONGEST_WAIT_S = 30
ROLES = ("resident", "mediator", "other")
TEMPLATE_STATUSES = (SUCCESS, "failed:user block", "failed: system failed")


class Persons:
    """Handlers under /simulator/people."""

    def __init__(self, world: World, walker: Walker) -> None:
        self._world = world
        self._walker = walker

    def routes(self) -> list[web.RouteDef]:
        """List the paths."""
        return [
            web.get("/simulator/people", self.listed),
            web.post("/simulator/people", self.create),
            web.get("/simulator/people/{openid}", self.shown),
            web.delete("/simulator/people/{openid}", self.remove),
            web.get("/simulator/people/{openid}/messages", self.messages),
            web.post("/simulator/people/{openid}/settings", self.settings),
            web.post("/simulator/people/{openid}/{step}", self.step),
        ]

    async def listed(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's handler shape
        """List everybody."""
        now = self._world.clock.now()
        return ok({"people": [person.as_json(now) for person in self._world.people.listed()]})

    async def create(self, request: web.Request) -> web.Response:
        """Make a phone: {"name", "role", "follow"}; with follow the person follows at once."""
        body = await body_of(request)
        name, role = body.get("name", "居民"), body.get("role", "resident")
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME or role not in ROLES:
            raise Refusal("名字要写 1 到 20 个字,角色要写 resident、mediator 或 other。")
        person = self._world.people.add(name.strip(), role)
        if body.get("follow"):
            await self._walker.take(person, "follow", {}, wait=_waits(request))
        return ok(person.as_json(self._world.clock.now()))

    async def shown(self, request: web.Request) -> web.Response:
        """Show one person."""
        return ok(self._person(request).as_json(self._world.clock.now()))

    async def remove(self, request: web.Request) -> web.Response:
        """Take a phone away."""
        self._world.people.remove(self._person(request).openid)
        return ok({})

    async def messages(self, request: web.Request) -> web.Response:
        """List the screen after `after`; with `wait` (seconds) answer as soon as there is something."""
        person = self._person(request)
        after = whole(request.query.get("after", ""), 0, 10**9)
        until = time.monotonic() + whole(request.query.get("wait", ""), 0, LONGEST_WAIT_S)
        while person.last_seq <= after and not self._world.feed.closed:
            left = until - time.monotonic()
            if left <= 0 or not await self._world.feed.changed(left):
                break
        entries = [entry for entry in person.thread if entry["seq"] > after]
        return ok({"messages": entries, "last_seq": person.last_seq})

    async def settings(self, request: web.Request) -> web.Response:
        """Change a person's name, or what becomes of template messages to her."""
        person, body = self._person(request), await body_of(request)
        name, status = body.get("name", person.name), body.get("template_status", person.template_status)
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME or status not in TEMPLATE_STATUSES:
            raise Refusal(f"名字要写 1 到 20 个字,template_status 要写 {' / '.join(TEMPLATE_STATUSES)}。")
        person.name, person.template_status = name.strip(), status
        self._world.people.changed(person)
        return ok(person.as_json(self._world.clock.now()))

    async def step(self, request: web.Request) -> web.Response:
        """Take a step; waits for the bot's answer unless the query says wait=0."""
        name = request.match_info["step"]
        if name not in STEPS:
            raise Refusal("没有这个动作。", "unknown_step", 404)
        picture = name == "photo" and request.content_type.startswith("image/")
        body = {"data": await request.read()} if picture else await body_of(request)
        return ok(await self._walker.take(self._person(request), name, body, wait=_waits(request)))

    def _person(self, request: web.Request) -> Person:
        person = self._world.people.get(request.match_info["openid"])
        if person is None:
            raise Refusal("没有这部手机。", "unknown_person", 404)
        return person


def _waits(request: web.Request) -> bool:
    return request.query.get("wait") != "0"
