"""The one place where a bot process is put together; each resource opens and closes in one block."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
import redis.exceptions
import yaml
from aiohttp import ClientSession, TCPConnector
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from bot.answers import Answering
from bot.calls import BackendCalls
from bot.config import Config
from bot.conversation import Conversation, Parts
from bot.door import Door
from bot.heard import Heard
from bot.late import LateSender
from bot.metrics import Meters
from bot.mind import Understander
from bot.places import Places
from bot.ports import Note, Sentences
from bot.releases import Dialogs
from bot.status import Status
from bot.turns import Turns
from bot.upkeep import SWEEP_SECONDS, Sweeper, forever
from bot.voice import WeChatVoice
from bot.webhook import Pace, Webhook
from connectors.backend import BackendClient
from connectors.rasa import Circuit, RasaClient
from connectors.sessions import keys
from connectors.sessions.bells import Bells
from connectors.sessions.late import LateReplies
from connectors.sessions.link import RedisLink
from connectors.sessions.releases import ReleaseStore
from connectors.sessions.sealing import PersonalSeal
from connectors.sessions.store import Sessions
from connectors.speech import PlatformRecognition
from connectors.wechat.client import WeChatClient
from connectors.wechat.gate import MAX_BODY_BYTES, Gate
from connectors.wechat.ledger import Ledger, note
from connectors.wechat.message import Grant
from connectors.wechat.tokens import TokenStore
from dialogs.kernel import engine

PLACES_SECONDS = 300.0
PLACES_AT_FIRST_SECONDS = 3.0
"""Pause between two questions for the places, and while there are none yet."""
CLIENT_RETRIES = 8
"""How often what goes through redis-py is tried again while Redis is away: about two seconds."""
CONNECTIONS = 200
"""Outgoing HTTP connections at the same time."""

_SENTENCES = Path(__file__).with_name("sentences.yml")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot: its web server's door, and how to make it read its dialogs again at once."""

    door: Door
    reload: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Redis:
    """What is joined to Redis."""

    link: RedisLink
    client: redis.asyncio.Redis
    sessions: Sessions
    late: LateReplies
    releases: ReleaseStore


class _Quota:
    """What a message entitles us to, noted in the ledger along with its turn."""

    def of(self, heard: Heard) -> Sequence[Note]:
        """The ledger's command."""
        return (note(heard.person, heard.at, Grant(heard.grant)),) if heard.grant else ()


@contextlib.asynccontextmanager
async def running(config: Config, folder: Path, pace: Pace | None = None) -> AsyncIterator[Bot]:
    """Put a bot together, keep it going, and finish its turns at the end.

    Raises bot.releases.DialogsBrokenError if the dialogs in `folder` cannot be run.
    """
    meters, name, pace = Meters(), secrets.token_hex(4), pace or Pace()
    async with _redis(config, name) as store, _http() as http:
        backend = BackendClient(http, config.backend_url, config.backend_token)
        calls, places = BackendCalls(backend, meters), Places(backend, store.releases)
        dialogs = Dialogs(folder, calls.actions, store.releases)
        wechat = _wechat(config, store, http, name)
        sender = LateSender(store.late, store.sessions, wechat, Ledger(store.client), meters, pace.clock)
        rasa = RasaClient(http, config.rasa_url, clock=time.monotonic, circuit=Circuit(shed=meters.rasa_shed.inc))
        mind = Understander(rasa, PlatformRecognition(), places.extract, meters)
        answers = Answering(WeChatVoice())
        turns = Turns(engine, dialogs, mind, calls, answers)
        parts = Parts(store.sessions, turns, answers, sender, _Quota(), meters, _sentences())
        conversation = Conversation(parts)
        sweeper = Sweeper(store.sessions, conversation, pace.clock)
        webhook = Webhook(_gate(config), conversation, meters, parts.sentences.busy, pace)
        status = Status(store.link, dialogs, meters)
        door = Door({**webhook.addresses(), **status.addresses()}, MAX_BODY_BYTES)
        async with _upkeep(store.sessions, sweeper, dialogs, places):
            yield Bot(door, dialogs.read_again.set)
            await conversation.stop()
            await sweeper.stop()


@contextlib.asynccontextmanager
async def _redis(config: Config, name: str) -> AsyncIterator[_Redis]:
    url, seal = config.redis_url, PersonalSeal(config.session_keys)
    link, bells = RedisLink(url), Bells(url, name)
    client = redis.asyncio.Redis.from_url(
        url,
        socket_timeout=keys.COMMAND_SECONDS,
        retry=Retry(ExponentialBackoff(keys.LONGEST_RETRY_PAUSE_SECONDS, keys.RETRY_PAUSE_SECONDS), CLIENT_RETRIES),
        retry_on_error=[redis.exceptions.ConnectionError, redis.exceptions.TimeoutError],
    )
    await bells.open()
    try:
        yield _Redis(link, client, Sessions(link, bells, seal, name), LateReplies(link, seal), ReleaseStore(link))
    finally:
        await bells.close()
        await link.close()
        await client.aclose()


@contextlib.asynccontextmanager
async def _http() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as http:
        yield http


@contextlib.asynccontextmanager
async def _upkeep(sessions: Sessions, sweeper: Sweeper, dialogs: Dialogs, places: Places) -> AsyncIterator[None]:
    async def refresh() -> None:
        await places.refresh()
        await asyncio.sleep(PLACES_SECONDS if places.are_known else PLACES_AT_FIRST_SECONDS)

    tasks = [
        asyncio.create_task(forever("locks", keys.RENEW_SECONDS, sessions.renew)),
        asyncio.create_task(forever("sweep", SWEEP_SECONDS, sweeper.sweep)),
        asyncio.create_task(forever("dialogs", 1.0, dialogs.watch)),
        asyncio.create_task(forever("places", 1.0, refresh)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _wechat(config: Config, store: _Redis, http: ClientSession, name: str) -> WeChatClient:
    account = config.account
    tokens = TokenStore(store.client, http, account.app_id, account.app_secret, account.api_base, owner=name)
    return WeChatClient(http, tokens, account.api_base)


def _gate(config: Config) -> Gate:
    account = config.account
    return Gate(account.app_id, account.token, account.aes_key, account.mode)


def _sentences() -> Sentences:
    return Sentences(**yaml.safe_load(_SENTENCES.read_text(encoding="utf-8")))
