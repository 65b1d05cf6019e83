"""One call of a platform path, read out of the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from connectors.simulator.errors import ApiError
from connectors.simulator.walker import Walker
from connectors.simulator.world import World

Answer = dict[str, Any] | web.Response


@dataclass
class Upload:
    """A file that came as a form's part."""

    content: bytes
    content_type: str


@dataclass
class Call:
    """What an endpoint gets: the world, the query, the JSON body, perhaps an upload."""

    world: World
    walker: Walker
    query: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    upload: Upload | None = None

    def text(self, name: str, errcode: int = 47001) -> str:
        """Give a text of the body, or refuse with a code."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise ApiError(errcode)
        return value

    def part(self, name: str) -> dict[str, Any]:
        """Give an object of the body, or refuse as a format error."""
        value = self.body.get(name)
        if not isinstance(value, dict):
            raise ApiError(47001)
        return value


@dataclass(frozen=True)
class Endpoint:
    """How a path is called: its methods, whether it wants a token, what its body is, who answers."""

    methods: frozenset[str]
    answer: Callable[[Call], Answer]
    needs_token: bool = True
    body: str = "json"


GET = frozenset({"GET"})
POST = frozenset({"POST"})
BOTH = GET | POST
