"""`work`: the worker until SIGINT or SIGTERM; what has been begun is finished."""

import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
from redis.asyncio import Redis

from backend.commands.stopping import stop_event
from backend.composition import make_desk, opened
from backend.config import MissingError, Settings
from backend.worker.loop import run
from backend.worker.tools import Tools
from backend.worker.wechat import WeChatMessenger
from connectors.masks import mask_logs
from connectors.wechat.client import WeChatClient
from connectors.wechat.config import ConfigError, WeChatConfig, from_environment
from connectors.wechat.ledger import Ledger
from connectors.wechat.tokens import TokenStore

REDIS_TIMEOUT_S = 5.0


async def main(settings: Settings, _arguments: list[str]) -> None:
    """Work; MissingError if something is missing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    mask_logs()
    settings.require("PII_KEY")
    try:
        account = from_environment(callbacks=False)
    except ConfigError as error:
        raise MissingError(str(error)) from error
    # Before it is said that we are up: who hears that may ask us to stop at once.
    stop = stop_event()
    async with opened(settings) as store, messenger(account) as wechat:
        print("后台工人已启动。", flush=True)  # noqa: T201 - said to who started it
        await run(Tools(make_desk(settings), store, wechat, random.random), stop)


@asynccontextmanager
async def messenger(account: WeChatConfig) -> AsyncIterator[WeChatMessenger]:
    """The platform's channels for this account."""
    redis = Redis.from_url(account.redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S)
    async with ClientSession() as http:
        tokens = TokenStore(redis, http, account.app_id, account.app_secret, account.api_base)
        yield WeChatMessenger(WeChatClient(http, tokens, account.api_base), Ledger(redis))
    await redis.aclose()
