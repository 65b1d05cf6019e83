"""The dialogs this process runs: read at the start, read again when their files change, old editions from Redis."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

from connectors.sessions.link import RedisAwayError
from connectors.sessions.releases import ReleaseStore
from dialogs.kernel import checks, reader
from dialogs.kernel.release import Release

WATCH_SECONDS = 2.0
"""Pause between two looks at the files; `read_again` ends it."""
OLD_RELEASES = 8
"""Compiled old releases kept in memory."""

_log = logging.getLogger(__name__)


class DialogsBrokenError(Exception):
    """The dialogs cannot be run; `lines` say why, one problem each."""

    def __init__(self, lines: Collection[str]) -> None:
        super().__init__("\n".join(lines))


def read_dialogs(folder: Path, actions: Collection[str]) -> Release:
    """Read a folder into a release; DialogsBrokenError if it has errors, or calls an action that nobody implements."""
    release, problems = reader.read(reader.load(folder))
    if release is not None:
        problems = [*problems, *checks.check(release)]
    lines = [str(problem) for problem in problems if problem.is_error]
    if release is not None:
        lines += [f"actions.yml: {name} has no implementation" for name in release.actions if name not in actions]
    if release is None or lines:
        raise DialogsBrokenError(lines or [str(problem) for problem in problems])
    return release


class Dialogs:
    """The current release, and old ones for those who began on them."""

    def __init__(self, folder: Path, actions: Collection[str], store: ReleaseStore) -> None:
        """Read the folder; raises DialogsBrokenError."""
        self._folder = folder
        self._actions = actions
        self._store = store
        self._old: OrderedDict[str, Release] = OrderedDict()
        self._stamp = _stamp(folder)
        self._stored = ""
        self.read_again = asyncio.Event()
        self.current = read_dialogs(folder, actions)

    async def find(self, release_id: str) -> Release | None:
        """A release that somebody is still on; None if it is gone or cannot be read now."""
        if release_id == self.current.id:
            return self.current
        found = self._old.get(release_id) or await self._load(release_id)
        if found is not None:
            self._keep(found)
        return found

    async def watch(self) -> None:
        """Take over changed files, store the current release if that has not been done, then wait a little."""
        stamp = await asyncio.to_thread(_stamp, self._folder)
        if stamp != self._stamp or self.read_again.is_set():
            self.read_again.clear()
            self._stamp = stamp
            await self.reload()
        if self._stored != self.current.id:
            await self._store.put(self.current.id, self.current.sources)
            self._stored = self.current.id
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WATCH_SECONDS):
                await self.read_again.wait()

    async def reload(self) -> None:
        """Read the folder again; what has errors is logged and not taken over."""
        try:
            release = await asyncio.to_thread(read_dialogs, self._folder, self._actions)
        except DialogsBrokenError as broken:
            _log.error("dialogs not taken over, release %s stays:\n%s", self.current.id[:12], broken)
            return
        if release.id != self.current.id:
            self._keep(self.current)
            self.current = release
            _log.info("dialogs: release %s", release.id[:12])

    async def _load(self, release_id: str) -> Release | None:
        try:
            sources = await self._store.get(release_id)
        except RedisAwayError:
            return None
        if sources is None:
            return None
        release, _ = await asyncio.to_thread(reader.read, sources)
        return release

    def _keep(self, release: Release) -> None:
        self._old[release.id] = release
        self._old.move_to_end(release.id)
        while len(self._old) > OLD_RELEASES:
            self._old.popitem(last=False)


def _stamp(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Which files there are, how large, and when they changed."""
    stats = ((path, path.stat()) for path in folder.rglob("*.yml") if path.is_file())
    return frozenset((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
