"""The page's files as the simulator serves them."""

import aiohttp
import pytest
from yarl import URL

from connectors.simulator.page_files import PAGE
from tests.connectors.simulator_stage import stage


@pytest.mark.parametrize(
    "path", ["/page/", "/page/none.js", "/page/../server.py", "/page/%2e%2e/server.py", "/page/js"]
)
async def test_nothing_else_is_served(path: str) -> None:
    """Only what lies in page/ is given, and no way leads out of it."""
    async with (
        stage() as here,
        aiohttp.ClientSession() as http,
        http.get(URL(f"{here.url}/page{path}", encoded=True)) as answer,
    ):
        assert answer.status == 404


async def test_every_file_is_served_as_what_it_is() -> None:
    """Byte for byte, with a type that a browser takes, and words as UTF-8."""
    types = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    async with stage() as here, aiohttp.ClientSession() as http:
        for file in filter(lambda each: each.is_file(), PAGE.rglob("*")):
            async with http.get(f"{here.url}/page/{file.relative_to(PAGE).as_posix()}") as answer:
                assert await answer.read() == file.read_bytes()
                assert answer.content_type == types.get(file.suffix, answer.content_type)
                assert answer.content_type != "application/octet-stream"
                assert answer.charset == ("utf-8" if answer.content_type.startswith("text/") else None)
        async with http.get(f"{here.url}/") as answer:
            assert await answer.read() == (PAGE / "index.html").read_bytes()
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
