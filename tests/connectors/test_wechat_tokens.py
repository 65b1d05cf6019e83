"""The access token: one renewal at a time, whoever asks, and an end to every kind of refusal."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import ClientSession, web
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from connectors.wechat.errors import Busy, IpNotAllowed, RateLimited, TokenRefused, Unreachable
from connectors.wechat.tokens import EARLY_S, LEASE_S, MAX_LOOKS, TokenStore
from tests.connectors.wechat_account import APP_ID, SECRET, Api

PATH = "/cgi-bin/stable_token"
KEY = f"hwg:token:{{{APP_ID}}}"


class Platform:
    """Gives out stable tokens: the same one until a new one is forced. `answers` come first, `gate` may hold it up."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.number = 1
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def respond(self, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Answer one call."""
        self.arrived.set()
        await self.gate.wait()
        if self.answers:
            return self.answers.pop(0)
        self.number += bool(body["force_refresh"])
        return {"access_token": f"token-{self.number}", "expires_in": 7200}


class Pauses:
    """Stands for sleeping: lets others run and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.begun = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        """Do not sleep."""
        self.seconds.append(seconds)
        self.begun.set()
        await asyncio.sleep(0)


class Crowd(Redis):
    """Redis that opens a gate when so many have looked for the token: nobody comes after the renewal."""

    def __init__(self, redis: Redis, gate: asyncio.Event, looks: int) -> None:
        super().__init__(connection_pool=redis.connection_pool)
        self._gate = gate
        self._looks = looks

    async def get(self, name: Any) -> Any:
        """Look, and count."""
        value = await super().get(name)
        self._looks -= 1
        if self._looks == 0:
            self._gate.set()
        return value


def store(redis: Redis, http: ClientSession, base: str, pauses: Pauses | None = None) -> TokenStore:
    """A store on this Redis and API, as one process has it."""
    return TokenStore(redis, http, APP_ID, SECRET, base, sleep=pauses or Pauses())


@pytest.mark.parametrize(
    ("code", "error"),
    [(40013, TokenRefused), (40125, TokenRefused), (40164, IpNotAllowed), (45009, RateLimited), (-1, Busy)],
)
async def test_refusals_reach_everybody_who_waits(redis_client: Redis, code: int, error: type[Exception]) -> None:
    """A refused request for a token is each caller's error, and was made once (busy: three times)."""
    platform = Platform(*[{"errcode": code, "errmsg": "no"}] * 5)
    platform.gate.clear()
    crowd = Crowd(redis_client, platform.gate, 5 + 1)
    async with Api(platform.respond) as api, ClientSession() as http:
        tokens = store(crowd, http, api.base)
        outcomes = await asyncio.gather(*[tokens.get() for _ in range(5)], return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {error}
        assert len(api.calls) == (3 if code == -1 else 1)
    assert await redis_client.get(f"{KEY}:lease") is None


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": ""}, {"access_token": 5, "expires_in": 7200}, {"access_token": "t"}]
)
async def test_answers_without_a_token_are_refused(redis_client: Redis, answer: dict[str, Any]) -> None:
    """An answer that holds no whole token is no token."""
    async with Api(Platform(answer).respond) as api, ClientSession() as http:
        with pytest.raises(TokenRefused):
            await store(redis_client, http, api.base).get()


async def test_unreachable_platform_is_said_without_the_secret(redis_client: Redis) -> None:
    """A platform that is not there is Unreachable, and the error does not carry the secret."""
    async with ClientSession() as http:
        with pytest.raises(Unreachable) as failure:
            await store(redis_client, http, "http://127.0.0.1:9").get()
    assert SECRET not in repr(failure.value)
    assert failure.value.__suppress_context__


async def test_unreachable_redis_is_unreachable(unused_tcp_port: int) -> None:
    """Without Redis there is no token: one error for the caller to know."""
    never = Retry(NoBackoff(), 0)
    async with ClientSession() as http, Redis(host="127.0.0.1", port=unused_tcp_port, retry=never) as redis:
        tokens = store(redis, http, "http://127.0.0.1:9")
        with pytest.raises(Unreachable):
            await tokens.get()
        with pytest.raises(Unreachable):
            await tokens.expire("token-1")


async def test_missing_address_on_the_list_is_an_alarm(redis_client: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """40164 is logged as an error with the platform's hint, and not repeated."""
    platform = Platform({"errcode": 40164, "errmsg": "invalid ip 192.0.2.7, not in whitelist"})
    async with Api(platform.respond) as api, ClientSession() as http:
        with pytest.raises(IpNotAllowed):
            await store(redis_client, http, api.base).get()
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "192.0.2.7" in record.getMessage()


async def test_token_is_fetched_once_and_kept_until_shortly_before_its_end(redis_client: Redis) -> None:
    """The second call is answered from Redis; the token leaves Redis five minutes before its end."""
    async with Api(Platform().respond) as api, ClientSession() as http:
        tokens = store(redis_client, http, api.base)
        assert [await tokens.get(), await tokens.get()] == ["token-1", "token-1"]
        assert api.asked(PATH) == [
            {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET, "force_refresh": False}
        ]
    assert 7200 - EARLY_S - 5 <= await redis_client.ttl(KEY) <= 7200 - EARLY_S


async def test_short_lived_token_is_kept_for_half_its_time(redis_client: Redis) -> None:
    """A token that is nearly over is kept for a while all the same, not fetched at each call."""
    platform = Platform({"access_token": "short", "expires_in": 60})
    async with Api(platform.respond) as api, ClientSession() as http:
        tokens = store(redis_client, http, api.base)
        assert [await tokens.get(), await tokens.get()] == ["short", "short"]


async def test_one_process_renews_once_for_all_its_callers(redis_client: Redis) -> None:
    """Fifty callers at once make one call."""
    async with Api(Platform().respond) as api, ClientSession() as http:
        tokens = store(redis_client, http, api.base)
        assert set(await asyncio.gather(*[tokens.get() for _ in range(50)])) == {"token-1"}
        assert len(api.calls) == 1


async def test_two_processes_renew_once(redis_client: Redis, redis_url: str) -> None:
    """Two processes with their own connections share one renewal through the lease in Redis."""
    platform = Platform()
    platform.gate.clear()
    async with Api(platform.respond) as api, ClientSession() as http, Redis.from_url(redis_url) as other_redis:
        pauses = Pauses()
        one = asyncio.create_task(store(redis_client, http, api.base).get())
        await platform.arrived.wait()
        other = asyncio.create_task(store(other_redis, http, api.base, pauses).get())
        await pauses.begun.wait()
        platform.gate.set()
        assert {await one, await other} == {"token-1"}
        assert len(api.calls) == 1


async def test_callers_who_give_up_do_not_stop_the_renewal(redis_client: Redis) -> None:
    """A cancelled caller leaves the renewal to those who still wait."""
    platform = Platform()
    platform.gate.clear()
    async with Api(platform.respond) as api, ClientSession() as http:
        tokens = store(redis_client, http, api.base)
        impatient, patient = asyncio.create_task(tokens.get()), asyncio.create_task(tokens.get())
        await platform.arrived.wait()
        impatient.cancel()
        platform.gate.set()
        assert await patient == "token-1"
        assert len(api.calls) == 1


async def test_waiting_for_another_process_has_an_end(redis_client: Redis) -> None:
    """A lease that never becomes free and brings no token ends in Unreachable, without a call."""
    await redis_client.set(f"{KEY}:lease", "somebody else")
    pauses = Pauses()
    async with Api(Platform().respond) as api, ClientSession() as http:
        with pytest.raises(Unreachable):
            await store(redis_client, http, api.base, pauses).get()
        assert (api.calls, len(pauses.seconds)) == ([], MAX_LOOKS)
    assert await redis_client.get(f"{KEY}:lease") == b"somebody else"


async def test_lease_of_a_dead_process_ends(redis_client: Redis) -> None:
    """The lease carries an end of its own, so that a killed process blocks nobody for long."""
    platform = Platform()
    platform.gate.clear()
    async with Api(platform.respond) as api, ClientSession() as http:
        running = asyncio.create_task(store(redis_client, http, api.base).get())
        await platform.arrived.wait()
        assert 0 < await redis_client.ttl(f"{KEY}:lease") <= LEASE_S
        platform.gate.set()
        await running


async def test_only_the_current_token_is_expired(redis_client: Redis) -> None:
    """A late complaint about an old token leaves the new one alone."""
    await redis_client.set(KEY, "new")
    async with ClientSession() as http:
        tokens = store(redis_client, http, "http://127.0.0.1:9")
        await tokens.expire("old")
        assert await tokens.get() == "new"
        await tokens.expire("new")
    assert await redis_client.get(KEY) is None


async def test_refused_stable_token_is_forced_to_change_once(redis_client: Redis) -> None:
    """The platform gives the refused token again; then one change is forced, and no second one soon after."""
    async with Api(Platform().respond) as api, ClientSession() as http:
        tokens = store(redis_client, http, api.base)
        await tokens.expire(await tokens.get())
        assert await tokens.get() == "token-2"
        await tokens.expire("token-2")
        assert await tokens.get() == "token-2"
        assert [body["force_refresh"] for body in api.asked(PATH)] == [False, False, True, False]
