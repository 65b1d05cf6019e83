"""The conversation that a demo plays: on a small stand-in for the bot, and as it is on the whole product."""

from pathlib import Path
from typing import Any

import pytest

from connectors.local.play import Code, ConversationFailedError, play, read_script
from connectors.local.redis_server import free_port
from tests.connectors.simulator_stage import Stage, stage
from tests.contract.stack import Stack

CODES: list[Code] = [("111111", "别的单位", "甲"), ("222222", "街道中心", "王"), ("333333", "街道中心", "刘")]
NUMBER = "AH2026112200014"
PEOPLE = {
    "mediator": {"name": "王调解员", "role": "mediator"},
    "resident": {"name": "李阿姨", "role": "resident", "new": True},
}


def script(*steps: dict[str, Any]) -> dict[str, Any]:
    """A script with the people of the demo and these steps."""
    return {"unit": "街道中心", "people": PEOPLE, "templates": [], "steps": list(steps)}


async def clerk(message: Any) -> str:
    """Answer as the product would: a greeting, a number, an acceptance."""
    if message.type == "event":
        return "欢迎" if message.event == "subscribe" else "success"
    return f"编号 {NUMBER}" if message.content == "报" else f"收到 {message.content}"


BIND = (
    {"who": "mediator", "do": "follow", "hear": "欢迎", "once": True},
    {"who": "mediator", "do": "text", "text": "绑定 {code}", "hear": "222222", "once": True},
)
REPORT = (
    {"who": "resident", "do": "follow", "hear": "欢迎"},
    {"who": "resident", "do": "text", "text": "报", "hear": "编号", "keep": "[A-Z]{2}[0-9]{13}"},
)


def whose(code: str) -> tuple[str, str]:
    """Whose unit and name a code of the stack belongs to."""
    unit, _, name = code.partition(" ")
    return unit, name


async def names(at: Stage) -> list[str]:
    """Whose phones there are."""
    return [str(person["name"]) for person in (await at.look("/people"))["people"]]


@pytest.mark.parametrize(
    ("step", "piece"),
    [
        ({"who": "resident", "do": "text", "text": "报", "hear": "没说的"}, "没说的"),
        ({"who": "resident", "later": "不会来的"}, "不会来的"),
        ({"who": "mediator", "later": "不会来的", "anyone": True}, "不会来的"),
    ],
)
async def test_what_is_not_heard_is_named(step: dict[str, Any], piece: str) -> None:
    """A conversation that goes another way fails with the person and the words that were waited for."""
    async with stage(clerk) as at:
        with pytest.raises(ConversationFailedError, match=f"的手机上没有等到“{piece}”"):
            await play(at.url, CODES, script(*BIND, *REPORT, step), push_seconds=0)


async def test_a_step_that_the_simulator_refuses_is_told_in_its_words() -> None:
    """A button that is not there fails the conversation with the simulator's own sentence."""
    async with stage(clerk) as at:
        with pytest.raises(ConversationFailedError, match="没有“同意”这个按钮"):
            await play(at.url, CODES, script(*REPORT, {"who": "resident", "do": "tap", "title": "同意"}))


async def test_nobody_there_is_a_failure_too() -> None:
    """A simulator that does not answer fails the conversation, not the program."""
    with pytest.raises(ConversationFailedError, match="Connect"):
        await play(f"http://127.0.0.1:{free_port()}", CODES, script())


async def test_both_sides_are_printed_and_codes_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Code and number are filled in, both sides are printed, and the codes that are left begin with the unit's."""
    accept = {"who": "mediator", "do": "text", "text": "接受 {number}", "hear": NUMBER}
    photo = {"who": "resident", "do": "photo", "sample": "leak"}
    place = {"who": "resident", "do": "location", "lat": 36.5, "lng": 116.2, "label": "阳光小区"}
    async with stage(clerk) as at:
        left = await play(at.url, CODES, script(*BIND, *REPORT, accept, place, photo))
    assert left == [CODES[2], CODES[0]]
    printed = capsys.readouterr().out
    for line in ("（王调解员关注了公众号）", "王调解员 ▸ 绑定 222222", "和为贵 ▸ 王调解员： 收到 绑定 222222"):
        assert line in printed
    for line in (f"王调解员 ▸ 接受 {NUMBER}", "李阿姨 ▸ 【照片】", "李阿姨 ▸ 【位置】阳光小区"):
        assert line in printed


async def test_a_step_may_depend_on_what_was_heard() -> None:
    """A step with a condition is taken after the answer that it names, and left out after another."""
    asked = {"who": "resident", "do": "text", "text": "补", "when": "编号"}
    not_asked = {"who": "resident", "do": "text", "text": "不补", "when": "哪一件"}
    async with stage(clerk) as at:
        await play(at.url, CODES, script(*REPORT, not_asked, asked))
        assert [message.content for message in at.bot.heard if message.type == "text"] == ["报", "补"]


async def test_known_people_go_on_and_new_ones_are_new() -> None:
    """Played again, the mediator's phone goes on without binding anew; the resident's makes place for a new one."""
    async with stage(clerk) as at:
        first = await play(at.url, CODES, script(*BIND, *REPORT))
        before = (await at.look("/people"))["people"]
        assert await play(at.url, first, script(*BIND, *REPORT)) == first
        after = (await at.look("/people"))["people"]
        assert await names(at) == ["王调解员", "李阿姨"]
        assert before[0]["openid"] == after[0]["openid"]
        assert before[1]["openid"] != after[1]["openid"]
        assert [message.event for message in at.bot.heard if message.type == "event"][-2:] == [
            "unsubscribe",
            "subscribe",
        ]


async def test_whoever_gets_the_notice_goes_on() -> None:
    """A notice that reaches another mediator's phone is waited for there, and that phone takes the next step."""
    async with stage(clerk) as at:
        other = await at.control("/people", {"name": "刘调解员", "role": "mediator", "follow": True})

        async def tell(message: Any) -> str:
            if message.type == "text" and message.content == "报":
                await at.say(other["openid"], "新任务")
            return await clerk(message)

        at.bot.answer = tell
        notice = {"who": "mediator", "later": "新任务", "anyone": True}
        accept = {"who": "mediator", "do": "text", "text": "接受", "hear": "收到"}
        await play(at.url, CODES, script(*BIND, *REPORT, notice, accept))
        assert [entry.get("text") for entry in await at.screen(other["openid"])][-2:] == ["接受", "收到 接受"]


async def test_the_demo_goes_through_twice_on_the_whole_product(tmp_path: Path, rasa_url: str) -> None:
    """The script as it stands is answered by the product as it expects, also when its people are known."""
    async with Stack(tmp_path, f"http://127.0.0.1:{free_port()}", rasa_url=rasa_url) as stack:
        await stack.start_bot()
        page = await stack.start_simulator()
        codes: list[Code] = [(code, *whose(name)) for name, code in stack.codes.items()]
        left = await play(page, codes, read_script())
        assert len(left) == len(codes) - 1
        assert await play(page, left, read_script()) == left
