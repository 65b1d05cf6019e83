"""One handler for every route: check the request, perform its use case in one transaction, keep the answer."""

import json
import re
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from backend.api import errors
from backend.api.route import Asked, Route
from backend.domain.refusal import Code, Refused
from backend.records.answers import Kept, KeyReusedError
from backend.records.store import Store
from backend.services.desk import Answer, Desk

KEY = re.compile(r"[\x21-\x7e]{1,200}")
OPENID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Endpoint:
    """A route at work."""

    def __init__(self, route: Route, desk: Desk, store: Store) -> None:
        self._route = route
        self._desk = desk
        self._store = store

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        try:
            openid = self._openid(request)
            key = self._key(request)
            body = self._route.body.model_validate(await _json(request))
        except Refused as refused:
            return _response(*errors.refusal(self._desk.texts, refused))
        except ValidationError as error:
            return _response(*errors.validation(self._desk.texts, error))
        kept = await self._answer(request, openid, key, body)
        return web.Response(status=kept.status, text=kept.body, content_type="application/json")

    async def _answer(self, request: web.Request, openid: str, key: str, body: Any) -> Kept:  # noqa: ANN401 - any schema
        path = dict(request.match_info)
        if not (self._route.keyed or self._route.writes):
            async with self._store.read() as work:
                return await self._perform(Asked(self._desk, work, openid, path, body))
        seen = await self._glance(openid, path, body)
        if seen is not None:
            return seen
        async with self._store.write() as work:
            asked = Asked(self._desk, work, openid, path, body)
            return await (self._once(asked, key) if self._route.keyed else self._perform(asked))

    async def _glance(self, openid: str, path: dict[str, str], body: Any) -> Kept | None:  # noqa: ANN401 - any schema
        """The refusal that a look is enough for, if any."""
        if self._route.glance is None:
            return None
        async with self._store.read() as work:
            try:
                await self._route.glance(Asked(self._desk, work, openid, path, body))
            except Refused as refused:
                return _kept(*errors.refusal(self._desk.texts, refused))
        return None

    async def _once(self, asked: Asked, key: str) -> Kept:
        """The first answer of this key: performed now, or as it was kept."""
        try:
            first = await asked.work.answers.claim(asked.openid, key, self._digest(asked), self._desk.now())
        except KeyReusedError:
            return _kept(*errors.refusal(self._desk.texts, Refused(Code.KEY_REUSED)))
        if first is not None:
            return first
        answer = await self._perform(asked)
        await asked.work.answers.keep(asked.openid, key, answer)
        return answer

    async def _perform(self, asked: Asked) -> Kept:
        try:
            answer = await self._route.perform(asked)
        except Refused as refused:
            return _kept(*errors.refusal(self._desk.texts, refused))
        return _kept(200, {"outcome": answer.outcome, **answer.slots} if isinstance(answer, Answer) else answer)

    def _digest(self, asked: Asked) -> str:
        """What makes two requests the same; it is kept as a keyed hash only."""
        parts = [self._route.method, self._route.path, dict(asked.path), asked.body.model_dump(mode="json")]
        return json.dumps(parts, ensure_ascii=False, sort_keys=True)

    def _openid(self, request: web.Request) -> str:
        openid = request.headers.get("X-Openid", "")
        if self._route.personal and not OPENID.fullmatch(openid):
            raise Refused(Code.INVALID, reason="invalid_openid")
        return openid

    def _key(self, request: web.Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        if self._route.keyed and not KEY.fullmatch(key):
            raise Refused(Code.INVALID, reason="invalid_key")
        return key


async def _json(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value
    raw = await request.read()
    if not raw.strip():
        return {}
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(Code.INVALID, reason="invalid_body") from error


def _kept(status: int, body: dict[str, Any]) -> Kept:
    return Kept(status, json.dumps(body, ensure_ascii=False))


def _response(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(status=status, text=json.dumps(body, ensure_ascii=False), content_type="application/json")
