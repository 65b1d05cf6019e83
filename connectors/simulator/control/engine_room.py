"""Control for engineers: state, live events, clock, faults, exchanges, templates, files, the address check."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from connectors.simulator.control.answers import body_of, ok, whole
from connectors.simulator.errors import ApiError
from connectors.simulator.feed import Event
from connectors.simulator.media import picture_type, sample_names
from connectors.simulator.refusal import Refusal
from connectors.simulator.walker import Walker
from connectors.simulator.world import World

HEARTBEAT_S = 15.0
PLAYED = {"voice": "audio/amr", "video": "video/mp4"}
LONGEST_MOVE_S = 400 * 86400


class EngineRoom:
    """Handlers of /simulator/… that are not about one person."""

    def __init__(self, world: World, walker: Walker) -> None:
        self._world = world
        self._walker = walker

    def routes(self) -> list[web.RouteDef]:
        """List the paths."""
        return [
            web.get("/simulator/state", self.state),
            web.get("/simulator/events", self.events),
            web.get("/simulator/exchanges", self.exchanges),
            web.get("/simulator/faults", self.faults),
            web.post("/simulator/faults", self.add_fault),
            web.delete("/simulator/faults", self.clear_faults),
            web.delete("/simulator/faults/{number}", self.remove_fault),
            web.get("/simulator/clock", self.clock),
            web.post("/simulator/clock", self.move_clock),
            web.get("/simulator/templates", self.templates),
            web.post("/simulator/templates", self.add_template),
            web.post("/simulator/tokens/expire", self.expire_tokens),
            web.post("/simulator/verify", self.verify),
            web.get("/simulator/media/{media_id}", self.media),
        ]

    async def state(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's handler shape
        """Show everything that the page needs to begin; `feed` is where to listen on from."""
        world, now = self._world, self._world.clock.now()
        people = [{**person.as_json(now), "messages": list(person.thread)} for person in world.people.listed()]
        return ok(
            {
                "feed": world.feed.last,
                "account": {"name": world.config.account_name, "id": world.config.account},
                "bot": {"urls": world.config.bot_urls, "encrypted": world.config.encrypted},
                "format": world.config.push_format,
                "people": people,
                "menu": world.menu.buttons,
                "codes": world.codes.listed(),
                "faults": world.faults.listed(),
                "templates": world.templates.listed(),
                "exchanges": world.exchanges.listed(),
                "clock": self._time(),
                "samples": sample_names(),
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Send what happens as server-sent events; `reset` means: read the state anew."""
        feed = self._world.feed
        given = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        position = whole(given, feed.last, 10**15)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b": hello\n\n")
        with suppress(ConnectionResetError):
            await self._follow(response, position)
        return response

    async def _follow(self, response: web.StreamResponse, position: int) -> None:
        feed = self._world.feed
        while not feed.closed:
            news = feed.since(position)
            if news is None:
                news = [Event(feed.last, "reset", {})]
            if news:
                await response.write("".join(map(_sse, news)).encode())
                position = news[-1].number
            elif not await feed.changed(HEARTBEAT_S):
                await response.write(b": still here\n\n")

    async def exchanges(self, request: web.Request) -> web.Response:
        """List the log after a number."""
        after = whole(request.query.get("after", ""), 0, 10**12)
        return ok({"exchanges": self._world.exchanges.listed(after)})

    async def faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """List the faults that are set."""
        return ok({"faults": self._world.faults.listed()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Set a fault; see connectors.simulator.faults for its JSON."""
        fault = self._world.faults.add(await body_of(request))
        self._tell_faults()
        return ok(fault.as_json())

    async def clear_faults(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Take all faults away."""
        self._world.faults.clear()
        self._tell_faults()
        return ok({})

    async def remove_fault(self, request: web.Request) -> web.Response:
        """Take one fault away."""
        if not self._world.faults.remove(whole(request.match_info["number"], 0, 10**9)):
            raise Refusal("没有这个故障。", "unknown_fault", 404)
        self._tell_faults()
        return ok({})

    async def clock(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Say the simulated time."""
        return ok(self._time())

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the time: {"advance": seconds}, {"at": ISO time} or {"reset": true}."""
        body, clock = await body_of(request), self._world.clock
        if body.get("reset"):
            clock.reset()
        else:
            clock.advance(_move(body, clock.now()))
        self._world.feed.publish("clock", self._time())
        for person in self._world.people.listed():
            self._world.people.changed(person)
        return ok(self._time())

    async def templates(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """List the registered templates."""
        return ok({"templates": self._world.templates.listed()})

    async def add_template(self, request: web.Request) -> web.Response:
        """Register a template: {"template_id", "title", "content"}."""
        body = await body_of(request)
        texts = [body.get(name) for name in ("template_id", "title", "content")]
        if not all(isinstance(text, str) and text for text in texts):
            raise Refusal("模板要写 template_id、title 和 content。")
        try:
            self._world.templates.register(*map(str, texts))
        except ApiError as error:
            raise Refusal("模板最多 25 个。", "too_many") from error
        return ok({})

    async def expire_tokens(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """End every access token at once."""
        self._world.tokens.expire_all()
        return ok({})

    async def verify(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Check the bot's address with a signed GET."""
        return ok({"ok": await self._walker.verify()})

    async def media(self, request: web.Request) -> web.Response:
        """Give a file to a phone's screen."""
        try:
            media = self._world.media.get(request.match_info["media_id"])
        except ApiError as error:
            raise Refusal("文件不在了。", "unknown_media", 404) from error
        shown = picture_type(media.content) or PLAYED.get(media.kind, "application/octet-stream")
        return web.Response(body=media.content, content_type=shown)

    def _tell_faults(self) -> None:
        self._world.feed.publish("faults", {"faults": self._world.faults.listed()})

    def _time(self) -> dict[str, Any]:
        return {"now": self._world.clock.now(), "moved_by": self._world.clock.moved_by}


def _sse(event: Event) -> str:
    data = json.dumps(event.data, ensure_ascii=False)
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n"


def _move(body: dict[str, Any], now: float) -> float:
    """Give the seconds to move by, or refuse."""
    seconds = body.get("advance")
    if isinstance(body.get("at"), str):
        try:
            seconds = datetime.fromisoformat(body["at"]).timestamp() - now
        except ValueError as error:
            raise Refusal("at 要写 ISO 时间。") from error
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not abs(seconds) <= LONGEST_MOVE_S:
        raise Refusal("advance 要写秒数,最多 400 天。")
    return float(seconds)
