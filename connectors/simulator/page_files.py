"""The page's own files, read once and served from memory: no file is open when a browser leaves in the middle."""

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"
INDEX = "index.html"


class PageFiles:
    """What lies in page/, by its path there."""

    def __init__(self) -> None:
        self._files: Mapping[str, tuple[bytes, str]] = {
            file.relative_to(PAGE).as_posix(): (file.read_bytes(), _kind(file))
            for file in PAGE.rglob("*")
            if file.is_file()
        }

    def routes(self) -> list[web.RouteDef]:
        """The page itself, and all that it loads."""
        return [web.get("/", self.index), web.get("/page/{name:.+}", self.file)]

    async def index(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp's handler shape
        """The page."""
        return self._answer(INDEX)

    async def file(self, request: web.Request) -> web.Response:
        """One of its files."""
        return self._answer(request.match_info["name"])

    def _answer(self, name: str) -> web.Response:
        if name not in self._files:
            return web.Response(status=404)
        body, kind = self._files[name]
        return web.Response(body=body, content_type=kind, charset="utf-8" if kind.startswith("text/") else None)


def _kind(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return "text/javascript" if kind == "application/javascript" else kind
