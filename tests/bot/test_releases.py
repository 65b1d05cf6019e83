"""Tests: dialogs change while the bot runs; people in the middle of a flow finish on what they began with."""

import asyncio
from pathlib import Path

import pytest

from bot.config import Config
from bot.releases import DialogsBrokenError, read_dialogs
from connectors.backend import ROUTES
from dialogs.kernel import reader
from tests.bot.host_parts import FLOWS, Client, host, somebody, write_dialogs
from tests.contract.platform import text

CHANGED = FLOWS.replace("x-keywords: [反映]", "x-keywords: [反映, 投诉]").replace(
    "action: utter_done", "action: utter_help"
)


async def until_release(client: Client, release: str) -> None:
    """Return when the process runs this release."""
    async with asyncio.timeout(20):
        while release not in (await client.get("/healthz"))[1]:  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.05)


def change(folder: Path) -> str:
    """Change the dialogs; the new release's id."""
    write_dialogs(folder, CHANGED)
    return reader.release_id(reader.load(folder))


async def test_changed_files_are_taken_over(client: Client, folder: Path) -> None:
    """Within seconds of a change new conversations run on it, and those under way finish on the old release."""
    old, new = somebody(), somebody()
    await client.deliver(text(old, "反映"))
    await until_release(client, change(folder))
    assert (await client.deliver(text(new, "投诉"))).text == "请说经过"
    assert (await client.deliver(text(old, "楼上漏水"))).text.startswith("登记好了")
    assert (await client.deliver(text(new, "楼上漏水"))).text.startswith("utter_help")


async def test_another_process_finds_the_old_release(settings: Config, folder: Path) -> None:
    """A process that has never seen a release takes it from Redis for those who are still on it."""
    me = somebody()
    async with host(settings, folder) as client:
        await until_release(client, reader.release_id(reader.load(folder)))
        await client.deliver(text(me, "反映"))
    change(folder)
    async with host(settings, folder) as client:
        assert (await client.deliver(text(me, "楼上漏水"))).text.startswith("登记好了")


async def test_broken_files_are_not_taken_over(client: Client, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A change with errors is logged with its place, and the old release goes on."""
    release = reader.release_id(reader.load(folder))
    (folder / "flows/all.yml").write_text("flows: {broken: {}}", encoding="utf-8")
    async with asyncio.timeout(20):
        while "flows/all.yml:1" not in caplog.text:  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.05)
    assert release in (await client.get("/healthz"))[1]


def test_an_action_without_implementation_is_refused(folder: Path) -> None:
    """Dialogs that call what nobody does are not run."""
    with pytest.raises(DialogsBrokenError, match="action_submit_case"):
        read_dialogs(folder, ROUTES.keys() - {"action_submit_case"})


def test_every_action_of_the_contract_has_a_route() -> None:
    """Each action of actions.yml is implemented."""
    sources = reader.load(Path(reader.__file__).parents[2])
    release, _ = reader.read(sources)
    assert release is not None
    assert set(release.actions) - set(ROUTES) == set()
