"""What the platform would never send is refused, leaves nothing behind, and disturbs nobody."""

import io

import pytest
import redis.asyncio

from tests.contract.hostile import NAMES, RAW, WORD, Post, post, raw
from tests.contract.platform import text
from tests.contract.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOGS = ("bot", "backend", "worker")


async def send(product: Product, sent: Post) -> tuple[int, bytes]:
    """Status and body answered."""
    url = product.stack.bot_urls["bot"]
    async with product.http.post(url, params=sent.query, data=io.BytesIO(sent.body), headers=sent.headers) as response:
        return response.status, await response.read()


async def kept(product: Product) -> list[str]:
    """The keys in Redis that are about somebody."""
    async with redis.asyncio.Redis.from_url(product.stack.redis.url) as client:
        return [key.decode() async for key in client.scan_iter(match="hwg:{*") if b"token" not in key]


def logged(product: Product) -> list[str]:
    """Lines of logs with the word in them, or with a traceback."""
    lines = [line for name in LOGS for line in product.stack.log(name).splitlines()]
    return [line for line in lines if WORD in line or "Traceback" in line]


@pytest.mark.parametrize("name", NAMES)
async def test_a_hostile_request_is_refused_without_a_trace(shared: Product, name: str) -> None:
    """It gets a status and nothing else, nothing of it is logged or stored, and the next person is served."""
    before = await kept(shared)
    status, body = await send(shared, post(name))
    assert (status, body) in {(403, b""), (413, b"")}
    assert logged(shared) == []
    assert await kept(shared) == before


@pytest.mark.parametrize("name", RAW)
async def test_what_is_hardly_http_leaves_no_trace(shared: Product, name: str) -> None:
    """Whatever is answered, the word is not logged, and nothing is stored."""
    answer = await raw(shared.stack.bot_urls["bot"], RAW[name])
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert logged(shared) == []


async def test_refusals_are_counted_and_people_are_served(shared: Product) -> None:
    """After all that, each refusal is counted by its code and a resident gets on as ever."""
    for name in ("wrong signature", "stale", "a mebibyte", "entity bomb, sealed", "another app"):
        await send(shared, post(name))
    resident = shared.person("served")
    await resident.until_submit()
    async with shared.http.get(shared.stack.bot_urls["bot"].replace("/wechat", "/metrics")) as response:
        page = await response.text()
    for code in ("bad_signature", "stale", "too_large", "malformed", "wrong_app"):
        assert f'bot_refused_total{{code="{code}"}}' in page
    assert WORD not in page
    assert "served" not in page


async def test_a_captured_request_does_nothing_twice(shared: Product) -> None:
    """The very same bytes again, also at another process, get the same reply and start nothing; changed, nothing."""
    await shared.stack.start_bot("second")
    query, body = text("captured", "帮助").post()
    first, again = [await send(shared, Post(query, body)) for _ in range(2)]
    url = shared.stack.bot_urls["second"]
    async with shared.http.post(url, params=query, data=body) as response:
        elsewhere = response.status, await response.read()
    assert [status for status, _ in (first, again, elsewhere)] == [200, 200, 200]
    said = [key for key in await kept(shared) if key.startswith("hwg:{captured}:said")]
    assert len(said) == 1
    changed = Post({**query, "timestamp": str(int(query["timestamp"]) + 1)}, body)
    assert await send(shared, changed) == (403, b"")
