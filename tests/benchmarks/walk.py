"""Whole reports, from the first message to the case number, one resident after another."""

import asyncio
import itertools

from aiohttp import ClientSession

from tests.benchmarks.callbacks import Account
from tests.contract.people import Person
from tests.contract.platform import Answer, Client, Delivery

AT_ONCE = 8


class _Counting(Client):
    turns = 0

    async def deliver(self, delivery: Delivery) -> Answer:
        self.turns += 1
        return await super().deliver(delivery)


def reports(bot: Account, turns: int) -> int:
    """Report cases until so many turns are taken; return how many cases that were."""
    return asyncio.run(_reports(bot, turns))


async def _reports(bot: Account, turns: int) -> int:
    async with ClientSession() as http:
        client = _Counting(http, f"http://{bot.host}:{bot.port}{bot.path}")
        numbers = itertools.count()
        cases: list[str] = []

        async def one_after_another() -> None:
            while client.turns < turns:
                cases.append(await Person(f"walker-{next(numbers)}", client).report())

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return len(set(cases))
