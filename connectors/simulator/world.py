"""Everything that the stand-in knows, in memory and bounded."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from connectors.simulator.clock import Clock
from connectors.simulator.codes import Codes
from connectors.simulator.config import Config
from connectors.simulator.exchanges import Exchanges
from connectors.simulator.faults import Faults
from connectors.simulator.feed import Feed
from connectors.simulator.ids import Ids
from connectors.simulator.media import MediaStore
from connectors.simulator.menu import Menu
from connectors.simulator.people import People
from connectors.simulator.templates import Templates
from connectors.simulator.tokens import Tokens


class Errands:
    """Work that goes on after a request is answered; stopped when the simulator stops."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Let it run."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass
class World:
    """The parts, made once by `build`."""

    config: Config
    clock: Clock
    ids: Ids
    feed: Feed
    faults: Faults
    exchanges: Exchanges
    errands: Errands
    people: People
    tokens: Tokens
    menu: Menu
    codes: Codes
    media: MediaStore
    templates: Templates
    base_url: str


def build(config: Config, source: Callable[[], float], chance: Callable[[int], bytes]) -> World:
    """Make an empty world with a clock's source and a source of random bytes.

    The feed counts on from the time, so that a page that outlives a restart notices that it must begin anew.
    """
    clock, ids, feed = Clock(source), Ids(chance), Feed(int(source() * 1000))
    return World(
        config=config,
        clock=clock,
        ids=ids,
        feed=feed,
        faults=Faults(),
        exchanges=Exchanges(clock, feed),
        errands=Errands(),
        people=People(clock, ids, feed),
        tokens=Tokens(clock, ids),
        menu=Menu(),
        codes=Codes(clock, ids),
        media=MediaStore(clock, ids),
        templates=Templates(),
        base_url=config.base_url,
    )
