"""`python -m bot understand`: one line in, one line out, with the trained model."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import rasa_server
from bot.understanding import described
from dialogs.kernel.words import Entity, Understanding

NOW = "2026-11-21T09:00:00"
AREAS: list[dict[str, Any]] = [{"code": "E1", "name": "阳光小区", "level": "estate", "parent": None, "aliases": []}]


def understand(lines: str, *arguments: str, url: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command on these lines."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "understand", *arguments],
        input=lines.encode(),
        capture_output=True,
        check=check,
        timeout=120,
        env={**os.environ, "RASA_URL": url},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def answers(lines: str, *arguments: str, url: str) -> list[dict[str, Any]]:
    """The command's answers, read."""
    return [json.loads(line) for line in understand(lines, *arguments, url=url).stdout.splitlines()]


@pytest.mark.parametrize("arguments", [("--now", "Friday"), ("--areas", "/nowhere.json"), ("--areas", "README.md")])
def test_what_cannot_be_read_is_said_in_a_sentence(arguments: tuple[str, str], rasa_url: str) -> None:
    """A wrong time or list of places ends the command with one sentence and no answers."""
    done = understand("你好\n", *arguments, url=rasa_url, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_one_answer_for_each_line(rasa_url: str) -> None:
    """Empty lines, odd characters and a last line without its end are answered like any other."""
    texts = [
        "你好",
        "",
        "   ",
        "😀",
        "\t",
        "/restart",
        "\x0c换页\x0b和\x1c分隔\u2028符",
        '"引号"',
        "长" * 3_000,
        "谢谢",
    ]
    assert len(answers("\n".join(texts) + "\n", url=rasa_url)) == len(texts)
    assert len(answers("\n".join(texts), url=rasa_url)) == len(texts)
    assert answers("", url=rasa_url) == []


def test_a_first_message_gives_all_it_holds(rasa_url: str, tmp_path: Path) -> None:
    """Intent, kind of dispute, place, duration and a coming time come out of one line."""
    places = tmp_path / "areas.json"
    places.write_text(json.dumps(AREAS), encoding="utf-8")
    text = "我家在阳光小区，电梯坏了半年，物业公司收了物业费也不修，周五你们有人吗\n"
    (answer,) = answers(text, "--now", NOW, "--areas", str(places), url=rasa_url)
    assert (answer["intent"], answer["dispute_type"]) == ("report_dispute", "property_management")
    entities = {each["entity"]: each["value"] for each in answer["entities"]}
    assert entities["location"]["code"] == "E1"
    assert entities["duration"]["days"] == 182
    assert entities["time"]["start"] == "2026-11-27T00:00:00"


def test_small_talk_has_no_kind_of_dispute(rasa_url: str) -> None:
    """A greeting, thanks and a farewell are what they are."""
    said = answers("您好啊\n真是太谢谢了\n那再见吧\n", url=rasa_url)
    assert [(each["intent"], each["dispute_type"]) for each in said] == [
        ("greet", None),
        ("thanks", None),
        ("goodbye", None),
    ]


def test_a_server_of_its_own_where_none_answers(rasa_url: str, unused_tcp_port: int) -> None:
    """Without Rasa at RASA_URL the command starts one with the trained model, and it is gone afterwards."""
    assert rasa_url
    (answer,) = answers("谢谢您\n", url=f"http://127.0.0.1:{unused_tcp_port}")
    assert answer["intent"] == "thanks"


async def test_a_server_that_does_not_start_is_said(tmp_path: Path) -> None:
    """Where Rasa ends at once there is one sentence that names its log."""
    script = tmp_path / "bin" / "rasa"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\necho no model\nexit 1\n")
    script.chmod(0o755)
    with pytest.raises(rasa_server.RasaDidNotStartError, match=r"rasa\.log"):
        async with rasa_server.running(tmp_path, tmp_path / "none.tar.gz", tmp_path / "rasa.log"):
            raise AssertionError("nothing runs")
    assert (tmp_path / "rasa.log").read_text() == "no model\n"


def test_narrow_kinds_are_told_as_the_nearest_general_one() -> None:
    """The answer's dispute_type is a general kind, the entity keeps the narrow one; without an entity there is none."""
    entity = Entity("dispute_type", "finance")
    told = described(Understanding("report_dispute", 0.9, (), (entity,)))
    assert (told["dispute_type"], told["entities"][0]["value"]) == ("lending", "finance")
    assert described(Understanding())["dispute_type"] is None
