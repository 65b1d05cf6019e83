"""The way every platform call goes: faults, path, method, token, body, endpoint, log."""

import asyncio
import json
import time
from typing import Any

from aiohttp import BodyPartReader, web

from connectors.simulator.api import account, files, messages
from connectors.simulator.api.call import GET, POST, Answer, Call, Endpoint, Upload
from connectors.simulator.errors import SENTENCES, ApiError
from connectors.simulator.walker import Walker
from connectors.simulator.world import World

ENDPOINTS: dict[str, Endpoint] = {**account.ENDPOINTS, **messages.ENDPOINTS, **files.ENDPOINTS}
LARGEST_JSON = 1024 * 1024
UNLOGGED = frozenset({"/cgi-bin/showqrcode"})
"""A picture that phones look at; it says nothing about the bot."""
JSON_TYPE = "application/json; encoding=utf-8"


class Gate:
    """Answers /cgi-bin/… as api.weixin.qq.com would: HTTP 200 and an errcode, whatever went wrong."""

    def __init__(self, world: World, walker: Walker) -> None:
        self._world = world
        self._walker = walker

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        started = time.perf_counter()
        noted: dict[str, object] = {"method": request.method, "query": _shown_query(request)}
        try:
            struck = await self._struck(request)
            answer = struck if struck is not None else await self._answer(request, noted)
        except ApiError as error:
            errmsg = f"{error.errmsg} rid: {self._world.ids.rid()}"
            answer = {"errcode": error.errcode, "errmsg": errmsg, **error.more}
        noted["ms"] = round((time.perf_counter() - started) * 1000)
        return self._response(request.path, answer, noted)

    def _response(self, path: str, answer: Answer, noted: dict[str, object]) -> web.Response:
        if isinstance(answer, web.Response):
            noted |= {"status": answer.status, "answer": f"({answer.content_type})"}
            response = answer
        else:
            text = json.dumps(answer, ensure_ascii=False)
            noted |= {"status": 200, "answer": text, "errcode": answer.get("errcode", 0)}
            response = web.Response(body=text.encode(), headers={"Content-Type": JSON_TYPE})
        if path not in UNLOGGED:
            self._world.exchanges.note("api", path, noted)
        return response

    async def _struck(self, request: web.Request) -> Answer | None:
        """Let the faults happen that are set for this path; None if the call goes on."""
        for fault in self._world.faults.strike(request.path):
            self._world.feed.publish("faults", {"faults": self._world.faults.listed()})
            if fault.kind == "delay":
                await asyncio.sleep(fault.value / 1000)
            elif fault.kind == "errcode":
                raise ApiError(fault.value, fault.text or SENTENCES.get(fault.value, ""))
            elif fault.kind == "status":
                return web.Response(status=fault.value, text=fault.text or "fault on request")
            elif request.transport is not None:
                request.transport.abort()
                return web.Response(status=503, text="cut")
        return None

    async def _answer(self, request: web.Request, noted: dict[str, object]) -> Answer:
        endpoint = ENDPOINTS.get(request.path)
        if endpoint is None:
            raise ApiError(40066)
        if request.method not in endpoint.methods:
            raise ApiError(43001 if endpoint.methods == GET else 43002)
        if endpoint.needs_token:
            self._world.tokens.check(request.query.get("access_token", ""))
        call = Call(self._world, self._walker, request.query)
        if endpoint.body == "form":
            call.upload = await _upload(request)
            noted["request"] = f"({len(call.upload.content) if call.upload else 0} bytes)"
        elif endpoint.methods == POST:
            raw = await request.read()
            noted["request"] = raw[:LARGEST_JSON].decode(errors="replace")
            call.body = _json(raw)
        return endpoint.answer(call)


def _json(raw: bytes) -> dict[str, Any]:
    if not raw:
        raise ApiError(44002)
    try:
        body = json.loads(raw) if len(raw) <= LARGEST_JSON else None
    except (ValueError, RecursionError) as error:
        raise ApiError(47001) from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


async def _upload(request: web.Request) -> Upload | None:
    if not request.content_type.startswith("multipart/"):
        return None
    try:
        reader = await request.multipart()
        while part := await reader.next():
            if isinstance(part, BodyPartReader) and part.name == "media":
                content = bytes(await part.read(decode=False))
                return Upload(content, part.headers.get("Content-Type", "application/octet-stream"))
    except (ValueError, AssertionError, RuntimeError) as error:
        raise ApiError(47001) from error
    return None


def _shown_query(request: web.Request) -> str:
    kept = {"access_token": 8, "secret": 0}
    shown = {name: f"{value[: kept[name]]}…" if name in kept else value for name, value in request.query.items()}
    return "&".join(f"{name}={value}" for name, value in shown.items())
