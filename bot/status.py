"""How the process is doing: /healthz for whoever starts it, /metrics for Prometheus."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.door import Addresses
from bot.metrics import Meters
from bot.releases import Dialogs
from connectors.sessions.link import RedisAwayError, RedisLink

_UNAVAILABLE = 503


class Status:
    """Two pages without anything about a person."""

    def __init__(self, link: RedisLink, dialogs: Dialogs, meters: Meters) -> None:
        self._link = link
        self._dialogs = dialogs
        self._meters = meters

    def addresses(self) -> Addresses:
        """What the server is to offer."""
        return {("GET", "/healthz"): self.health, ("GET", "/metrics"): self.metrics}

    async def health(self, _request: web.BaseRequest) -> web.Response:
        """200 while messages can be taken in, else 503."""
        try:
            await self._link.run(("PING",))
        except RedisAwayError:
            return web.json_response({"status": "redis away"}, status=_UNAVAILABLE)
        return web.json_response({"status": "ok", "release": self._dialogs.current.id})

    async def metrics(self, _request: web.BaseRequest) -> web.Response:
        """The figures."""
        return web.Response(body=self._meters.page(), headers={"Content-Type": CONTENT_TYPE_LATEST})
