"""What the simulator keeps in a file: phones outlive a restart; a file that is not the simulator's is refused."""

import json
import stat
from pathlib import Path

import pytest

from connectors.simulator.memory import MemoryUnreadableError, recall
from tests.connectors.simulator_stage import stage

MENU = {"button": [{"name": "帮助", "type": "click", "key": "HELP"}]}
TEMPLATE = {"template_id": "T1", "title": "新案件", "content": "编号:{{character_string1.DATA}}"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"people": 1, "templates": []}', '{"people": [{}]}'])
async def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    """A file that cannot be read is named, not written over."""
    file = tmp_path / "phones.json"
    file.write_text(content)
    async with stage() as here:
        with pytest.raises(MemoryUnreadableError, match=r"phones\.json"):
            recall(here.world, file)
    assert file.read_text() == content


async def test_a_phone_outlives_a_restart(tmp_path: Path) -> None:
    """Openid, following, screen, quota, templates and menu are there again; a picture is only remembered as one."""
    file = tmp_path / "kept" / "phones.json"
    async with stage(memory=file) as here:
        openid = await here.somebody()
        await here.step(openid, "text", text="楼上漏水")
        await here.step(openid, "photo", sample="leak")
        await here.control("/templates", TEMPLATE)
        await here.api("menu/create", MENU)
        before = (await here.look("/people"))["people"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with stage(memory=file) as here:
        assert (await here.look("/people"))["people"] == before
        texts = [entry["text"] for entry in await here.screen(openid)]
        assert texts == ["楼上漏水", "您说:楼上漏水", "[图片]"]
        state = await here.look("/state")
        assert (state["templates"], state["menu"][0]["key"]) == ([TEMPLATE], "HELP")
        assert await here.say(openid) == 0


async def test_without_a_file_nothing_is_kept() -> None:
    """A simulator that is given no file begins empty."""
    async with stage() as here:
        await here.somebody()
    async with stage() as here:
        assert (await here.look("/people"))["people"] == []


async def test_what_was_said_last_survives_a_kill(tmp_path: Path) -> None:
    """The file is written while the simulator runs, not only when it stops."""
    file = tmp_path / "phones.json"
    async with stage(memory=file) as here:
        openid = await here.somebody()
        while not file.exists() or openid not in file.read_text():
            await here.step(openid, "text", text="还在")
        assert json.loads(file.read_text())["people"][0]["name"] == "张阿姨"
