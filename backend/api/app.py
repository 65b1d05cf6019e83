"""The aiohttp application: deny by default, a cap on bodies, a time-out, and one place where errors become answers."""

import asyncio
import hmac
import json
import logging
import time
import traceback
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from backend.api import errors
from backend.api.calendar_pages import PATHS, Pages
from backend.api.endpoints import Endpoint
from backend.api.metrics import Metrics
from backend.api.openapi import document
from backend.api.route import PREFIX
from backend.api.routes import ROUTES
from backend.records.store import Store
from backend.services.desk import Desk

BODY_BYTES_MAX = 256 * 1024
REQUEST_TIMEOUT_S = 10.0
OPEN_PATHS = frozenset({"/healthz", "/metrics", f"{PREFIX}/openapi.json", *PATHS})

log = logging.getLogger("backend.api")


def create_app(desk: Desk, store: Store, token: str) -> web.Application:
    """The application over an open store; it does not close the store."""
    metrics = Metrics()
    app = web.Application(
        client_max_size=BODY_BYTES_MAX, middlewares=[_measured(metrics), _caught(desk), _guarded(desk, token)]
    )
    for route in ROUTES:
        app.router.add_route(route.method, PREFIX + route.path, Endpoint(route, desk, store).answer)
    app.router.add_get(f"{PREFIX}/openapi.json", _openapi(json.dumps(document(), ensure_ascii=False)))
    for path, handler in Pages(desk, store).handlers().items():
        app.router.add_get(path, handler)
    app.router.add_get("/healthz", _healthz(store))
    app.router.add_get("/metrics", _metrics(store, metrics))
    return app


def _openapi(description: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(text=description, content_type="application/json")

    return handler


def _healthz(store: Store) -> Handler:
    """Well means that the database answers too."""

    async def handler(_request: web.Request) -> web.Response:
        async with store.read() as work:
            await work.outbox.count()
        return web.json_response({"status": "ok"})

    return handler


def _metrics(store: Store, metrics: Metrics) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        async with store.read() as work:
            return web.Response(body=await metrics.collect(work), content_type="text/plain", charset="utf-8")

    return handler


def _guarded(desk: Desk, token: str) -> Middleware:
    """Whoever does not hold the service token is told nothing, not even which paths exist."""
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if request.path not in OPEN_PATHS and not hmac.compare_digest(given, expected):
            return _answer(*errors.edge(desk.texts, 401))
        return await handler(request)

    return middleware


def _caught(desk: Desk) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                return await handler(request)
        except web.HTTPException as error:
            return _answer(*errors.edge(desk.texts, error.status))
        except TimeoutError:
            return _answer(*errors.edge(desk.texts, 504))
        except (SQLAlchemyError, OSError) as error:
            _report(error)
            return _answer(*errors.edge(desk.texts, 503))
        except Exception as error:  # noqa: BLE001 - the edge answers whatever happens
            _report(error)
            return _answer(*errors.edge(desk.texts, 500))

    return middleware


def _measured(metrics: Metrics) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        response = await handler(request)
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "none"
        metrics.requests.labels(request.method, route, response.status).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - began)
        return response

    return middleware


def _report(error: Exception) -> None:
    """Where it happened and what kind it was; never its message, which may hold what somebody wrote."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s %s\n%s", type(error).__name__, type(cause).__name__ if cause else "", frames)


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(status=status, text=json.dumps(body, ensure_ascii=False), content_type="application/json")
