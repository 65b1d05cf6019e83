"""One request to the platform's API: a time-out, a cap on the answer, and everything odd becomes `Unreachable`.

No exception from here carries the address, because the access token stands in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)

from connectors.wechat.errors import Rejected, Unreachable

API_TIMEOUT = ClientTimeout(total=5.0, connect=2.0)
"""The platform answers in under a second; a person waits."""
MEDIA_TIMEOUT = ClientTimeout(total=20.0, connect=2.0)
"""A picture or a video of ten megabytes over a slow line."""
MAX_ANSWER_BYTES = 1024 * 1024
"""Bytes of a JSON answer."""
CHUNK_BYTES = 64 * 1024
"""Bytes read at a time."""
_OK = 200


@dataclass(frozen=True, slots=True)
class Media:
    """A file that somebody sent: its bytes and its content type ("image/jpeg")."""

    content: bytes
    content_type: str


async def post(http: ClientSession, url: str, body: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
    """Post JSON and return the JSON object answered, whatever its errcode."""
    query = {"access_token": token} if token else None
    # Characters as they are: the platform shows \\u escapes in menus and texts literally.
    data = json.dumps(body, ensure_ascii=False).encode(errors="ignore")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        async with http.post(
            url, params=query, data=data, headers=headers, timeout=API_TIMEOUT, allow_redirects=False
        ) as response:
            return _json_object(response.status, await _read(response, MAX_ANSWER_BYTES))
    except (ClientError, TimeoutError, OSError) as failure:
        raise _unreachable(failure) from None


async def get_media(http: ClientSession, url: str, query: Mapping[str, str], cap: int) -> Media | dict[str, Any]:
    """Get a file of at most `cap` bytes; or the JSON object that the platform sends in its place."""
    try:
        async with http.get(url, params=query, timeout=MEDIA_TIMEOUT, allow_redirects=False) as response:
            kind = response.content_type.lower()
            if kind in ("application/json", "text/plain"):
                return _json_object(response.status, await _read(response, MAX_ANSWER_BYTES))
            if response.status != _OK:
                raise Unreachable(f"HTTP {response.status}")
            if kind.split("/")[0] not in ("image", "audio", "video", "voice") and kind != "application/octet-stream":
                raise Rejected(detail=f"not media: {kind}")
            return Media(await _read(response, cap), kind)
    except (ClientError, TimeoutError, OSError) as failure:
        raise _unreachable(failure) from None


def _unreachable(failure: Exception) -> Unreachable:
    connecting = isinstance(failure, ClientConnectorError | ConnectionTimeoutError)
    return Unreachable(type(failure).__name__, never_left=connecting)


async def _read(response: ClientResponse, cap: int) -> bytes:
    """The whole answer; Rejected as soon as it is known to be larger than `cap`."""
    if (response.content_length or 0) > cap:
        raise Rejected(detail=f"larger than {cap} bytes")
    parts = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        parts += chunk
        if len(parts) > cap:
            raise Rejected(detail=f"larger than {cap} bytes")
    return bytes(parts)


def _json_object(status: int, content: bytes) -> dict[str, Any]:
    if status != _OK:
        raise Unreachable(f"HTTP {status}")
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreachable("answer is not JSON") from None
    if not isinstance(answer, dict):
        raise Unreachable("answer is not a JSON object")
    return answer


def errcode(answer: Mapping[str, Any]) -> int:
    """The answer's errcode; 0 if it has none."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else int(code) if str(code).lstrip("-").isdecimal() else 0
