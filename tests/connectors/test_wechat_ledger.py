"""The quota ledger: what the platform's table allows, to the message and to the second, whoever sends."""

import asyncio

import pytest
from redis.asyncio import Redis

from connectors.wechat.ledger import (
    MENU_QUOTA,
    MENU_WINDOW_S,
    MESSAGE_QUOTA,
    MESSAGE_WINDOW_S,
    SAFETY_S,
    Ledger,
    quota_keys,
)
from connectors.wechat.message import Grant
from tests.connectors.wechat_account import NOW, OPENID, did


@pytest.fixture
def ledger(redis_client: Redis) -> Ledger:
    """A ledger on a real, empty Redis."""
    return Ledger(redis_client)


async def taken(ledger: Ledger, now: float, tries: int = 10) -> int:
    """How many of some tries are allowed."""
    return sum([await ledger.take(OPENID, now) for _ in range(tries)])


async def test_strangers_get_nothing(ledger: Ledger) -> None:
    """Without a word from the person nothing may be sent."""
    assert not await ledger.may_send(OPENID, NOW)
    assert not await ledger.take(OPENID, NOW)


async def test_a_message_allows_five(ledger: Ledger, redis_client: Redis) -> None:
    """After a message five may be sent, the sixth not."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    assert await taken(ledger, NOW + 1) == MESSAGE_QUOTA
    assert not await ledger.may_send(OPENID, NOW + 1)


async def test_a_click_allows_three(ledger: Ledger, redis_client: Redis) -> None:
    """After a menu click three may be sent."""
    await did(redis_client, OPENID, NOW, Grant.MENU)
    assert await taken(ledger, NOW + 1) == MENU_QUOTA


@pytest.mark.parametrize(("grant", "window"), [(Grant.MESSAGE, MESSAGE_WINDOW_S), (Grant.MENU, MENU_WINDOW_S)])
async def test_windows_end(ledger: Ledger, redis_client: Redis, grant: Grant, window: int) -> None:
    """Shortly before the window's end nothing is begun any more."""
    await did(redis_client, OPENID, NOW, grant)
    assert await ledger.may_send(OPENID, NOW + window - SAFETY_S - 1)
    assert not await ledger.may_send(OPENID, NOW + window - SAFETY_S)
    assert not await ledger.take(OPENID, NOW + window + 1)


async def test_the_minute_is_used_before_the_two_days(ledger: Ledger, redis_client: Redis) -> None:
    """With both open, eight may be sent, and those lost soonest go first."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    await did(redis_client, OPENID, NOW + 10, Grant.MENU)
    assert await ledger.left(OPENID, NOW + 11) == MESSAGE_QUOTA + MENU_QUOTA
    assert await taken(ledger, NOW + 11, tries=3) == 3
    assert await ledger.left(OPENID, NOW + 10 + MENU_WINDOW_S) == MESSAGE_QUOTA
    assert await taken(ledger, NOW + 10 + MENU_WINDOW_S) == MESSAGE_QUOTA


async def test_a_new_message_fills_up_again(ledger: Ledger, redis_client: Redis) -> None:
    """The person writing again opens five anew, not more."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    await taken(ledger, NOW, tries=4)
    await did(redis_client, OPENID, NOW + 60, Grant.MESSAGE)
    assert await ledger.left(OPENID, NOW + 61) == MESSAGE_QUOTA


async def test_a_click_does_not_shorten_the_two_days(ledger: Ledger, redis_client: Redis) -> None:
    """A click after a message leaves the message's quota for its whole time; each key goes away by itself."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    await did(redis_client, OPENID, NOW, Grant.MENU)
    minute, days = [await redis_client.ttl(key) for key in quota_keys(OPENID)]
    assert MENU_WINDOW_S - 5 <= minute <= MENU_WINDOW_S
    assert MESSAGE_WINDOW_S - 5 <= days <= MESSAGE_WINDOW_S
    assert await ledger.left(OPENID, NOW + MENU_WINDOW_S) == MESSAGE_QUOTA


async def test_two_processes_do_not_take_the_same_one(ledger: Ledger, redis_client: Redis, redis_url: str) -> None:
    """Twenty takers on two connections get exactly five."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    async with Redis.from_url(redis_url) as other_redis:
        other = Ledger(other_redis)
        outcomes = await asyncio.gather(*[which.take(OPENID, NOW) for which in (ledger, other) for _ in range(10)])
    assert sum(outcomes) == MESSAGE_QUOTA


async def test_what_the_platform_says_counts(ledger: Ledger, redis_client: Redis) -> None:
    """After the platform's own refusal nothing is sent until the person comes back."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    await ledger.exhaust(OPENID)
    assert not await ledger.may_send(OPENID, NOW)
    await did(redis_client, OPENID, NOW + 1, Grant.MESSAGE)
    assert await ledger.may_send(OPENID, NOW + 1)


async def test_people_have_their_own_quota(ledger: Ledger, redis_client: Redis) -> None:
    """One person's message opens nothing for another."""
    await did(redis_client, OPENID, NOW, Grant.MESSAGE)
    assert not await ledger.may_send("oSOMEBODY_ELSE", NOW)


async def test_taking_one_does_not_keep_the_key_for_longer(ledger: Ledger, redis_client: Redis) -> None:
    """What is left of a quota ends when the whole of it would have."""
    await did(redis_client, OPENID, NOW, Grant.MENU)
    await redis_client.expire(quota_keys(OPENID)[0], 20)
    assert await ledger.take(OPENID, NOW + 40)
    assert 0 < await redis_client.ttl(quota_keys(OPENID)[0]) <= 20
    assert await ledger.left(OPENID, NOW + 40) == MENU_QUOTA - 1
