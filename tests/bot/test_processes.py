"""Tests: the bot as a process of its own: refusals to start, clean stops, crashes."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from connectors.local.redis_server import free_port
from tests.bot.host_parts import Backend, Client, somebody
from tests.contract import platform as wechat
from tests.contract.platform import Platform, text

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def environment(redis_url: str, platform: Platform, backend: Backend) -> dict[str, str]:
    """What a bot process needs to know."""
    return {
        "PATH": os.environ["PATH"],
        "WECHAT_APP_ID": wechat.APP_ID,
        "WECHAT_APP_SECRET": wechat.APP_SECRET,
        "WECHAT_TOKEN": wechat.TOKEN,
        "WECHAT_AES_KEY": wechat.AES_KEY,
        "WECHAT_API_BASE": platform.base,
        "REDIS_URL": redis_url,
        "RASA_URL": f"http://127.0.0.1:{free_port()}",
        "BACKEND_URL": backend.url,
        "BACKEND_TOKEN": "token",
        "BOT_PORT": str(free_port()),
    }


async def start(environment: dict[str, str], folder: Path) -> asyncio.subprocess.Process:
    """Start `python -m bot serve`."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--dialogs", str(folder)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@contextlib.asynccontextmanager
async def up(environment: dict[str, str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that listens; ended at the end."""
    process = await start(environment, folder)
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert (await process.stdout.readline()).decode().startswith("机器人已启动")
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 15)


async def told(environment: dict[str, str], folder: Path) -> tuple[int | None, str]:
    """How a process that cannot start ends: exit code and what it says."""
    process = await start(environment, folder)
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, errors.decode()


async def test_missing_variables_are_named(environment: dict[str, str], folder: Path) -> None:
    """Without its variables the process ends with one sentence that names them, and no value."""
    del environment["WECHAT_TOKEN"], environment["BACKEND_TOKEN"]
    assert await told(environment, folder) == (1, "Missing in the environment: WECHAT_TOKEN, BACKEND_TOKEN.\n")


async def test_broken_dialogs_are_printed(environment: dict[str, str], folder: Path) -> None:
    """Dialogs with errors, or with an action that nobody implements, are printed and not run."""
    (folder / "actions.yml").write_text("actions: {action_fly: {outcomes: {done: {}}, durable: false}}", "utf-8")
    code, errors = await told(environment, folder)
    assert (code, "action_submit_case" in errors) == (1, True)


async def test_taken_port_is_one_sentence(environment: dict[str, str], folder: Path) -> None:
    """Where somebody listens already, the process says so and ends."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    environment["BOT_PORT"] = str(server.sockets[0].getsockname()[1])
    code, errors = await told(environment, folder)
    server.close()
    assert (code, errors.strip().splitlines()[-1].startswith("端口")) == (1, True)


async def test_killed_bot_goes_on_where_it_was(
    environment: dict[str, str], folder: Path, backend: Backend, platform: Platform
) -> None:
    """Killed in a turn and started again, the bot finishes it: one case, and the person hears of it without writing."""
    me = somebody()
    url = f"http://127.0.0.1:{environment['BOT_PORT']}"
    async with ClientSession() as http:
        client = Client(http, url)
        async with up(environment, folder) as process:
            await client.deliver(text(me, "反映"))
            backend.hold.clear()
            backend.arrived.clear()
            message = text(me, "楼上漏水")
            cut = asyncio.create_task(client.deliver(message))
            await backend.arrived.wait()
            process.kill()
            with pytest.raises(ClientError):
                await cut
        backend.hold.set()
        async with up(environment, folder):
            await platform.until(lambda: platform.sent(SEND, me), 20)
            again = await client.deliver(message)
    (sent,) = platform.sent(SEND, me)
    assert sent["text"]["content"].startswith("登记好了，AH1")
    assert again.kind == "success"
    assert len(backend.cases) == 1


async def test_clean_stop_finishes_the_turn(environment: dict[str, str], folder: Path, backend: Backend) -> None:
    """Told to stop in a turn, the bot answers it first; its log holds nothing of what was said nor the openid."""
    me = somebody()
    async with ClientSession() as http, up(environment, folder) as process:
        client = Client(http, f"http://127.0.0.1:{environment['BOT_PORT']}")
        await client.deliver(text(me, "反映"))
        backend.hold.clear()
        backend.arrived.clear()
        running = asyncio.create_task(client.deliver(text(me, "楼上漏水")))
        await backend.arrived.wait()
        process.send_signal(signal.SIGTERM)
        backend.hold.set()
        assert (await running).text.startswith("登记好了")
        out, errors = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0
    assert [word for word in (me, "漏水") if word in (out + errors).decode()] == []
