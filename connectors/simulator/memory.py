"""Keeps phones, templates and menu in a file, so that they outlive a restart of the simulator; media files do not."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from connectors.simulator.people import KEPT_ENTRIES, Entry, Person
from connectors.simulator.world import World

VERSION = 1
PAUSE_S = 1.0
"""At most so much of what happened last is lost when the simulator is killed."""
FACTS = ("openid", "name", "role", "follows", "followed_at", "scene", "template_status", "consents", "last_seq")
LOST_PICTURE = {"kind": "text", "text": "[图片]"}


class MemoryUnreadableError(Exception):
    """The file is not one of ours; the text names it."""


@asynccontextmanager
async def remembering(world: World, path: Path | None) -> AsyncIterator[None]:
    """Bring back what the file holds, and keep it up to date until the end; without a file do neither."""
    if path is None:
        yield
        return
    recall(world, path)
    keeper = asyncio.create_task(_keep(world, path))
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        save(world, path)


def save(world: World, path: Path) -> None:
    """Write the file whole, readable by its owner only."""
    people = [_written(person) for person in world.people.listed()]
    kept = {"version": VERSION, "people": people, "templates": world.templates.listed(), "menu": world.menu.buttons}
    fresh = path.with_name(path.name + ".new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def recall(world: World, path: Path) -> None:
    """Read the file if there is one; MemoryUnreadableError if it cannot be read."""
    if not path.exists():
        return
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        people = [_read(person) for person in kept["people"]]
        for template in kept["templates"]:
            world.templates.register(template["template_id"], template["title"], template["content"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MemoryUnreadableError(
            f"{path} cannot be read: delete it, or set SIMULATOR_MEMORY to another file"
        ) from error
    world.menu.buttons = kept["menu"]
    for person in people:
        world.people.bring_back(person)


async def _keep(world: World, path: Path) -> None:
    position = world.feed.last
    while not world.feed.closed:
        if await world.feed.changed(PAUSE_S) or world.feed.last != position:
            await asyncio.sleep(PAUSE_S)
            position = world.feed.last
            with contextlib.suppress(OSError):
                save(world, path)


def _written(person: Person) -> dict[str, Any]:
    facts = {name: getattr(person, name) for name in FACTS}
    return {**facts, "quota": person.quota.windows(), "thread": list(person.thread)}


def _read(kept: dict[str, Any]) -> Person:
    person = Person(**{name: kept[name] for name in FACTS})
    person.quota.restore(kept["quota"])
    person.thread.extend(_without_media(entry) for entry in kept["thread"][-KEPT_ENTRIES:])
    return person


def _without_media(entry: Entry) -> Entry:
    return {**entry, **LOST_PICTURE} if entry["kind"] == "image" else entry
