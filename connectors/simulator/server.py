"""The simulator as one web application: platform API, control API, page."""

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from connectors.simulator.api.gate import Gate
from connectors.simulator.config import Config
from connectors.simulator.control.answers import ok, refused
from connectors.simulator.control.engine_room import EngineRoom
from connectors.simulator.control.persons import Persons
from connectors.simulator.driver import ANSWER_S, Driver
from connectors.simulator.memory import remembering
from connectors.simulator.page_files import PageFiles
from connectors.simulator.refusal import Refusal
from connectors.simulator.walker import Walker
from connectors.simulator.world import World, build

LARGEST_BODY = 12 * 1024 * 1024
WORLD = web.AppKey("world", World)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    config: Config,
    *,
    now: Callable[[], float] = time.time,
    chance: Callable[[int], bytes] = secrets.token_bytes,
    answer_seconds: float = ANSWER_S,
) -> web.Application:
    """Build the application; clock, chance and the five seconds are arguments for tests."""
    world = build(config, now, chance)
    driver = Driver(world, answer_seconds)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_guard(config)])
    app[WORLD] = world
    _add_routes(app, world, Walker(world, driver))

    async def live(_: web.Application) -> AsyncIterator[None]:
        async with driver.connected(), remembering(world, config.memory):
            yield
            await world.errands.stop()

    async def send_watchers_home(_: web.Application) -> None:
        world.feed.close()

    app.cleanup_ctx.append(live)
    app.on_shutdown.append(send_watchers_home)
    return app


def _add_routes(app: web.Application, world: World, walker: Walker) -> None:
    app.router.add_routes(Persons(world, walker).routes())
    app.router.add_routes(EngineRoom(world, walker).routes())
    app.router.add_route("*", "/cgi-bin/{tail:.*}", Gate(world, walker).serve)
    app.router.add_get("/healthz", _healthz)
    app.router.add_routes(PageFiles().routes())


async def _healthz(request: web.Request) -> web.Response:  # noqa: ARG001 - aiohttp's handler shape
    return ok({"ok": True})


def _guard(config: Config) -> Middleware:
    """Make the middleware: other sites' pages stay out, control refusals become JSON, the page gets its headers."""
    headers = _headers(config)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/cgi-bin/"):
            return await handler(request)
        response = await _answered(request, handler)
        if not response.prepared:
            response.headers.update(headers)
        return response

    return guard


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return refused(Refusal("这个请求来自别的网页,不受理。", "foreign_origin", 403))
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal)


def _headers(config: Config) -> dict[str, str]:
    """Pictures may come from the bot's own addresses, everything else only from here."""
    bots = " ".join(sorted({"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in config.bot_urls}))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' blob: data: {bots}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
