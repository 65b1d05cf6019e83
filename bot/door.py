"""The bot's web server: a few addresses, found by their exact name; no router stands before a message."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import web

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Addresses: TypeAlias = Mapping[tuple[str, str], Handler]
"""Method and path to what answers."""


class Door:
    """Lets requests in to what answers them, and nothing larger than `max_bytes`."""

    def __init__(self, addresses: Addresses, max_bytes: int) -> None:
        self._addresses = addresses
        self._paths = {path for _, path in addresses}
        self._max_bytes = max_bytes

    def runner(self, shutdown_seconds: float) -> web.ServerRunner:
        """A server of this door, to be set up in the running loop; open requests may take so long when it stops."""
        # The platform packs nothing, so nobody's packed body is unpacked.
        server = web.Server(self._answer, request_factory=self._request, access_log=None, auto_decompress=False)
        return web.ServerRunner(server, shutdown_timeout=shutdown_seconds)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        handler = self._addresses.get((request.method, request.path))
        if handler is not None:
            return await handler(request)
        known = request.path in self._paths
        return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND)

    def _request(self, *parts: Any) -> web.BaseRequest:  # noqa: ANN401 - aiohttp's own pieces, handed on as they come
        message, payload, protocol, writer, task = parts
        loop = task.get_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=self._max_bytes)
