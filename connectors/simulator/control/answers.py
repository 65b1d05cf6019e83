"""How the control API reads bodies and answers: JSON, and for refusals {"error": a Chinese sentence, "code"}."""

import json
from typing import Any

from aiohttp import web

from connectors.simulator.refusal import Refusal


def ok(answer: object) -> web.Response:
    """Answer with JSON."""
    return web.Response(text=json.dumps(answer, ensure_ascii=False), content_type="application/json")


def refused(refusal: Refusal) -> web.Response:
    """Answer with a refusal."""
    answer = ok({"error": refusal.sentence, "code": refusal.code})
    answer.set_status(refusal.status)
    return answer


async def body_of(request: web.Request) -> dict[str, Any]:
    """Read the JSON object of a request; {} if there is no body; refuses anything else."""
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal("请求体不是 JSON。") from error
    if not isinstance(body, dict):
        raise Refusal("请求体要写一个 JSON 对象。")
    return body


def whole(text: str, default: int, limit: int) -> int:
    """Read a whole number of a query, at most `limit`; the default if it is none."""
    return min(int(text), limit) if text.isascii() and text.isdecimal() else default
