"""A TCP door in front of a server: it can be shut for what goes in, or for what comes out, while both ends wait."""

import asyncio
import contextlib
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536


class Door:
    """Listens on a port of its own and passes everything on to `target`. `knocked`: something waits at a shut door."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._ways = {"in": asyncio.Event(), "out": asyncio.Event()}
        self._lines: set[asyncio.Task[None]] = set()
        self.knocked = asyncio.Event()
        self.url = ""
        self.open()

    async def __aenter__(self) -> "Door":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.break_off()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def shut(self, way: str) -> None:
        """From now on nothing goes this way ("in": requests, "out": answers)."""
        self.knocked.clear()
        self._ways[way].clear()

    def open(self) -> None:
        """Everything goes through, also what waits."""
        for way in self._ways.values():
            way.set()

    def break_off(self) -> None:
        """Whoever is connected is cut off; what waits at the door is lost."""
        for line in self._lines:
            line.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self._lines.add(line)
        line.add_done_callback(self._lines.discard)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there_reader, there_writer = await asyncio.open_connection(self._host, self._port)
            await asyncio.gather(self._pass("in", reader, there_writer), self._pass("out", there_reader, writer))
        writer.close()

    async def _pass(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(CHUNK_BYTES):
                if not self._ways[way].is_set():
                    self.knocked.set()
                    await self._ways[way].wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
