"""GET /calendar, /calendar.csv and /calendar.ics: open to everybody, nothing personal, and cheap to ask for again."""

import hashlib
import re
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from backend.domain.reception.calendar import days_in
from backend.published import feed, page, sheet
from backend.records.store import Store
from backend.records.work import Work
from backend.services.desk import Desk
from backend.services.reception import showing

PATHS = ("/calendar", "/calendar.csv", "/calendar.ics")
FRESH_S = 300
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_SAFE: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": f"public, max-age={FRESH_S}",
}


class Pages:
    """The public calendar over an open store."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store

    def handlers(self) -> Mapping[str, Handler]:
        """Who answers which path."""
        return dict(zip(PATHS, (self.page, self.table, self.feed), strict=True))

    async def page(self, request: web.Request) -> web.Response:
        """One month of one area; without either, the month that it is and the whole place's own receptions."""
        async with self._store.read() as work:
            name = request.query.get("month") or await showing.best_month(self._desk, work)
            if not _MONTH.fullmatch(name):
                return await self._nothing(request, work, 400, self._desk.texts.say("refusals.invalid_month"))
            shown = await showing.month(self._desk, work, name)
            if not shown.entries:
                said = self._desk.texts.say("calendar.not_published", month=days_in(name)[0].month)
                return await self._nothing(request, work, 404, said)
        today = self._desk.now().astimezone(self._desk.policy.office.zone).date()
        known = {"all", *(code for code, _ in shown.areas)}
        area = request.query.get("area", "")
        text = page.calendar(self._desk.texts, shown, area if area in known else shown.areas[0][0], today)
        return _answer(request, text.encode(), "text/html")

    async def table(self, request: web.Request) -> web.Response:
        """One month as a table."""
        async with self._store.read() as work:
            name = request.query.get("month") or await showing.best_month(self._desk, work)
            shown = await showing.month(self._desk, work, name) if _MONTH.fullmatch(name) else None
        if shown is None or not shown.entries:
            raise web.HTTPNotFound
        named = {"Content-Disposition": f'attachment; filename="calendar-{name}.csv"'}
        return _answer(request, sheet.calendar(self._desk.texts, shown.entries), "text/csv", named)

    async def feed(self, request: web.Request) -> web.Response:
        """All that is published from last month on."""
        async with self._store.read() as work:
            entries = await showing.everything(self._desk, work)
            name = self._desk.texts.say("calendar.feed", place=(await work.places.organisation()).root().name)
        body = feed.calendar(self._desk.texts, self._desk.policy.office.zone, name, entries)
        return _answer(request, body, "text/calendar", {"Content-Disposition": 'inline; filename="calendar.ics"'})

    async def _nothing(self, request: web.Request, work: Work, status: int, said: str) -> web.Response:
        text = page.nothing(said, await work.receptions.shown_months())
        return _answer(request, text.encode(), "text/html", status=status)


def _answer(
    request: web.Request, body: bytes, content_type: str, more: Mapping[str, str] | None = None, status: int = 200
) -> web.Response:
    """The body with its mark; who has it already is told so."""
    mark = hashlib.sha256(body).hexdigest()[:32]
    headers = {**_SAFE, **(more or {}), "ETag": f'"{mark}"'}
    known = request.if_none_match or ()
    if status == web.HTTPOk.status_code and any(one.value in {mark, "*"} for one in known):
        return web.Response(status=304, headers=headers)
    return web.Response(status=status, body=body, headers=headers, content_type=content_type, charset="utf-8")
